"""The plot of the progress screen: notices done, or active minutes, by day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from tui.progress.bars import Bars, bars


class DayPlot(Widget):
    """Bars by day; each row is redrawn only where the figures or the size have changed.

    Args:
        id: the id of the widget.
    """

    DEFAULT_CSS = """
    DayPlot {
        height: 7;
        & > .day-plot--bar { color: $success; }
        & > .day-plot--dim { color: $secondary; }
    }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"day-plot--bar", "day-plot--dim"}
    """The looks of the bars, and of the figures and dates beside them."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(id=id)
        self._figures: Mapping[date, float] = {}
        self._today = date.min
        self._bars: Bars | None = None

    def show(self, figures: Mapping[date, float], today: date) -> None:
        """Show other figures, by day; ``today`` is the last day of the plot."""
        if (figures, today) != (self._figures, self._today):
            self._figures, self._today = figures, today
            self._bars = None
            self.refresh()

    def on_resize(self) -> None:
        """Make the bars as many and as high as there is room for."""
        self._bars = None

    def render_line(self, y: int) -> Strip:
        """Draw a row of the bars; the last one has the dates."""
        width, height = self.size
        if self._today == date.min or height < 2:
            return Strip.blank(width, self.rich_style)
        if self._bars is None:
            self._bars = bars(self._figures, self._today, width, height - 1)
        if y >= len(self._bars.rows):
            segments = [Segment(self._bars.dates, self._style("dim"))]
        else:
            segments = [
                Segment(self._bars.axis[y], self._style("dim")),
                Segment(self._bars.rows[y], self._style("bar")),
            ]
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def _style(self, look: str) -> Style:
        return self.get_component_rich_style(f"day-plot--{look}")
