"""The list of places: one row each, the text in its context and how far it is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual.message import Message

from annotations.labels import LabelSet
from tui.everywhere.columns import columns, set_row
from tui.everywhere.rows import PlaceKey, PlaceRow
from tui.terminal.looks import ACCENT, DIM, GOOD, KEY, PLAIN, ThemeStyle
from tui.widgets.cursor_list import CursorList


class PlaceList(CursorList[PlaceRow, PlaceKey]):
    """A list of places with a cursor.

    Args:
        labels: the label set of the project.
        me: the reviewer who looks.
        id: the id of the widget.
    """

    LOOKS: ClassVar[Mapping[str, ThemeStyle]] = {
        "text": PLAIN,
        "doc": DIM,
        "dim": DIM,
        "done": GOOD,
        "wanted": ACCENT,
        "selected": KEY,
        "hit": ThemeStyle("accent", attributes="bold underline"),
        "cursor": ThemeStyle(ground="panel"),
        "mark": KEY,
    }
    """Looks of the columns; ``cursor`` lies over the row at the cursor, but for what is said there."""

    @dataclass
    class Opened(Message):
        """A place was chosen."""

        row: PlaceRow

    def __init__(self, labels: LabelSet, me: str, *, id: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(labels, id=id)
        self._me = me

    def key_of(self, row: PlaceRow) -> PlaceKey:
        """Notice and offset."""
        return row.key

    def parts_of(self, row: PlaceRow, *, at_cursor: bool, selected: bool) -> tuple[list[tuple[str, str]], int]:
        """A place in its context."""
        given = columns(self.size.width)
        return set_row(row, given, self._me, at_cursor=at_cursor, ticked=selected)

    def opened(self, row: PlaceRow) -> Opened:
        """The message that a place was chosen."""
        return self.Opened(row)
