"""What becomes slower with the number of notices: one database of varied pages that grows from a thousand on.

At each size the same things are measured, so that figures of one name are a curve: flat where the size must not be
felt (a page of the queue, opening), and flat for each notice where all of them are gone through.  Seconds are those of
the processor that this process has used.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import varied
from bars import Bar, Options
from synthetic import folder

from annotations.formats.choice import ExportOptions
from store.db.database import Database
from store.index.filters import QueueFilter
from store.intake.ingest import ingest
from store.open import open_database
from store.output.backup import back_up
from store.output.export import export_file
from store.project.reviewers import current_reviewer
from store.read.notices import load_notice, notice_annotations
from store.read.queue import PAGE_ROWS, queue_page

_SIZES = (1_000, 10_000, 100_000, 1_000_000)
_LAST = 500
"""Pages of which the import is measured at each size."""
_FLAT = 1.5
"""So many times what it was at the first size a figure may be that the size must not be felt in."""
_WORDS = ("环境", "县长", "办公室")


def bars(options: Options) -> Iterator[Bar]:
    """Up to a hundred thousand notices (``--notices``); with ``--quick`` up to ten thousand."""
    most = 10_000 if options.quick else options.notices
    first: dict[str, float] = {}
    with folder() as place, open_database(place / "growing.db", create=True) as database:
        there = 0
        for size in (each for each in _SIZES if each <= most):
            _import(database, there, size - _LAST)
            last = _seconds(partial(_import, database, size - _LAST, size))
            there = size
            for what, value, unit, is_flat in _at(database, place, size, last, options.runs(9)):
                begun = first.setdefault(what, value)
                detail = "" if value == begun else f"{value / begun:.2f} x what it is at {_SIZES[0]:,}"
                yield Bar(what, value, begun * _FLAT if is_flat else None, unit, detail, notices=size)


def _at(database: Database, place: Path, size: int, last: float, runs: int) -> Iterator[tuple[str, float, str, bool]]:
    """What is measured at a size: what, how much, in which unit, and whether it must not grow."""
    yield f"import of the last {_LAST} pages, each notice", 1000 * last / _LAST, "ms", False
    for path in place.glob("copy-*"):
        path.unlink()
    copy = place / f"copy-{size}.db"
    yield "backup, each notice", 1000 * _seconds(partial(back_up, database, copy)) / size, "ms", False
    yield "database, each notice", copy.stat().st_size / size / 1000, "kB", False
    exported = _seconds(lambda: export_file(database, place / "all.jsonl", ExportOptions(), "benchmark"))
    yield "export on one core, each notice", 1000 * exported / size, "ms", False
    me = current_reviewer()
    with database.read() as connection:
        for name, which in (("all", QueueFilter()), ("open, newest", QueueFilter(status="open", sort="newest"))):
            page = _least(runs, partial(queue_page, connection, me, which, limit=PAGE_ROWS))
            yield f"queue: first page, {name}", 1000 * page, "ms", True
        for word in _WORDS:
            found = _least(runs, partial(queue_page, connection, me, QueueFilter(search=word), limit=50))
            yield f"search: first 50 hits of {word}", 1000 * found, "ms", False
        opened = _least(runs, lambda: (load_notice(connection, size - 1), notice_annotations(connection, size - 1)))
        yield "open the last notice but one", 1000 * opened, "ms", False


def _import(database: Database, first: int, behind: int) -> None:
    if behind > first:
        ingest(database, varied.sources(behind - first, first), current_reviewer(), _refuse)


def _refuse(line: str) -> None:
    raise RuntimeError(line)


def _least(runs: int, work: Callable[[], object]) -> float:
    work()
    return min(_seconds(work) for _ in range(runs))


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun
