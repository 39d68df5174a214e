"""The plot of the progress screen: notices done, or active minutes, by day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from store.read.pace import Day
from tui.progress.bars import MOST_DAYS, Bars, bars
from tui.terminal.display import line
from tui.terminal.looks import DIM, GOOD, ThemeStyle, style_of


class DayPlot(Widget):
    """Bars by day; each row is redrawn only where the figures or the size have changed.

    Args:
        id: the id of the widget.
    """

    DEFAULT_CSS = """
    DayPlot {
        height: 7;
    }
    """

    LOOKS: ClassVar[Mapping[str, ThemeStyle]] = {
        "bar": GOOD,
        "dim": DIM,
    }
    """The looks of the bars, and of the figures and dates beside them."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(id=id)
        self._figures: Mapping[date, float] = {}
        self._today = date.min
        self._empty = ""
        self._bars: Bars | None = None
        self._bars_for = Size()
        """The size that the bars were made for."""

    def show(self, figures: Mapping[date, float], today: date, empty: str = "") -> None:
        """Show other figures.

        Args:
            figures: by day.
            today: the last day of the plot.
            empty: what is said in one line instead; "" where there are bars to show.
        """
        if (figures, today, empty) != (self._figures, self._today, self._empty):
            self._figures, self._today, self._empty = figures, today, empty
            # One line needs one row; the table takes the others.
            self.set_class(bool(empty), "-empty")
            self._bars = None
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw a row of the bars; the last one has the dates."""
        width, height = self.size
        if self._empty:
            told = line(self._empty, width) if y == 0 else ""
            return Strip([Segment(told, self._style("dim"))]).adjust_cell_length(width, self.rich_style)
        if self._today == date.min or height < 2:
            return Strip.blank(width, self.rich_style)
        # By size: a row may be drawn before the message about another size has come.
        if self._bars is None or self._bars_for != self.size:
            self._bars, self._bars_for = bars(self._figures, self._today, width, height - 1), self.size
        if y >= len(self._bars.rows):
            segments = [Segment(self._bars.dates, self._style("dim"))]
        else:
            segments = [
                Segment(self._bars.axis[y], self._style("dim")),
                Segment(self._bars.rows[y], self._style("bar")),
            ]
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def _style(self, look: str) -> Style:
        return self.rich_style + style_of(self.app, self.LOOKS[look])


def nothing_in(days: Iterable[Day], today: date, *, minutes: bool) -> str:
    """What is said instead of a plot that would be empty, whoever the cursor is on; "" where it would not be.

    It is about all people, so that the rows below do not jump as the cursor moves.
    """
    some = [each.day for each in days if (each.minutes if minutes else each.done)]
    if some and max(some) > today - timedelta(days=MOST_DAYS):
        return ""
    when = f"in the last {MOST_DAYS} days" if some else "yet"
    return f"nobody has {'worked' if minutes else 'finished a notice'} {when}"
