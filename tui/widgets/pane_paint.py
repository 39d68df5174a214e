"""Paints one row of a text pane: spans, removed text, selection and cursor, laid over each other.

From the bottom: removed text is dim, then outer spans, inner spans, the mark of nested spans (which needs no colour),
the active span over all of them (what lies inside it is underlined), hits of a search, the selection, the cursor.  The
gutter in front of the row holds the signs of its spans.  Nothing here knows where on the screen a row is; the styles
are given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.terminal import width
from tui.terminal.display import visible
from tui.terminal.marks import possible_mark
from tui.terminal.theme import ACTIVE, INNER
from tui.text.layout import PaneRow
from tui.text.overlaps import Overlaps

GUTTER = 3
"""Cells in front of the text of a row: two signs and a blank, or a third sign."""

_MORE = "+"
"""Stands for the signs that have no room."""
_ACTIVE = Style(reverse=True, bold=True)
_INNER = Style(bold=True)
_LINED, _NOT_LINED = Style(underline=True), Style(underline=False)
_NOTHING = Style.null()
_NOT_REVERSED = Style(reverse=False)

RemovedIn = Callable[[int, int], Sequence[tuple[int, int]]]
"""Gives the parts of a stretch of text that are removed, and so drawn dim."""


class PaneSpan(NamedTuple):
    """A painted stretch ``[start, end)`` of the pane's text, in code points.

    ``style`` is a key of the palette.  ``sign`` is shown in the gutter, one cell wide, and tells the label where there
    is no colour; equal signs of a row are shown once.
    """

    start: int
    end: int
    style: str
    sign: str = ""


class Spans:
    """Spans in the order in which they are painted, outer before inner, searchable by stretch."""

    def __init__(self, spans: Sequence[PaneSpan] = ()) -> None:
        self.all = sorted(spans, key=lambda span: (span.start, -span.end))
        self._overlaps = Overlaps([span.start for span in self.all], [span.end for span in self.all])

    def overlapping(self, start: int, end: int) -> tuple[PaneSpan, ...]:
        """The spans that share a character with ``[start, end)``."""
        return tuple(self.all[index] for index in self._overlaps.of(start, end))


class Look(NamedTuple):
    """What the look of a row depends on besides its text and the styles; offsets are code points of the pane's text."""

    columns: int
    spans: tuple[PaneSpan, ...]
    selection: tuple[int, int] | None
    cursor: tuple[int, int] | None
    """The character at the cursor, if it is on this row."""
    active: PaneSpan | None
    """The active span, if a part of it is on this row."""
    focused: bool
    """Whether the pane has the focus."""


class Painter:
    """Paints rows.

    Args:
        style: gives the style of a part of the pane; ``""`` is the pane itself.
        palette: the style of each palette key.
    """

    def __init__(self, style: Callable[[str], Style], palette: Mapping[str, Style]) -> None:
        self._style = style
        self._palette = palette

    def strip(self, row: PaneRow, shown: str, look: Look, removed: RemovedIn | None) -> Strip:
        """Paint one row, ``look.columns`` cells wide.

        Args:
            row: the row.
            shown: the whole text of the pane, as ``display.visible`` makes it.
            look: what lies over the text.
            removed: gives the parts that are dim; None dims nothing.
        """
        base = self._style("")
        segments = list(self._gutter(look.spans, base))
        if row.kind == "fold":
            segments += self._fold(row, look, base + self._style("fold"))
        elif row.kind == "text":
            dim = removed(row.start, row.end) if removed is not None else ()
            for start, end in pairwise(_edges(row, shown, look, dim)):
                segments.append(Segment(shown[start:end], self._style_at(start, look, dim)))
            if look.cursor is not None and look.cursor[0] >= row.end:
                segments.append(Segment(" ", base + self._cursor(look)))
        return Strip(segments).adjust_cell_length(look.columns, base)

    def _gutter(self, spans: Sequence[PaneSpan], base: Style) -> Iterator[Segment]:
        signs: dict[str, str] = {}
        for span in spans:
            if span.sign:
                signs.setdefault(visible(span.sign)[0], span.style)
        shown = list(signs.items())
        if len(shown) > GUTTER:
            shown[GUTTER - 1 :] = [(_MORE, "")]
        for sign, key in shown:
            yield Segment(sign, base + self._palette.get(key, _NOTHING))
        yield Segment(" " * (GUTTER - len(shown)), base)

    def _fold(self, row: PaneRow, look: Look, style: Style) -> Iterator[Segment]:
        if look.selection is not None:
            style += self._style("selection")
        label = visible(row.label)
        if look.cursor is not None:
            yield Segment(label[:1], style + self._cursor(look))
            label = label[1:]
        yield Segment(label, style)

    def _style_at(self, offset: int, look: Look, removed: Sequence[tuple[int, int]]) -> Style:
        style = self._style("")
        if any(start <= offset < end for start, end in removed):
            style += self._style("removed")
        here = [span for span in look.spans if span.start <= offset < span.end]
        for span in here:
            style += self._palette.get(span.style, _NOTHING)
        if sum(1 for span in here if span.sign) > 1:
            style += self._palette.get(INNER, _INNER)
        active = look.active
        if active is not None and active.start <= offset < active.end:
            style += self._palette.get(active.style, self._palette.get(ACTIVE, _ACTIVE))
            style += _LINED if any(span.sign and _lies_in(span, active) for span in here) else _NOT_LINED
            for span in here:
                if not span.sign:
                    style += self._palette.get(span.style, _NOTHING)
        if look.selection is not None and look.selection[0] <= offset < look.selection[1]:
            style += self._style("selection")
        if look.cursor is not None and look.cursor[0] <= offset < look.cursor[1]:
            style += _NOT_REVERSED + self._cursor(look)
            if style.reverse and active is not None and (active.start < look.cursor[0] or look.cursor[1] < active.end):
                # Without colour the cursor is reversed, and so is the active span around it.
                style += _NOT_REVERSED
        return style

    def _cursor(self, look: Look) -> Style:
        return self._style("cursor" if look.focused else "mirror")


def _edges(row: PaneRow, shown: str, look: Look, removed: Sequence[tuple[int, int]]) -> list[int]:
    """The offsets of a row where the style may change; never between a character and its marks."""
    edges = {row.start, row.end, *(look.selection or ()), *(look.cursor or ())}
    active = (look.active,) if look.active is not None else ()
    for start, end in (*(span[:2] for span in (*look.spans, *active)), *removed):
        edges.update((start, end))
    inside = {edge for edge in edges if row.start <= edge <= row.end}
    if possible_mark().search(shown, row.start, row.end):
        inside = {row.start} | {_past_marks(edge, row.end, shown) for edge in inside if edge > row.start}
    return sorted(inside)


def _lies_in(span: PaneSpan, other: PaneSpan) -> bool:
    """Whether a span is a part of another one, and not all of it."""
    return other.start <= span.start and span.end <= other.end and span[:2] != other[:2]


def _past_marks(offset: int, end: int, shown: str) -> int:
    while offset < end and not width.cells(shown[offset]):
        offset += 1
    return offset
