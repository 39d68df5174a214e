"""Orders of work as they are stored: each a permutation of the notices as of a moment, in blocks.

Of each order there is the number of the notice at each place, the place of each number, and as a set the numbers of
each block of places.  So a page begins at any notice without a search, and a filter passes over blocks in which it
shows nothing.  ``store.edits.work_orders`` stores a new permutation beside the old one, which is read until the new one
is whole.  What was imported since comes last, in the order of import.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final, Literal

import msgspec
from pyroaring import BitMap

from annotations.work_order import WORK_ORDERS, Chances, WorkOrder, order_arm
from store.db.sqlite import Connection
from store.errors import DamageError
from store.index.filters import PageKey
from store.index.numbers import count_notices
from store.index.sets import decoded, walk

BLOCK: Final = 16_384
"""Places in a block, and numbers in a block of places: 64 kB each."""

FEW: Final = 16
"""So many notices of a block are looked up and sorted: to search a block takes as long, and a page needs few blocks."""

Part = Literal["numbers", "members", "places"]
"""The numbers at the places of a block, the same as a set, and the places of the numbers of a block."""

_SIZE: Final = 4
"""Bytes of a number or a place."""


class StoredOrder(msgspec.Struct, frozen=True):
    """An order of work as it was made last.

    ``generation`` is which of its stored permutations is read.  ``notices`` are in it: those with the numbers up to
    that.  ``event`` was the newest of the log then.  It took ``seconds`` to make.  By ``share`` and ``seed`` it was
    drawn which notices come at random.
    """

    name: str
    generation: int
    notices: int
    event: int
    made_at: str
    seconds: float
    share: float
    seed: str


def order_in(connection: Connection, name: str) -> StoredOrder | None:
    """An order as it was made last; None where it never was."""
    row = connection.execute(
        "SELECT name, generation, notices, event, made_at, seconds, share, seed FROM work_orders WHERE name = ?", [name]
    ).fetchone()
    return None if row is None else StoredOrder(*row)


def arm_in_order(connection: Connection, name: str, notice: int) -> str | None:
    """The arm that an order gives a review of a notice; None where the notice does not come by that order."""
    order = order_in(connection, name)
    known: WorkOrder | None = next((each for each in WORK_ORDERS if each == name), None)
    if order is None or known is None or notice > order.notices:
        return None
    (notice_id,) = connection.execute("SELECT id FROM notices WHERE number = ?", [notice]).fetchone()
    return order_arm(known, at_random=Chances(order.seed, order.share).is_random(notice_id))


def packed(numbers: Sequence[int]) -> bytes:
    """Numbers or places as they are stored."""
    return _little(array("I", numbers)).tobytes()


def differences(connection: Connection) -> Iterator[str]:
    """One line for each order that is no permutation of notices."""
    for (name,) in connection.execute("SELECT name FROM work_orders ORDER BY name").fetchall():
        order = order_in(connection, name)
        if order is not None and not _is_permutation(connection, order):
            yield f"queue: the order {name} is damaged; `zhupi check --repair` forgets it, `zhupi order` makes it anew"


def pieces(connection: Connection) -> list[Callable[[Connection], None]]:
    """What forgets the orders that are damaged: the queue goes on in the order of import until they are made anew."""
    return [
        partial(_forget, name)
        for (name,) in connection.execute("SELECT name FROM work_orders ORDER BY name").fetchall()
        if (order := order_in(connection, name)) is None or not _is_permutation(connection, order)
    ]


def _forget(name: str, connection: Connection) -> None:
    connection.execute("DELETE FROM work_orders WHERE name = ?", [name])


def _is_permutation(connection: Connection, order: StoredOrder) -> bool:
    walked = OrderWalk(connection, order, None)
    if not 0 <= order.notices <= count_notices(connection):
        return False
    try:
        for block in range(-(-order.notices // BLOCK)):
            numbers = walked.numbers(block)
            first = block * BLOCK
            if walked.members(block) != BitMap(numbers) or len(numbers) != min(BLOCK, order.notices - first):
                return False
            if any(walked.place(number) != first + at for at, number in enumerate(numbers)):
                return False
    except DamageError:
        return False
    return True


class OrderWalk:
    """The notices of a filter in an order of work.

    Args:
        connection: for reading, within one snapshot.
        order: the order.
        shown: the notices that are shown; None for all.
    """

    def __init__(self, connection: Connection, order: StoredOrder, shown: BitMap | None) -> None:
        self._connection: Final = connection
        self._order: Final = order
        self._shown: Final = shown
        self._blocks: Final[dict[tuple[Part, int], array[int]]] = {}

    def walk(self, key: PageKey | None, *, backwards: bool = False, including: bool = False) -> Iterator[PageKey]:
        """The places behind a key; without one, all from the first; backwards those before it, or all from the last.

        Raises:
            DamageError: the order is damaged.
        """
        step = -1 if backwards else 1
        total = max(self._order.notices, count_notices(self._connection))
        end = total - 1 if backwards else 0
        start = end if key is None else self.place(key.number) + (0 if including else step)
        parts = [self._ordered(start, backwards=backwards), self._later(start, total, backwards=backwards)]
        for part in reversed(parts) if backwards else parts:
            for number in part:
                yield PageKey(None, number)

    def place(self, number: int) -> int:
        """The place of a notice, from 0; those that came later have the places of the order of import.

        Raises:
            DamageError: the order is damaged.
        """
        if not 1 <= number <= self._order.notices:
            return number - 1
        places = self._block("places", (number - 1) // BLOCK)
        at = (number - 1) % BLOCK
        if at >= len(places):
            raise self._damaged()
        return places[at]

    def numbers(self, block: int) -> Sequence[int]:
        """The numbers of the notices at the places of a block, in their order.

        Raises:
            DamageError: the order is damaged.
        """
        return self._block("numbers", block)

    def members(self, block: int) -> BitMap:
        """The same as a set.

        Raises:
            DamageError: the order is damaged.
        """
        return decoded(self._data("members", block))

    def _ordered(self, start: int, *, backwards: bool) -> Iterator[int]:
        """What is shown of the permutation, from a place on."""
        last = self._order.notices - 1
        if (backwards and start < 0) or (not backwards and start > last):
            return
        first = min(max(start, 0), last) // BLOCK
        for block in range(first, -1, -1) if backwards else range(first, last // BLOCK + 1):
            at = start - block * BLOCK
            numbers = self._shown_of(block, None if backwards else at, at if backwards else None)
            yield from reversed(numbers) if backwards else numbers

    def _shown_of(self, block: int, low: int | None, high: int | None) -> Sequence[int]:
        """What is shown of a block, in order: of the places from ``low`` on, or up to ``high``, from its beginning."""
        low, high = max(0, low or 0), BLOCK if high is None else high + 1
        if self._shown is None:
            return self.numbers(block)[low:high]
        shown = self._shown & self.members(block)
        if not shown:
            return ()
        if len(shown) > FEW:
            return list(filter(shown.__contains__, self.numbers(block)[low:high]))
        first = block * BLOCK
        found = sorted((self.place(number) - first, number) for number in shown)
        return [number for place, number in found if low <= place < high]

    def _later(self, start: int, total: int, *, backwards: bool) -> Iterator[int]:
        """What is shown of the notices that came later, from a place on."""
        first = self._order.notices + 1
        begin = min(start + 1, total) if backwards else max(start + 1, first)
        if self._shown is None:
            yield from range(begin, first - 1, -1) if backwards else range(begin, total + 1)
            return
        for number in walk(self._shown, begin, backwards=backwards):
            if not first <= number <= total:
                return
            yield number

    def _block(self, part: Part, block: int) -> array[int]:
        kept = self._blocks.get((part, block))
        if kept is None:
            data = self._data(part, block)
            if len(data) % _SIZE or len(data) > _SIZE * BLOCK:
                raise self._damaged()
            kept = self._blocks[part, block] = _little(array("I", data))
        return kept

    def _data(self, part: Part, block: int) -> bytes:
        row = self._connection.execute(
            "SELECT data FROM order_blocks WHERE name = ? AND generation = ? AND part = ? AND block = ?",
            [self._order.name, self._order.generation, part, block],
        ).fetchone()
        if row is None:
            raise self._damaged()
        return bytes(row[0])

    def _damaged(self) -> DamageError:
        name = self._order.name
        return DamageError(f"the order {name} is damaged; `zhupi order {name}` makes it anew")


def _little(numbers: array[int]) -> array[int]:
    """Numbers of this machine from little endian ones, or the other way round."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
