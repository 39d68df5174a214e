"""The set of notices that a filter shows, as numbers in the order of import: bits of facets, ANDed a chunk at a time.

Only as much is read as is asked for.  Search is no part of it (``store.read.queue`` asks the index), and dates are
looked up only in chunks where nothing else decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

import msgspec

from store.db.sqlite import Connection, numbers_of
from store.index.facets import BEHIND, CHUNK, HELD, REVIEWED, SUGGESTED, Set, month_of
from store.index.filters import QueueFilter

NARROW: Final = 1_000
"""A range of dates with fewer notices than this is looked up whole."""

SHORT: Final = 6
"""Of a range of so many months, their notices are looked up one by one."""

MANY: Final = 5_000
"""So many numbers are packed a byte each first."""

CROSSING: Final = 15
"""Notices of a month are looked up while their number squared is at most so many times that of all its notices."""

SPARSE: Final = CHUNK // 8
"""So many notices of a chunk are looked up one by one, rather than all of it."""

_FIRST: Final = 256
"""Likely members whose dates are looked up at first."""

_FULL: Final = (1 << CHUNK) - 1
_DONE: Final = ("done", "flagged", "skipped")
"""What is not open."""


class DateRange(msgspec.Struct, frozen=True):
    """A range of dates as texts: from ``low``, and less than ``high``; empty texts leave a side open."""

    low: str
    high: str

    @property
    def sql(self) -> tuple[str, list[str]]:
        """A condition on ``dates`` with its values; a notice of unknown date does not meet it."""
        if not self.high:
            return "date >= ?", [self.low]
        return "date >= ? AND date < ?", [self.low, self.high]

    def within(self, months: Iterable[str]) -> list[str]:
        """Those of some months that the range lies in."""
        low, high = month_of(self.low), month_of(self.high)
        return [month for month in months if month and low <= month and (not high or month <= high)]

    def holds(self, date: str | None) -> bool:
        """Whether a date is in the range; an unknown one is in none."""
        return date is not None and self.covers(date, date)

    def covers(self, earliest: str, latest: str) -> bool:
        """Whether all dates of a stretch are in the range."""
        return self.low <= earliest and (not self.high or latest < self.high)

    def meets(self, earliest: str, latest: str) -> bool:
        """Whether a date of a stretch may be in the range."""
        return self.low <= latest and (not self.high or earliest < self.high)


def date_range(which: QueueFilter) -> DateRange | None:
    """The range of dates of a filter; None where it has none."""
    if which.published_from is None and which.published_to is None:
        return None
    # Behind every date-time of the last day, and before the next day.
    return DateRange(which.published_from or "", which.published_to + BEHIND if which.published_to is not None else "")


class Condition(msgspec.Struct, frozen=True):
    """What a notice must be: in one of some sets, or in none of others."""

    any_of: tuple[Set, ...] = ()
    none_of: tuple[Set, ...] | None = None


class NoticeSet:
    """A set of numbers of notices.

    Args:
        connection: for reading, within one snapshot.
        total: how many notices there are.
        conditions: what each of them must be.
        dates: the range that the dates must be in; None leaves them alone.
    """

    def __init__(
        self, connection: Connection, total: int, conditions: Iterable[Condition] = (), dates: DateRange | None = None
    ) -> None:
        self._connection: Final = connection
        self._dates: Final = dates
        self.total: Final = total
        self._bits: Final = [_FULL] * (total // CHUNK + 1)
        self._bits[0] ^= 1  # no notice has the number 0
        self._bits[-1] &= (1 << total % CHUNK + 1) - 1
        for condition in conditions:
            self._narrow(condition)
        self._exact: Final = [dates is None] * len(self._bits)
        if dates is not None:
            self._look_up(dates)

    def keep(self, numbers: Sequence[int]) -> None:
        """Leave out all others."""
        packed = _packed(numbers, len(self._bits)) if len(numbers) < MANY else _packed_many(numbers, len(self._bits))
        for index, bits in enumerate(packed):
            self._bits[index] &= bits

    def pick(self, numbers: Iterable[int]) -> list[int]:
        """Those of some numbers that are members, in their order; dates are looked up for all at once."""
        likely = [number for number in numbers if self._bits[number // CHUNK] >> number % CHUNK & 1]
        unsure = [number for number in likely if not self._exact[number // CHUNK]]
        if not unsure or self._dates is None:
            return likely
        out = set(unsure).difference(_in_range(self._connection, self._dates, unsure))
        return [number for number in likely if number not in out]

    def __contains__(self, number: int) -> bool:
        return 0 <= number // CHUNK < len(self._bits) and bool(self.pick([number]))

    def count(self) -> int:
        """How many they are; dates of a wide range are looked up one by one."""
        return sum(self._chunk(index).bit_count() for index in range(len(self._bits)))

    def most(self) -> int:
        """How many they are at most, at once."""
        return sum(map(int.bit_count, self._bits))

    def of_month(self, month: str) -> list[int] | None:
        """The members of one month in order; None where to look up their dates takes longer than to search for them."""
        rows = self._connection.execute(
            "SELECT chunk, bits FROM members WHERE facet = 'month' AND owner = '' AND value = ?", [month]
        ).fetchall()
        known = [(row[0], int.from_bytes(row[1], "little")) for row in rows if row[0] < len(self._bits)]
        shared = [(chunk, bits & self._bits[chunk]) for chunk, bits in known]
        size = sum(bits.bit_count() for _, bits in shared)
        if size * size > CROSSING * sum(bits.bit_count() for _, bits in known):
            return None
        return [chunk * CHUNK + bit for chunk, bits in shared for bit in _places(bits)]

    def touches(self, first: int, last: int) -> bool:
        """Whether a member may lie between two numbers, both included."""
        low, high = first // CHUNK, min(last // CHUNK, len(self._bits) - 1)
        for index in range(low, high + 1):
            bits = self._bits[index]
            if index == high:
                bits &= (1 << last - high * CHUNK + 1) - 1 if last < (high + 1) * CHUNK else _FULL
            if index == low:
                bits >>= first % CHUNK
            if bits:
                return True
        return False

    def walk(self, start: int, *, backwards: bool = False, roughly: bool = False) -> Iterator[int]:
        """The members from ``start`` on, itself included, upwards or down; roughly with some whose dates are others."""
        step = -1 if backwards else 1
        start = min(start, self.total) if backwards else max(start, 0)
        if self._dates is not None and not roughly:
            # Mostly a few dates tell enough; where they do not, whole chunks are quicker.
            first = list(islice(self._along(start, step, exactly=False), _FIRST))
            yield from self.pick(first)
            if len(first) < _FIRST:
                return
            start = first[-1] + step
        yield from self._along(start, step, exactly=not roughly)

    def nearest(self, start: int, *, backwards: bool = False, roughly: bool = False) -> int | None:
        """The first member from ``start`` on, itself included; None where there is none."""
        return next(self.walk(start, backwards=backwards, roughly=roughly), None)

    def _along(self, start: int, step: int, *, exactly: bool) -> Iterator[int]:
        for index in range(start // CHUNK, len(self._bits) if step > 0 else -1, step):
            bits = self._chunk(index) if exactly and self._bits[index] else self._bits[index]
            for at in _places(bits, start - index * CHUNK) if step > 0 else _places_down(bits, start - index * CHUNK):
                yield index * CHUNK + at

    def _narrow(self, condition: Condition) -> None:
        wanted = self._union(condition.any_of)
        if condition.none_of is not None:
            wanted = [bits | ~others for bits, others in zip(wanted, self._union(condition.none_of), strict=True)]
        for index, bits in enumerate(wanted):
            self._bits[index] &= bits

    def _union(self, sets: Iterable[Set]) -> list[int]:
        union = [0] * len(self._bits)
        for each in sets:
            for chunk, bits in self._connection.execute(
                "SELECT chunk, bits FROM members WHERE facet = ? AND owner = ? AND value = ?", each
            ).fetchall():
                if chunk < len(union):
                    union[chunk] |= int.from_bytes(bits, "little")
        return union

    def _look_up(self, dates: DateRange) -> None:
        """Leave out what cannot be in the range, and learn where there is nothing more to look up."""
        where, values = dates.sql
        few = numbers_of(self._connection, f"SELECT notice AS number FROM dates WHERE {where} LIMIT {NARROW}", values)  # noqa: S608  # constants
        if len(few) < NARROW:
            self.keep(few)
            self._exact[:] = [True] * len(self._exact)
            return
        months = dates.within(row[0] for row in self._connection.execute("SELECT month FROM months").fetchall())
        if len(months) <= SHORT:
            self._narrow(Condition(tuple(("month", "", month) for month in months)))
        else:
            self._narrow(Condition(none_of=(("month", "", ""),)))
        zones = {row[0]: row for row in self._connection.execute("SELECT * FROM date_zones").fetchall()}
        for index in range(len(self._bits)):
            zone = zones.get(index)
            if zone is None or zone["earliest"] is None or not dates.meets(zone["earliest"], zone["latest"]):
                self._bits[index] = 0
                self._exact[index] = True
            else:
                self._exact[index] = dates.covers(zone["earliest"], zone["latest"])

    def _chunk(self, index: int) -> int:
        """The bits of a chunk, with dates looked up."""
        if not self._exact[index] and self._dates is not None:
            known, first = self._bits[index], index * CHUNK
            if known.bit_count() <= SPARSE:
                found = _in_range(self._connection, self._dates, [first + bit for bit in _places(known)])
            else:
                where, values = self._dates.sql
                sql = f"SELECT notice AS number FROM dates WHERE notice >= ? AND notice < ? AND {where}"  # noqa: S608  # constants
                found = numbers_of(self._connection, sql, [first, first + CHUNK, *values])
            bits = _packed_many([number - first for number in found], 1)[0]
            self._bits[index] &= bits
            self._exact[index] = True
        return self._bits[index]


def notice_set(
    connection: Connection, annotator: str, which: QueueFilter, *, dates: DateRange | None = None, free: bool = False
) -> NoticeSet | None:
    """The notices that the filter shows, but for its search.

    Args:
        connection: for reading.
        annotator: who looks.
        which: the filter; its dates count only as ``dates``.
        dates: the range that the dates must be in; None for any.
        free: whether only those that the annotator is to review, or that nobody is to review or has reviewed.

    Returns:
        Them; None where there is no condition at all.
    """
    conditions: list[Condition] = []
    if which.status == "open":
        conditions.append(Condition(none_of=tuple(("status", annotator, status) for status in _DONE)))
    elif which.status is not None:
        conditions.append(Condition((("status", annotator, which.status),)))
    if which.label is not None:
        conditions.append(Condition((("label", annotator, which.label),)))
    if which.assignee == "":
        conditions.append(Condition(none_of=(HELD,)))
    elif which.assignee is not None:
        conditions.append(Condition((("assigned", which.assignee, ""),)))
    if which.suggestions:
        conditions += [Condition((SUGGESTED,)), Condition(none_of=(("decided", annotator, ""),))]
    if free:
        conditions.append(Condition((("assigned", annotator, ""),), none_of=(HELD, REVIEWED)))
    if not conditions and dates is None:
        return None
    return NoticeSet(connection, count_notices(connection), conditions, dates)


def count_notices(connection: Connection) -> int:
    """How many notices there are: their numbers run from 1 without a gap, since none is ever deleted."""
    return int(connection.execute("SELECT coalesce(max(number), 0) FROM notices").fetchone()[0])


def _in_range(connection: Connection, dates: DateRange, given: Iterable[int]) -> list[int]:
    """Those of some numbers whose dates are in a range."""
    where, values = dates.sql
    sql = f"SELECT notice AS number FROM json_each(?) AS given CROSS JOIN dates ON notice = given.value WHERE {where}"  # noqa: S608  # constants
    return numbers_of(connection, sql, [json_array(given), *values])


def json_array(numbers: Iterable[int]) -> str:
    """Numbers as SQL's ``json_each`` takes them."""
    return msgspec.json.encode(list(numbers)).decode()


def _places(bits: int, start: int = 0) -> Iterator[int]:
    """The places of the bits that are set, in order, from ``start`` on."""
    digits = _digits(bits)
    at = digits.find("1", max(start, 0))
    while at >= 0:
        yield at
        at = digits.find("1", at + 1)


def _places_down(bits: int, start: int) -> Iterator[int]:
    """As ``_places``, from ``start`` down."""
    digits = _digits(bits)
    at = digits.rfind("1", 0, start + 1)
    while at >= 0:
        yield at
        at = digits.rfind("1", 0, at)


def _digits(bits: int) -> str:
    """Bits as digits, the lowest first."""
    return f"{bits:b}"[::-1] if bits else ""


def _packed(numbers: Iterable[int], chunks: int) -> list[int]:
    """Numbers as bits, by chunk."""
    flags = [bytearray(CHUNK // 8) for _ in range(chunks)]
    for number in numbers:
        index, bit = divmod(number, CHUNK)
        flags[index][bit >> 3] |= 1 << (bit & 7)
    return [int.from_bytes(each, "little") for each in flags]


def _packed_many(numbers: Iterable[int], chunks: int) -> list[int]:
    """As ``_packed``, for so many that a byte a number is the faster way."""
    flags = bytearray(b"0") * (chunks * CHUNK)
    one = ord("1")
    for number in numbers:
        flags[number] = one
    return [int(flags[at : at + CHUNK][::-1], 2) for at in range(0, len(flags), CHUNK)]
