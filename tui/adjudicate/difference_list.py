"""The list of the differences of a notice, one row each: what kind, where, who says something, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from annotations.labels import LabelSet
from tui.terminal.display import field, line
from tui.terminal.theme import app_palette
from tui.terminal.width import cells

_SIGN, _KIND, _LABELS = 2, 10, 4
"""Cells of the columns before the quote."""
_KIND_FROM: Final = 50
"""Cells of the list from which the kind is spelled out."""
_MOST_REMARK: Final = 34
"""Cells of the last column at most; on a narrow screen it takes two fifths of the row at most."""


class DifferenceRow(NamedTuple):
    """A difference as the list shows it.

    ``look`` is that of ``sign`` and ``kind``; ``labels`` are names of labels; ``remark`` is who says something, or what
    was decided by whom.
    """

    sign: str
    kind: str
    look: str
    labels: tuple[str, ...]
    quote: str
    remark: str


class DifferenceList(ScrollView, can_focus=False, inherit_bindings=False):
    """A virtual list of differences; the one at the cursor is marked.

    Args:
        labels: the label set of the project.
        id: the id of the widget.
    """

    DEFAULT_CSS = """
    DifferenceList {
        height: 1fr;
        overflow: hidden auto;
        scrollbar-size-vertical: 1;
        & > .difference-list--plain { color: $foreground; }
        & > .difference-list--dim { color: $secondary; }
        & > .difference-list--good { color: $success; }
        & > .difference-list--warn { color: $warning; }
        & > .difference-list--current { background: $panel; text-style: bold; }
        & > .difference-list--mark { color: $accent; background: $panel; text-style: bold; }
    }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "difference-list--plain",
        "difference-list--dim",
        "difference-list--good",
        "difference-list--warn",
        "difference-list--current",
        "difference-list--mark",
    }
    """Looks of the columns; ``--current`` lies over the current row."""

    ALLOW_SELECT = False

    @dataclass
    class Chosen(Message):
        """A row was clicked."""

        index: int

    def __init__(self, labels: LabelSet, *, id: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(id=id)
        self._labels = labels
        self._rows: list[DifferenceRow] = []
        self._current: int | None = None
        self._empty = ""
        self._remark_cells = 0
        self._styles: dict[str, Style] = {}

    @property
    def page(self) -> int:
        """Rows that a page down moves by: the height of the list less one."""
        return max(1, self.size.height - 1)

    def show(self, rows: list[DifferenceRow], current: int | None, empty: str) -> None:
        """Show these rows; only what has changed is redrawn.

        Args:
            rows: the differences, in the order of the text.
            current: which one is at the cursor; None where none is.
            empty: the text of the list where there are no rows.
        """
        before, was, old_empty = self._rows, self._current, self._empty
        self._rows, self._current, self._empty = rows, current, empty
        if len(before) != len(rows) or old_empty != empty:
            self.virtual_size = Size(0, max(1, len(rows)))
            self._measure()
            self.refresh()
        elif before is not rows:
            remark_cells = self._remark_cells
            self._measure()
            if remark_cells != self._remark_cells:
                self.refresh()
            for at, (old, new) in enumerate(zip(before, rows, strict=True)):
                if old != new:
                    self._refresh_row(at)
        if was != current:
            for row in (was, current):
                if row is not None:
                    self._refresh_row(row)
        self._bring_into_sight()

    def use_labels(self, labels: LabelSet) -> None:
        """Show the signs and hues of another label set."""
        self._labels = labels
        self.refresh()

    def notify_style_update(self) -> None:
        """Drop the styles of the old theme."""
        super().notify_style_update()
        self._styles.clear()

    def on_resize(self) -> None:
        """Keep the current row in sight."""
        self._bring_into_sight()

    def render_line(self, y: int) -> Strip:
        """Draw the row that is ``y`` rows below the top of the list."""
        width, row = self.size.width, self.scroll_offset.y + y
        if not self._rows and row == 0:
            return Strip([Segment(field("  " + self._empty, width), self._style("dim"))], width)
        if row >= len(self._rows):
            return Strip.blank(width, self._style(""))
        return self._draw(self._rows[row], width, current=row == self._current)

    def on_click(self, event: events.Click) -> None:
        """Choose the difference that was clicked."""
        row = self.scroll_offset.y + event.y
        if row < len(self._rows):
            self.post_message(self.Chosen(row))

    def _measure(self) -> None:
        self._remark_cells = max((cells(line(row.remark, _MOST_REMARK)) for row in self._rows), default=0)

    def _refresh_row(self, row: int) -> None:
        self.refresh(Region(0, row - self.scroll_offset.y, self.size.width, 1))

    def _bring_into_sight(self) -> None:
        row, top, height = self._current, self.scroll_offset.y, self.size.height
        if row is None or not height or top <= row < top + height:
            return
        # A third of the list is scrolled, so that the next steps need no scrolling: a scroll redraws the whole list.
        lead = height // 3
        target = row - height + 1 + lead if row < top else row - lead
        self.scroll_to(y=target, animate=False, immediate=True, force=True)

    def _style(self, look: str) -> Style:
        if look not in self._styles:
            component = f"difference-list--{look}"
            self._styles[look] = self.get_component_rich_style(component, partial=True) if look else self.rich_style
        return self._styles[look]

    def _draw(self, row: DifferenceRow, width: int, *, current: bool) -> Strip:
        over = self._style("current") if current else Style.null()
        kind_cells = _KIND if width >= _KIND_FROM else 0
        remark_cells = min(self._remark_cells, width * 2 // 5)
        room = max(1, width - 2 - _SIGN - kind_cells - _LABELS - remark_cells - 3)
        shown = line(row.quote, room)
        segments = [
            Segment("▌ " if current else "  ", self._style("mark") if current else Style.null()),
            Segment(field(row.sign, _SIGN), self._style(row.look) + over),
            Segment(field(row.kind, kind_cells), self._style(row.look) + over),
            *self._signs(row.labels, over),
            Segment(shown, self._style("plain") + over),
            Segment(" " * (room - cells(shown)), over),
            Segment(f"  {field(row.remark, remark_cells)} ", self._style("dim") + over),
        ]
        base = self._style("")
        return Strip(segments).adjust_cell_length(width, over or base).apply_style(base)

    def _signs(self, names: tuple[str, ...], over: Style) -> list[Segment]:
        """The signs of labels in their hues, in as many cells as the column has."""
        palette = app_palette(self.app)
        segments = []
        room = _LABELS - 1
        for name in names[:room]:
            label = self._labels.get(name)
            style = palette[f"{label.hue} text"] if label is not None else self._style("dim")
            segments.append(Segment(line(label.sign if label is not None else "?", 1), style + over))
        return [*segments, Segment(" " * (_LABELS - len(segments)), over)]
