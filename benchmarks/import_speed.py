"""Import against inserting the same finished rows with plain SQL; the bar for it belongs to a later issue."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from bars import Bar, Options, ratio
from synthetic import PARAGRAPH, folder

from store.database import Database
from store.ingest import ingest
from store.reviewers import current_reviewer
from store.sources import Source

_NOTICES = 2_000
_TABLES = ("notices", "texts")


def bars(options: Options) -> Iterator[Bar]:
    """Pages of about three kilobytes."""
    pages = [
        Source(where="benchmark", doc=f"page-{number}", raw=_page(number), encoding="utf-8")
        for number in range(_NOTICES)
    ]
    with folder() as place:
        imported, inserted = [], []
        for run in range(options.runs(3)):
            source = place / f"imported-{run}.db"
            with Database(source, create=True) as database:
                begun = time.perf_counter()
                ingest(database, pages, current_reviewer(), _refuse)
                imported.append(time.perf_counter() - begun)
                rows = {table: _rows(database, table) for table in _TABLES}
            inserted.append(_insert(place / f"inserted-{run}.db", rows))
        yield ratio(f"import, {_NOTICES:,} pages / plain SQL insert", imported, inserted, None)


def _page(number: int) -> str:
    return f"关于第{number}次河长制工作会议的通知\n来源：临江县水务局\n" + PARAGRAPH.format(number=number) * 4


def _rows(database: Database, table: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in database.connection.execute(f"SELECT * FROM {table}")]


def _insert(path: Path, rows: dict[str, list[tuple[object, ...]]]) -> float:
    """Seconds for all rows in one transaction."""
    with Database(path, create=True) as database:
        begun = time.perf_counter()
        with database.write() as connection:
            for table, values in rows.items():
                connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values[0]))})", values)
        return time.perf_counter() - begun


def _refuse(line: str) -> None:
    raise RuntimeError(line)
