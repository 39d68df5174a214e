"""Three databases merged into an empty one: what each has alone and what all have, with four events each notice.

Seconds are those of the processor that the one process has used, proving the databases included.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from unittest.mock import patch

import varied
from bars import Bar, Options
from synthetic import folder

from annotations.annotation import Review, now
from annotations.labels import LabelSet
from annotations.origins import changed, tagged
from annotations.spans import raw_span
from store.db.database import Database
from store.db.sqlite import Connection
from store.intake.ingest import ingest
from store.intake.merge import merge
from store.log.events import Change, annotation_change
from store.open import open_database
from store.project.reviewers import current_reviewer
from store.project.settings import labels_in
from store.read.notices import load_notice
from store.write.record import record

_NOTICES = 10_000
"""Notices of each database."""
_SIDES = ("coast", "hills", "plain")
_SHARED = 5
"""One of so many notices is in all databases."""
_AT_ONCE = 100
_MINUTE, _LOCK = 60, 0.15


def bars(options: Options) -> Iterator[Bar]:
    """Seconds for 10,000 notices in each, and the longest transaction."""
    notices = _NOTICES // 10 if options.quick else _NOTICES
    with folder() as place:
        paths = [place / f"{side}.db" for side in _SIDES]
        for at, path in enumerate(paths):
            make_side(path, at, notices)
        transactions: list[float] = []
        with open_database(place / "all.db", create=True) as database, _timed(transactions):
            begun = time.process_time()
            report = merge(database, current_reviewer(), paths, {}, lambda _: None, _refuse)
            seconds = time.process_time() - begun
    told = f"{seconds:.1f} s for {report.added:,} notices and {report.events:,} events"
    yield Bar("merge of three databases of 10,000 notices", seconds * _NOTICES / notices, _MINUTE, "s", told)
    yield Bar("merge: longest transaction", max(transactions), _LOCK, "s", f"of {len(transactions):,}")


def make_side(path: Path, at: int, notices: int) -> None:
    """One of the databases, which ``at`` counts from 0."""
    shared, me = notices // _SHARED, current_reviewer()
    own = varied.sources(notices - shared, first=(at + 1) * notices)
    with open_database(path, create=True) as database:
        ingest(database, chain(varied.sources(shared), own), me, _refuse)
        for first in range(1, notices + 1, _AT_ONCE):
            with database.write() as connection:
                labels = labels_in(connection)
                for number in range(first, min(first + _AT_ONCE, notices + 1)):
                    _work(connection, number, f"li-{_SIDES[at]}", labels)


def _work(connection: Connection, number: int, name: str, labels: LabelSet) -> None:
    """Two tags, one of them moved, and a review."""
    raw = load_notice(connection, number).notice.raw
    one, other = (tagged(raw, raw_span(at, at + 6), "DATE", labels["DATE"].attributes(), name) for at in (20, 60))
    for item in (one, other):
        record(connection, name, "tag", annotation_change(number, None, item), labels=labels)
    moved = changed(one, raw, span=raw_span(20, 27))
    record(connection, name, "move", annotation_change(number, one, moved), labels=labels)
    record(connection, name, "review", Change(number, "review", name, None, Review(name, "done", None, now())))


@contextmanager
def _timed(transactions: list[float]) -> Iterator[None]:
    """Note within this block how many seconds of the processor each write transaction has taken."""
    write = Database.write

    @contextmanager
    def timed(database: Database) -> Iterator[Connection]:
        with write(database) as connection:
            begun = time.process_time()
            yield connection
            transactions.append(time.process_time() - begun)

    with patch.object(Database, "write", timed):
        yield


def _refuse(line: str) -> None:
    raise RuntimeError(line)
