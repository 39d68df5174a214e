"""Places dates of the lunar calendar on that of the sun: 正月十五, 腊月, 除夕.

borax counts the days (MIT, no dependencies, 1900 to 2100).  It is imported when the first lunar date is placed, so that
no start waits for it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from annotations.values.point import Lunar

_LONG: Final = 30
"""The days of a long month; a short one has 29."""


def solar(year: int, written: Lunar) -> tuple[date, date] | None:
    """The first and last day, by the sun, of a date in a lunar year; None where that year has no such day.

    Args:
        year: the lunar year, by the year of the sun that its first month lies in.
        written: the date; its month must be known.
    """
    from borax.calendars.lunardate import LunarDate  # noqa: PLC0415  # slow to import, and few texts have such dates

    month = written.month or 1
    try:
        if written.day:
            day = LunarDate(year, month, written.day, int(written.leap)).to_solar_date()
            return day, day
        first = LunarDate(year, month, 1, int(written.leap)).to_solar_date()
        longer = LunarDate.from_solar(first + timedelta(days=_LONG - 1)).day == _LONG
    except ValueError:
        return None  # 闰三月 of a year that has none, or a year that the tables do not reach
    last = first + timedelta(days=_LONG - 1 if longer else _LONG - 2)
    return (last, last) if written.day == 0 else (first, last)
