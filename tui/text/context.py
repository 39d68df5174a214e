"""A hit with the text around it in one line: keyword in context.

The text is other people's and passes the display door here.
"""

from __future__ import annotations

from typing import Final

from tui.terminal.display import ELLIPSIS, line, visible
from tui.terminal.width import cells, prefix

_LEFT: Final = 0.4
"""How much of the room stands before the hit."""


def in_context(before: str, hit: str, behind: str, room: int) -> tuple[str, str, str]:
    """The three parts as they are drawn: hits of several lines stand below each other.

    Args:
        before: what stands before the hit; its end is shown.
        hit: the hit.
        behind: what stands behind it.
        room: cells for all of it; what is behind is as wide as it is, up to that.
    """
    left = int(room * _LEFT)
    shown = line(hit, max(0, room - left))
    return _end_of(visible(before), left), shown, line(behind, max(0, room - left - cells(shown)))


def _end_of(text: str, width: int) -> str:
    """The end of a visible text, aligned right in so many cells."""
    if cells(text) <= width:
        return " " * (width - cells(text)) + text
    if width <= 0:
        return ""
    # What is cut off in front is as wide as what does not fit, and the mark for it.
    kept = text[prefix(text, cells(text) - width + 1) :]
    while cells(kept) > width - 1:
        kept = kept[1:]
    return " " * (width - 1 - cells(kept)) + ELLIPSIS + kept
