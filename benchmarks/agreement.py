"""Agreement of three people on a thousand pages with ten spans in each layer: thirty thousand spans."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from random import Random

from bars import Bar, Options
from synthetic import folder, layered_database

from store.db.sqlite import Connection
from store.open import open_database
from store.read.agreement import AgreementFilter, project_agreement

_NOTICES = 1_000
_PEOPLE = ("chen", "li", "wang")
_SPANS = 10


def bars(options: Options) -> Iterator[Bar]:
    """The best of some runs, in seconds of the processor: what other programs take of the machine is not counted."""
    with folder() as place:
        layered_database(place / "layers.db", _NOTICES, _PEOPLE, _SPANS, Random(5))
        with open_database(place / "layers.db", reading=True) as database, database.read() as connection:
            read = _best(options.runs(7), lambda: _read(connection))
            whole = _best(options.runs(7), lambda: project_agreement(connection, AgreementFilter()))
    what = f"agreement, {_NOTICES:,} pages, {len(_PEOPLE)} layers of {_SPANS} spans, 200 resamples"
    yield Bar(what, whole, 2, "s")
    yield Bar("agreement / bare SELECT of the same layers", whole / read, None)


def _read(connection: Connection) -> None:
    for sql in ("SELECT regions, runs FROM texts", "SELECT * FROM annotations", "SELECT * FROM reviews"):
        for row in connection.execute(sql):
            tuple(row)


def _best(rounds: int, work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(rounds):
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    return best
