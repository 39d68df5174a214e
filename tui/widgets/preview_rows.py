"""The preview below a list: the text of what is at its cursor, with hits marked.

It draws the text that it is given and reads nothing.  The text is other people's and passes the display door here.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from tui.terminal.display import ELLIPSIS, visible
from tui.terminal.looks import DIM, ThemeStyle, style_of
from tui.terminal.width import cells, prefix

_MARGIN = 3
"""Blank cells on the left, which align the text with the dates, and on the right."""
_WITH_LINES = 5
"""Rows from which each line of the text begins a row."""

Rows = tuple[str, list[tuple[int, int]]]
"""A text as it is shown, and its rows as ``[start, end)`` in code points."""


class PreviewRows(Widget):
    """A text in as many rows as there is room for, with hits marked."""

    DEFAULT_CSS = """
    PreviewRows {
        height: 2;
    }
    """

    LOOKS: ClassVar[Mapping[str, ThemeStyle]] = {
        "text": DIM,
        "hit": ThemeStyle("accent", attributes="bold underline"),
    }
    """Looks of the text and of the hits."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(id=id)
        self.text = ""
        """The text as it was given."""
        self._hits: list[tuple[int, int]] = []
        self._rows: Rows | None = None

    @property
    def room(self) -> int:
        """Cells of text that fit into all rows; 0 where none are shown."""
        return self.size.height * max(0, self.size.width - 2 * _MARGIN)

    def show(self, text: str, hits: list[tuple[int, int]]) -> None:
        """Show a text; ``hits`` are ``[start, end)`` in its code points, sorted.

        Where there are few rows, line ends are drawn as spaces, so that none is left half empty.
        """
        if (text, hits) != (self.text, self._hits):
            self.text, self._hits = text, hits
            self._rows = None
            self.refresh()

    def on_resize(self) -> None:
        """Break the text anew."""
        self._rows = None

    def render_line(self, y: int) -> Strip:
        """A row of the text."""
        width, height = self.size.width, self.size.height
        if self._rows is None:
            self._rows = self._broken(width - 2 * _MARGIN, height)
        shown, rows = self._rows
        if y >= len(rows):
            return Strip.blank(width, self.rich_style)
        start, end = rows[y]
        cut = y == height - 1 and len(rows) > height
        if cut:
            end = min(end, start + prefix(shown[start:end], width - 2 * _MARGIN - cells(ELLIPSIS)))
        segments = [Segment(" " * _MARGIN), *self._marked(shown, start, end)]
        if cut:
            segments.append(Segment(ELLIPSIS, self._style("text")))
        style = self.rich_style
        return Strip(segments).adjust_cell_length(width, style).apply_style(style)

    def _broken(self, columns: int, height: int) -> Rows:
        """The text as it is shown, and its rows, one more than there is room for."""
        if columns < 1 or not self.text:
            return "", []
        from tui.text.wrap import lines, rows  # noqa: PLC0415  # slow to import, and the first paint shows no text

        text = self.text
        if height < _WITH_LINES:
            # One code point replaces one, so that the offsets of the hits hold.
            text = text.replace("\r", " ").replace("\n", " ")
        shown = visible(text)
        each = (row for start, end in lines(text, 0, len(text)) for row in rows(text, shown, start, end, columns))
        return shown, list(islice(each, height + 1))

    def _marked(self, shown: str, start: int, end: int) -> list[Segment]:
        segments, at = [], start
        for low, high in self._hits:
            low, high = max(low, at), min(high, end)  # noqa: PLW2901  # cut to the row
            if low < high:
                segments += [Segment(shown[at:low], self._style("text")), Segment(shown[low:high], self._style("hit"))]
                at = high
        return [*segments, Segment(shown[at:end], self._style("text"))]

    def _style(self, look: str) -> Style:
        return style_of(self.app, self.LOOKS[look])
