"""Splits: what says one, and where a notice falls."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.errors import FormatError
from annotations.splits import Split


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "NAME=SHARE"),
        ("train", "NAME=SHARE"),
        ("train=1,dev=0", "NAME=SHARE"),
        ("train=0.8,dev=.2x", "NAME=SHARE"),
        ("train=0.8,dev=1e-1,test=0.1", "NAME=SHARE"),
        ("../x=0.5,b=0.5", "NAME=SHARE"),
        ("a.b=0.5,b=0.5", "NAME=SHARE"),
        ("训练=0.5,b=0.5", "NAME=SHARE"),
        ("Train=0.5,train=0.5", "same name"),
        ("train=0.8,dev=0.1", "1 together"),
        ("train=0.8,dev=0.1,test=0.100000001", "1 together"),
    ],
)
def test_what_is_no_split_is_refused(text, told):
    with pytest.raises(FormatError, match=told):
        Split.parse(text)


def test_shares_are_counted_exactly():
    tenths = Split.parse(",".join(f"p{number}=0.1" for number in range(10)))
    assert tenths.ends[-1] == 1
    assert tenths.ends[2] * 10 == 3


def test_parts_have_about_their_shares():
    split = Split.parse("train=0.8, dev=0.1, test=0.1")
    counts = Counter(split.part_of(f"{number:016x}") for number in range(4_000))
    assert 3_120 < counts["train"] < 3_280
    assert 340 < counts["dev"] < 460


@given(st.text("0123456789abcdef", min_size=16, max_size=16))
def test_with_a_larger_first_part_nothing_leaves_it(notice_id):
    small, large = Split.parse("train=0.7,test=0.3"), Split.parse("train=0.8,test=0.2")
    assert small.part_of(notice_id) == "test" or large.part_of(notice_id) == "train"


def test_a_notice_falls_where_it_always_fell():
    split = Split.parse("train=0.8,dev=0.1,test=0.1")
    found = "".join(split.part_of(f"{number:016x}")[1] for number in range(40))
    assert found == "rrrrerrrrrreerererrererrreerrrrrrrrrrere"
