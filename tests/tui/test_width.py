"""Cells are counted as rich and the terminal count them, and clusters are what a reader takes for one character."""

from __future__ import annotations

import sys
import unicodedata

import pytest
import wcwidth
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size
from rich.segment import Segment
from textual.strip import Strip

from tui.terminal import clusters, width
from tui.terminal.clusters import MOST_JOINED, can_join, cluster, joined
from tui.terminal.display import visible

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
        ("❤\ufe0f\u200d🔥中", ["❤\ufe0f\u200d🔥", "中"]),
        ("👩🏽\u200d⚕\ufe0f。", ["👩🏽\u200d⚕\ufe0f", "。"]),
        (
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007fa",
            ["🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "a"],
        ),
        ("🇨🇳🇫", ["🇨🇳", "🇫"]),
        ("邉\U000e0101邉\U000e01ef邉", ["邉\U000e0101", "邉\U000e01ef", "邉"]),
        ("中\ufe00文", ["中\ufe00", "文"]),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af중", ["\u1112\u1161\u11ab", "\u1100\u1173\u11af", "중"]),
        ("\u1100\u1100\u1161", ["\u1100\u1100\u1161"]),
        ("가\u11a8각\u11a8", ["가\u11a8", "각\u11a8"]),
        ("\u1112\u1161가", ["\u1112\u1161", "가"]),
        ("か\u3099き", ["か\u3099", "き"]),
    ],
)
def test_clusters(text, clusters):
    found, at = [], 0
    while at < len(text):
        start, end = cluster(text, at)
        assert start == at
        assert all(cluster(text, inside) == (start, end) for inside in range(start, end))
        found.append(text[start:end])
        at = end
    assert found == clusters


@given(MIXED.filter(bool), st.data())
def test_a_cluster_holds_its_offset(text, data):
    offset = data.draw(st.integers(0, len(text) - 1))
    start, end = cluster(text, offset)
    assert start <= offset < end <= len(text)


def test_the_end_of_a_text_is_an_empty_cluster():
    assert cluster("中文", 2) == (2, 2)


def test_a_cluster_of_hostile_length_is_cut():
    start, end = cluster("a" + "\u0301" * 100_000, 50_000)
    assert end - start <= 2 * MOST_JOINED


@given(MIXED.filter(lambda text: len(text) > 1), st.data())
def test_only_what_can_join_is_joined(text, data):
    offset = data.draw(st.integers(1, len(text) - 1))
    if joined(text, offset):
        assert can_join(text[offset]) or text[offset - 1 : offset + 1] == "\r\n"


SEQUENCES = st.sampled_from(
    [
        "👨\u200d👩\u200d👧",
        "🇨🇳",
        "1\ufe0f\u20e3",
        "👍🏽",
        "☎\ufe0f",
        "葛\U000e0100",
        "\u1112\u1161\u11ab",
        "a\u0304",
        "中",
        "x",
        "。",
    ]
)


@given(st.lists(SEQUENCES, min_size=1, max_size=12))
def test_whole_sequences_beside_each_other_stay_whole(sequences):
    text, at = "".join(sequences), 0
    for sequence in sequences:
        for offset in range(at, at + len(sequence)):
            assert cluster(text, offset) == (at, at + len(sequence))
        at += len(sequence)


@pytest.fixture
def wide():
    width.set_ambiguous("wide")
    yield
    width.set_ambiguous("narrow")


def test_the_ambiguous_are_narrow_unless_told(wide):
    assert width.cells("“中”…①×℃Ⅲ○") == 18
    width.set_ambiguous("narrow")
    assert width.cells("“中”…①×℃Ⅲ○") == 10


def test_wide_means_all_that_unicode_calls_ambiguous_but_lines_and_marks(wide):
    for code in range(0xA0, sys.maxunicode + 1):
        character = chr(code)
        narrow = wcwidth.wcwidth(character)
        if unicodedata.east_asian_width(character) == "A" and narrow == 1:
            assert width.cells(character) == (1 if 0x2500 <= code < 0x25A0 else 2), hex(code)


def test_what_is_not_ambiguous_keeps_its_width(wide):
    for text, cells in (("abc", 3), ("中文", 4), ("ka\u0304i", 3), ("ｱ", 1), ("\u0301", 0), ("✓⚑▾", 3)):
        assert width.cells(text) == cells


@given(text=MIXED)
def test_wide_text_is_as_wide_as_rich_says(text):
    width.set_ambiguous("wide")
    try:
        shown = visible(text)
        assert width.cells(shown) == cell_len(shown) == Strip([Segment(shown)]).cell_length
        half = width.cells(shown) // 2
        assert Strip([Segment(shown)]).crop(0, half).cell_length == half
        assert Strip([Segment(shown)]).adjust_cell_length(half).cell_length == half
    finally:
        width.set_ambiguous("narrow")


def test_lines_are_drawn_in_ascii_and_text_is_not():
    assert width.drawable("│─▌┌┐▁█“中”○…") == "|-|++_#“中”○…"


@pytest.mark.parametrize("code", range(0x2500, 0x25A0))
def test_every_line_has_one_cell_of_ascii(code):
    drawn = width.drawable(chr(code))
    assert drawn.isascii()
    assert len(drawn) == 1


@given(st.lists(st.one_of(MIXED, st.text("会议，。", min_size=10, max_size=30)), max_size=5))
def test_the_cells_up_to_each_character_are_those_of_single_characters_however_long_the_runs(parts):
    shown = visible("".join(parts))
    behind = 0
    expected = [behind := behind + width.cells(character) for character in shown]
    assert width.reach(shown) == expected


def test_what_passes_for_plain_is_no_part_of_a_cluster():
    plain = [each for each in map(chr, range(0x300, sys.maxunicode + 1)) if clusters._is_plain(each)]
    kinds = clusters._patterns()
    assert [each for each in plain if any(kind.match(each) for kind in kinds)] == []
    assert len(plain) > 20_000
