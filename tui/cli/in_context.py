"""A place of a text with what stands around it, in one line that fits the terminal: keyword in context."""

from __future__ import annotations

import shutil
from typing import Final

from tui.terminal.display import field, line
from tui.terminal.width import cells
from tui.text import context

_DOC: Final = 24
"""Cells of the name of a notice at most."""

_MARKS: Final = "【】"
"""What the hit stands in."""

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
    tail = f" [{line(told, width // 3)}]" if told else ""
    room = width - named - 1 - cells(tail)
    around = text[max(0, start - _NEAR) : start], text[start:end], text[end : end + _NEAR]
    before, hit, behind = context.in_context(around[0], around[1], around[2], room - cells(_MARKS))
    return f"{field(name, named)} {before}{_MARKS[0]}{hit}{_MARKS[1]}{behind}{tail}"
