"""A virtual list of rows: what lists of annotations and of differences have in common.

A row has columns of its own and, at the right, a remark.  Only rows that change are drawn again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import ClassVar, Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from annotations.labels import LabelSet
from tui.terminal.display import field
from tui.terminal.looks import DIM, GOOD, PLAIN, WARN, ThemeStyle, style_of
from tui.terminal.theme import app_palette
from tui.terminal.width import cells

Row = TypeVar("Row")

_MARK, _BESIDE_REMARK = 2, 3
"""Cells of the mark of the current row, and of the blanks around the remark."""
_MOST_STRIPS = 512
"""Rows that are kept as they were drawn."""


class RowList(ScrollView, Generic[Row], can_focus=False, inherit_bindings=False):
    """A virtual list; the current row is marked and in sight.  Subclasses say what a row looks like.

    Args:
        labels: the label set of the project.
        id: the id of the widget.
    """

    DEFAULT_CSS = """
    RowList {
        height: 1fr;
        overflow: hidden auto;
        scrollbar-size-vertical: 1;
    }
    """

    LOOKS: ClassVar[Mapping[str, ThemeStyle]] = {
        "plain": PLAIN,
        "dim": DIM,
        "good": GOOD,
        "warn": WARN,
        "suggested": ThemeStyle(attributes="underline"),
        "current": ThemeStyle(ground="panel", attributes="bold"),
        "mark": ThemeStyle("accent", "panel", "bold"),
    }
    """Looks of the columns; ``current`` lies over the current row."""

    ALLOW_SELECT = False

    MOST_REMARK: ClassVar[int]
    """Cells of the remark at most."""
    REMARK_PERCENT: ClassVar[int]
    """The share of a narrow row that the remark takes at most."""

    def __init__(self, labels: LabelSet, *, id: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(id=id)
        self._labels = labels
        self._rows: Sequence[Row] = ()
        self._current: int | None = None
        self._in_sight: int | None = None
        self._empty = ""
        self._remark_cells = 0
        self._styles: dict[str, Style] = {}
        self._strips: dict[tuple[int, bool], Strip] = {}

    # For subclasses

    def columns(self, row: Row, room: int, over: Style) -> Iterable[Segment]:
        """The columns of a row between the mark and the remark, ``room`` cells; ``over`` lies over their styles."""
        raise NotImplementedError

    def remark(self, row: Row, most: int) -> str:
        """What stands at the right of a row, in ``most`` cells at most."""
        raise NotImplementedError

    def row_pressed(self, number: int) -> None:
        """Post that a row was clicked."""
        raise NotImplementedError

    def put(self, rows: Sequence[Row], current: int | None, in_sight: int | None, empty: str) -> None:
        """Show these rows; only what has changed is redrawn.

        Args:
            rows: the rows; the same object where none has changed.
            current: the number of the current row; None where none is.
            in_sight: the number of the row that is scrolled into sight; None scrolls nothing.
            empty: the text of the list where there are no rows.
        """
        before, was, old_empty = self._rows, self._current, self._empty
        self._rows, self._current, self._in_sight, self._empty = rows, current, in_sight, empty
        redrawn = {row for row in (was, current) if row is not None} if was != current else set()
        if before is not rows or old_empty != empty:
            self._strips.clear()
            old_cells = self._remark_cells
            self._remark_cells = max((cells(self.remark(row, self.MOST_REMARK)) for row in rows), default=0)
            grows = len(before) != len(rows)
            if grows:
                self.virtual_size = Size(0, max(1, len(rows)))
            if grows or old_cells != self._remark_cells or old_empty != empty:
                self.refresh(layout=grows and self.styles.auto_dimensions)
                redrawn = set()
            else:
                redrawn.update(at for at, (old, new) in enumerate(zip(before, rows, strict=True)) if old != new)
        for row in redrawn:
            self.refresh(Region(0, row - self.scroll_offset.y, self.size.width, 1))
        self._bring_into_sight()

    def style(self, look: str) -> Style:
        """The style of a look, by its name; "" is the list itself."""
        if look not in self._styles:
            self._styles[look] = style_of(self.app, self.LOOKS[look]) if look else self.rich_style
        return self._styles[look]

    def sign(self, label_name: str) -> tuple[str, Style]:
        """The sign of a label in its hue; ``?`` where the label set has no such label."""
        label = self._labels.get(label_name)
        return (
            (label.sign, app_palette(self.app)[f"{label.hue} text"]) if label is not None else ("?", self.style("dim"))
        )

    # For views

    @property
    def page(self) -> int:
        """Rows that a page down moves by: the height of the list less one."""
        return max(1, self.size.height - 1)

    def use_labels(self, labels: LabelSet) -> None:
        """Show the signs and hues of another label set."""
        self._labels = labels
        self._strips.clear()
        self.refresh()

    # Drawing

    def notify_style_update(self) -> None:
        """Drop the styles of the old theme."""
        super().notify_style_update()
        self._styles.clear()
        self._strips.clear()

    def on_resize(self) -> None:
        """Keep the row in sight that was."""
        self._strips.clear()
        self._bring_into_sight()

    def render_line(self, y: int) -> Strip:
        """Draw the row that is ``y`` rows below the top of the list."""
        width, row = self.size.width, self.scroll_offset.y + y
        if not self._rows and row == 0:
            return Strip([Segment(field("  " + self._empty, width), self.style("") + self.style("dim"))], width)
        if row >= len(self._rows):
            return Strip.blank(width, self.style(""))
        wanted = row, row == self._current
        if wanted not in self._strips:
            if len(self._strips) >= _MOST_STRIPS:
                self._strips.clear()
            self._strips[wanted] = self._draw(self._rows[row], width, current=wanted[1])
        return self._strips[wanted]

    def on_click(self, event: events.Click) -> None:
        """Tell which row was clicked."""
        row = self.scroll_offset.y + event.y
        if row < len(self._rows):
            self.row_pressed(row)

    def _bring_into_sight(self) -> None:
        row, top, height = self._in_sight, self.scroll_offset.y, self.size.height
        if row is None or not height or top <= row < top + height:
            return
        # A third of the list is scrolled, so that the next steps need no scrolling: a scroll redraws the whole list.
        lead = height // 3
        target = row - height + 1 + lead if row < top else row - lead
        self.scroll_to(y=target, animate=False, immediate=True, force=True)

    def _draw(self, row: Row, width: int, *, current: bool) -> Strip:
        over = self.style("current") if current else Style.null()
        remark_cells = min(self._remark_cells, width * self.REMARK_PERCENT // 100)
        remark = field(self.remark(row, remark_cells), remark_cells)
        segments = chain(
            [Segment("▌ ", self.style("mark")) if current else Segment(" " * _MARK, Style.null())],
            self.columns(row, max(1, width - _MARK - remark_cells - _BESIDE_REMARK), over),
            [Segment(f"  {remark} ", self.style("dim") + over)],
        )
        base = self.style("")
        return Strip(segments).adjust_cell_length(width, over or base).apply_style(base)
