"""The keys of near-copies, by which notices with like texts are found; in segments, so that little is written.

A key lies anywhere.  In one table in the order of keys, each that is added would have another page of 4 kB written.  So
the keys of each 4,096 notices in a row are a segment, and new ones are written into the last one, which is small.  Once
its notices are all there, a segment is sealed: no key comes to it any more.  Keys of texts that change later go to
``LATE``.

============ ===============================================================================
bands        a segment, a key in it, and a notice whose text has this key
band_filters a sealed segment, and its filter: the upper bits of its keys, as a Roaring bitmap; the last of
             16 has those of all of them
============ ===============================================================================

A look-up has to ask each segment.  Filters tell which ones may have a key, with few false positives: who looks up many
keys reads them, and who looks up few asks the segments themselves.  A filter may hold more than the segment, whose
keys go when texts change, and never less.
"""

from __future__ import annotations

import zlib
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby, islice, pairwise
from time import monotonic
from typing import Final

import msgspec
from pyroaring import BitMap

from annotations.counts import counted
from store.db.sqlite import Connection, json_array
from store.errors import DamageError
from store.index.numbers import count_notices
from store.index.sets import decoded
from store.index.spans import EVERYTHING

SCHEMA: Final = """
CREATE TABLE bands (
    segment INTEGER NOT NULL,
    key INTEGER NOT NULL,
    notice INTEGER NOT NULL,
    PRIMARY KEY (segment, key, notice)
) STRICT, WITHOUT ROWID;

CREATE TABLE band_filters (
    segment INTEGER PRIMARY KEY,
    mark INTEGER NOT NULL,
    keys BLOB NOT NULL
) STRICT;
CREATE INDEX band_filters_mark ON band_filters(mark);
"""

LATE: Final = -1
"""The segment of keys that come when that of their notice is sealed."""

_BITS: Final = 12
"""Notice ``n`` is in segment ``n >> 12``: a commit of some hundred notices changes most of its pages, some 75."""

_GROUP: Final = 16
"""Segments whose filters are one in memory, and on disk once all are sealed: many are slow to read and ask."""

_LOWER: Final = 20
"""Lower bits of a key that a filter does not keep: the filter of a group holds one foreign key in 700."""

_UPPER: Final = (1 << 28) - 1

_FEW: Final = 192
"""Keys that are looked up without filters before those are read: fewer than reading costs in processor time, since each
look-up reads pages from anywhere on a disk.
"""

_PAUSE: Final = 2.0
"""Seconds between two look-ups of somebody who needs no filters: a person, whose session would keep them in memory."""

OLD: Final = "(notice <= ? OR notice > (SELECT coalesce(max(number), 0) FROM notices))"
"""What is kept of the notices up to one, and of such as there are none of; not of those that were added since."""

_Row = tuple[int, int, int]
"""A segment, a key and a notice."""

_LEAST: Final[_Row] = (EVERYTHING.first, EVERYTHING.first, EVERYTHING.first)
_BEHIND_ALL: Final[_Row] = (EVERYTHING.last, EVERYTHING.last, EVERYTHING.last)

_MEND: Final = "`zhupi check --repair` makes it anew"


def segment_of(notice: int) -> int:
    """The segment that the keys of a notice are in, unless they came late."""
    return notice >> _BITS


def keep(connection: Connection, some: Sequence[tuple[int, Sequence[int]]]) -> None:
    """Keep the keys of some notices, inside the caller's transaction."""
    own = {segment_of(notice) for notice, _ in some}
    into = {segment: LATE if _is_sealed(connection, segment) else segment for segment in own}
    rows: list[_Row] = []
    for notice, keys in some:
        segment = into[segment_of(notice)]
        rows += [(segment, key, notice) for key in keys]
    rows.sort()
    connection.executemany("INSERT OR IGNORE INTO bands (segment, key, notice) VALUES (?, ?, ?)", rows)


def divide(connection: Connection, table: str) -> None:
    """Put all keys of a table of keys and notices into segments, and seal those but the last one."""
    # In the order of the new table, each page of which is written once.
    connection.execute(
        f"INSERT INTO bands (segment, key, notice) SELECT notice >> ?, key, notice FROM {table} ORDER BY 1, 2, 3",  # noqa: S608  # a constant
        [_BITS],
    )
    for piece in pieces_to_seal(connection):
        piece(connection)


def forget(connection: Connection, notice: int, keys: Iterable[int]) -> None:
    """Forget the keys of a notice, inside the caller's transaction."""
    connection.executemany(
        "DELETE FROM bands WHERE segment = ? AND key = ? AND notice = ?",
        [(segment, key, notice) for key in keys for segment in (segment_of(notice), LATE)],
    )


def seal_before(connection: Connection, notices: Iterable[int]) -> None:
    """Seal each segment that is complete with some new notices, whose keys are kept already."""
    within = (1 << _BITS) - 1
    for notice in notices:
        # The first one of the next.
        if not notice & within:
            seal(connection, segment_of(notice) - 1)


def seal(connection: Connection, segment: int) -> None:
    """Seal a segment, unless it is sealed: what comes to it from now on is late."""
    if _is_sealed(connection, segment):
        return
    upper_bits = _upper_bits(connection, segment)
    if segment % _GROUP == _GROUP - 1:
        # The last one of a group has the keys of all of it, so that nobody has to read the others any more.
        first = segment - _GROUP + 1
        for other in range(first, segment):
            seal(connection, other)
        for data in _filters_between(connection, first, segment - 1):
            upper_bits |= _filter(data)
    data = upper_bits.serialize()
    connection.execute(
        "INSERT INTO band_filters (segment, mark, keys) VALUES (?, ?, ?)", [segment, _mark(segment, data), data]
    )


def pieces_to_seal(connection: Connection) -> list[Callable[[Connection], None]]:
    """What seals all segments but the last one, whatever was added meanwhile."""
    return [partial(_seal_complete, segment=segment) for segment in range(segment_of(count_notices(connection)) + 1)]


def notices_with(connection: Connection, keys: Iterable[int], most: int) -> dict[int, list[int]]:
    """The earliest notices with each of some keys, in order; of keys that none has there is nothing.

    Args:
        connection: for reading.
        keys: the keys.
        most: so many notices of a key, at most.
    """
    wanted = sorted(set(keys))
    found: defaultdict[int, list[int]] = defaultdict(list)
    count, marks, last, has_late = connection.execute(_STATE).fetchone()
    segments = _filters.segments(connection, (count, marks))
    for sealed, some in _filters.places(connection, segments, wanted):
        # Of segments in order, the earliest notices are in the first ones.
        _ask(connection, sealed, [key for key in some if len(found[key]) < most], most, found)
    for segment in (*segments.open(connection, segment_of(last)), *([LATE] if has_late else [])):
        # Nearly no key is there, and all are looked for.
        rows = connection.execute(_THERE, [json_array(wanted), segment]).fetchall()
        _ask(connection, [segment], [row[0] for row in rows], most, found)
    return {key: sorted(notices)[:most] for key, notices in found.items() if notices}


def forget_all(connection: Connection) -> None:
    """Forget all keys, inside the caller's transaction; ``pieces_to_forget`` does it in several."""
    connection.execute("DELETE FROM bands")
    connection.execute("DELETE FROM band_filters")


def pieces_to_forget(connection: Connection, last: int, keys: int) -> list[Callable[[Connection], None]]:
    """What forgets the keys of notices up to ``last``, so many in a piece.

    No segment that has any of them is sealed from the first piece on.
    """
    rows = connection.execute("SELECT segment, key, notice FROM bands ORDER BY segment, key, notice")
    at = [_LEAST, *(tuple(row) for row in islice(rows, keys, None, keys)), _BEHIND_ALL]
    return [
        partial(_forget_filters, last=last),
        *(partial(_forget_rows, first=first, behind=behind, last=last) for first, behind in pairwise(at)),
    ]


def differences(connection: Connection) -> Iterator[str]:
    """One line for each way in which filters are not what segments need."""
    wrong, sealed, of_group = 0, set[int](), BitMap()
    for segment, mark, data in connection.execute("SELECT segment, mark, keys FROM band_filters ORDER BY segment"):
        sealed.add(segment)
        upper_bits = _upper_bits(connection, segment)
        of_group = of_group | upper_bits if segment % _GROUP else upper_bits
        try:
            holds = mark == _mark(segment, data) and (
                (of_group if segment % _GROUP == _GROUP - 1 else upper_bits) <= decoded(data)
            )
        except DamageError:
            holds = False
        wrong += not holds
    if wrong:
        yield f"near-copies: {counted(wrong, 'filter')} damaged, or without keys that there are; {_MEND}"
    late = connection.execute("SELECT DISTINCT notice >> ? FROM bands WHERE segment = ?", [_BITS, LATE]).fetchall()
    complete = {*range(segment_of(count_notices(connection))), *(row[0] for row in late)}
    if complete - sealed:
        yield f"near-copies: {counted(len(complete - sealed), 'filter')} missing; {_MEND}"


_STATE: Final = (
    "SELECT count(*), coalesce(sum(mark), 0), (SELECT coalesce(max(number), 0) FROM notices), "  # noqa: S608  # a constant
    f"EXISTS (SELECT 1 FROM bands WHERE segment = {LATE}) FROM band_filters"
)
"""By what is seen whether filters are others, the last notice, and whether there are late keys."""

_THERE: Final = """
SELECT value FROM json_each(?) AS given
WHERE EXISTS (SELECT 1 FROM bands WHERE segment = ? AND bands.key = given.value)
"""
"""Which of some keys are in a segment."""

_IN_SEGMENTS: Final = """
SELECT value, (SELECT json_group_array(notice) FROM (SELECT notice FROM json_each(?) AS each
    CROSS JOIN bands ON segment = each.value AND bands.key = given.value LIMIT ?))
FROM json_each(?) AS given
"""
"""The earliest notices with each of some keys in several segments.

Segments are read in the order of the list, since a cross join keeps the order of its tables, and notices in that of the
primary key: to sort them would read all notices with a frequent key.
"""


def _ask(
    connection: Connection, segments: Sequence[int], keys: Sequence[int], most: int, found: defaultdict[int, list[int]]
) -> None:
    """Add to what was found the earliest notices that have each of some keys in some segments, in their order."""
    if keys:
        given = [json_array(segments), most, json_array(keys)]
        for key, notices in connection.execute(_IN_SEGMENTS, given).fetchall():
            found[key] += msgspec.json.decode(notices)


_NOT_EMPTY: Final = "SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM bands WHERE segment = value)"


class _Segments(msgspec.Struct, frozen=True):
    """The sealed segments in order, and the groups that their filters are read in."""

    sealed: tuple[int, ...] = ()
    groups: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = ()
    """Of each group its segments, and the marks of their filters."""

    def open(self, connection: Connection, last: int) -> Sequence[int]:
        """Those up to the last one that are not sealed, and may have keys."""
        if len(self.sealed) == last and (not last or self.sealed[-1] == last - 1):
            return (last,)
        there = set(self.sealed)
        some = [segment for segment in range(last + 1) if segment not in there]
        # While all is made anew, most are empty.
        rows = connection.execute(_NOT_EMPTY, [json_array(some)]).fetchall()
        return [row[0] for row in rows]


class _Filters:
    """The filters that this process has read, whatever database they are of: their marks tell whether they still hold.

    Marks are digests of filters.  So a filter that another process has made anew is seen, and so is one that was made
    in a transaction that came to nothing.
    """

    def __init__(self) -> None:
        self._segments: tuple[tuple[int, int], _Segments] = ((0, 0), _Segments())
        self._read: dict[int, tuple[tuple[int, ...], BitMap]] = {}
        self._any = BitMap()
        self._complete: _Segments | None = None
        self._asked = 0
        self._at = 0.0

    def segments(self, connection: Connection, state: tuple[int, int]) -> _Segments:
        """The sealed segments.

        Args:
            connection: for reading.
            state: how many filters there are, and the sum of their marks.
        """
        known, segments = self._segments
        if known != state:
            rows = connection.execute("SELECT segment, mark FROM band_filters ORDER BY segment").fetchall()
            sealed = tuple(row[0] for row in rows)
            groups = [tuple(zip(*group, strict=True)) for _, group in groupby(rows, lambda row: row[0] // _GROUP)]
            segments = _Segments(sealed, tuple((each[0], each[1]) for each in groups))
            self._segments = (state, segments)
        return segments

    def places(
        self, connection: Connection, segments: _Segments, keys: Sequence[int]
    ) -> Iterator[tuple[tuple[int, ...], Sequence[int]]]:
        """Sealed segments in order, each time with those of the keys that they may hold."""
        if not self._are_worth_it(len(keys)):
            if segments.sealed:
                yield segments.sealed, keys
            return
        if self._complete is not segments:
            for numbers, marks in segments.groups:
                self._read_group(connection, numbers, marks)
            self._complete = segments
        some = [key for key in keys if key >> _LOWER in self._any]
        if some:
            for numbers, _ in segments.groups:
                upper_bits = self._read[numbers[0]][1]
                here = [key for key in some if key >> _LOWER in upper_bits]
                if here:
                    yield numbers, here

    def _are_worth_it(self, keys: int) -> bool:
        """Whether so many have been looked up in a row; to be told how many more are."""
        if self._asked >= _FEW:
            return True
        at = monotonic()
        self._asked = self._asked + keys if at - self._at < _PAUSE else keys
        self._at = at
        return False

    def _read_group(self, connection: Connection, numbers: tuple[int, ...], marks: tuple[int, ...]) -> None:
        """Read the filters of a group, or of those that were sealed since it was read."""
        known, upper_bits = self._read.get(numbers[0], ((), BitMap()))
        if known == marks:
            return
        if marks[: len(known)] != known:
            known, upper_bits = (), BitMap()
        first = numbers[-1] if len(numbers) == _GROUP else numbers[len(known)]
        for data in _filters_between(connection, first, numbers[-1]):
            upper_bits |= _filter(data)
        self._read[numbers[0]] = marks, upper_bits
        self._any |= upper_bits


_filters: Final = _Filters()


def _filters_between(connection: Connection, first: int, last: int) -> list[bytes]:
    """The filters of some segments as they are stored, in order."""
    rows = connection.execute(
        "SELECT keys FROM band_filters WHERE segment BETWEEN ? AND ? ORDER BY segment", [first, last]
    )
    return [row[0] for row in rows.fetchall()]


def _is_sealed(connection: Connection, segment: int) -> bool:
    return connection.execute("SELECT 1 FROM band_filters WHERE segment = ?", [segment]).fetchone() is not None


def _upper_bits(connection: Connection, segment: int) -> BitMap:
    """The upper bits of the keys that a segment has."""
    rows = connection.execute(
        f"SELECT key >> {_LOWER} & {_UPPER} FROM bands WHERE segment = ? ORDER BY key",  # noqa: S608  # constants
        [segment],
    )
    return BitMap(array("I", [row[0] for row in rows]))


def _filter(data: bytes) -> BitMap:
    """A filter from its stored form; one that may hold any key where that is damaged."""
    try:
        return decoded(data)
    except DamageError:
        return BitMap([0]).flip(1, _UPPER + 1)


def _mark(segment: int, data: bytes) -> int:
    """By what a filter is told from others."""
    return zlib.crc32(data, segment & 0xFFFFFFFF)


def _seal_complete(connection: Connection, *, segment: int) -> None:
    if segment < segment_of(count_notices(connection)):
        seal(connection, segment)


def _forget_filters(connection: Connection, *, last: int) -> None:
    # Of numbers that no notice has, too.
    connection.execute(
        "DELETE FROM band_filters WHERE segment <= ? OR segment > ?",
        [segment_of(last), segment_of(count_notices(connection))],
    )


def _forget_rows(connection: Connection, *, first: _Row, behind: _Row, last: int) -> None:
    """Forget keys of notices up to ``last``: those from one row on and before another."""
    connection.execute(
        "DELETE FROM bands WHERE (segment, key, notice) >= (?, ?, ?) AND (segment, key, notice) < (?, ?, ?) "  # noqa: S608  # constants
        f"AND {OLD}",
        [*first, *behind, last],
    )
