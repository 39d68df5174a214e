"""Cells are counted as rich and the terminal count them, and clusters are what a reader takes for one character."""

from __future__ import annotations

import sys

import pytest
import wcwidth
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size

from tui import width
from tui.display import visible

MIXED = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "中文，“”—…ａ１a1 \r\n\u0301\u0304\u200d\ufe0f\U000e0100\U0001f1e8\U0001f1f3☎⭐👨👩\U0001f3fd\ud800"
        ),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("text", "cells"),
    [("", 0), ("abc", 3), ("中文", 4), ("“中”…①", 6), ("ka\u0304i", 3), ("ａ１", 4), ("ｱ", 1)],
)
def test_cells(text, cells):
    assert width.cells(text) == cells


def test_runs_of_wide_characters_hold_only_wide_characters():
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    assert {get_character_cell_size(character) for run in width._WIDE_RUNS.findall(every) for character in run} == {2}


@given(MIXED)
def test_shown_text_is_as_wide_as_rich_says(text):
    shown = visible(text)
    assert width.cells(shown) == cell_len(shown)


@pytest.mark.parametrize(
    "text", ["葛\U000e0100城", "👨\u200d👩\u200d👧", "🇨🇳", "☎\ufe0f 1\ufe0f\u20e3", "👍🏽", "ka\u0304i“中”…①"]
)
def test_another_table_counts_the_same_character_by_character(text):
    shown = visible(text)
    assert width.cells(shown) == sum(map(wcwidth.wcwidth, shown))


@given(MIXED, MIXED)
def test_widths_add_up(before, after):
    shown = visible(before + after)
    at = len(before)
    assert width.cells(shown[:at]) + width.cells(shown[at:]) == width.cells(shown)


@given(MIXED, st.integers(0, 20))
def test_a_prefix_fits_and_one_character_more_would_not(text, limit):
    shown = visible(text)
    end = width.prefix(shown, limit)
    assert width.cells(shown[:end]) <= limit
    assert end == len(shown) or limit == 0 or width.cells(shown[: end + 1]) > limit


@pytest.mark.parametrize(
    ("text", "clusters"),
    [
        ("中a", ["中", "a"]),
        ("ka\u0304i", ["k", "a\u0304", "i"]),
        ("葛\U000e0100城", ["葛\U000e0100", "城"]),
        ("☎\ufe0f0", ["☎\ufe0f", "0"]),
        ("1\ufe0f\u20e3.", ["1\ufe0f\u20e3", "."]),
        ("👨\u200d👩\u200d👧中", ["👨\u200d👩\u200d👧", "中"]),
        ("中\u200d文", ["中\u200d", "文"]),
        ("👍🏽！", ["👍🏽", "！"]),
        ("🇨🇳🇫🇷中", ["🇨🇳", "🇫🇷", "中"]),
        ("a\r\n\u0301b", ["a", "\r\n", "\u0301", "b"]),
    ],
)
def test_clusters(text, clusters):
    found, at = [], 0
    while at < len(text):
        start, end = width.cluster(text, at)
        assert start == at
        assert all(width.cluster(text, inside) == (start, end) for inside in range(start, end))
        found.append(text[start:end])
        at = end
    assert found == clusters


@given(MIXED.filter(bool), st.data())
def test_a_cluster_holds_its_offset(text, data):
    offset = data.draw(st.integers(0, len(text) - 1))
    start, end = width.cluster(text, offset)
    assert start <= offset < end <= len(text)


def test_the_end_of_a_text_is_an_empty_cluster():
    assert width.cluster("中文", 2) == (2, 2)


def test_a_cluster_of_hostile_length_is_cut():
    start, end = width.cluster("a" + "\u0301" * 100_000, 50_000)
    assert end - start <= 2 * width.MOST_JOINED


@given(MIXED.filter(lambda text: len(text) > 1), st.data())
def test_only_what_can_join_is_joined(text, data):
    offset = data.draw(st.integers(1, len(text) - 1))
    if width.joined(text, offset):
        assert width.can_join(text[offset]) or text[offset - 1 : offset + 1] == "\r\n"
