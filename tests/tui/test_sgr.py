"""Fewer bytes for the same picture: whatever is written, a terminal shows the same before and after."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.terminal.sgr import shorten

COLOURS = st.one_of(
    st.integers(30, 37).map(str),
    st.integers(0, 255).map(lambda number: f"38;5;{number}"),
    st.tuples(*[st.integers(0, 255)] * 3).map(lambda rgb: "38;2;{};{};{}".format(*rgb)),
)
GROUNDS = st.one_of(
    st.integers(40, 47).map(str),
    st.integers(0, 255).map(lambda number: f"48;5;{number}"),
)
STYLES = st.tuples(
    st.lists(st.sampled_from(["1", "3", "4", "7", "9"]), unique=True), st.none() | COLOURS, st.none() | GROUNDS
).map(lambda parts: ";".join([*parts[0], *(part for part in parts[1:] if part)]))
PIECES = st.one_of(
    st.tuples(STYLES, st.text("ab 排。", max_size=4)).map(
        lambda piece: f"\x1b[{piece[0]}m{piece[1]}\x1b[0m" if piece[0] else piece[1]
    ),
    st.tuples(st.integers(1, 5), st.integers(1, 20)).map(lambda at: f"\x1b[{at[0]};{at[1]}H"),
    st.sampled_from(["\r\n", "\x1b[0m", "\x1b[m", "\x1b[38;5;9m", "\x1b[1m", "x", "\x1b[K"]),
)


def picture(data):
    screen = pyte.Screen(30, 6)
    pyte.Stream(screen).feed(data)
    return [[screen.buffer[y][x] for x in range(30)] for y in range(6)], screen.cursor.x, screen.cursor.y


@given(st.lists(PIECES, max_size=20).map("".join))
def test_the_picture_is_the_same_and_never_longer(data):
    # What comes after it looks the same too: the style in force is what it was.
    assert picture(shorten(data) + "z") == picture(data + "z")
    assert len(shorten(data)) <= len(data)


@given(st.text())
def test_any_text_passes(data):
    assert shorten(data) == data or "\x1b" in data
    shorten(f"{data}\x1b[0m\x1b[1m")


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("\x1b[1;38;5;9;48;5;2ma\x1b[0m\x1b[38;5;9;48;5;2mb\x1b[0m", "\x1b[1;38;5;9;48;5;2ma\x1b[22mb\x1b[0m"),
        ("\x1b[31ma\x1b[0m\x1b[32mb\x1b[0m", "\x1b[31ma\x1b[32mb\x1b[0m"),
        ("\x1b[31ma\x1b[0m\x1b[31mb\x1b[0m", "\x1b[31mab\x1b[0m"),
        ("\x1b[1;2ma\x1b[0m\x1b[1mb\x1b[0m", "\x1b[1;2ma\x1b[0;1mb\x1b[0m"),
        ("\x1b[31ma\x1b[0m\r\n\x1b[31mb\x1b[0m", "\x1b[31ma\x1b[0m\r\n\x1b[31mb\x1b[0m"),
        ("\x1b[38;5ma\x1b[0m\x1b[1mb\x1b[0m", "\x1b[38;5ma\x1b[0m\x1b[1mb\x1b[0m"),
        # Three that add to each other: the last alone is not what is in force.
        ("\x1b[1m\x1b[31m\x1b[3ma\x1b[0m\x1b[3mb\x1b[0m", "\x1b[1m\x1b[31m\x1b[3ma\x1b[0m\x1b[3mb\x1b[0m"),
    ],
)
def test_only_what_differs_is_written(long, short):
    assert shorten(long) == short
