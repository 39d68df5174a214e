"""The pictures of the report, as inline SVG in units of a pixel; colours are classes of the style sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final
from xml.etree.ElementTree import Element

from tui.report.elements import element
from tui.report.look import PEOPLE, STEPS
from tui.terminal.display import line

_WIDTH: Final = 350
"""Of a picture: as much as a narrow window shows."""
_HEIGHT: Final = 150
_LEFT: Final = 28
_BELOW: Final = 16
_ROW: Final = 22
_NAME: Final = 112
_NAME_CELLS: Final = 16
_CELL: Final = 56
_COLUMN_CELLS: Final = 9
_MOST_DAYS: Final = 56


def by_day(done: Mapping[str, Mapping[date, float]], today: date, title: str) -> Element:
    """Bars by day, those of several people on each other.

    Args:
        done: by person, then by day; colours follow the order of people.
        today: the last day.
        title: what it shows, for those who do not see it.
    """
    first = min((day for days in done.values() for day, figure in days.items() if figure), default=today)
    shown = min(_MOST_DAYS, max(14, (today - first).days + 1))
    days = [today - timedelta(days=ago) for ago in reversed(range(shown))]
    most = max((sum(each.get(day, 0) for each in done.values()) for day in days), default=0)
    high, step = _HEIGHT - _BELOW - 10, (_WIDTH - _LEFT) / shown
    parts: list[Element] = [_axis(high + 10)]
    if most:
        parts.append(element("text", f"{most:,.0f}", x=_LEFT - 4, y=14, text_anchor="end", class_="quiet"))
    for index, day in enumerate(days):
        x, y = _LEFT + index * step, high + 10.0
        for number, (name, figures) in enumerate(done.items()):
            figure = figures.get(day, 0)
            if figure:
                height = high * figure / most
                y -= height
                told = element("title", f"{name} {day.isoformat()}: {figure:,.0f}")
                parts.append(_bar(told, x + step * 0.1, y, step * 0.8, height, number))
        if index == shown - 1 or (day.weekday() == 0 and index * step < _WIDTH - _LEFT - 80):
            anchor, at = ("end", _WIDTH) if index == shown - 1 else ("start", x)
            parts.append(
                element(
                    "text", day.strftime("%m-%d"), x=round(at, 1), y=_HEIGHT - 3, text_anchor=anchor, class_="quiet"
                )
            )
    return _picture(title, _WIDTH, _HEIGHT, parts)


def by_person(figures: Sequence[tuple[str, float | None]], unit: str, title: str) -> Element:
    """A bar for each person, with the figure behind it.

    Args:
        figures: name and figure; None where there is none.
        unit: of a figure.
        title: what it shows, for those who do not see it.
    """
    most = max((figure for _, figure in figures if figure), default=0.0)
    parts = []
    for number, (name, figure) in enumerate(figures):
        y = number * _ROW
        parts.append(element("text", line(name, _NAME_CELLS), x=0, y=y + 15))
        long = (_WIDTH - _NAME - 64) * (figure or 0) / most if most else 0
        if long:
            parts.append(_bar(element("title", f"{name}: {figure:,.1f} {unit}"), _NAME, y + 4, long, _ROW - 8, number))
        told = "—" if figure is None else f"{figure:,.1f} {unit}"
        parts.append(element("text", told, x=round(_NAME + long + 5, 1), y=y + 15, class_="quiet"))
    return _picture(title, _WIDTH, max(_ROW, _ROW * len(figures)), parts)


def matrix(columns: Sequence[str], rows: Sequence[tuple[str, Sequence[float | None]]], title: str) -> Element:
    """A cell for each row and column, tinted by a figure from 0 to 1.

    Args:
        columns: their names.
        rows: the name of each, and its figures; None where there is none.
        title: what it shows, for those who do not see it.
    """
    width = _NAME + _CELL * len(columns)
    parts = [
        element(
            "text",
            line(name, _COLUMN_CELLS),
            x=_NAME + _CELL * at + _CELL / 2,
            y=13,
            text_anchor="middle",
            class_="quiet",
        )
        for at, name in enumerate(columns)
    ]
    for number, (name, figures) in enumerate(rows, 1):
        y = number * _ROW
        parts.append(element("text", line(name, _NAME_CELLS), element("title", name), x=0, y=y + 15))
        for at, figure in enumerate(figures):
            x = _NAME + _CELL * at
            if figure is not None:
                step = max(0, min(STEPS - 1, int(figure * STEPS)))
                parts.append(element("rect", x=x + 1, y=y + 1, width=_CELL - 2, height=_ROW - 2, class_=f"q{step}"))
            told = "—" if figure is None else f"{figure:z.2f}"
            parts.append(element("text", told, x=x + _CELL / 2, y=y + 15, text_anchor="middle"))
    made = _picture(title, width, _ROW * (len(rows) + 1), parts)
    # A matrix is scrolled, and not made smaller than can be read.
    made.set("class", "")
    return made


def colour(number: int) -> str:
    """The class of the colour of a person."""
    return f"c{number % PEOPLE}"


def _bar(told: Element, x: float, y: float, width: float, height: float, number: int) -> Element:
    return element(
        "rect",
        told,
        x=round(x, 1),
        y=round(y, 1),
        width=round(width, 1),
        height=round(height, 1),
        class_=colour(number),
    )


def _axis(y: float) -> Element:
    return element("line", x1=_LEFT, x2=_WIDTH, y1=y, y2=y, class_="axis")


def _picture(title: str, width: int, height: int, parts: Sequence[Element]) -> Element:
    return element(
        "svg", element("title", title), *parts, class_="wide", viewBox=f"0 0 {width} {height}", width=width,
        height=height, role="img", aria_label=title,
    )  # fmt: skip
