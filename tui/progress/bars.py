"""A plot of days as rows of block characters: one bar a day, with the largest figure and the dates beside it.

Own bars and no library: the one for textual is made for an older release of the plotting package below it, which takes
half a second to import.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

_BLOCKS: Final = " ▁▂▃▄▅▆▇█"
_AXIS: Final = 6
"""Cells of the figures at the left, with the line behind them."""
_DATE: Final = 5
"""Cells of a date, as ``03-02``."""
MOST_DAYS: Final = 56
_MOST_STEP: Final = 6
"""Days at most, and the cells of a day with its gap at most."""


class Bars(NamedTuple):
    """A plot: for each row what stands at its axis, and its bars; below it the row of dates."""

    axis: tuple[str, ...]
    rows: tuple[str, ...]
    dates: str


def days_shown(width: int, wanted: int) -> int:
    """How many days a plot of so many cells shows: whole weeks, two at least, as long as a day has two cells.

    Args:
        width: cells of the plot.
        wanted: how many days there is something to show of.
    """
    most = max(1, min(MOST_DAYS, max(0, width - _AXIS) // 2) // 7)
    return 7 * min(most, max(2, -(-wanted // 7)))


def bars(figures: Mapping[date, float], today: date, width: int, height: int) -> Bars:
    """The bars of the last days, today last.

    Args:
        figures: by day; a day that is missing has none.
        today: the last day.
        width: cells of the plot.
        height: rows of the bars; the dates have one more.
    """
    first = min((day for day, figure in figures.items() if figure), default=today)
    shown = days_shown(width, (today - first).days + 1)
    days = [today - timedelta(days=ago) for ago in reversed(range(shown))]
    values = [figures.get(day, 0.0) for day in days]
    step = max(2, min(_MOST_STEP, (width - _AXIS) // len(days)))
    most = max(values, default=0.0)
    rows = tuple(_row(values, most, height - 1 - row, height, step) for row in range(height))
    return Bars(_axis(most, height), rows, _dates(days, step))


def _row(values: Sequence[float], most: float, row: int, height: int, step: int) -> str:
    """A row of bars, counted from below."""
    cells = []
    for value in values:
        # Whatever is more than nothing can be seen.
        eighths = max(1, round(8 * height * value / most)) if value else 0
        cells.append(_BLOCKS[max(0, min(8, eighths - 8 * row))] * (step - 1) + " ")
    return "".join(cells)


def _axis(most: float, height: int) -> tuple[str, ...]:
    top = _short(round(most))
    return tuple(
        f"{top if row == 0 and most else '0' if row == height - 1 else '':>{_AXIS - 2}} │" for row in range(height)
    )


def _short(number: int) -> str:
    """A number in four cells."""
    if number < 10_000:
        return str(number)
    thousands = round(number / 1000)
    return f"{thousands}k" if thousands < 1000 else f"{round(number / 1e6)}M"


def _dates(days: Sequence[date], step: int) -> str:
    """The dates of Mondays, as far as each has room, and that of today."""
    end = _AXIS + step * len(days)
    text = [" "] * end
    places = {end - _DATE: days[-1].strftime("%m-%d")}
    free = _AXIS
    for index, day in enumerate(days):
        at = _AXIS + step * index
        if day.weekday() == 0 and free <= at < end - 2 * _DATE:
            places[at] = day.strftime("%m-%d")
            free = at + _DATE + 2
    for at, name in places.items():
        text[at : at + _DATE] = name
    return "".join(text)
