"""Import against inserting the same finished rows with plain SQL; the bar for it belongs to a later issue."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from bars import Bar, Options, ratio
from synthetic import folder, pages

from store.intake.ingest import ingest
from store.open import open_database
from store.project.reviewers import current_reviewer

_NOTICES = 2_000
_TABLES = ("notices", "texts")

Rows = dict[str, list[tuple[object, ...]]]


def bars(options: Options) -> Iterator[Bar]:
    """Ordinary pages, in this process."""
    with folder() as place:
        imported, inserted = [], []
        for run in range(options.runs(5)):
            seconds, rows = _import(place / f"imported-{run}.db")
            imported.append(seconds)
            inserted.append(_insert(place / f"inserted-{run}.db", rows))
        yield ratio(f"import, {_NOTICES:,} pages / plain SQL insert", imported, inserted, None)


def _import(path: Path) -> tuple[float, Rows]:
    """Seconds for the import, and the rows that it made."""
    sources = list(pages(_NOTICES))
    with open_database(path, create=True) as database:
        begun = time.perf_counter()
        ingest(database, sources, current_reviewer(), _refuse)
        seconds = time.perf_counter() - begun
        connection = database.connection
        return seconds, {table: list(map(tuple, connection.execute(f"SELECT * FROM {table}"))) for table in _TABLES}


def _insert(path: Path, rows: Rows) -> float:
    """Seconds for all rows in one transaction."""
    with open_database(path, create=True) as database:
        begun = time.perf_counter()
        with database.write() as connection:
            for table, values in rows.items():
                connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values[0]))})", values)
        return time.perf_counter() - begun


def _refuse(line: str) -> None:
    raise RuntimeError(line)
