"""Sets a place in one row: its columns, at any width of the screen.

Texts, docs and label names are other people's and pass the display door here.
"""

from __future__ import annotations

import msgspec

from tui.everywhere.rows import PlaceRow, State
from tui.terminal.display import field, line
from tui.terminal.width import cells
from tui.text.context import in_context

Part = tuple[str, str]

_MARKS, _GAP = 3, 2
_SIGNS: dict[State, tuple[str, str, str]] = {
    "tagged": ("✓ ", "", "done"),
    "rejected": ("✗ ", "", "dim"),
    "suggested": ("", "?", "wanted"),
    "within": ("in ", "", "dim"),
    "": ("", "", "dim"),
}
"""What stands before and behind the labels of a state, and its look."""


class Columns(msgspec.Struct, frozen=True):
    """Widths of the columns in cells; a column of width 0 is left out."""

    doc: int
    text: int
    state: int


def columns(width: int) -> Columns:
    """The columns that fit into a list of ``width`` cells."""
    if width >= 100:
        doc, state = 20 + (width - 100) // 10, 22
    elif width >= 72:
        doc, state = 12, 14
    elif width >= 48:
        doc, state = 0, 12
    else:
        doc, state = 0, 1
    tail = sum(each + _GAP for each in (doc, state) if each)
    return Columns(doc, max(0, width - _MARKS - tail), state)


def set_row(row: PlaceRow, given: Columns, me: str, *, at_cursor: bool, ticked: bool) -> tuple[list[Part], int]:
    """The parts of a row from left to right as ``(text, look)``, and how many of them the cursor highlights.

    Args:
        row: the place.
        given: the columns of the list.
        me: the reviewer who looks.
        at_cursor: whether the cursor is on this row.
        ticked: whether the place is ticked.
    """
    parts = [("▌", "mark") if at_cursor else (" ", "text"), ("● ", "selected") if ticked else ("  ", "text")]
    if given.doc:
        parts.append((field(row.doc, given.doc) + " " * _GAP, "doc"))
    before, hit, behind = in_context(row.before, row.text, row.behind, given.text)
    filler = " " * (given.text - cells(before) - cells(hit) - cells(behind))
    parts += [(before, "text"), (hit, "hit"), (behind + filler + " " * _GAP, "text")]
    return [*parts, _state(row, me, given.state)], len(parts)


def _state(row: PlaceRow, me: str, width: int) -> Part:
    state, labels = row.state(me)
    before, behind, look = _SIGNS[state]
    names = ", ".join(labels)
    if width == 1:
        return field((before or behind or " ")[0], width), look
    score = row.score
    if state == "suggested" and score is not None and cells(f"{names} {score:.2f}{behind}") <= width:
        names = f"{names} {score:.2f}"
    told = f"{before}{line(names, max(1, width - cells(before + behind)))}{behind}" if names else ""
    gold = ", ".join(row.gold)
    if gold and cells(told) + _GAP < width:
        told = f"{told} ◆ {gold}".lstrip()
    return field(told, width), look


def set_heads(given: Columns) -> list[Part]:
    """The heads of the columns."""
    doc = field("notice", given.doc) + " " * _GAP if given.doc else ""
    state = " " * _GAP + field("there", given.state) if given.state > 1 else ""
    return [(" " * _MARKS + doc + field("place", given.text) + state, "dim")]
