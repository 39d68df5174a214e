"""Import against inserting the same finished rows and their bigram index with plain SQL, and what prepares it.

Seconds are those of the processors that one process has used: other programs make them more, but not by as much.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import varied
from bars import Bar, Options
from synthetic import folder

from annotations.formats.native_record import encode, record
from annotations.near_copies import sketch_of
from store.db.database import Database
from store.index.search import grams
from store.intake.finished import finish_piece, notice_of
from store.intake.ingest import ingest
from store.intake.prepare import Job, prepare_shard
from store.intake.prepare import Options as Preparing
from store.intake.sources import Item, Record
from store.intake.sources.sketches import row_of
from store.open import open_database
from store.project.reviewers import current_reviewer

_NOTICES = 512
_ANCHOR = 2.3
"""Megabytes a second a core: dolma's C4 recipe."""
_TABLES = ("notices", "texts")

Rows = dict[str, list[tuple[object, ...]]]


def bars(options: Options) -> Iterator[Bar]:
    """Varied pages; and the same as lines of a prepared shard."""
    pages = list(varied.sources(_NOTICES, first=1_000))
    notices = [notice_of(page) for page in pages]
    lines = [
        Record(encode(record(each, (), ())), "shard", sketch=row_of(each.id, sketch_of(each.normalized)))
        for each in notices
    ]
    runs = options.runs(15)
    with folder() as place:
        rows = _rows(place / "rows.db", pages)
        rows["search (rowid, grams)"] = [(at, grams(each.title, each.normalized)) for at, each in enumerate(notices, 1)]
        kinds: tuple[tuple[str, Sequence[Item], float], ...] = (
            ("pages", pages, 3),
            ("lines of a prepared shard", lines, 2),
        )
        # One after the other in each run, so that whoever else uses the machine disturbs all of them alike.
        measured: dict[str, Callable[[int], float]] = {
            "insert": lambda at: _in_database(place / f"inserted-{at}.db", partial(_insert, rows=rows))
        }
        for what, items, _ in kinds:
            measured[f"import {what}"] = partial(_import_anew, place, what, items)
            measured[f"finish {what}"] = partial(_finish, items)
        least = _least_of_each(runs, measured)
        inserted = least["insert"]
        for what, _, wanted in kinds:
            imported, finished = least[f"import {what}"], least[f"finish {what}"]
            told = f"import of {_NOTICES} {what}, one core / plain SQL insert with bigrams"
            yield _ratio(told, imported, inserted, wanted)
            yield _each(f"import: finishing one of the {what}, which other processes can do", finished)
            yield _ratio(
                f"import: storing the {what}, which one process does / the same insert", imported - finished, inserted
            )
        yield from _prepared(place, options)


def _prepared(place: Path, options: Options) -> Iterator[Bar]:
    """What one process prepares of a shard in a second."""
    shard = place / "shard.jsonl"
    with shard.open("wb") as out:
        for page in varied.sources(_NOTICES, first=1_000):
            out.write(varied.row(page))
    preparing = Preparing(str(place), "benchmark", fields={"raw": "content"})
    seconds = _least(options.runs(5), lambda at: _seconds(lambda: prepare_shard(_job(shard, preparing, at))))
    megabytes = shard.stat().st_size / 1e6
    yield Bar(
        "prepare: a shard of JSONL, one core / dolma's C4 recipe", megabytes / seconds / _ANCHOR, 1,
        detail=f"{megabytes / seconds:.1f} MB/s / {_ANCHOR} MB/s", at_least=True,
    )  # fmt: skip


def _job(shard: Path, preparing: Preparing, run: int) -> Job:
    """Another word in the command, so that no receipt fits."""
    return Job(str(shard), Preparing(preparing.folder, preparing.version, fields=preparing.fields, words=(str(run),)))


def _rows(path: Path, items: Sequence[Item]) -> Rows:
    """The rows that an import makes."""
    with open_database(path, create=True) as database:
        _import(database, items)
        connection = database.connection
        return {table: list(map(tuple, connection.execute(f"SELECT * FROM {table}"))) for table in _TABLES}


def _import_anew(place: Path, what: str, items: Sequence[Item], at: int) -> float:
    return _in_database(place / f"{what}-{at}.db", partial(_import, items=items))


def _finish(items: Sequence[Item], _: int) -> float:
    return _seconds(lambda: [finish_piece(each) for each in items])


def _in_database(path: Path, work: Callable[[Database], object]) -> float:
    with open_database(path, create=True) as database:
        return _seconds(lambda: work(database))


def _import(database: Database, items: Sequence[Item]) -> None:
    ingest(database, items, current_reviewer(), _refuse)


def _insert(database: Database, rows: Rows) -> None:
    """All rows in one transaction."""
    with database.write() as connection:
        for table, values in rows.items():
            connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values[0]))})", values)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _least_of_each(runs: int, measured: Mapping[str, Callable[[int], float]]) -> dict[str, float]:
    each = [{what: seconds(at) for what, seconds in measured.items()} for at in range(runs)]
    return {what: min(run[what] for run in each) for what in measured}


def _least(runs: int, measured: Callable[[int], float]) -> float:
    return min(measured(at) for at in range(runs))


def _ratio(what: str, over: float, under: float, wanted: float | None = None) -> Bar:
    each = 1e6 / _NOTICES
    return Bar(what, over / under, wanted, detail=f"{over * each:,.0f} µs / {under * each:,.0f} µs a notice")


def _each(what: str, seconds: float) -> Bar:
    return Bar(what, seconds / _NOTICES * 1e6, None, "µs")


def _refuse(line: str) -> None:
    raise RuntimeError(line)
