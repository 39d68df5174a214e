"""The queue as a virtual list: a million notices cost as much as one screen of them.

The list shows the rows that it is given, posts a message when the cursor comes near their ends, and reads nothing.  A
cursor key redraws two rows.  Cached strips belong to notices and not to positions, so rows that are added or dropped
out of sight redraw nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from annotations.labels import LabelSet
from store.read.queue import QueueRow
from tui.queue.columns import Columns, Hits, columns, set_row

__all__ = ["NoticeList"]

_STRIP_CACHE_SIZE = 512
"""Strips that are cached."""
_WHEEL_ROWS = 3
"""Rows that the cursor moves at a turn of the wheel."""


class NoticeList(Widget, can_focus=True, inherit_bindings=False):
    """A list of notices with a cursor, one row each.

    Args:
        labels: the label set of the project.
        me: the reviewer who looks.
        id: the id of the widget.
    """

    DEFAULT_CSS = """
    NoticeList {
        height: 1fr;
        & > .notice-list--title { color: $foreground; }
        & > .notice-list--dim { color: $secondary; }
        & > .notice-list--done { color: $success; }
        & > .notice-list--flagged { color: $warning; }
        & > .notice-list--wanted { color: $accent; }
        & > .notice-list--selected { color: $accent; text-style: bold; }
        & > .notice-list--hit { color: $accent; text-style: underline; }
        & > .notice-list--cursor { background: $panel; text-style: bold; }
        & > .notice-list--mark { color: $accent; text-style: bold; }
    }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "notice-list--title",
        "notice-list--dim",
        "notice-list--done",
        "notice-list--flagged",
        "notice-list--wanted",
        "notice-list--selected",
        "notice-list--hit",
        "notice-list--cursor",
        "notice-list--mark",
    }
    """Looks of the columns; ``--cursor`` lies over mark, date and title of the row at the cursor."""

    ALLOW_SELECT = False

    cursor: reactive[int] = reactive(0, repaint=False)
    """The row at the cursor, from 0, among the rows of the list."""

    @dataclass
    class EdgeNear(Message):
        """The cursor is near the first (-1) or the last (1) row; posted once, until the rows change."""

        direction: int

    @dataclass
    class Opened(Message):
        """The notice with this number was chosen."""

        number: int

    @dataclass
    class CursorMoved(Message):
        """The cursor is on another row."""

        row: int

        def can_replace(self, message: Message) -> bool:
            """Of a burst of these messages only the last one counts."""
            return isinstance(message, NoticeList.CursorMoved)

    def __init__(self, labels: LabelSet, me: str, *, id: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(id=id)
        self._labels = labels
        self._me = me
        self._rows: list[QueueRow] = []
        self._end = 0
        self._top = 0
        self._edges_reported: set[int] = set()
        self._hits: Hits | None = None
        self._selected: Collection[int] = frozenset()
        self._presence: dict[int, str] = {}
        self._strip_cache: dict[tuple[int, bool, bool], Strip] = {}
        self._style_cache: dict[tuple[str, bool], Style] = {}

    @property
    def screen_row(self) -> int:
        """The row of the screen with the cursor, from 0 at the top of the list."""
        return self.cursor - self._top

    @property
    def page(self) -> int:
        """Rows that a page key moves the cursor by."""
        return max(1, self.size.height - 1)

    def show(
        self, rows: list[QueueRow], cursor: int = 0, *, screen_row: int | None = None, hits: Hits | None = None
    ) -> None:
        """Show other rows.

        Args:
            rows: the rows, in order.
            cursor: the index of the row with the cursor.
            screen_row: the row of the screen that it should be on; None keeps the scroll offset where possible.
            hits: finds the search in a title; None without a search.
        """
        self._rows, self._end, self._hits = rows, len(rows), hits
        self._edges_reported.clear()
        self._strip_cache.clear()
        self.set_reactive(NoticeList.cursor, max(0, min(len(rows) - 1, cursor)))
        self._top = self.cursor - (self.screen_row if screen_row is None else screen_row)
        self._keep_cursor_in_view()
        self.refresh()
        self.post_message(self.CursorMoved(self.cursor))

    def extend(self, rows: list[QueueRow], shift: int = 0) -> None:
        """Rows were added at one end and dropped at the other.

        Args:
            rows: all rows of the list now.
            shift: by how many rows those that stay have moved; positive where rows were added at the start.
        """
        end = self._end + shift
        self._rows, self._end = rows, len(rows)
        self._edges_reported.clear()
        self._top += shift
        self.set_reactive(NoticeList.cursor, self.cursor + shift)
        if self._keep_cursor_in_view() or self._top + self.size.height > end:
            self.refresh()
        self.post_message(self.CursorMoved(self.cursor))

    def put(self, rows: Iterable[QueueRow], presence: Mapping[int, str]) -> None:
        """Replace rows that have changed, and say who has which notice open; only the rows concerned are redrawn.

        Args:
            rows: the rows that changed; those that are not in the list are ignored.
            presence: by number of a notice, who has it open and for how long.
        """
        before, self._presence = self._presence, dict(presence)
        changed = {row.number: row for row in rows}
        moved = {number for number in before.keys() | presence.keys() if before.get(number) != presence.get(number)}
        for at, row in enumerate(self._rows):
            if changed.get(row.number, row) != row:
                self._rows[at] = changed[row.number]
                moved.add(row.number)
        for key in [key for key in self._strip_cache if key[0] in moved]:
            del self._strip_cache[key]
        for y in range(self.size.height):
            shown = self.row_at(self._top + y)
            if shown is not None and shown.number in moved:
                self.refresh(Region(0, y, self.size.width, 1))

    def use_labels(self, labels: LabelSet) -> None:
        """Show the counts of another label set."""
        self._labels = labels
        self._strip_cache.clear()
        self.refresh()

    @property
    def visible_numbers(self) -> list[int]:
        """The numbers of the notices that are on the screen."""
        rows = (self.row_at(self._top + y) for y in range(self.size.height))
        return [row.number for row in rows if row is not None]

    def select(self, numbers: Collection[int]) -> None:
        """Mark the notices with these numbers as selected, and no others."""
        changed = set(self._selected) ^ set(numbers)
        self._selected = frozenset(numbers)
        for y in range(self.size.height):
            row = self.row_at(self._top + y)
            if row is not None and row.number in changed:
                self.refresh(Region(0, y, self._columns.head, 1))

    def row_at(self, row: int) -> QueueRow | None:
        """The notice at an index; None where the list has none."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def move(self, rows: int) -> int:
        """Move the cursor by ``rows``; returns how many of them are beyond the end of the list."""
        target = self.cursor + rows
        self.move_to(target)
        return target - self.cursor

    def move_to(self, row: int) -> None:
        """Move the cursor to a row, clamped to the list."""
        self.cursor = max(0, min(len(self._rows) - 1, row))

    def watch_cursor(self, old: int, new: int) -> None:
        """Redraw the two rows that changed; scroll where the cursor has left the screen."""
        if not self.is_mounted:
            return
        if self._keep_cursor_in_view():
            self.refresh()
        else:
            for row in (old, new):
                self.refresh(Region(0, row - self._top, self._columns.head, 1))
        self.post_message(self.CursorMoved(new))

    def on_resize(self) -> None:
        """Drop the strips of the old width."""
        self._strip_cache.clear()
        self._keep_cursor_in_view()

    def notify_style_update(self) -> None:
        """Drop what was drawn in the old theme."""
        super().notify_style_update()
        self._strip_cache.clear()
        self._style_cache.clear()

    def render_line(self, y: int) -> Strip:
        """The row that is ``y`` rows below the top of the list."""
        row = self.row_at(self._top + y)
        if row is None:
            return Strip.blank(self.size.width, self.rich_style)
        key = (row.number, self._top + y == self.cursor, row.number in self._selected)
        strip = self._strip_cache.get(key)
        if strip is None:
            if len(self._strip_cache) > _STRIP_CACHE_SIZE:
                self._strip_cache.clear()
            _, at_cursor, selected = key
            strip = self._strip_cache[key] = self._draw(row, at_cursor=at_cursor, selected=selected)
        return strip

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row; on the cursor itself, open the notice."""
        row = self._top + event.y
        if row == self.cursor:
            self.open_cursor()
        elif self.row_at(row) is not None:
            self.move_to(row)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move the cursor down: the list shows no place but that of the cursor."""
        event.stop()
        self.move(_WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move the cursor up."""
        event.stop()
        self.move(-_WHEEL_ROWS)

    def open_cursor(self) -> None:
        """Post ``Opened`` for the notice at the cursor."""
        found = self.row_at(self.cursor)
        if found is not None:
            self.post_message(self.Opened(found.number))

    @property
    def _columns(self) -> Columns:
        return columns(self.size.width)

    def _keep_cursor_in_view(self) -> bool:
        """Scroll by half a screen if the cursor has left the screen; returns whether it scrolled.

        Each scroll repaints the list, so that one of half a screen is cheaper than many of one row.  It also posts
        ``EdgeNear`` when the cursor is less than two screens away from an end.
        """
        height, top = self.size.height, self._top
        if not height:
            return False
        if not top <= self.cursor < top + height:
            top = self.cursor - height // 2
        top = max(0, min(top, len(self._rows) - height))
        scrolled = top != self._top
        self._top = top
        for direction, left in ((1, len(self._rows) - self.cursor), (-1, self.cursor)):
            if left < 2 * height and direction not in self._edges_reported:
                self._edges_reported.add(direction)
                self.post_message(self.EdgeNear(direction))
        return scrolled

    def _style(self, look: str, *, at_cursor: bool = False) -> Style:
        """The complete style of a look; cached, because every key draws with it."""
        key = (look, at_cursor)
        if key not in self._style_cache:
            style = self.rich_style + self.get_component_rich_style(f"notice-list--{look}", partial=True)
            self._style_cache[key] = style + self._cursor_style if at_cursor else style
        return self._style_cache[key]

    @property
    def _cursor_style(self) -> Style:
        return self.get_component_rich_style("notice-list--cursor", partial=True)

    def _draw(self, row: QueueRow, *, at_cursor: bool, selected: bool) -> Strip:
        given = self._columns
        parts = set_row(
            row,
            given,
            self._labels,
            self._me,
            at_cursor=at_cursor,
            selected=selected,
            hits=self._hits,
            presence=self._presence.get(row.number, ""),
        )
        head = next((at for at, (_, look) in enumerate(parts) if look == "dim"), 0) if at_cursor else 0
        segments = [Segment(text, self._style(look, at_cursor=at < head)) for at, (text, look) in enumerate(parts)]
        # Parts with the same style are merged: a change of style costs more bytes than most columns.
        return Strip(segments).simplify().adjust_cell_length(self.size.width, self.rich_style)
