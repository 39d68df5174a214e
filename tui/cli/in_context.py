"""A place of a text with what stands around it, in one line that fits the terminal: keyword in context."""

from __future__ import annotations

import shutil
from typing import Final

from tui.terminal.display import ELLIPSIS, field, line, visible
from tui.terminal.width import cells, prefix

_LEFT: Final = 0.4
"""How much of the room for the text stands before the hit."""

_DOC: Final = 24
"""Cells of the name of a notice at most."""

_NEAR: Final = 400
"""Code points before and behind a hit that are looked at."""


def columns() -> int:
    """The cells of a line; 80 where the output is no terminal and nobody says otherwise."""
    return max(40, shutil.get_terminal_size().columns)


def in_context(name: str, text: str, start: int, end: int, told: str = "", width: int | None = None) -> str:
    """A line: the name of the notice, the hit in 【】 with the text around it, and what is to be told of it.

    Args:
        name: of the notice.
        text: the text that the hit is in; its line ends become visible.
        start: where the hit begins in it, in code points.
        end: where it ends.
        told: what stands at the end, in brackets.
        width: the cells of the line; None for those of the terminal.
    """
    width = columns() if width is None else width
    named = min(_DOC, width // 4)
    tail = f" [{line(told, width // 4)}]" if told else ""
    room = width - named - 1 - cells(tail)
    left = int(room * _LEFT)
    hit = f"【{line(text[start:end], room - left - 4)}】"
    before = _end_of(visible(text[max(0, start - _NEAR) : start]), left)
    behind = line(text[end : end + _NEAR], room - left - cells(hit))
    return f"{field(name, named)} {before}{hit}{behind}{tail}"


def _end_of(text: str, width: int) -> str:
    """The end of a visible text, aligned right in so many cells."""
    if cells(text) <= width:
        return " " * (width - cells(text)) + text
    # What is cut off in front is as wide as what does not fit, and the mark for it.
    kept = text[prefix(text, cells(text) - width + 1) :]
    while cells(kept) > width - 1:
        kept = kept[1:]
    return " " * (width - 1 - cells(kept)) + ELLIPSIS + kept
