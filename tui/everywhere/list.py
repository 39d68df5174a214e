"""The list of places: one row each, the text in its context and how far it is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.message import Message

from annotations.labels import LabelSet
from tui.everywhere.columns import columns, set_row
from tui.everywhere.rows import PlaceKey, PlaceRow
from tui.widgets.cursor_list import CursorList


class PlaceList(CursorList[PlaceRow, PlaceKey]):
    """A list of places with a cursor.

    Args:
        labels: the label set of the project.
        me: the reviewer who looks.
        id: the id of the widget.
    """

    DEFAULT_CSS = """
    PlaceList {
        & > .place-list--text { color: $foreground; }
        & > .place-list--doc { color: $secondary; }
        & > .place-list--dim { color: $secondary; }
        & > .place-list--done { color: $success; }
        & > .place-list--wanted { color: $accent; }
        & > .place-list--selected { color: $accent; text-style: bold; }
        & > .place-list--hit { color: $accent; text-style: bold underline; }
        & > .place-list--cursor { background: $panel; }
        & > .place-list--mark { color: $accent; text-style: bold; }
    }
    """

    LOOKS = "place-list"

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "place-list--text",
        "place-list--doc",
        "place-list--dim",
        "place-list--done",
        "place-list--wanted",
        "place-list--selected",
        "place-list--hit",
        "place-list--cursor",
        "place-list--mark",
    }
    """Looks of the columns; ``--cursor`` lies over the row at the cursor, but for what is said there."""

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
