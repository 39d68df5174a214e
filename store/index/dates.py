"""The queue in the order of publication, and ranges of dates.

``notices_published`` is an index in that order.  Where a filter shows few notices, their dates are looked up and
sorted.  Where it shows many, the sets of years and months tell where they are: years and months without any are passed
over, and within a month the index is read.
"""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec
from pyroaring import BitMap

from store.db.sqlite import Connection, Row, json_array, numbers_of
from store.index.filters import PageKey, QueueFilter
from store.index.keys import KNOWN, MONTH, UNDATED, YEAR, date_of
from store.index.sets import nearest, stored_set, union, values_of, walk

FEW: Final = 256
"""So many notices are looked up and sorted, rather than searched for in the index."""

_STRETCH: Final = 128
"""Entries of the index that are read at a time."""

_BEHIND: Final = chr(sys.maxunicode)
"""A date with this added comes behind all that begin with the date."""


_LENGTH: Final = {"year": YEAR, "month": MONTH}
"""Code points of a year and of a month."""
_MIDDLE: Final = {"year": "-07", "month": "-16"}
"""What a date of the second half of a year or a month has behind the year or the month."""


class DateRange(msgspec.Struct, frozen=True):
    """A range of dates as texts: from ``low`` on, and before ``high``."""

    low: str
    high: str

    def holds(self, date: str | None) -> bool:
        """Whether a date is in the range; an unknown one is in none."""
        return date is not None and self.low <= date < self.high

    def covers(self, other: DateRange) -> bool:
        """Whether all of another range is in this one."""
        return self.low <= other.low and other.high <= self.high

    def meet(self, other: DateRange) -> DateRange:
        """The dates that are in both ranges."""
        return DateRange(max(self.low, other.low), min(self.high, other.high))


_ALL: Final = DateRange(*KNOWN)
"""All known dates."""


def date_range(which: QueueFilter) -> DateRange | None:
    """The range of dates of a filter; None where it has none."""
    if which.published_from is None and which.published_to is None:
        return None
    low, high = which.published_from or _ALL.low, which.published_to
    # Behind every date-time of the last day, and before the next day.
    return DateRange(max(low, _ALL.low), _ALL.high if high is None else min(high + _BEHIND, _ALL.high))


def set_of_range(connection: Connection, dates: DateRange) -> BitMap:
    """The numbers of the notices that were published in a range."""
    years = _values(connection, "year", dates)
    return union(_within(connection, "year", year, dates) for year in years)


def _within(connection: Connection, facet: str, value: str, dates: DateRange) -> BitMap:
    """Those of one year or month that were published in a range."""
    whole = _range_of(facet, value)
    if dates.covers(whole):
        return stored_set(connection, [(facet, "", value)])
    part = dates.meet(whole)
    if len(value) == _LENGTH[facet] and part.low < value + _MIDDLE[facet] <= part.high:
        # What is left out of it is the shorter part to look up.
        before, behind = DateRange(whole.low, part.low), DateRange(part.high, whole.high)
        numbers = stored_set(connection, [(facet, "", value)])
        return BitMap.difference(numbers, set_of_range(connection, before), set_of_range(connection, behind))
    if facet == "year":
        months = _values(connection, "month", part)
        return union(_within(connection, "month", month, part) for month in months)
    sql = "SELECT number FROM notices WHERE published >= ? AND published < ?"
    return BitMap(numbers_of(connection, sql, [part.low, part.high]))


def _range_of(facet: str, value: str) -> DateRange:
    """The dates that are in the set of a year or a month; a value that is too short for one is a date by itself."""
    return DateRange(value, value + (_BEHIND if len(value) == _LENGTH[facet] else "\0"))


def _values(connection: Connection, facet: str, dates: DateRange, *, backwards: bool = False) -> list[str]:
    """The years or months that a range lies in, in order."""
    values = values_of(connection, facet, dates.low[: _LENGTH[facet]], dates.high)
    return values[::-1] if backwards else values


class DateOrder:
    """The notices of a filter in the order of publication, unknown dates last.

    Args:
        connection: for reading, within one snapshot.
        shown: the notices that are shown; None for all.
        dates: the range that the dates must be in; None for any, and for unknown ones.
        newest: whether the newest come first; unknown dates are the last all the same.
    """

    def __init__(self, connection: Connection, shown: BitMap | None, dates: DateRange | None, *, newest: bool) -> None:
        self._connection: Final = connection
        self._shown: Final = shown
        self._dates: Final = dates or _ALL
        self._undated: Final = dates is None
        self._newest: Final = newest
        self._sorted: Final = self._sort(shown, self._dates) if shown is not None and len(shown) <= FEW else None

    def walk(self, key: PageKey | None, *, backwards: bool, including: bool) -> Iterator[PageKey]:
        """The places behind a key; all where there is none.

        Args:
            key: where from.
            backwards: for the places before the key, or all from the last.
            including: for the place at the very key, too.
        """
        parts = [self._known, *([self._unknown] if self._undated else [])]
        if backwards:
            parts.reverse()
        if key is not None and (key.published is None) == (not backwards):
            parts = [part for part in parts if (part == self._unknown) == (key.published is None)]
        for part in parts:
            own = key if key is not None and (key.published is None) == (part == self._unknown) else None
            yield from part(own, backwards=backwards != self._newest, including=including)

    def _known(self, key: PageKey | None, *, backwards: bool, including: bool) -> Iterator[PageKey]:
        """The places with a date; without a filter, or with a sparse one, in one piece, else by years and months."""
        if self._sorted is not None:
            yield from _from(self._sorted, key, backwards=backwards, including=including)
        elif self._shown is None:
            yield from self._by_index(None, self._dates, key, backwards=backwards, including=including)
        else:
            for shown, dates in self._months(self._shown, key, backwards=backwards):
                if len(shown) <= FEW:
                    yield from _from(self._sort(shown, dates), key, backwards=backwards, including=including)
                else:
                    yield from self._by_index(shown, dates, key, backwards=backwards, including=including)

    def _months(self, shown: BitMap, key: PageKey | None, *, backwards: bool) -> Iterator[tuple[BitMap, DateRange]]:
        """What is shown of each month from that of the key on, where there is any, with the dates of the month."""
        dates = self._dates
        if key is not None and key.published is not None:
            month = _range_of("month", key.published[:MONTH])
            low, high = (dates.low, month.high) if backwards else (month.low, dates.high)
            dates = dates.meet(DateRange(low, high))
        for year in _values(self._connection, "year", dates, backwards=backwards):
            of_year = shown & stored_set(self._connection, [("year", "", year)])
            if not of_year:
                continue
            in_year = dates.meet(_range_of("year", year))
            for value in _values(self._connection, "month", in_year, backwards=backwards):
                of_month = of_year & stored_set(self._connection, [("month", "", value)])
                if of_month:
                    yield of_month, self._dates.meet(_range_of("month", value))

    def _by_index(
        self, shown: BitMap | None, dates: DateRange, key: PageKey | None, *, backwards: bool, including: bool
    ) -> Iterator[PageKey]:
        """The places in a range of dates behind a key, by the index, a stretch at a time.

        Each stretch begins with the rest of the date that the one before ended in.  There the order is that of the
        numbers, and the walk leaps to the next one that is shown.
        """
        order, sign, step = ("DESC", "<", -1) if backwards else ("ASC", ">", 1)
        while True:
            if key is not None and key.published is not None and dates.holds(key.published):
                start: int | None = key.number + (0 if including else step)
                if shown is not None and start is not None:
                    start = nearest(shown, start, backwards=backwards)
                rows = self._connection.execute(
                    f"SELECT published, number FROM notices WHERE published = ? AND number {sign}= ? "  # noqa: S608  # constants
                    f"ORDER BY number {order} LIMIT {_STRETCH}",
                    [key.published, start],
                ).fetchall()
                yield from self._shown_of(rows, shown)
                if len(rows) == _STRETCH:
                    key, including = PageKey(*rows[-1]), False
                    continue
            rest = dates
            if key is not None and key.published is not None:
                behind = (
                    DateRange(dates.low, key.published) if backwards else DateRange(f"{key.published}\0", dates.high)
                )
                rest = dates.meet(behind)
            rows = self._connection.execute(
                "SELECT published, number FROM notices WHERE published >= ? AND published < ? "  # noqa: S608  # constants
                f"ORDER BY published {order}, number {order} LIMIT {_STRETCH}",
                [rest.low, rest.high],
            ).fetchall()
            yield from self._shown_of(rows, shown)
            if len(rows) < _STRETCH:
                return
            key, including = PageKey(*rows[-1]), False

    @staticmethod
    def _shown_of(rows: Iterable[Row], shown: BitMap | None) -> Iterator[PageKey]:
        return (PageKey(*row) for row in rows if shown is None or row["number"] in shown)

    def _unknown(self, key: PageKey | None, *, backwards: bool, including: bool) -> Iterator[PageKey]:
        """The places without a date, in the order of number."""
        numbers = stored_set(self._connection, [UNDATED])
        if self._shown is not None:
            numbers &= self._shown
        if not numbers:
            return
        step = -1 if backwards else 1
        start = key.number + (0 if including else step) if key is not None else numbers.max() if backwards else 0
        for number in walk(numbers, start, backwards=backwards):
            yield PageKey(None, number)

    def _sort(self, numbers: Iterable[int], dates: DateRange) -> list[PageKey]:
        """The places of some notices with a date in a range, in order."""
        rows = self._connection.execute(
            "SELECT published, number FROM json_each(?) AS given CROSS JOIN notices ON number = given.value",
            [json_array(numbers)],
        ).fetchall()
        return sorted((PageKey(*row) for row in rows if dates.holds(date_of(row[0]))), key=_order)


def _from(places: list[PageKey], key: PageKey | None, *, backwards: bool, including: bool) -> Iterator[PageKey]:
    """The places of a sorted list behind a key, or before it."""
    at = len(places) if backwards else 0
    if key is not None:
        bisect = bisect_right if including == backwards else bisect_left
        at = bisect(places, _order(key), key=_order)
    yield from reversed(places[:at]) if backwards else places[at:]


def _order(key: PageKey) -> tuple[str, int]:
    return key.published or "", key.number
