"""The queue in the order of publication: through an index on the date, skipping what a filter leaves out.

Where few notices are shown, their dates are looked up and sorted, of all or month by month.  Where many are, the index
is walked a stretch at a time, and within one date, where the order is that of the numbers, the walk leaps to the next.
Months whose numbers hold none of them are passed over.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Final

from store.db.sqlite import Connection
from store.index.facets import BEHIND, month_of
from store.index.filters import PageKey
from store.index.sets import DateRange, NoticeSet, json_array

FEW: Final = 1_000
"""So many notices are sorted rather than searched for."""

_STRETCH: Final = 512
"""Entries of the index read at a time, at first; each time twice as many, for as long as none of them is shown."""
_LONGEST: Final = 8_192


class DateOrder:
    """The notices of a filter in the order of publication, unknown dates last.

    Args:
        connection: for reading, within one snapshot.
        members: the notices that are shown; None for all.
        dates: the range that the dates must be in; None for any, and for unknown ones.
    """

    def __init__(self, connection: Connection, members: NoticeSet | None, dates: DateRange | None) -> None:
        self._connection: Final = connection
        self._members: Final = members
        self._dates: Final = dates or DateRange("", "")
        self._undated: Final = dates is None
        self._few: Final = self._sorted(members.walk(0)) if members is not None and members.most() <= FEW else None

    def walk(self, key: PageKey | None, *, newest: bool, backwards: bool, including: bool) -> Iterator[PageKey]:
        """The places behind a key; all where there is none.

        Args:
            key: where from.
            newest: whether the newest come first; unknown dates are the last all the same.
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
            yield from part(own, backwards=backwards != newest, including=including)

    def _sorted(self, numbers: Iterable[int]) -> tuple[list[PageKey], list[PageKey]]:
        """The places of some notices, those with a date in the range and those without, in order."""
        rows = self._connection.execute(
            "SELECT date, notice FROM json_each(?) AS given CROSS JOIN dates ON notice = given.value",
            [json_array(numbers)],
        ).fetchall()
        known = sorted((date, notice) for date, notice in rows if self._dates.holds(date))
        return (
            [PageKey(*each) for each in known],
            [PageKey(None, notice) for date, notice in rows if date is None],
        )

    def _known(self, key: PageKey | None, *, backwards: bool, including: bool) -> Iterator[PageKey]:
        if self._few is not None:
            yield from _from(self._few[0], key, backwards=backwards, including=including)
            return
        for month, first, last in self._months(key, backwards=backwards):
            if self._members is not None and not self._members.touches(first, last):
                continue
            here = key if key is not None and month_of(key.published) == month else None
            few = self._members.of_month(month) if self._members is not None else None
            if few is not None:
                yield from _from(self._sorted(few)[0], here, backwards=backwards, including=including)
            else:
                yield from self._month(month, here, backwards=backwards, including=including)

    def _months(self, key: PageKey | None, *, backwards: bool) -> list[tuple[str, int, int]]:
        rows = {
            row[0]: row[1:] for row in self._connection.execute('SELECT month, "first", "last" FROM months').fetchall()
        }
        at = month_of(key.published) if key is not None else None
        return [
            (month, *rows[month])
            for month in sorted(self._dates.within(rows), reverse=backwards)
            if at is None or (month <= at if backwards else month >= at)
        ]

    def _month(self, month: str, key: PageKey | None, *, backwards: bool, including: bool) -> Iterator[PageKey]:
        """The places in one month, by the index."""
        low, high = max(self._dates.low, month), month + BEHIND
        if self._dates.high:
            high = min(self._dates.high, high)
        size = _STRETCH
        while True:
            rows = self._stretch((low, high), key, size, backwards=backwards, including=including)
            shown = self._pick([number for _, number in rows])
            dates = {number: date for date, number in rows}
            for number in shown:
                yield PageKey(dates[number], number)
            if len(rows) < size:
                return
            key, including = PageKey(*rows[-1]), False
            size = _STRETCH if shown else min(2 * size, _LONGEST)

    def _pick(self, numbers: list[int]) -> list[int]:
        return numbers if self._members is None else self._members.pick(numbers)

    def _stretch(
        self, bounds: tuple[str, str], key: PageKey | None, size: int, *, backwards: bool, including: bool
    ) -> list[tuple[str, int]]:
        """Dates and numbers from the index, behind a key: from the next member on, where its date has one."""
        order, sign = ("DESC", "<") if backwards else ("ASC", ">")
        low, high = bounds
        place = "date >= ? AND date < ?"
        values: list[str | int] = [low, high]
        if key is not None and key.published is not None:
            at: int | None = key.number + (0 if including else -1 if backwards else 1)
            if self._members is not None and at is not None:
                at = self._members.nearest(at, backwards=backwards)
            end = "date >= ?" if backwards else "date < ?"
            place, values = f"date {sign} ? AND {end}", [key.published, low if backwards else high]
            if at is not None:
                place = f"(date, notice) {sign}= (?, ?) AND {end}"
                values.insert(1, at)
        rows = self._connection.execute(
            f"SELECT date, notice FROM dates WHERE {place} ORDER BY date {order}, notice {order} LIMIT ?",  # noqa: S608  # constants
            [*values, size],
        ).fetchall()
        return [tuple(row) for row in rows]

    def _unknown(self, key: PageKey | None, *, backwards: bool, including: bool) -> Iterator[PageKey]:
        """The places without a date, in the order of number."""
        if self._few is not None:
            yield from _from(self._few[1], key, backwards=backwards, including=including)
            return
        step = -1 if backwards else 1
        row = self._connection.execute('SELECT "first", "last" FROM months WHERE month = \'\'').fetchone()
        if row is None:
            return
        at = key.number + (0 if including else step) if key is not None else row[1] if backwards else row[0]
        size = _STRETCH
        while True:
            nearest = at if self._members is None else self._members.nearest(at, backwards=backwards)
            if nearest is None:
                return
            rows = self._connection.execute(
                f"SELECT notice FROM dates WHERE date IS NULL AND notice {'<=' if backwards else '>='} ? "  # noqa: S608  # constants
                f"ORDER BY notice {'DESC' if backwards else 'ASC'} LIMIT ?",
                [nearest, size],
            ).fetchall()
            shown = self._pick([row[0] for row in rows])
            for number in shown:
                yield PageKey(None, number)
            if len(rows) < size:
                return
            at = rows[-1][0] + step
            size = _STRETCH if shown else min(2 * size, _LONGEST)


def _from(places: list[PageKey], key: PageKey | None, *, backwards: bool, including: bool) -> Iterator[PageKey]:
    """The places of a sorted list behind a key, or before it."""
    at = len(places) if backwards else 0
    if key is not None:
        bisect = bisect_right if including == backwards else bisect_left
        at = bisect(places, _order(key), key=_order)
    yield from reversed(places[:at]) if backwards else places[at:]


def _order(key: PageKey) -> tuple[str, int]:
    return key.published or "", key.number
