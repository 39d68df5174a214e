"""Numbers of identity cards and phones in a text: what they look like, and what looks like them."""

from __future__ import annotations

import pytest

from annotations.formats.personal import IDENTITY, LANDLINE, MOBILE, personal_data


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("身份证号11010519491231002X。", [IDENTITY]),
        ("身份证:11010519491231002x", [IDENTITY]),
        ("110105 19491231 002X", []),
        ("1101051949123100２Ｘ", [IDENTITY]),
        ("440524188001010014", [IDENTITY]),
        ("电话13812345678", [MOBILE]),
        ("电话:+86 138-1234-5678;", [MOBILE]),
        ("手机１３８１２３４５６７８", [MOBILE]),
        ("8613812345678", [MOBILE]),
        ("0571-87654321转8001", [LANDLINE]),
        ("(010)62345678", [LANDLINE]),
        ("（0571） 87654321", [LANDLINE]),
        ("057187654321", [LANDLINE]),
        ("+86-0571-87654321", [LANDLINE]),
        ("13812345678、0571—87654321、11010519491231002X", [IDENTITY, MOBILE, LANDLINE]),
    ],
)  # fmt: skip
def test_a_number_is_found(text, kinds):
    assert list(personal_data(text)) == kinds


@pytest.mark.parametrize(
    "text",
    [
        "110105194912310021",  # the check digit is another
        "11010519491331002X",  # no such month
        "a11010519491231002X",
        "11010519491231002X9",
        "110105********002X",
        "12345678901",
        "113812345678",
        "138123456789",
        "索引号 014349138/2023-00123",
        "2023-04-12",
        "12345热线,400-812-3456",
        "3.13812345678",
        "100-13812345678",
        "",
    ],
)
def test_a_number_of_something_else_is_not(text):
    assert list(personal_data(text)) == []


def test_a_long_text_takes_time_by_its_length():
    assert list(personal_data("1" * 100_000 + "0571-" * 20_000)) == []
