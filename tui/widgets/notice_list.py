"""The queue as a virtual list: any number of notices at the cost of one screen.

It knows how many rows there are and keeps the pages of rows it was given; it asks for the others and never queries.  A
cursor key redraws two rows.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from annotations.annotation import ReviewStatus
from annotations.labels import LabelSet
from store.queue import PAGE_ROWS, QueueRow
from tui.display import line
from tui.width import cells

STATUS_SIGNS: dict[ReviewStatus, str] = {"open": "○", "done": "✓", "flagged": "⚑", "skipped": "–"}
"""A sign for each status, so that nothing depends on colour."""

_PAGES_KEPT = 24
_STRIPS_KEPT = 512
_WIDE = 100
"""Cells from which the source has a column of its own."""
_NARROW = 60
"""Cells below which only the title and a sign for the status have room."""
_MARK, _DATE, _STATUS, _GAP = 2, 10, 9, 2
"""Cells of columns, and between two of them."""
_STATUS_LOOKS: dict[ReviewStatus, str] = {"done": "done", "flagged": "flagged"}


class NoticeList(ScrollView, can_focus=True, inherit_bindings=False):
    """Notices, one a row, with a cursor."""

    DEFAULT_CSS = """
    NoticeList {
        height: 1fr;
        overflow: hidden auto;
        scrollbar-size-vertical: 0;
        & > .notice-list--title { color: $foreground; }
        & > .notice-list--dim { color: $secondary; }
        & > .notice-list--done { color: $success; }
        & > .notice-list--flagged { color: $warning; }
        & > .notice-list--wanted { color: $accent; }
        & > .notice-list--cursor { background: $panel; text-style: bold; }
        & > .notice-list--mark { color: $accent; background: $panel; text-style: bold; }
    }
    """
    # No scrollbar: it would be a part of every row that is drawn, and the status line tells the place.

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "notice-list--title",
        "notice-list--dim",
        "notice-list--done",
        "notice-list--flagged",
        "notice-list--wanted",
        "notice-list--cursor",
        "notice-list--mark",
    }
    """Looks of the columns; ``--cursor`` lies over date and title of the cursor's row, ``--mark`` is the bar before."""

    ALLOW_SELECT = False

    cursor: reactive[int] = reactive(0, repaint=False)
    """Row under the cursor, from 0."""

    @dataclass
    class PageWanted(Message):
        """A page of rows is on the screen, or soon will be, and has not been given."""

        page: int

    @dataclass
    class Opened(Message):
        """The notice with this number was chosen."""

        number: int

    @dataclass
    class CursorMoved(Message):
        """The cursor is on another row."""

        row: int

        def can_replace(self, message: Message) -> bool:
            """Only the last of a burst counts."""
            return isinstance(message, NoticeList.CursorMoved)

    def __init__(self, labels: LabelSet, *, id: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(id=id)
        self._labels = labels
        self._total = 0
        self._pages: OrderedDict[int, list[QueueRow]] = OrderedDict()
        self._wanted: set[int] = set()
        self._strips: dict[tuple[int, bool, int], Strip] = {}
        self._styles: dict[str, Style] = {}

    @property
    def total(self) -> int:
        """How many rows there are."""
        return self._total

    def show(self, total: int) -> None:
        """Show ``total`` rows; all pages are asked for anew."""
        self._total = total
        self._pages.clear()
        self._wanted.clear()
        self._strips.clear()
        self.virtual_size = Size(0, total)
        self.cursor = min(self.cursor, max(0, total - 1))
        self.refresh()

    def give(self, page: int, rows: list[QueueRow]) -> None:
        """Take the rows of a page."""
        self._pages[page] = rows
        self._pages.move_to_end(page)
        self._wanted.discard(page)
        while len(self._pages) > _PAGES_KEPT:
            self._pages.popitem(last=False)
        self._strips = {key: strip for key, strip in self._strips.items() if key[0] // PAGE_ROWS != page}
        top = self.scroll_offset.y
        if top // PAGE_ROWS <= page <= (top + self.size.height) // PAGE_ROWS:
            self.refresh()

    def renew(self) -> None:
        """Ask for the pages around the cursor again and forget the others; what is drawn stays until they come."""
        near = self.cursor // PAGE_ROWS
        for page in list(self._pages):
            if abs(page - near) > 1:
                del self._pages[page]
            else:
                self.call_later(self._ask_for, page)

    def row_at(self, row: int) -> QueueRow | None:
        """The notice of a row; None while its page is on its way."""
        rows = self._pages.get(row // PAGE_ROWS)
        if rows is None:
            return None
        index = row % PAGE_ROWS
        return rows[index] if index < len(rows) else None

    def move(self, rows: int) -> None:
        """Move the cursor by so many rows, as far as there are any."""
        self.move_to(self.cursor + rows)

    def move_to(self, row: int) -> None:
        """Put the cursor on a row, clamped."""
        self.cursor = max(0, min(self._total - 1, row))

    def watch_cursor(self, old: int, new: int) -> None:
        """Redraw the two rows that changed, scroll where the cursor would leave the list."""
        if not self.is_mounted:
            return
        if not self._bring_into_sight(new):
            for row in (old, new):
                self.refresh(Region(0, row - self.scroll_offset.y, _head_cells(self.size.width), 1))
        self.post_message(self.CursorMoved(new))

    def on_resize(self) -> None:
        """Rows are laid out for the width."""
        self.virtual_size = Size(0, self._total)
        self._strips.clear()
        # The cursor may move before that.
        self.call_after_refresh(lambda: self._bring_into_sight(self.cursor))

    def notify_style_update(self) -> None:
        """Another theme: nothing drawn before is right."""
        super().notify_style_update()
        self._strips.clear()
        self._styles.clear()

    def render_line(self, y: int) -> Strip:
        """The row that is ``y`` rows below the top of the list."""
        row, width = self.scroll_offset.y + y, self.size.width
        if row >= self._total:
            return Strip.blank(width, self.rich_style)
        if y == 0:
            self._want_around(row)
        found = self.row_at(row)
        if found is None:
            return Strip([Segment("  …".ljust(width), self._style("dim"))], width)
        key = (row, row == self.cursor, width)
        strip = self._strips.get(key)
        if strip is None:
            if len(self._strips) > _STRIPS_KEPT:
                self._strips.clear()
            strip = self._strips[key] = self._draw(found, width, selected=row == self.cursor)
        return strip

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, on the cursor it opens."""
        row = self.scroll_offset.y + event.y
        if row >= self._total:
            return
        if row == self.cursor:
            self.open_cursor()
        else:
            self.move_to(row)

    def open_cursor(self) -> None:
        """Choose the notice under the cursor."""
        found = self.row_at(self.cursor)
        if found is not None:
            self.post_message(self.Opened(found.number))

    def _want_around(self, top: int) -> None:
        """Ask for the pages in sight, and for those that a page key would bring there."""
        height = self.size.height
        first, last = max(0, top - height), min(self._total - 1, top + 2 * height)
        for page in range(first // PAGE_ROWS, last // PAGE_ROWS + 1):
            if page not in self._pages and page not in self._wanted:
                self._wanted.add(page)
                # Not from here: a message made while the screen draws counts as the screen's and never reaches it.
                self.call_later(self._ask_for, page)

    def _ask_for(self, page: int) -> None:
        self.post_message(self.PageWanted(page))

    def _bring_into_sight(self, row: int) -> bool:
        """Scroll so that ``row`` is in sight, by half a screen when it has left it; whether anything moved."""
        top, height = self.scroll_offset.y, self.size.height
        if not height or top <= row < top + height:
            return False
        # Every scroll repaints the list, so that half a screen at a time is cheaper than a row at a time.
        target = row - height // 2
        target = max(0, min(target, self._total - height))
        self.scroll_to(y=target, animate=False, immediate=True, force=True)
        return True

    def _style(self, look: str) -> Style:
        if look not in self._styles:
            self._styles[look] = self.get_component_rich_style(f"notice-list--{look}", partial=True)
        return self._styles[look]

    def _draw(self, row: QueueRow, width: int, *, selected: bool) -> Strip:
        mark, head, *rest = self._columns(row, width, selected=selected)
        over = self._style("cursor") if selected else Style.null()
        segments = [Segment(text, self._style(look) + over) for text, look in (mark, head)]
        segments += [Segment(text, self._style(look)) for text, look in rest]
        # As few changes of style as there can be: each costs more bytes than most columns.
        strip = Strip(segments).apply_style(self.rich_style).simplify()
        return strip.adjust_cell_length(width, self.rich_style)

    def _columns(self, row: QueueRow, width: int, *, selected: bool) -> list[tuple[str, str]]:
        """Text and look of the mark, of date and title, and of each column behind them; together ``width`` cells."""
        counts = " ".join(
            f"{label.sign}{row.counts[label.name]}" for label in self._labels if row.counts.get(label.name)
        )
        if row.suggestions:
            counts = f"{counts} {row.suggestions} to accept".strip()
        source, counts_cells, status = _tail_cells(width)
        date = f"{_field((row.published or '—')[:10], _DATE)}{' ' * _GAP}" if width >= _NARROW else ""
        title = _field(row.title or row.doc, _head_cells(width) - _MARK - len(date))
        return [
            ("▌ ", "mark") if selected else ("  ", "title"),
            (f"{date}{title}", "title"),
            (" " * _GAP, "dim"),
            (_field(row.source or "—", source - _GAP) + " " * _GAP if source else "", "dim"),
            (_field(counts, counts_cells), "wanted" if row.suggestions else "dim"),
            (_field(f"{STATUS_SIGNS[row.status]} {row.status}", status), _STATUS_LOOKS.get(row.status, "dim")),
        ]


def _tail_cells(width: int) -> tuple[int, int, int]:
    """Cells of the columns of the source, its gap included, of the counts and of the status."""
    if width < _NARROW:
        return (0, 0, 1)
    return (24, 16, _STATUS) if width >= _WIDE else (0, 10, _STATUS)


def _head_cells(width: int) -> int:
    """Cells of the mark, the date and the title: what a cursor lights up."""
    return max(0, width - _GAP - sum(_tail_cells(width)))


def _field(text: str, width: int) -> str:
    """The text made safe, cut or padded to ``width`` cells."""
    shown = line(text, max(0, width))
    return shown + " " * (width - cells(shown))
