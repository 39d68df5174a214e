"""The divider between two panes of a notice, which is a map of it: where the view is, and where annotations are.

A cell stands for some rows of the text.  It has the sign of what is to be decided there, in lower case, else of what is
tagged there; a heavy line says that the rows are in sight.  Nothing depends on colour.  Only cells that change are
drawn again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.terminal.looks import DIM, ThemeStyle, style_of
from tui.text.overview import MapCell

_NOTHING = Style.null()
_LINE, _IN_VIEW = "│", "┃"


class NoticeMap(Widget):
    """A map of the rows that stand beside it, below a line with the titles of the panes.

    Args:
        id: the id of the widget.
    """

    DEFAULT_CSS = """
    NoticeMap {
        width: 2;
        height: 1fr;
        background: $background;
    }
    """

    LOOKS: ClassVar[Mapping[str, ThemeStyle]] = {
        "line": ThemeStyle("panel", ansi=DIM),
        "view": DIM,
        "tagged": DIM,
    }
    """Looks of the line, of its part in sight, and of the sign of what is tagged; others are of the palette."""

    ALLOW_SELECT = False

    @dataclass
    class Pressed(Message):
        """A cell was clicked; ``share`` is how far down the text its rows are, from 0 to 1."""

        share: float

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(id=id)
        self._cells: Sequence[MapCell] = ()
        self._palette: Mapping[str, Style] = {}

    @property
    def length(self) -> int:
        """Cells of the map."""
        return max(0, self.size.height - 1)

    def use_palette(self, palette: Mapping[str, Style]) -> None:
        """Draw signs with another palette."""
        self._palette = palette
        self.refresh()

    def show(self, cells: Sequence[MapCell]) -> None:
        """Show other cells; only those that differ are drawn again."""
        before, self._cells = self._cells, cells
        if len(before) != len(cells):
            self.refresh()
            return
        for at, (old, new) in enumerate(zip(before, cells, strict=True)):
            if old != new:
                self.refresh(Region(0, at + 1, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """Draw one cell; the first row goes on with the lines of the titles."""
        base = self.rich_style
        if y == 0:
            return Strip([Segment("──", base + self._style("view"))], 2)
        cell = self._cells[y - 1] if y <= len(self._cells) else MapCell("", "", in_view=False)
        line = Segment(_IN_VIEW, self._style("view")) if cell.in_view else Segment(_LINE, self._style("line"))
        look = self._palette.get(cell.look, _NOTHING) if cell.look else self._style("tagged")
        return Strip([Segment(cell.sign or " ", base + look if cell.sign else base), line], 2).apply_style(base)

    def on_click(self, event: events.Click) -> None:
        """Post how far down the text was clicked."""
        event.stop()
        if 1 <= event.y <= self.length:
            self.post_message(self.Pressed((event.y - 1) / self.length))

    def _style(self, look: str) -> Style:
        return style_of(self.app, self.LOOKS[look])
