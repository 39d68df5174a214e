"""How long people wait for ``saved`` while an import fills the same database, and what that costs the import."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from bars import Bar, Options
from commits import PEOPLE, WRITER, crowd
from side_by_side import ids, importing, page_shard, workplace


def bars(options: Options) -> Iterator[Bar]:
    """People at one tag a second each, alone and beside an import; the import alone and beside them."""
    seconds = 8.0 if options.quick else 30.0
    pages = 20_000 if options.quick else 80_000
    with workplace(options) as (place, database):
        _, total = ids(database, 1)
        alone, errors = crowd(WRITER, database, seconds, 1.0)
        with importing(database, page_shard(place, pages)):
            begun, before = time.perf_counter(), _count(database)
            time.sleep(seconds)
            rate_alone = (_count(database) - before) / (time.perf_counter() - begun)
        with importing(database, page_shard(place, pages)):
            begun, before = time.perf_counter(), _count(database)
            beside, more = crowd(WRITER, database, seconds, 1.0)
            rate_beside = (_count(database) - before) / (time.perf_counter() - begun)
        yield Bar(
            f"commit beside an import, {PEOPLE} people at 1/s each, longest", 1000 * beside[-1], 250, "ms",
            f"{_spread(beside)} of {len(beside)}; without one {_spread(alone)}, longest {1000 * alone[-1]:.0f} ms",
            notices=total,
        )  # fmt: skip
        yield Bar(
            "errors of both", float(len(errors + more)), 0, "errors", "; ".join((errors + more)[:1]), notices=total
        )
        yield Bar(
            "import beside them, notices a second", rate_beside, None, "", f"alone {rate_alone:,.0f}", notices=total
        )


def _count(database: Path) -> int:
    return ids(database, 1)[1]


def _spread(taken: list[float]) -> str:
    return f"median {1000 * taken[len(taken) // 2]:.0f} ms, p99 {1000 * taken[int(len(taken) * 0.99)]:.0f} ms"
