"""Offsets in UTF-16 units and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.formats.utf16 import Utf16


@given(st.text(st.sampled_from("a会𠮷😀\uffff\U00010000")))
def test_each_offset_has_as_many_units_as_its_text(text):
    offsets = Utf16(text)
    units = {len(text[:at].encode("utf-16-le")) // 2: at for at in range(len(text) + 1)}
    assert [offsets.units(at) for at in units.values()] == list(units)
    for at in range(-1, max(units) + 3):
        assert offsets.code_points(at) == units.get(at)


@pytest.mark.parametrize("text", ["", "a", "会议"])
def test_where_no_character_has_two_units_the_two_are_the_same(text):
    assert [Utf16(text).units(at) for at in range(len(text) + 1)] == list(range(len(text) + 1))
