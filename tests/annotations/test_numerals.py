"""Numerals are read alike wherever a date is: in the byline of a page, and in an annotated span."""

from __future__ import annotations

import pytest

from annotations.lexicon.numerals import NUMERALS, number
from annotations.normalize.byline import iso


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7), ("12", 12), ("十", 10), ("十二", 12), ("二十", 20), ("二十八", 28), ("二八", 28), ("廿八", 28),
        ("卅一", 31), ("二〇二一", 2021), ("二零二一", 2021), ("二○二一", 2021), ("〇五", 5), ("十〇", 10), ("两", 2),
        ("元", 1), ("", None), ("十十", None), ("十二八", None), ("一二十", None), ("〇十", None),
        ("一二三四五", None), ("x", None), ("²", None), ("٣", None), ("12345", None),
    ],
)  # fmt: skip
def test_numerals_are_read(text, value):
    assert number(text) == value


def test_every_numeral_is_a_number_by_itself():
    assert [number(each) for each in NUMERALS] == [0, 0, 0, *range(1, 10), 2, 1, 10, 20, 30]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("二〇二一年九月二十八日", "2021-09-28"),
        ("二○二一年十二月三日", "2021-12-03"),
        ("二零二一年一〇月〇五日", "2021-10-05"),
        ("一九九八年十月十五日", "1998-10-15"),
        ("二〇二一年十三月三日", None),
        ("二〇二一年九月十二八日", None),
        ("二〇二一年九月十十日", None),
    ],
)
def test_a_byline_reads_a_date_in_numerals_and_no_other(text, day):
    assert iso(text) == day
