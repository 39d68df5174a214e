"""Sets of notices by number, stored as Roaring bitmaps, 65,536 numbers to a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import msgspec
from pyroaring import BitMap

from store.db.sqlite import Connection
from store.errors import DamageError
from store.index.keys import Key
from store.index.numbers import count_notices

BLOCK: Final = 65_536
"""Numbers in a row: number ``n`` is in block ``n // BLOCK``, so that one change rewrites 8 kB at most."""

_LARGEST: Final = 2**32 - 1
"""The largest number of a set."""

_READ_BACK: Final = 256
"""Numbers that are read at a time where a set is walked downwards."""

_PUT: Final = "INSERT OR REPLACE INTO sets (facet, owner, value, block, numbers) VALUES (?, ?, ?, ?, ?)"

_together: Final[dict[int, dict[tuple[Key, int], BitMap]]] = {}
"""Rows that are changed and not written yet, by the connection that is in ``marked_together``."""


def stored_set(connection: Connection, keys: Iterable[Key]) -> BitMap:
    """The union of some sets as they are stored.

    Raises:
        DamageError: what is stored is no set.
    """
    sql = "SELECT numbers FROM sets WHERE facet = ? AND owner = ? AND value = ?"
    return union(decoded(row[0]) for key in keys for row in connection.execute(sql, key).fetchall())


def values_of(connection: Connection, facet: str, first: str, behind: str) -> list[str]:
    """The values of a facet without owners that have a set: from ``first`` on and before ``behind``, in order."""
    rows = connection.execute(
        "SELECT DISTINCT value FROM sets WHERE facet = ? AND owner = '' AND value >= ? AND value < ? ORDER BY value",
        [facet, first, behind],
    ).fetchall()
    return [row[0] for row in rows]


def owners_of(connection: Connection, facet: str, value: str) -> list[str]:
    """The owners who have a set of a facet and value, in order."""
    rows = connection.execute(
        "SELECT DISTINCT owner FROM sets WHERE facet = ? AND value = ? ORDER BY owner", [facet, value]
    ).fetchall()
    return [row[0] for row in rows]


def mark(connection: Connection, key: Key, notice: int, *, there: bool) -> None:
    """Put a notice into a set, or take it out; inside the caller's transaction."""
    block, together = notice // BLOCK, _together.get(id(connection))
    numbers = None if together is None else together.get((key, block))
    if numbers is None:
        row = connection.execute(
            "SELECT numbers FROM sets WHERE facet = ? AND owner = ? AND value = ? AND block = ?", [*key, block]
        ).fetchone()
        numbers = decoded(row[0]) if row else BitMap()
    if (notice in numbers) == there:
        return
    if there:
        numbers.add(notice)
    else:
        numbers.remove(notice)
    if together is None:
        _put(connection, key, block, numbers)
    else:
        together[key, block] = numbers


@contextmanager
def marked_together(connection: Connection) -> Iterator[None]:
    """Within this block ``mark`` writes nothing: each row that it changes is written once, when the block ends well.

    Nothing in the block may read the sets.
    """
    together = _together[id(connection)] = {}
    try:
        yield
        for (key, block), numbers in together.items():
            _put(connection, key, block, numbers)
    finally:
        del _together[id(connection)]


def change_set(connection: Connection, key: Key, *, added: BitMap | None = None, removed: BitMap | None = None) -> None:
    """Put notices into a set and take others out, inside the caller's transaction."""
    added, removed = added or BitMap(), removed or BitMap()
    for block in sorted({number // BLOCK for number in added | removed}):
        row = connection.execute(
            "SELECT numbers FROM sets WHERE facet = ? AND owner = ? AND value = ? AND block = ?", [*key, block]
        ).fetchone()
        before = decoded(row[0]) if row else BitMap()
        now = (before | (added & _range(block * BLOCK, (block + 1) * BLOCK))) - removed
        if now != before:
            _put(connection, key, block, now)


def add_to_sets(connection: Connection, sets: Mapping[Key, Collection[int]]) -> None:
    """Put notices into many sets of few facets, inside the caller's transaction: as ``change_set`` of one at a time."""
    added: defaultdict[tuple[str, str, int], dict[str, list[int]]] = defaultdict(dict)
    for (facet, owner, value), numbers in sets.items():
        for number in numbers:
            added[facet, owner, number // BLOCK].setdefault(value, []).append(number)
    rows: list[tuple[str, str, str, int, bytes]] = []
    for (facet, owner, block), by_value in sorted(added.items()):
        before = dict(
            connection.execute(
                "SELECT value, numbers FROM sets WHERE facet = ? AND owner = ? AND block = ? "
                "AND value IN (SELECT value FROM json_each(?))",
                [facet, owner, block, msgspec.json.encode(list(by_value)).decode()],
            ).fetchall()
        )
        for value, some in sorted(by_value.items()):
            now = decoded(before[value]) if value in before else BitMap()
            now.update(some)
            rows.append((facet, owner, value, block, _encoded(now)))
    connection.executemany(_PUT, rows)


def put_sets(
    connection: Connection,
    sets: Mapping[Key, BitMap],
    first: int,
    last: int,
    *,
    facets: Collection[str] | None = None,
) -> None:
    """Make all sets anew as far as they are about some notices, inside the caller's transaction.

    Args:
        connection: in a write transaction.
        sets: those of the numbers from ``first`` to ``last`` that belong to any set, by its key.
        first: the first of these notices.
        last: the last of them.
        facets: whose sets are made anew, and given; None for those of all facets.
    """
    given = {(key, block): part for key, numbers in sets.items() for block, part in _blocks(numbers)}
    ours = _range(first, last + 1)
    kept = connection.execute(
        # Rows are looked up by their facet, and passed over one by one where it is any.
        f"SELECT facet, owner, value, block FROM sets WHERE block BETWEEN ? AND ? {_of_facets(facets)}",  # noqa: S608  # placeholders
        [first // BLOCK, last // BLOCK, *(facets or ())],
    ).fetchall()
    for *key, block in kept:
        before = _read(connection, tuple(key), block)
        others = BitMap() if before is None else before & _range(block * BLOCK, (block + 1) * BLOCK) - ours
        now = others | given.pop((tuple(key), block), BitMap())
        if now != before:
            _put(connection, tuple(key), block, now)
    for (key, block), part in given.items():
        _put(connection, key, block, part)


def _of_facets(facets: Collection[str] | None) -> str:
    return "" if facets is None else f"AND facet IN ({', '.join('?' * len(facets))})"


def decoded(data: bytes) -> BitMap:
    """A set from its stored form.

    Raises:
        DamageError: it is none.
    """
    try:
        return BitMap.deserialize(data)
    except (ValueError, IndexError) as error:
        raise DamageError("a set that the queue filters by is damaged; `zhupi check --repair` makes it anew") from error


def union(sets: Iterable[BitMap]) -> BitMap:
    """The members of any of some sets; empty where there is none."""
    return BitMap.union(BitMap(), *sets)


def all_notices(connection: Connection) -> BitMap:
    """The numbers of all notices."""
    return _range(1, count_notices(connection) + 1)


def walk(numbers: BitMap, start: int, *, backwards: bool = False) -> Iterator[int]:
    """The members of a set from ``start`` on, itself included, upwards or down."""
    # A place that was kept may be any number; a set takes those of 32 bits.
    start = max(-1, min(start, _LARGEST))
    if not backwards:
        yield from numbers.iter_equal_or_larger(max(start, 0))
        return
    end = numbers.rank(start) if start >= 0 else 0
    while end:
        begin = max(0, end - _READ_BACK)
        yield from reversed(numbers[begin:end])
        end = begin


def nearest(numbers: BitMap, start: int, *, backwards: bool = False) -> int | None:
    """The first member of a set from ``start`` on, itself included, upwards or down; None where there is none."""
    return next(walk(numbers, start, backwards=backwards), None)


def _range(first: int, behind: int) -> BitMap:
    numbers = BitMap()
    numbers.add_range(max(first, 0), max(0, min(behind, _LARGEST + 1)))
    return numbers


def _blocks(numbers: BitMap) -> Iterator[tuple[int, BitMap]]:
    """The rows of a set: each with its block."""
    if numbers:
        for block in range(numbers.min() // BLOCK, numbers.max() // BLOCK + 1):
            part = numbers & _range(block * BLOCK, (block + 1) * BLOCK)
            if part:
                yield block, part


def _read(connection: Connection, key: Key, block: int) -> BitMap | None:
    """A row of a set; None where it is damaged."""
    (data,) = connection.execute(
        "SELECT numbers FROM sets WHERE facet = ? AND owner = ? AND value = ? AND block = ?", [*key, block]
    ).fetchone()
    try:
        return decoded(data)
    except DamageError:
        return None


def _put(connection: Connection, key: Key, block: int, numbers: BitMap) -> None:
    """Store a row of a set, or take it away where nothing is left in it."""
    if not numbers:
        connection.execute("DELETE FROM sets WHERE facet = ? AND owner = ? AND value = ? AND block = ?", [*key, block])
        return
    connection.execute(_PUT, [*key, block, _encoded(numbers)])


def _encoded(numbers: BitMap) -> bytes:
    """A row of a set in its stored form."""
    numbers.run_optimize()
    return numbers.serialize()
