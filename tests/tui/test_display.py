"""Whatever other people wrote reaches a terminal as harmless characters of one cell, one for one."""

from __future__ import annotations

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size

from tui.terminal.display import MOST_MARKS, content, line, visible
from tui.terminal.marks import possible_mark

EVERY_CHARACTER = [chr(code) for code in range(sys.maxunicode + 1)]
ANY_TEXT = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "中文a\n\r\t \u0301\u0304\u200d\ufe0f\ufe0e\U000e0100\u202e\u2028\x1b\x9b\ud800\U0001f1e8☎⭐\U0001f3fd"
        ),
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("会议要求，12月底前完成", "会议要求，12月底前完成"),
        ("\x1b[2J\x1b]0;title\x07", "␛[2J␛]0;title␇"),
        ("\x9b31m\x85", "␛31m␤"),
        ("tab\tend\x7f\x00", "tab␉end␡␀"),
        ("一\r\n二", "一␍↵二"),
        ("a\u202eb\u2066c", "a¬b¬c"),
        ("零\u200b宽\ufeff\xad", "零¦宽¦¦"),
        ("a\u2028b\u2029c", "a␤b␤c"),
        ("a\ud800b\ufffec\U0001ffff", "a␚b␚c␚"),
        ("kāi ka\u0304i", "kāi ka\u0304i"),
        ("\u0301kai", "¦kai"),
        ("葛\U000e0100城", "葛¦城"),
        ("☎\ufe0f 0000", "☎¦ 0000"),
        ("👨\u200d👩", "👨¦👩"),
        ("1\ufe0f\u20e3", "1¦¦"),
        ("🇨🇳", "¦¦"),
        ("👍🏽", "👍¦"),
        ("\u3000\xa0", "\u3000\xa0"),
    ],
)
def test_unsafe_characters_become_visible_ones(text, shown):
    assert visible(text) == shown


def test_newlines_are_kept_where_asked_and_carriage_returns_never():
    assert visible("一\r\n二\n", keep_newlines=True) == "一␍\n二\n"


def test_a_mark_at_the_start_of_a_line_has_no_base():
    assert visible("a\n\u0301b\r\u0301", keep_newlines=True) == "a\n¦b␍¦"


def test_marks_beyond_what_a_base_may_carry_are_shown_apart():
    assert visible("a" + "\u0301" * (MOST_MARKS + 2)) == "a" + "\u0301" * MOST_MARKS + "¦¦"


@pytest.fixture(scope="module")
def seen():
    """Every character as it is shown behind a letter."""
    shown = visible("x" + "x".join(EVERY_CHARACTER))[1::2]
    return list(zip(EVERY_CHARACTER, shown, strict=True))


def test_no_character_passes_that_a_terminal_would_obey(seen):
    kinds = {unicodedata.category(character) for character, shown in seen if character == shown}
    assert kinds.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})


def test_a_character_that_passes_by_itself_passes_beside_an_escape_sequence():
    """What is seen at once to be plain is nothing that the whole search would find."""
    alone = "".join(character for character in EVERY_CHARACTER if visible(character) == character)
    assert len(alone) > 30_000
    assert visible(f"{alone}\x1b") == f"{alone}␛"


def test_every_stand_in_takes_one_cell(seen):
    stand_ins = {shown for character, shown in seen if character != shown}
    assert len(stand_ins) > 30
    assert {get_character_cell_size(shown) for shown in stand_ins} == {1}


def test_what_has_no_width_can_be_told_and_needs_a_base(seen):
    passed = [character for character, shown in seen if character == shown and not get_character_cell_size(character)]
    assert [mark for mark in passed if not possible_mark().match(mark)] == []
    assert set(visible("\n".join(passed), keep_newlines=True)) == {"\n", "¦"}


@given(ANY_TEXT, st.booleans())
def test_length_is_kept_and_visible_text_is_visible(text, keep_newlines):
    shown = visible(text, keep_newlines=keep_newlines)
    assert len(shown) == len(text)
    assert visible(shown, keep_newlines=keep_newlines) == shown
    assert all(character == "\n" or character >= " " for character in shown)


@given(ANY_TEXT, st.integers(0, 40))
def test_the_beginning_of_a_text_is_visible_as_in_the_whole(text, end):
    # Only the first screens of a long notice are made visible before the first paint.
    assert visible(text[:end]) == visible(text)[:end]


@given(ANY_TEXT, st.integers(0, 12))
def test_a_line_fits_and_says_that_it_was_cut(text, cells):
    shown = line(text, cells)
    assert "\n" not in shown
    assert cell_len(shown) <= cells
    assert shown == visible(text) or shown.endswith("…") or cells == 0


def test_a_wide_character_that_does_not_fit_is_left_out():
    assert line("生态环境厅", 6) == "生态…"
    assert line("生态", 4) == "生态"
    assert line("生态", 1) == "…"


def test_markup_is_text():
    assert content("[b]x[/b] [@click=app.quit]y[/]\x1b").plain == "[b]x[/b] [@click=app.quit]y[/]␛"
    assert content("[red]x").spans == []


def test_commands_do_not_load_a_terminal_library():
    code = (
        "import sys, tui.terminal.display as d; d.visible('中\\x1b'); print({'rich', 'textual'} & sys.modules.keys())"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
