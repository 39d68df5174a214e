"""What a date expression says: its points, before any of them has a place on the calendar."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import msgspec

Part = Literal["AM", "PM"]
Mod = Literal["before", "after"]
Base = Literal["published", "stated"]
"""The day that a relative word counts from: that of publication (今年, 昨天), or the one stated before (当年, 当日)."""
Bounds = tuple[int, int, int, int]
"""The first and the last day of a part of a year: month and day of the one, month and day of the other.

Day 0 is the last day of its month.  A last day that would lie before the first is in the next year.
"""


class Lunar(NamedTuple):
    """A date of the lunar calendar; ``month`` is None for 廿三, ``day`` for 腊月; day 0 is the last of its month."""

    month: int | None
    day: int | None
    leap: bool = False


class Point(msgspec.Struct, frozen=True, gc=False):
    """A date as it is written; what is not written is None.

    year, month: numbers that are written.
    year_from, month_from: a base and a shift in years or months: ``("published", -1)`` is 去年.
    days_from: a base and the shift in days to the first and to the last day: 今昨两天 has -1 and 0.
    bounds: a part of a year.
    days: the first and the last day of a month; 0 is its last day.
    week: a shift in weeks, None for the latest such weekday, and the weekday from 1, 0 for the whole week.
    plan: the first and the last year of a plan period.
    holiday: a name from ``holidays.tsv``.
    part, clock: the part of the day, and hour and minute.
    season: whether ``bounds`` are those of a season.
    approx: whether the date is only roughly so.
    years: how many years from ``year`` on, where no part of one is written: 今明两年 has 2, 90年代 has 10.
    short: whether the year is written with two digits.
    weekday: the day of the week that stands beside it, from 1.
    near: whether the day stands in brackets behind 今天 or the like, and so lies beside the publication.
    lunar: a day or month of the lunar calendar.
    """

    year: int | None = None
    year_from: tuple[Base, int] | None = None
    bounds: Bounds | None = None
    month: int | None = None
    month_from: tuple[Base, int] | None = None
    days: tuple[int, int] | None = None
    days_from: tuple[Base, int, int] | None = None
    week: tuple[int | None, int] | None = None
    plan: tuple[int, int] | None = None
    holiday: str | None = None
    part: Part | None = None
    clock: tuple[int, int] | None = None
    season: bool = False
    approx: bool = False
    years: int = 1
    short: bool = False
    weekday: int | None = None
    near: bool = False
    lunar: Lunar | None = None

    @property
    def dated(self) -> bool:
        """Whether more is written than a time of day."""
        if self.part is None and self.clock is None and self.weekday is None:
            return self != NOTHING
        return self != Point(part=self.part, clock=self.clock, weekday=self.weekday)

    @property
    def is_day(self) -> bool:
        """Whether it is one day: of a month, or counted from another day."""
        if self.days_from or (self.lunar and self.lunar.day is not None):
            return True
        return self.days is not None and self.days[0] == self.days[1] and not self.approx


REPUBLIC: Final = 1911
"""The year before the first of the Republic of China."""

NOTHING: Final = Point()
"""A point of which nothing is written."""


class Expression(msgspec.Struct, frozen=True, gc=False):
    """A date expression in a text: its span in code points, its one or two points, and its suffix.

    ``mod``: it has 前 or 后.  ``since``: it has 以来 or the like.  ``approx``: it has 左右 or the like.  ``same``: it
    has 同期, and is the part of its year that was stated last.
    """

    start: int
    end: int
    first: Point
    last: Point | None = None
    mod: Mod | None = None
    since: bool = False
    approx: bool = False
    same: bool = False

    @property
    def part(self) -> Part | None:
        """The part of the day that is written, of the first point or else the last."""
        return self.first.part or (self.last.part if self.last else None)
