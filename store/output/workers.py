"""Processes that share the work of an export in the native format: all read one state, and the bytes stay the same.

They are forked before this process opens a database: SQLite must not be carried over a fork, and a process that is
started anew takes as long as exporting some thousand notices.  Batches of notices are dealt out as workers deliver,
and this process hashes and writes what they make, in order.  Whatever a worker does not deliver, because it was killed,
is held up or found damage, is made here: so a worker can only make an export faster, and errors are told as they are
without any.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from pyroaring import BitMap

from annotations.formats.choice import ExportOptions
from annotations.formats.registry import NATIVE
from store.db.database import Database
from store.db.sqlite import Connection
from store.handles import HANDLES
from store.output.native import Lines, batches, lines_of
from store.output.worker import ORDERED, Order, Worker, state_of
from store.processors import processors
from store.read.notices import sorted_numbers

_BYTES_EACH: Final = 16_000_000
"""Bytes of a database for which one more worker is worth its start; in a smaller one this process is as fast alone."""

_MOST: Final = 7
"""Workers at most: this process writes what they make, and could not keep up with more."""

_TRIES: Final = 20
"""How often all try to begin between two commits of others."""


class Workers:
    """The processes that share the work of one export; where there are none, this process does all of it."""

    def __init__(self, workers: Sequence[Worker] = ()) -> None:
        self._workers = list(workers)

    def begin(self, database: Database, connection: Connection) -> None:
        """Have all begin to read the same state; workers that cannot are let go.

        Args:
            database: what is exported.
            connection: within a transaction that has read nothing yet; it is begun anew.
        """
        if database.is_read_only:
            # SQLite may not notice what others write then.
            self.stop()
        for _ in range(_TRIES):
            if not self._workers:
                return
            version = _data_version(connection)
            for worker in self._workers:
                worker.send(Order())
            states = {worker: worker.begun() for worker in self._workers}
            connection.execute("ROLLBACK")
            connection.execute("BEGIN")
            # Nothing was committed from the state before to the one after, and so they have begun with the same one.
            if _data_version(connection) == version:
                mine = state_of(database.path, connection)
                self._keep([worker for worker in self._workers if states[worker] == mine])
                return
            self._keep([worker for worker in self._workers if states[worker] is not None])
        self.stop()

    def each_lines(self, connection: Connection, options: ExportOptions, among: BitMap) -> Iterator[Lines]:
        """The lines of some notices in the order asked for, a batch at a time, as ``lines_of`` makes them.

        The bytes of a batch stay as they are until the next one is asked for.

        Raises:
            DamageError: a notice or an annotation is damaged.
            QuoteError: the quote of an annotation is not the text under its span.
        """
        rest = batches(sorted_numbers(connection, among, options.sort))
        due: deque[tuple[Worker, list[int]]] = deque()

        def order(worker: Worker) -> None:
            if (numbers := next(rest, None)) is not None:
                worker.send(Order(options, numbers))
                due.append((worker, numbers))

        for worker in self._workers * ORDERED:
            order(worker)
        while due:
            worker, numbers = due.popleft()
            yield worker.lines() or lines_of(connection, options, numbers)
            # What it delivered has been written: now it may make other lines in their place.
            order(worker)
        # There are no workers.
        for numbers in rest:
            yield lines_of(connection, options, numbers)

    def stop(self) -> None:
        """Let all go, without waiting for their end."""
        self._keep([])

    def _keep(self, workers: list[Worker]) -> None:
        """Let the others go."""
        for worker in self._workers:
            if worker not in workers:
                worker.stop()
        self._workers = workers


@contextmanager
def sharing(path: Path, options: ExportOptions) -> Iterator[Workers]:
    """Processes for an export of the database at ``path``, which this process is still to open.

    There are none for a small database, on one processor, for other formats than the native one, where forking is not
    safe, and where this process has a database open already.
    """
    workers: list[Worker] = []
    if _size_of(path) >= _BYTES_EACH:
        # What is there now lives to the end: no collection of garbage is to look through it, here or in a worker.
        gc.freeze()
    try:
        # Where the system has no room for another process or pipe, those that there are do the work.
        with suppress(OSError):
            for _ in range(_how_many(path, options)):
                workers.append(Worker(path, workers))
        shared = Workers(workers)
        yield shared
    finally:
        for worker in workers:
            worker.stop()
        for worker in workers:
            worker.end()


def _how_many(path: Path, options: ExportOptions) -> int:
    alone = sys.platform == "linux" and threading.active_count() == 1 and not HANDLES.any
    many, size = processors(), _size_of(path)
    if options.format != NATIVE or not alone or many == 1 or size < _BYTES_EACH:
        return 0
    return min(_MOST, many, size // _BYTES_EACH + 1)


def _size_of(path: Path) -> int:
    """The bytes of a file; 0 where there is none to be seen: whoever opens it tells why."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _data_version(connection: Connection) -> int:
    """A number that changes with each commit of somebody else that this connection comes to see."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])
