"""Long work in many short transactions, so that whoever else writes gets a turn between two."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

from store.db.database import Database
from store.db.sqlite import Connection

T = TypeVar("T")
R = TypeVar("R")

TURN: Final = 0.08
"""Seconds of work after which a transaction ends, or sooner where what comes behind that takes long."""

HELD: Final = 0.15
"""Seconds that a transaction is to hold the lock, with its last piece and its commit."""

_FADING: Final = 0.8
"""So much of what took long behind an earlier turn is expected behind the next one."""

AT_ONCE: Final = 100
"""So many events take less than a turn; a step of no more is one transaction, all of it or nothing."""


def in_turns(database: Database, pieces: Iterable[T], store: Callable[[Connection, Iterator[T]], R]) -> Iterator[R]:
    """Store pieces of work, as many in a transaction as a turn has time for, but one at least.

    Args:
        database: where.
        pieces: the work; it is prepared before the first turn, and not while the database is held.
        store: stores the pieces of one turn.

    Yields:
        The results of ``store``, each once its transaction is committed.
    """
    left = deque(pieces)
    while left:
        turn = _Turn(database.behind_turns)
        database.is_in_turns = True
        try:
            with database.write() as connection:
                result = store(connection, turn.pieces(left))
        finally:
            database.is_in_turns = False
        database.behind_turns = max(database.let_go - turn.ended, _FADING * database.behind_turns)
        yield result


class _Turn:
    """One transaction of long work.

    Args:
        behind: seconds that a transaction lately held the lock when its turn was over: the last piece, what is stored
            once for all pieces, and the commit.  All of that takes longer while others use the processors.
    """

    def __init__(self, behind: float) -> None:
        # Where it is the disk that takes long, shorter turns would not help, and there would be many more of them.
        self._seconds = min(TURN, max(HELD - behind, behind / 4))
        self.ended = 0.0
        """When there was no more time, or nothing more to do, by ``time.monotonic``."""

    def pieces(self, left: deque[T]) -> Iterator[T]:
        """As many pieces as there is time for, but one at least."""
        end = time.monotonic() + self._seconds
        while left:
            yield left.popleft()
            if time.monotonic() >= end:
                self.ended = end
                return
        self.ended = time.monotonic()
