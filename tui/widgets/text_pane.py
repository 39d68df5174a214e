"""A pane of text: rows that were laid out elsewhere, with spans, a selection and a cursor painted on them.

The pane knows no notice and no alignment, and it decides nothing: it posts messages about the mouse, and keys belong to
the screen.  It redraws only the cells that changed, because it is used over SSH.  Text reaches a strip only as
``display.visible`` makes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer

from tui.terminal import width
from tui.terminal.clusters import cluster
from tui.terminal.display import visible
from tui.terminal.looks import DIM, KEY, TEXT_LOOKS, ThemeStyle, style_of
from tui.terminal.theme import HIT
from tui.text.layout import PaneRow
from tui.text.overview import MapCell
from tui.text.rows import Rows
from tui.widgets.pane_paint import GUTTER, Look, Painter, PaneSpan, RemovedIn, Spans

__all__ = ["HIT", "PaneSpan", "TextPane"]

_LINE, _IN_VIEW = "─", "━"
"""The line above the text, and its part that stands for the rows in sight."""
_REVERSED = Style(reverse=True)
_SCROLL_MARGIN = 3
"""Rows that stay visible above and below the cursor."""
_LOW_PANE_ROWS = 12
"""Rows of a pane below which a scroll redraws nearly all of them."""
_WHEEL_ROWS = 3
"""Rows that a turn of the wheel scrolls."""
_DRAG_SCROLL_INTERVAL = 0.08
"""Seconds between two rows of scrolling while a drag rests beyond the edge."""
_STRIP_CACHE_SIZE = 512
"""Strips that are cached."""


class TextPane(ScrollView, can_focus=True):
    """Rows of text, below a line with the name of the pane and the position of the cursor.

    Args:
        title: the name of the pane.
        id: the id of the widget.
        classes: the classes of the widget.
    """

    ALLOW_SELECT = False

    DEFAULT_CSS = """
    TextPane {
        overflow: hidden hidden;
        background: $background;
        color: $foreground;
    }
    """

    LOOKS: ClassVar[Mapping[str, ThemeStyle]] = {"title": DIM, "title-active": KEY, **TEXT_LOOKS}
    """The looks of the line above the text, without and with the focus, and of the parts of the text."""

    class PaneMessage(Message):
        """The base of all messages of a pane."""

        def __init__(self, pane: TextPane) -> None:
            super().__init__()
            self.pane = pane

        @property
        def control(self) -> TextPane:
            """The pane, for ``@on`` selectors."""
            return self.pane

    class Pointed(PaneMessage):
        """The mouse button was pressed on the character at ``offset``."""

        def __init__(self, pane: TextPane, offset: int) -> None:
            super().__init__(pane)
            self.offset = offset

    class Clicked(PaneMessage):
        """The character at ``offset`` was clicked twice (2) or three ``times`` (3) in a row."""

        def __init__(self, pane: TextPane, offset: int, times: int) -> None:
            super().__init__(pane)
            self.offset = offset
            self.times = times

    class Dragged(PaneMessage):
        """The mouse was dragged from the character at ``anchor`` to the one at ``offset``.

        ``ended`` says that the button was released.
        """

        def __init__(self, pane: TextPane, anchor: int, offset: int, *, ended: bool = False) -> None:
            super().__init__(pane)
            self.anchor = anchor
            self.offset = offset
            self.ended = ended

        def can_replace(self, message: Message) -> bool:
            """Of a burst only the newest counts, but one that ends the drag is never dropped."""
            return isinstance(message, TextPane.Dragged) and message.pane is self.pane and not message.ended

    class Scrolled(PaneMessage):
        """The mouse scrolled the pane; ``top`` is the first visible row now."""

        def __init__(self, pane: TextPane, top: int) -> None:
            super().__init__(pane)
            self.top = top

    class FoldPressed(PaneMessage):
        """The mouse button was pressed on a fold row."""

        def __init__(self, pane: TextPane, row: PaneRow) -> None:
            super().__init__(pane)
            self.row = row

    class MapPressed(PaneMessage):
        """The mouse button was pressed on the map in the title; ``share`` is how far down the text, from 0 to 1."""

        def __init__(self, pane: TextPane, share: float) -> None:
            super().__init__(pane)
            self.share = share

    class Resized(PaneMessage):
        """The pane has another size: its rows may have to be laid out anew, and the cursor may be out of sight."""

    def __init__(self, title: str = "", *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(id=id, classes=classes)
        self.title = title
        """The name of the pane."""
        self.rows = Rows()
        """The text, and where its offsets are drawn."""
        self.cursor = 0
        """The offset of the character at the cursor."""
        self.selection: tuple[int, int] | None = None
        """The selection ``[start, end)``, in code points."""
        self.active: PaneSpan | None = None
        """The active span: the one that keys act on."""
        self._spans = Spans()
        self._removed: RemovedIn | None = None
        self._painter = Painter(self._style, {})
        self._style_cache: dict[str, Style] = {}
        self._strip_cache: dict[int, tuple[Look, Strip]] = {}
        self._map: Sequence[MapCell] = ()
        self._palette: Mapping[str, Style] = {}
        self._anchor: int | None = None
        self._drag_end = 0
        self._is_dragged = False
        self._drag_timer: Timer | None = None
        self._shown_in = Size(0, 0)

    # For the screen

    @property
    def columns(self) -> int:
        """Cells of a row of text; one cell behind them is left for a cursor on a line end."""
        return max(1, self.size.width - GUTTER - 1)

    @property
    def top(self) -> int:
        """The number of the first visible row."""
        return round(self.scroll_y)

    def use_palette(self, palette: Mapping[str, Style]) -> None:
        """Paint spans with another palette; what a style leaves unset shows what is below the span."""
        self._painter, self._palette = Painter(self._style, palette), palette
        self._strip_cache.clear()
        self.refresh()

    def rename(self, title: str) -> None:
        """Give the pane another name."""
        if title != self.title:
            self.title = title
            self.refresh(Region(0, 0, self.size.width, 1))

    @property
    def map_cells(self) -> int:
        """Cells of the line above the text that are free for a map of it."""
        return max(0, self.size.width - self._position_cells)

    def show_map(self, shown: Sequence[MapCell]) -> None:
        """Show a map of the text behind the position; an empty one is a plain line."""
        if list(shown) != list(self._map):
            self._map = shown
            start = self._position_cells
            self.refresh(Region(start, 0, max(0, self.size.width - start), 1))

    def show(
        self,
        text: str,
        rows: Sequence[PaneRow],
        *,
        shown: str | None = None,
        cursor: int = 0,
        selection: tuple[int, int] | None = None,
        spans: Sequence[PaneSpan] = (),
        removed: RemovedIn | None = None,
    ) -> None:
        """Show a text; the scroll offset changes only where there are too few rows for it.

        Args:
            text: the source text; spans and offsets are its code points.
            rows: its rows, as ``layout.lay_out`` makes them.
            shown: the text as it is drawn, where it is known; as for ``Rows``.
            cursor: the offset of the cursor.
            selection: the selection ``[start, end)``.
            spans: the painted spans.
            removed: gives the parts of a stretch that are dim.
        """
        self.rows = Rows(text, rows, shown)
        self.cursor, self.selection, self._spans, self._removed = cursor, selection, Spans(spans), removed
        self._strip_cache.clear()
        # To set it would have textual lay out the screen: there is no bar that could come or go with it.
        self.set_reactive(TextPane.virtual_size, Size(0, len(rows) + 1))
        # There may be fewer rows than before.
        self.scroll_to_row(self.top)
        self.refresh()

    def set_state(
        self,
        *,
        cursor: int,
        selection: tuple[int, int] | None,
        spans: Sequence[PaneSpan] | None = None,
        active: PaneSpan | None = None,
    ) -> None:
        """Change what is painted; only the cells that change are redrawn.

        Args:
            cursor: the offset of the cursor.
            selection: the selection ``[start, end)``.
            spans: the painted spans; None keeps them.
            active: the active span; it is painted whether or not it is one of ``spans``.
        """
        before, was_selected, was_active = self.cursor, self.selection, self.active
        self.cursor, self.selection, self.active = cursor, selection, active
        if not self.display:
            # All of it is drawn when it is shown.
            self._spans = self._spans if spans is None else Spans(spans)
            return
        view = self._view
        if before != cursor:
            source, number_of = self.rows.source, self.rows.number_of
            old, new = cluster(source, before), cluster(source, cursor)
            if number_of(before) == number_of(cursor):
                # Textual writes a row from its left edge to the last changed cell, so that one region is cheaper than
                # two.
                self._refresh_cells(view, min(old[0], new[0]), max(old[1], new[1]))
            else:
                self._refresh_cells(view, *old)
                self._refresh_cells(view, *new)
            self._refresh_position()
        for stretch in (*_difference(was_selected, selection), *_differing(was_active, active)):
            self._refresh_cells(view, *stretch)
        if spans is not None:
            gone, self._spans = self._spans, Spans(spans)
            shown = (self.rows[view.start].start, self.rows[view.stop - 1].end) if view else (0, 0)
            for span in set(gone.all).symmetric_difference(self._spans.all):
                # A notice that was just opened has thousands of new spans, and few of them are visible.
                if span.start < shown[1] and shown[0] < span.end:
                    self._refresh_rows(view, span.start, span.end)

    def offset_at(self, x: int, y: int) -> int:
        """The character drawn at a cell of the widget; ``Rows.offset_at`` says what other cells stand for."""
        return self.rows.offset_at(max(0, y - 1 + self.top), x - GUTTER)

    def page_rows(self) -> int:
        """Rows of text that fit into the pane."""
        return max(1, self.size.height - 1)

    def row_of(self, offset: int) -> int:
        """The number of the row that holds an offset."""
        return self.rows.number_of(offset)

    def row_start(self, offset: int) -> int:
        """The first character of the row that holds an offset."""
        return self.rows.first_of(offset)

    def row_end(self, offset: int) -> int:
        """The last character of the row that holds an offset."""
        return self.rows.last_of(offset)

    def move_rows(self, offset: int, delta: int, goal: int | None = None) -> tuple[int, int]:
        """The offset that is ``delta`` rows further down, or up where ``delta`` is negative.

        Args:
            offset: the offset to start from.
            delta: rows; rows without text are skipped.
            goal: the goal column, in cells; None takes the cell of ``offset``.

        Returns:
            The offset, and the goal column for the next such move.
        """
        goal = self.rows.cell_of(offset) if goal is None else goal
        return self.rows.moved(offset, delta, goal), goal

    def scroll_to_offset(self, offset: int) -> bool:
        """Scroll an offset into view, by so many rows that the next motions need no scrolling.

        Returns:
            Whether the pane scrolled.
        """
        height = self.page_rows()
        row = self.rows.number_of(offset)
        if height >= _LOW_PANE_ROWS:
            margin, lead = _SCROLL_MARGIN, height // 3
        else:
            # In a low pane a margin would cost too many rows, and a scroll redraws all of it anyway.
            margin, lead = 0, 2 if self.has_focus else 1
        if row < self.top + margin:
            return self.scroll_to_row(row - height + lead)
        if row >= self.top + height - margin:
            return self.scroll_to_row(row - lead + 1)
        return False

    def scroll_to_span(self, start: int, end: int) -> bool:
        """Scroll so far that a stretch is visible: all of it, or where it is too long its first rows.

        Returns:
            Whether the pane scrolled.
        """
        first, last = self.rows.number_of(start), self.rows.number_of(max(start, end - 1))
        top = max(self.top, last - self.page_rows() + 1)
        return self.scroll_to_row(min(top, first))

    def scroll_to_row(self, top: int) -> bool:
        """Scroll a row to the top, without animation and without a message.

        Returns:
            Whether the pane scrolled.
        """
        before = self.top
        self.scroll_to(y=max(0, min(top, len(self.rows) - self.page_rows())), animate=False, force=True)
        return self.top != before

    # Drawing

    def notify_style_update(self) -> None:
        """Drop what was drawn in the old theme."""
        super().notify_style_update()
        self._strip_cache.clear()
        self._style_cache.clear()

    def render_line(self, y: int) -> Strip:
        """Draw one row of the widget: the title line, or a row of text."""
        if y == 0:
            return self._title_strip()
        number = y - 1 + self.top
        if number >= len(self.rows):
            return Strip.blank(self.size.width, self._style(""))
        look = self._look(number)
        cached = self._strip_cache.get(number)
        if cached is not None and cached[0] == look:
            return cached[1]
        if len(self._strip_cache) >= _STRIP_CACHE_SIZE:
            self._strip_cache.clear()
        strip = self._painter.strip(self.rows[number], self.rows.shown, look, self._removed)
        self._strip_cache[number] = look, strip
        return strip

    def _look(self, number: int) -> Look:
        row = self.rows[number]
        spans: tuple[PaneSpan, ...] = ()
        selection = active = cursor = None
        if row.start < row.end:
            spans = self._spans.overlapping(row.start, row.end)
            selection = _within(self.selection, row)
            active = self.active if _within(self.active and self.active[:2], row) is not None else None
        if number == self.rows.number_of(self.cursor):
            cursor = cluster(self.rows.source, self.cursor)
        return Look(self.size.width, spans, selection, cursor, active, self.has_focus)

    def _title_strip(self) -> Strip:
        style = self._style("") + self._style("title-active" if self.has_focus else "title")
        text = self._heading()
        fill = max(0, (self._position_cells if self._map else self.size.width) - width.cells(text))
        segments = [Segment(text + _LINE * fill, style)]
        for cell in self._map:
            look = self._palette.get(cell.look, style) if cell.sign else style
            if cell.sign and cell.in_view:
                look += _REVERSED
            segments.append(Segment(cell.sign or (_IN_VIEW if cell.in_view else _LINE), style + look))
        return Strip(segments).adjust_cell_length(self.size.width, style)

    def _heading(self) -> str:
        length = len(self.rows.source)
        where = f"{min(self.cursor + 1, length):,} of {length:,}" if length else "empty"
        return f" {visible(self.title)} {where} "

    def _style(self, part: str) -> Style:
        if part not in self._style_cache:
            self._style_cache[part] = style_of(self.app, self.LOOKS[part]) if part else self.rich_style
        return self._style_cache[part]

    @property
    def _view(self) -> range:
        """The numbers of the visible rows."""
        top = self.top
        return range(top, min(len(self.rows), top + self.page_rows()))

    def _refresh_rows(self, view: range, start: int, end: int) -> None:
        rows = self._rows_in(view, start, end)
        if rows:
            self.refresh(Region(0, rows.start - view.start + 1, self.size.width, len(rows)))

    def _refresh_cells(self, view: range, start: int, end: int) -> None:
        rows = self.rows
        for number in self._rows_in(view, start, end):
            row = rows[number]
            if row.kind == "fold":
                self._refresh_rows(view, row.start, row.start + 1)
            elif row.kind == "text":
                first = rows.cell_of(max(start, row.start))
                last = width.cells(rows.shown[row.start : min(end, row.end)])
                self.refresh(Region(GUTTER + first, number - view.start + 1, max(1, last - first), 1))

    def _rows_in(self, view: range, start: int, end: int) -> range:
        """The numbers of the visible rows that hold a part of ``[start, end)``."""
        first, last = self.rows.number_of(start), self.rows.number_of(max(start, end - 1))
        return range(max(first, view.start), min(last + 1, view.stop))

    def _refresh_position(self) -> None:
        self.refresh(Region(0, 0, self._position_cells, 1))

    @property
    def _position_cells(self) -> int:
        """Cells of the longest position, so that no digit of the previous one stays."""
        return width.cells(visible(self.title)) + 2 * len(f"{len(self.rows.source):,}") + 8

    # Events

    def on_resize(self) -> None:
        """Tell that the size is another one."""
        size = self.size
        if size.width and self._shown_in != size:
            self._shown_in = size
            self.post_message(self.Resized(self))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Post that a character or a fold row was pressed."""
        event.stop()
        if event.button == 1 and event.y == 0 and self._map and event.x >= self._position_cells:
            self.post_message(self.MapPressed(self, (event.x - self._position_cells) / len(self._map)))
        if event.button != 1 or event.y < 1:
            return
        number = event.y - 1 + self.top
        if number < len(self.rows) and self.rows[number].kind == "fold":
            self.post_message(self.FoldPressed(self, self.rows[number]))
            return
        self.capture_mouse()
        self._anchor = self._drag_end = self.offset_at(event.x, event.y)
        self._is_dragged = False
        self.post_message(self.Pointed(self, self._anchor))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Continue a drag."""
        if self._anchor is None:
            return
        event.stop()
        self._drag_to(event.x, event.y)

    def _drag_to(self, x: int, y: int) -> None:
        """Drag to a cell; beyond the first or last row the text keeps scrolling while the mouse rests there."""
        if self._drag_timer is not None:
            self._drag_timer.stop()
            self._drag_timer = None
        if self._anchor is None:
            return
        if not 1 <= y <= self.page_rows():
            self._scroll_by(-1 if y < 1 else 1)
            self._drag_timer = self.set_timer(_DRAG_SCROLL_INTERVAL, lambda: self._drag_to(x, y))
        offset = self.offset_at(x, max(1, min(y, self.page_rows())))
        if offset != self._drag_end:
            self._drag_end, self._is_dragged = offset, True
            self.post_message(self.Dragged(self, self._anchor, offset))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """End a drag."""
        if self._anchor is None:
            return
        event.stop()
        self.release_mouse()
        anchor, self._anchor = self._anchor, None
        if self._is_dragged:
            self.post_message(self.Dragged(self, anchor, self._drag_end, ended=True))

    def on_click(self, event: events.Click) -> None:
        """Post that a character was clicked twice or three times; a press alone was posted already."""
        number = event.y - 1 + self.top
        on_fold = number < len(self.rows) and self.rows[number].kind == "fold"
        if event.button == 1 and event.y >= 1 and event.chain > 1 and not self._is_dragged and not on_fold:
            self.post_message(self.Clicked(self, self.offset_at(event.x, event.y), min(event.chain, 3)))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down."""
        event.stop()
        self._scroll_by(_WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up."""
        event.stop()
        self._scroll_by(-_WHEEL_ROWS)

    def _scroll_by(self, rows: int) -> None:
        if self.scroll_to_row(self.top + rows):
            self.post_message(self.Scrolled(self, self.top))


def _within(stretch: tuple[int, int] | None, row: PaneRow) -> tuple[int, int] | None:
    """The part of a stretch that is on a row; None where no part is."""
    if stretch is None:
        return None
    start, end = max(stretch[0], row.start), min(stretch[1], row.end)
    return (start, end) if start < end else None


def _difference(before: tuple[int, int] | None, after: tuple[int, int] | None) -> list[tuple[int, int]]:
    """The stretches that belong to exactly one of two stretches."""
    if before == after:
        return []
    if before is None or after is None or before[1] <= after[0] or after[1] <= before[0]:
        return [stretch for stretch in (before, after) if stretch is not None]
    ends = (before[0], after[0]), (before[1], after[1])
    return [(min(pair), max(pair)) for pair in ends if pair[0] != pair[1]]


def _differing(before: PaneSpan | None, after: PaneSpan | None) -> list[tuple[int, int]]:
    """The stretches that look otherwise where another span is the active one."""
    if before is not None and after is not None and before.style == after.style:
        return _difference(before[:2], after[:2])
    return [span[:2] for span in (before, after) if span is not None and before != after]
