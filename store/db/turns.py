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
"""Seconds of work after which a transaction ends; with its last piece and its commit it holds the lock for 0.15."""

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
        with database.write() as connection:
            result = store(connection, _for_one_turn(left))
        yield result


def _for_one_turn(left: deque[T]) -> Iterator[T]:
    end = time.monotonic() + TURN
    while left:
        yield left.popleft()
        if time.monotonic() >= end:
            return
