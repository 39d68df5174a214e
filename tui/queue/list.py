"""The queue as a virtual list: one row a notice, and who has it open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual.message import Message

from annotations.labels import LabelSet
from store.read.queue import QueueRow
from tui.queue.columns import Columns, Hits, columns, set_row
from tui.terminal.looks import ACCENT, DIM, GOOD, KEY, PLAIN, WARN, ThemeStyle
from tui.widgets.cursor_list import CursorList

__all__ = ["NoticeList"]


class NoticeList(CursorList[QueueRow, int]):
    """A list of notices with a cursor, one row each.

    Args:
        labels: the label set of the project.
        me: the reviewer who looks.
        id: the id of the widget.
    """

    LOOKS: ClassVar[Mapping[str, ThemeStyle]] = {
        "title": PLAIN,
        "dim": DIM,
        "done": GOOD,
        "flagged": WARN,
        "wanted": ACCENT,
        "selected": KEY,
        "hit": ThemeStyle("accent", attributes="underline"),
        "cursor": ThemeStyle(ground="panel", attributes="bold"),
        "mark": KEY,
    }
    """Looks of the columns; ``cursor`` lies over mark, date and title of the row at the cursor."""

    class Opened(Message):
        """The notice with this number was chosen."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, labels: LabelSet, me: str, *, id: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(labels, id=id)
        self._me = me
        self.hits: Hits | None = None
        """Finds the search in a title, for the rows that are shown from then on; None without a search."""
        self._presence: dict[int, str] = {}

    def put(self, rows: Iterable[QueueRow], presence: Mapping[int, str]) -> None:
        """Replace rows that have changed, and say who has which notice open; only the rows concerned are redrawn.

        Args:
            rows: the rows that changed; those that are not in the list are ignored.
            presence: by number of a notice, who has it open and for how long.
        """
        before, self._presence = self._presence, dict(presence)
        changed = {row.number: row for row in rows}
        moved = {number for number in before.keys() | presence.keys() if before.get(number) != presence.get(number)}
        self.replace_rows(
            {
                at: changed[row.number]
                for at, row in enumerate(self.rows)
                if changed and changed.get(row.number, row) != row
            },
            moved,
        )

    @property
    def visible_numbers(self) -> list[int]:
        """The numbers of the notices that are on the screen."""
        return [self.rows[at].number for at in self.in_sight]

    def key_of(self, row: QueueRow) -> int:
        """The number of the notice."""
        return row.number

    def parts_of(self, row: QueueRow, *, at_cursor: bool, selected: bool) -> tuple[list[tuple[str, str]], int]:
        """A row of the queue; the cursor highlights what stands before the first dim part."""
        parts = set_row(
            row,
            self._columns,
            self.labels,
            self._me,
            at_cursor=at_cursor,
            selected=selected,
            hits=self.hits,
            presence=self._presence.get(row.number, ""),
        )
        return parts, next((at for at, (_, look) in enumerate(parts) if look == "dim"), 0)

    def opened(self, row: QueueRow) -> Opened:
        """The message that a notice was chosen."""
        return self.Opened(row.number)

    @property
    def head_cells(self) -> int:
        """Cells of mark, date and title."""
        return self._columns.head

    @property
    def _columns(self) -> Columns:
        return columns(self.size.width)
