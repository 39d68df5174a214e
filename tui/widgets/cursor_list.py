"""A virtual list with a cursor: very many rows cost as much as one screen of them.

The list shows the rows that it is given, posts a message when the cursor comes near their ends, and reads nothing.  A
cursor key redraws two rows.  Cached strips belong to what a row is about and not to positions, so rows that are added
or dropped out of sight redraw nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import ClassVar, Generic, Literal, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from annotations.labels import LabelSet
from tui.terminal.looks import ThemeStyle, style_of

Row = TypeVar("Row")
Key = TypeVar("Key", bound=Hashable)

_STRIP_CACHE_SIZE = 512
"""Strips that are cached."""
_WHEEL_ROWS = 3
"""Rows that the cursor moves at a turn of the wheel."""


class CursorList(Widget, Generic[Row, Key], can_focus=True, inherit_bindings=False):
    """A list with a cursor, one row each.  Subclasses say what a row looks like, and have the table of looks.

    Args:
        labels: the label set of the project.
        id: the id of the widget.
    """

    DEFAULT_CSS = """
    CursorList { height: 1fr; }
    """

    LOOKS: ClassVar[Mapping[str, ThemeStyle]]
    """The looks of the columns by name; ``cursor`` is one of them."""

    ALLOW_SELECT = False

    cursor: reactive[int] = reactive(0, repaint=False)
    """The row at the cursor, from 0, among the rows of the list."""

    # Not dataclasses: these write and compile the source of methods that nobody calls, before the first paint.

    class EdgeNear(Message):
        """The cursor is near the first (-1) or the last (1) row; posted once, until the rows change."""

        def __init__(self, direction: Literal[-1, 1]) -> None:
            super().__init__()
            self.direction = direction

    class CursorMoved(Message):
        """The cursor is on another row."""

        def __init__(self, row: int) -> None:
            super().__init__()
            self.row = row

        def can_replace(self, message: Message) -> bool:
            """Of a burst of these messages only the last one counts."""
            return isinstance(message, CursorList.CursorMoved)

    def __init__(self, labels: LabelSet, *, id: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(id=id)
        self.labels = labels
        """The label set of the project."""
        self._rows: list[Row] = []
        self._end = 0
        self._top = 0
        self._edges_reported: set[int] = set()
        self._selected: Collection[Key] = frozenset()
        self._strip_cache: dict[tuple[Key, bool, bool], Strip] = {}
        self._style_cache: dict[tuple[str, bool], Style] = {}
        self._own_style: Style | None = None
        self._fits = Size(0, 0)
        """The size that the scroll offset and the strips are for."""

    # For subclasses

    def key_of(self, row: Row) -> Key:
        """What a row is about: the same for a row that takes its place."""
        raise NotImplementedError

    def parts_of(self, row: Row, *, at_cursor: bool, selected: bool) -> tuple[list[tuple[str, str]], int]:
        """A row from left to right as ``(text, look)``, and how many of these parts the cursor highlights."""
        raise NotImplementedError

    def opened(self, row: Row) -> Message:
        """The message that a row was chosen."""
        raise NotImplementedError

    @property
    def head_cells(self) -> int:
        """Cells from the left that look otherwise where the cursor is, or where the row is selected."""
        return self.size.width

    # Rows

    @property
    def screen_row(self) -> int:
        """The row of the screen with the cursor, from 0 at the top of the list."""
        return self.cursor - self._top

    @property
    def page(self) -> int:
        """Rows that a page key moves the cursor by."""
        return max(1, self.size.height - 1)

    def show(self, rows: list[Row], cursor: int = 0, *, screen_row: int | None = None) -> None:
        """Show other rows.

        Args:
            rows: the rows, in order.
            cursor: the index of the row with the cursor.
            screen_row: the row of the screen that it should be on; None keeps the scroll offset where possible.
        """
        self._rows, self._end = rows, len(rows)
        self._edges_reported.clear()
        self._strip_cache.clear()
        self.set_reactive(CursorList.cursor, max(0, min(len(rows) - 1, cursor)))
        self._top = self.cursor - (self.screen_row if screen_row is None else screen_row)
        self._keep_cursor_in_view()
        self.refresh()
        self.post_message(self.CursorMoved(self.cursor))

    def extend(self, rows: list[Row], shift: int = 0) -> None:
        """Rows were added at one end, and maybe dropped at the other.

        Args:
            rows: all rows of the list now.
            shift: by how many rows those that stay have moved; positive where rows were added at the start.
        """
        end = self._end + shift
        self._rows, self._end = rows, len(rows)
        self._edges_reported.clear()
        self._top += shift
        self.set_reactive(CursorList.cursor, self.cursor + shift)
        if self._keep_cursor_in_view() or self._top + self.size.height > end:
            self.refresh()
        self.post_message(self.CursorMoved(self.cursor))

    def replace_rows(self, rows: Mapping[int, Row], redrawn: Collection[Key] = ()) -> None:
        """Replace rows by what is known of them now; only those that are in sight are redrawn.

        Args:
            rows: the rows by their index.
            redrawn: what rows are about that are redrawn besides.
        """
        moved = {*redrawn, *map(self.key_of, rows.values())}
        for at, row in rows.items():
            self._rows[at] = row
        for key in [key for key in self._strip_cache if key[0] in moved]:
            del self._strip_cache[key]
        self._redraw(moved, self.size.width)

    def select(self, keys: Collection[Key]) -> None:
        """Mark the rows about these as selected, and no others."""
        changed = set(self._selected) ^ set(keys)
        self._selected = frozenset(keys)
        self._redraw(changed, self.head_cells)

    def _redraw(self, keys: Collection[Key], width: int) -> None:
        for y in range(self.size.height if keys else 0):
            row = self.row_at(self._top + y)
            if row is not None and self.key_of(row) in keys:
                self.refresh(Region(0, y, width, 1))

    def use_labels(self, labels: LabelSet) -> None:
        """Show another label set."""
        self.labels = labels
        self._strip_cache.clear()
        self.refresh()

    @property
    def rows(self) -> Sequence[Row]:
        """The rows of the list."""
        return self._rows

    @property
    def in_sight(self) -> range:
        """The indexes of the rows that are on the screen."""
        return range(max(0, self._top), min(len(self._rows), self._top + self.size.height))

    def row_at(self, row: int) -> Row | None:
        """The row at an index; None where the list has none."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    # The cursor

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
                self.refresh(Region(0, row - self._top, self.head_cells, 1))
        self.post_message(self.CursorMoved(new))

    def open_cursor(self) -> None:
        """Post that the row at the cursor was chosen."""
        found = self.row_at(self.cursor)
        if found is not None:
            self.post_message(self.opened(found))

    def _keep_cursor_in_view(self) -> bool:
        """Scroll by half a screen if the cursor has left the screen; returns whether it scrolled.

        Each scroll repaints the list, so that one of half a screen is cheaper than many of one row.  It also posts
        ``EdgeNear`` when the cursor is less than two screens away from an end.
        """
        if not self.size.height:
            return False
        scrolled = self._scroll_to_cursor()
        ends: tuple[tuple[Literal[-1, 1], int], ...] = ((1, len(self._rows) - self.cursor), (-1, self.cursor))
        for direction, left in ends:
            if left < 2 * self.size.height and direction not in self._edges_reported:
                self._edges_reported.add(direction)
                self.post_message(self.EdgeNear(direction))
        return scrolled

    def _scroll_to_cursor(self) -> bool:
        height, top = self.size.height, self._top
        if not top <= self.cursor < top + height:
            top = self.cursor - height // 2
        top = max(0, min(top, len(self._rows) - height))
        scrolled = top != self._top
        self._top = top
        return scrolled

    # Events

    def on_resize(self) -> None:
        """Tell where an end is near: a list that has no height yet cannot say so."""
        self._fit()
        self._keep_cursor_in_view()

    def _fit(self) -> None:
        """Drop the strips of another width, and scroll so that the cursor is in view."""
        if self.size != self._fits:
            self._fits = self.size
            self._strip_cache.clear()
            self._scroll_to_cursor()

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row; on the cursor itself, open it."""
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

    # Drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows of a part of the list; it is painted in a new size before it is told of it."""
        self._fit()
        return super().render_lines(crop)

    def notify_style_update(self) -> None:
        """Drop what was drawn in the old theme."""
        super().notify_style_update()
        self._strip_cache.clear()
        self._style_cache.clear()
        self._own_style = None

    def render_line(self, y: int) -> Strip:
        """The row that is ``y`` rows below the top of the list."""
        row = self.row_at(self._top + y)
        if row is None:
            return Strip.blank(self.size.width, self._base)
        about = self.key_of(row)
        key = (about, self._top + y == self.cursor, about in self._selected)
        strip = self._strip_cache.get(key)
        if strip is None:
            if len(self._strip_cache) > _STRIP_CACHE_SIZE:
                self._strip_cache.clear()
            _, at_cursor, selected = key
            strip = self._strip_cache[key] = self._draw(row, at_cursor=at_cursor, selected=selected)
        return strip

    def _draw(self, row: Row, *, at_cursor: bool, selected: bool) -> Strip:
        parts, head = self.parts_of(row, at_cursor=at_cursor, selected=selected)
        head = head if at_cursor else 0
        segments = [Segment(text, self._style(look, at_cursor=at < head)) for at, (text, look) in enumerate(parts)]
        # Parts with the same style are merged: a change of style costs more bytes than most columns.
        return Strip(segments).simplify().adjust_cell_length(self.size.width, self._base)

    @property
    def _base(self) -> Style:
        """The style of the widget; cached, because textual makes it anew each time, from those of all around it."""
        if self._own_style is None:
            self._own_style = self.rich_style
        return self._own_style

    def _style(self, look: str, *, at_cursor: bool = False) -> Style:
        """The complete style of a look; cached, because every key draws with it."""
        key = (look, at_cursor)
        if key not in self._style_cache:
            style = self._base + style_of(self.app, self.LOOKS[look])
            over = style_of(self.app, self.LOOKS["cursor"])
            self._style_cache[key] = style + over if at_cursor else style
        return self._style_cache[key]
