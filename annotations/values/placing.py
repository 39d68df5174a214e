"""Places date expressions on the calendar.

A date without a year gets the year in which it is the latest such day that is not after the date of publication; a
deadline (``前``) lies ahead of it instead.  Where the notice has no date of publication, the year is the one that the
text states, else unknown (XXXX).  Nothing is guessed: an expression that counts from an unknown day stays unplaced.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cache
from typing import Final, NamedTuple

from msgspec.structs import replace

from annotations.lexicon.tables import rows
from annotations.values.lunar import solar
from annotations.values.point import REPUBLIC, Expression, Lunar, Point

PAST_LIMIT: Final = 92
"""How many days before the publication a deadline without a year may lie; else it is in the next year."""

_REACH: Final = 4
"""How many years back from the publication a date is looked for: within 4 there is a 29 February, save around 1900."""

_WEEKEND: Final = 8
"""What stands for 周末 among weekdays."""
_YEAR: Final = 366
"""A weekday tells the year of a day that lies at most so many days from the publication."""
_SOON: Final = 45
"""A period without a year that begins within so many days after the publication is about to begin."""
_SPRING: Final = 45
"""A lunar day without a month, 初八, is of the first month where it lies within so many days of the publication."""

_WINTER: Final = 11
"""The lunar month from which on a lunar year may have passed into the next year of the sun."""

_UNKNOWN: Final = 2021
_LEAP: Final = 2020
"""These stand for an unknown year while days are counted: the second for 29 February, the first for any other day."""


def _nothing() -> None:
    return None


def _never() -> bool:
    return False


class Frame(NamedTuple):
    """What a date is placed by: the day of publication, the day that was stated last, and the year of the text.

    Each is None if unknown.  ``stated`` and ``year`` are functions, called only when the answer is needed, and so are
    ``period``, the first and last day of the date that was stated last, be it a day or longer, and ``republican``:
    whether a year of two or three digits is one of the Republic of China.
    """

    published: date | None
    stated: Callable[[], Day | None]
    year: Callable[[], int | None]
    period: Callable[[], tuple[Day, Day] | None] = _nothing
    republican: Callable[[], bool] = _never


class Day(NamedTuple):
    """A day; where ``known`` is False, the year of ``on`` only stands for an unknown one."""

    on: date
    known: bool = True

    @property
    def iso(self) -> str:
        """``2021-09-26``, or ``XXXX-09-26``."""
        return self.on.isoformat() if self.known else f"XXXX{self.on.isoformat()[4:]}"


class Placed(NamedTuple):
    """The place of an expression: its first and last day, and its time as hour and minute where it has one."""

    first: Day
    last: Day
    clock: tuple[int, int] | None = None
    approx: bool = False

    @property
    def iso(self) -> str:
        """The value of the attribute ``iso``: a day, a minute of a day, or first and last day as ``start/end``."""
        if self.first != self.last:
            return f"{self.first.iso}/{self.last.iso}"
        return f"{self.first.iso}T{self.clock[0]:02d}:{self.clock[1]:02d}" if self.clock else self.first.iso


def place(written: Expression, frame: Frame) -> Placed | None:
    """The place of an expression; None where it has no place on any calendar, or counts from an unknown day."""
    try:
        return _placed(written, frame)
    except (ValueError, OverflowError):
        return None  # 2月30日, 13月, the year 0: on no calendar


def _placed(written: Expression, frame: Frame) -> Placed | None:
    found = _span(written.first, frame, ahead=written.mod is not None or _begins_soon(written, frame))
    if found is None:
        return None
    first, last = found
    if written.last and written.last.dated:
        tail = _inherited(written.last, written.first)
        around = frame._replace(published=last.on) if last.known else frame._replace(published=None, year=_nothing)
        own_year = written.last.year is not None or written.last.year_from is not None
        # 今年2月 and 昨天 count from the publication at the end of a range, too.
        end = _span(tail, frame if written.last.year_from else around, ahead=True, floor=None if own_year else first)
        if end is None:
            return None
        if written.first.holiday and written.last.holiday:
            first, last = min(first, end[0]), max(last, end[1])  # 国庆、中秋期间, whichever comes first
        else:
            last = end[1]
        if last.on < first.on:
            return None
    if written.same and (compared := _same_part(first, last, frame)):
        return Placed(*compared)
    if written.since:
        if frame.published is None or not first.known or first.on > frame.published:
            return None
        last = Day(frame.published)
    clock = written.first.clock
    if clock and not (0 <= clock[0] < 24 and 0 <= clock[1] < 60):
        clock = None
    approx = written.approx or written.same or written.first.approx or bool(written.last and written.last.approx)
    return Placed(first, last, clock, approx and not written.since)


def _begins_soon(written: Expression, frame: Frame) -> bool:
    """Whether a period without a year, 9月25日至10月31日, is about to begin on the day of publication."""
    first, published = written.first, frame.published
    if not (written.last and written.last.dated and first.month and first.days) or published is None:
        return False
    begin, _ = _safe(first, published.year)
    return begin is not None and 0 < (begin - published).days <= _SOON


def _same_part(first: Day, last: Day, frame: Frame) -> tuple[Day, Day] | None:
    """The part of a year that is the one which was stated last, a year or more earlier; None where none was."""
    stated = frame.period()
    if stated is None or stated[0].on.year != stated[1].on.year or not all(day.known for day in (*stated, first, last)):
        return None
    year = first.on.year
    if stated[0].on.year <= year or first.on.year != last.on.year:
        return None
    return Day(stated[0].on.replace(year=year)), Day(stated[1].on.replace(year=year))


def _inherited(last: Point, first: Point) -> Point:
    """The end of a range with the year and month that it has from the beginning: 5月10日至12日 ends in May."""
    if last.year is None and last.year_from is None and last.plan is None and last.days_from is None:
        last = replace(last, year=first.year, year_from=first.year_from)
    if last.days and last.month is None and last.month_from is None:
        last = replace(last, month=first.month, month_from=first.month_from)
    if last.lunar and last.lunar.month is None and first.lunar:
        last = replace(last, lunar=last.lunar._replace(month=first.lunar.month, leap=first.lunar.leap))
    return last


_Span = tuple[Day, Day]


def _span(  # noqa: C901, PLR0911  # one kind of point, one return
    point: Point, frame: Frame, *, ahead: bool, floor: Day | None = None
) -> _Span | None:
    """The first and last day of a point; None where it counts from an unknown day, or has no place.

    Args:
        point: the point.
        frame: what it is placed by.
        ahead: whether the next such day is meant and not the latest: for a deadline, and for the end of a range.
        floor: for the end of a range its first day: an end that would lie before it is moved to the next year.
    """
    if point.plan:
        return Day(date(point.plan[0], 1, 1)), Day(date(point.plan[1], 12, 31))
    if point.days_from:
        return _counted(point.days_from, frame)
    if point.week:
        return _in_week(*point.week, frame, ahead=ahead)
    if point.holiday:
        return _holiday(point, frame)
    if point.lunar:
        return _lunar(point, point.lunar, frame, ahead=ahead)
    if point.near:
        return _beside(point, frame)
    if point.bounds is None and point.month is None and (point.month_from or point.days):
        return _in_month(point, frame, ahead=ahead)
    if not point.dated:
        stated = frame.stated()
        return (stated, stated) if stated else None
    year, known = _year(point, frame, ahead=ahead)
    if year is None:
        return None
    if not known and (point.month, point.days) == (2, (29, 29)):
        year = _LEAP
    first, last = _within(point, year)
    if floor and last < floor.on:
        first, last = _within(point, year + 1)
    return Day(first, known), Day(last, known)


def _year(point: Point, frame: Frame, *, ahead: bool) -> tuple[int | None, bool]:
    """The year of a point, and whether it is known; None where no year near the publication has such a day."""
    if point.year is not None:
        return (point.year % 100 + REPUBLIC if point.short and frame.republican() else point.year), True
    published = frame.published
    if point.year_from:
        base, shift = point.year_from
        stated = frame.period() if base == "stated" else None
        if stated and stated[0].known:
            return stated[0].on.year + shift, True
        year = published.year if published else frame.year()
        return (year + shift, True) if year else (_UNKNOWN, False)
    if published is None:
        year = frame.year()
        return (year, True) if year else (_UNKNOWN, False)
    spans = [(year, *_safe(point, year)) for year in range(published.year - _REACH, published.year + 2)]
    spans = [each for each in spans if each[1] is not None]
    if not spans:
        return None, False
    return _chosen(point, spans, published, ahead=ahead), True


def _chosen(point: Point, spans: list[tuple[int, date, date]], published: date, *, ahead: bool) -> int:
    """The year that is meant, of those near the publication that have such a day."""
    if _is_of_this_year(point):
        return published.year
    if point.weekday and point.is_day:
        named = [each for each in spans if each[1].isoweekday() == point.weekday]
        nearest = min(named, key=lambda each: _distance(each[1], each[2], published), default=None)
        if nearest and abs((nearest[1] - published).days) <= _YEAR:
            return nearest[0]
    if point.season:
        return min(spans, key=lambda each: _distance(each[1], each[2], published))[0]
    if ahead:
        limit = published - timedelta(days=PAST_LIMIT)
        return next((year for year, _, last in spans if last >= limit), spans[-1][0])
    # 月底 is the end of a month that has begun, though the end itself may lie ahead.
    begun = published if point.days != (0, 0) else published + timedelta(days=30)
    return next((year for year, first, _ in reversed(spans) if first <= begun), spans[0][0])


def _is_of_this_year(point: Point) -> bool:
    """Whether a point is of the year of publication even where it lies ahead: 上半年, 年初, 年底 and the like."""
    bounds = point.bounds
    if bounds is None or point.season:
        return False
    return bounds[:2] == bounds[2:] or bounds in ((1, 1, 6, 0), (7, 1, 12, 0))


def _distance(first: date, last: date, day: date) -> int:
    return 0 if first <= day <= last else min(abs((first - day).days), abs((last - day).days))


def _safe(point: Point, year: int) -> tuple[date, date] | tuple[None, None]:
    try:
        return _within(point, year)
    except ValueError:
        return None, None  # 29 February of another year


def _within(point: Point, year: int) -> tuple[date, date]:
    """The first and last day of a point in a year.

    Raises:
        ValueError: the year has no such day.
    """
    if point.bounds:
        month, day, last_month, last_day = point.bounds
        end_year = year + ((last_month, last_day or 31) < (month, day or 31))
        return _day(year, month, day), _day(end_year, last_month, last_day)
    if point.month is not None:
        first, last = point.days or (1, 0)
        return _day(year, point.month, first), _day(year, point.month, last)
    return date(year, 1, 1), date(year + point.years - 1, 12, 31)


def _day(year: int, month: int, day: int) -> date:
    """A day of the calendar; 0 is the last day of the month."""
    if not (1 <= month <= 12 and 1 <= year <= 9999):
        raise ValueError(f"{year}-{month} is on no calendar")
    return date(year, month, day or monthrange(year, month)[1])


def _counted(days: tuple[str, int, int], frame: Frame) -> _Span | None:
    base, first, last = days
    start = frame.stated() if base == "stated" else None
    if start is None:
        start = Day(frame.published) if base == "published" and frame.published else None
    if start is None:
        return None
    return tuple(Day(start.on + timedelta(days=shift), start.known) for shift in (first, last))  # type: ignore[return-value]  # two of them


def _in_week(weeks: int | None, weekday: int, frame: Frame, *, ahead: bool) -> _Span | None:
    published = frame.published
    if published is None:
        return None
    if weeks is None:
        away = (weekday - published.isoweekday()) % 7
        day = Day(published + timedelta(days=away if ahead or not away else away - 7))
        return day, day
    monday = published - timedelta(days=published.weekday()) + timedelta(weeks=weeks)
    if weekday == _WEEKEND:
        return Day(monday + timedelta(days=5)), Day(monday + timedelta(days=6))
    if weekday:
        day = Day(monday + timedelta(days=weekday - 1))
        return day, day
    return Day(monday), Day(monday + timedelta(days=6))


def _in_month(point: Point, frame: Frame, *, ahead: bool) -> _Span | None:
    """A day or a part of a month that is not named, or such a month: 26日, 月底, 本月, 当月."""
    base, shift = point.month_from or ("stated" if point.days and not point.approx else "published", 0)
    if base == "stated" and point.month_from and (stated := frame.period()):
        start: Day | None = stated[0]
    else:
        start = frame.stated() if base == "stated" else None
    if start is None and frame.published:
        start = Day(frame.published)
    if start is None:
        return None
    first, last = point.days or (1, 0)
    at = start.on.year * 12 + start.on.month - 1 + shift
    bare = point.month_from is None and base == "stated" and not ahead
    if bare and start.on == frame.published and first > start.on.day:
        at -= 1  # 26日 in a notice of the third is of the month before
    year, month = at // 12, at % 12 + 1
    return Day(_day(year, month, first), start.known), Day(_day(year, month, last), start.known)


@cache
def _holidays() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for name, first, last, _ in rows("holidays.tsv"):
        found.setdefault(name, []).append((first, last))
    return found


def _holiday(point: Point, frame: Frame) -> _Span | None:
    """The days of a public holiday, in the year that is written, else in the one nearest to the publication."""
    published = frame.published
    years: Iterable[int] = ()
    if point.year is not None or point.year_from or published is None:
        year, known = _year(point, frame, ahead=False)
        years = [year] if year is not None and known else ()
    else:
        years = range(published.year - 1, published.year + 2)
    spans = [span for year in years if (span := _holiday_in(point.holiday or "", year))]
    if not spans:
        return None
    first, last = min(spans, key=lambda span: _distance(span[0], span[1], published)) if published else spans[0]
    return Day(first), Day(last)


def _holiday_in(name: str, year: int) -> tuple[date, date] | None:
    """The first and last day of a holiday in the year that its last day lies in; None where the table has none."""
    fallback = None
    for first, last in _holidays().get(name, ()):
        if last.startswith(f"{year:04d}-"):
            return date.fromisoformat(first), date.fromisoformat(last)
        if first.startswith("*"):
            fallback = date.fromisoformat(f"{year:04d}{first[1:]}"), date.fromisoformat(f"{year:04d}{last[1:]}")
    return fallback


def _lunar(point: Point, written: Lunar, frame: Frame, *, ahead: bool) -> _Span | None:
    """The days of a lunar date, in the year that is written, else in the one nearest to the publication.

    A year that is written with one of the last two months may be that of the sun, so such a date has no place.
    """
    published = frame.published
    if point.year is not None or point.year_from:
        year, known = _year(point, frame, ahead=ahead)
        if year is None or not known or written.month is None or written.month >= _WINTER:
            return None
        found = solar(year, written)
        return (Day(found[0]), Day(found[1])) if found else None
    if published is None:
        return None
    spans = [span for year in range(published.year - 2, published.year + 2) if (span := solar(year, written))]
    if not spans:
        return None
    limit = published - timedelta(days=PAST_LIMIT)
    coming = [span for span in spans if span[1] >= limit] if ahead else spans
    first, last = min(coming or spans, key=lambda span: _distance(span[0], span[1], published))
    if written.month is None and abs((first - published).days) > _SPRING:
        return None
    return Day(first), Day(last)


def _beside(point: Point, frame: Frame) -> _Span | None:
    """The day in brackets behind 今天 or the like: the one nearest to the publication."""
    published = frame.published
    if point.days is None or published is None or point.year is not None or point.year_from:
        return _span(replace(point, near=False), frame, ahead=False)
    day = point.days[0]
    months = [(published.year * 12 + published.month - 1 + shift) for shift in (-1, 0, 1)]
    if point.month is not None:
        months = [(published.year + shift) * 12 + point.month - 1 for shift in (-1, 0, 1)]
    days = [
        date(at // 12, at % 12 + 1, day) for at in months if 1 <= day <= monthrange(at // 12, at % 12 + 1)[1]
    ]  # fmt: skip
    nearest = min(days, key=lambda each: abs((each - published).days), default=None)
    return (Day(nearest), Day(nearest)) if nearest else None
