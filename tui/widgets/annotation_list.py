"""The list of a notice's annotations, one row each, below the texts; it scrolls to the annotation at the cursor."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from annotations.annotation import Annotation
from annotations.labels import AttributeValue, LabelSet
from tui.terminal.display import field, line
from tui.terminal.theme import app_palette
from tui.terminal.width import cells

GAP = "▁"
"""One cell of the mark for attributes that should be filled and are unset."""
_MOST_REMARK = 26
"""Cells of the last column at most; on a narrow screen it takes a quarter of the row at most."""


class AnnotationRow(tuple[Annotation, str]):
    """An annotation, and its quote as a reader should see it."""

    __slots__ = ()


class AnnotationList(ScrollView, can_focus=False, inherit_bindings=False):
    """A virtual list of annotations; the current one is marked.

    Args:
        labels: the label set of the project.
        me: the annotator who looks; None names no annotator.
        id: the id of the widget.
    """

    DEFAULT_CSS = """
    AnnotationList {
        height: 1fr;
        overflow: hidden auto;
        scrollbar-size-vertical: 1;
        & > .annotation-list--text { color: $foreground; }
        & > .annotation-list--dim { color: $secondary; }
        & > .annotation-list--values { color: $foreground; }
        & > .annotation-list--current { background: $panel; text-style: bold; }
        & > .annotation-list--mark { color: $accent; background: $panel; text-style: bold; }
        & > .annotation-list--suggested { text-style: underline; }
    }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "annotation-list--text",
        "annotation-list--dim",
        "annotation-list--values",
        "annotation-list--current",
        "annotation-list--mark",
        "annotation-list--suggested",
    }
    """Looks of the columns; ``--current`` lies over the current row."""

    ALLOW_SELECT = False

    @dataclass
    class Chosen(Message):
        """A row was clicked."""

        annotation_id: str

    def __init__(self, labels: LabelSet, me: str | None = None, *, id: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(id=id)
        self._me = me
        self._labels = labels
        self._rows: list[AnnotationRow] = []
        self._current: str | None = None
        self._empty = ""
        self._remark_cells = 0
        self._row_of: dict[str, int] = {}
        self._starts: list[int] = []
        self._cursor = 0

    def show(self, rows: list[AnnotationRow], current: str | None, cursor: int, empty: str) -> None:
        """Show these rows; only what has changed is redrawn.

        Args:
            rows: the annotations, in order.
            current: the id of the current annotation.
            cursor: the raw offset of the cursor; where it is in no annotation, the last one before it is in sight.
            empty: the text of the list where there are no rows.
        """
        before, old = (self._rows, self._empty), self._current_row()
        if rows is not self._rows:
            self._row_of = {item.id: at for at, (item, _) in enumerate(rows)}
            self._starts = [item.start for item, _ in rows]
        self._rows, self._current, self._cursor, self._empty = rows, current, cursor, empty
        new = self._current_row()
        if before != (rows, empty):
            self._remark_cells = max((cells(_remark(item, _MOST_REMARK, self._me)) for item, _ in rows), default=0)
            self.virtual_size = Size(0, max(1, len(rows)))
            self.refresh()
        elif old != new:
            for row in (old, new):
                if row is not None:
                    self.refresh(Region(0, row - self.scroll_offset.y, self.size.width, 1))
        self._bring_into_sight()

    def use_labels(self, labels: LabelSet) -> None:
        """Show the signs and hues of another label set."""
        self._labels = labels
        self.refresh()

    def on_resize(self) -> None:
        """Keep the row of the cursor in sight."""
        self._bring_into_sight()

    def render_line(self, y: int) -> Strip:
        """Draw the row that is ``y`` rows below the top of the list."""
        width, row = self.size.width, self.scroll_offset.y + y
        if not self._rows and row == 0:
            return Strip([Segment(field("  " + self._empty, width), self._style("dim"))], width)
        if row >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        return self._draw(self._rows[row], width)

    def on_click(self, event: events.Click) -> None:
        """Choose the annotation that was clicked."""
        row = self.scroll_offset.y + event.y
        if row < len(self._rows):
            self.post_message(self.Chosen(self._rows[row][0].id))

    def _current_row(self) -> int | None:
        return self._row_of.get(self._current) if self._current is not None else None

    def _row_at_cursor(self) -> int:
        """The current row, else the last one that begins before the cursor, else the first."""
        row = self._current_row()
        return row if row is not None else max(0, bisect_right(self._starts, self._cursor) - 1)

    def _bring_into_sight(self) -> None:
        row = self._row_at_cursor()
        top, height = self.scroll_offset.y, self.size.height
        if not height or top <= row < top + height:
            return
        # One more row than needed is scrolled, so that the next step needs no scrolling: a scroll redraws the whole
        # list.
        beside = 1 if height > 2 else 0
        target = row - height + 1 + beside if row < top else row - beside
        self.scroll_to(y=target, animate=False, immediate=True, force=True)

    def _style(self, look: str) -> Style:
        return self.get_component_rich_style(f"annotation-list--{look}", partial=True)

    def _draw(self, row: AnnotationRow, width: int) -> Strip:
        item, quote = row
        current = item.id == self._current
        suggested = item.annotator is None
        over = self._style("current") if current else Style.null()
        label = self._labels.get(item.label)
        label_style = app_palette(self.app)[f"{label.hue} text"] if label else self._style("dim")
        sign = (label.sign if label else "?") + ("?" if suggested else " ")
        remark_cells = min(self._remark_cells, width // 4)
        room = width - 2 - 4 - remark_cells - 3
        quote_room = max(8, room * 55 // 100)
        shown = line(quote, quote_room)
        text_style = self._style("suggested" if suggested else "text")
        segments = [
            Segment("▌ " if current else "  ", self._style("mark") if current else Style.null()),
            Segment(f"{sign}  ", label_style + over),
            Segment(shown, text_style + over),
            Segment(" " * (quote_room - cells(shown)), over),
            Segment(field("  " + values(item, self._labels), room - quote_room), self._style("values") + over),
            Segment(f"  {field(_remark(item, remark_cells, self._me), remark_cells)} ", self._style("dim") + over),
        ]
        return Strip(segments).adjust_cell_length(width, over or self.rich_style).apply_style(self.rich_style)


def values(item: Annotation, labels: LabelSet) -> str:
    """The attributes that are set and the comment, joined by ``·``; ``GAP`` where no attribute is set."""
    shown = [_value(name, value) for name, value in item.attributes.items() if value is not None]
    if not shown and item.label in labels and labels[item.label].attribute:
        shown = [GAP * 3]
    if item.comment is not None:
        shown.append(f"“{item.comment}”")
    return " · ".join(shown)


def _remark(item: Annotation, most: int, me: str | None) -> str:
    """What is unusual about an annotation: who else made it, how sure its rule is, or that it is unsure.

    Args:
        item: the annotation.
        most: cells at most.
        me: the annotator who looks.
    """
    if item.annotator is None:
        score = f" {item.score:.2f}" if item.score is not None else ""
        # The version is left out; where the rule is too long, it is cut so that the score stays.
        rule = (item.suggested_by or "suggested").rsplit("@", 1)[0]
        return line(rule, max(1, most - len(score))) + score
    if me is not None and item.annotator != me:
        return line(item.annotator, most)
    return "unsure" if item.unsure else ""


def _value(name: str, value: AttributeValue) -> str:
    return str(value) if not isinstance(value, bool) else (name if value else f"not {name}")
