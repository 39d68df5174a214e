"""The working time of thirty people from a log of a hundred thousand events, at first and once there is more."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from bars import Bar, Options
from synthetic import folder, log_of_tags

from annotations.annotation import timestamp
from store.db.sqlite import Connection
from store.open import open_database
from store.read.pace import WorkLog

_EVENTS = 100_000
_PEOPLE = 30
_NEW = 60
"""Events that others have made since the log was read."""


def bars(options: Options) -> Iterator[Bar]:
    """The best of some runs, in seconds of the processor: what other programs take of the machine is not counted."""
    random, begun = Random(3), datetime(2026, 3, 2, tzinfo=UTC)
    with folder() as place, open_database(place / "log.db", create=True) as database:
        times = [begun] * _PEOPLE

        def at(person: int) -> str:
            times[person] += timedelta(seconds=random.choice((2, 5, 9, 20, 40, 400)))
            return timestamp(times[person])

        log_of_tags(database.connection, _EVENTS, _PEOPLE, at)
        with database.read() as connection:
            whole = _best(options.runs(5), lambda: WorkLog().read(connection))
            bare = _best(options.runs(5), lambda: _read(connection))
            log = WorkLog()
            log.read(connection)
        log_of_tags(database.connection, _NEW, _PEOPLE, at)
        with database.read() as connection:
            begun_at = time.process_time()
            log.read(connection)
            more = time.process_time() - begun_at
    yield Bar(f"working time of {_EVENTS:,} events / bare SELECT of them", whole / bare, 6)
    yield Bar(f"working time of {_EVENTS:,} events", whole, None, "s")
    yield Bar(f"once {_NEW} more are there / all of them", more / whole, 0.01)


def _read(connection: Connection) -> None:
    for row in connection.execute("SELECT number, at, actor, action, notice, entity, key, before, after FROM events"):
        tuple(row)


def _best(rounds: int, work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(rounds):
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    return best
