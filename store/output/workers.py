"""Processes that share the work of an export in the native format: all read one state, and the bytes stay the same.

They are forked before this process opens a database: SQLite must not be carried over a fork, and a process that is
started anew takes as long as exporting some thousand notices.  Batches of notices are dealt out in turn, this process
has its share too, and whatever a worker does not deliver, because it was killed or found damage, is done here: so a
worker can only make an export faster, and errors are told as they are without any.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Final, NoReturn, TypeVar

import msgspec
from pyroaring import BitMap

from annotations.annotation import AnnotationStatus
from annotations.formats.choice import ExportOptions
from annotations.formats.registry import NATIVE
from store.db.database import Database
from store.db.sqlite import Connection
from store.handles import HANDLES, FileId, file_id
from store.log.chain import head
from store.open import open_database
from store.output.native import Lines, batches, lines_of
from store.processors import processors
from store.read.notices import sorted_numbers

_BYTES_EACH: Final = 16_000_000
"""Bytes of a database for which one more process is worth its start."""

_MOST: Final = 7
"""Workers at most: this process writes what they make, and could not keep up with more."""

_AHEAD: Final = 4
"""Batches of its own that this process makes while it waits for a worker."""

_TRIES: Final = 20
"""How often all try to begin between two commits of others."""

_PATIENCE: Final = 2_000
"""Milliseconds that a worker may take to begin."""

_PIPE: Final = 1_048_576
"""Bytes that a pipe holds: a batch of ordinary notices, so that a worker can go on with the next one."""

_LENGTH: Final = 8
"""Bytes that say how long a message is."""

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGTSTP)
"""What ends or stops a worker at once: the process that forked it handles and tells of them."""

_Message = TypeVar("_Message", bound=msgspec.Struct)


class _State(msgspec.Struct, frozen=True):
    """What a process has begun to read: which file, and the head of its log."""

    file: FileId
    head: str


class _Order(msgspec.Struct, frozen=True):
    """Which lines a worker is to make: every batch of its turn among so many; without notices, to begin to read."""

    options: ExportOptions | None = None
    among: bytes = b""
    turn: int = 0
    turns: int = 1


class _Head(msgspec.Struct, frozen=True):
    """What goes ahead of the lines of a batch: how many bytes they are, and what else ``Lines`` has."""

    size: int
    notices: int
    statuses: list[AnnotationStatus]
    normalizers: set[str]


class Workers:
    """The processes that share the work of one export; where there are none, this process does all of it."""

    def __init__(self, workers: Sequence[_Worker] = ()) -> None:
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
                worker.send(_Order())
            states = {worker: worker.begun() for worker in self._workers}
            connection.execute("ROLLBACK")
            connection.execute("BEGIN")
            # Nothing was committed from the state before to the one after, and so they have begun with the same one.
            if _data_version(connection) == version:
                self._keep([worker for worker in self._workers if states[worker] == _state(database.path, connection)])
                return
            self._keep([worker for worker in self._workers if states[worker] is not None])
        self.stop()

    def each_lines(self, connection: Connection, options: ExportOptions, among: BitMap) -> Iterator[Lines]:
        """The lines of some notices in the order asked for, a batch at a time, as ``lines_of`` makes them.

        Raises:
            DamageError: a notice or an annotation is damaged.
            QuoteError: the quote of an annotation is not the text under its span.
        """
        turns = 1 + len(self._workers)
        for turn, worker in enumerate(self._workers, 1):
            worker.send(_Order(options, among.serialize(), turn, turns))
        mine = islice(batches(sorted_numbers(connection, among, options.sort)), 0, None, turns)
        ahead: deque[Lines] = deque()
        for number, numbers in enumerate(batches(sorted_numbers(connection, among, options.sort))):
            turn = number % turns
            if not turn:
                yield ahead.popleft() if ahead else lines_of(connection, options, next(mine))
                continue
            worker = self._workers[turn - 1]
            while not worker.is_ready and len(ahead) < _AHEAD and (own := next(mine, None)):
                ahead.append(lines_of(connection, options, own))
            yield worker.lines() or lines_of(connection, options, numbers)

    def stop(self) -> None:
        """Let all go."""
        self._keep([])

    def _keep(self, workers: list[_Worker]) -> None:
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
    workers: list[_Worker] = []
    try:
        # Where the system has no room for another process or pipe, those that there are do the work.
        with suppress(OSError):
            for _ in range(_how_many(path, options)):
                workers.append(_Worker(path, workers))
        shared = Workers(workers)
        yield shared
    finally:
        for worker in workers:
            worker.stop()


def _how_many(path: Path, options: ExportOptions) -> int:
    alone = sys.platform == "linux" and threading.active_count() == 1 and not HANDLES.any
    if options.format != NATIVE or not alone:
        return 0
    try:
        size = path.stat().st_size
    except OSError:
        return 0  # whoever opens it tells why
    return min(_MOST, processors() - 1, size // _BYTES_EACH)


class _Worker:
    """A process that makes lines, as the one that forked it sees it.

    Raises:
        OSError: the system has no room for it.
    """

    def __init__(self, path: Path, others: Sequence[_Worker]) -> None:
        with ExitStack() as pipes:
            orders, self._orders = _pipe(pipes)
            self._results, results = _pipe(pipes)
            with suppress(OSError):
                fcntl.fcntl(results, fcntl.F_SETPIPE_SZ, _PIPE)
            before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
            try:
                self._process: int | None = os.fork()
                if not self._process:
                    # What belongs to this process would keep the others waiting after its end.
                    handles = (each for worker in others for each in worker.handles)
                    _work(path, orders, results, [self._orders, self._results, *handles])
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
            pipes.pop_all()
        os.close(orders)
        os.close(results)

    @property
    def handles(self) -> tuple[int, int]:
        """This process's ends of the pipes."""
        return self._orders, self._results

    @property
    def is_ready(self) -> bool:
        """Whether it has begun to tell something, or has ended."""
        return self._process is None or bool(self._told(0))

    def send(self, order: _Order) -> None:
        """Tell it what to do."""
        if self._process is not None:
            try:
                _send_message(self._orders, order)
            except OSError:
                self.stop()

    def begun(self) -> _State | None:
        """The state that it has begun to read; None where it cannot."""
        return self._received(_State) if self._process is not None and self._told(_PATIENCE) else None

    def lines(self) -> Lines | None:
        """The next lines that it has made; None where it has ended."""
        told = self._received(_Head)
        data = self._bytes(told.size) if told is not None else None
        return None if told is None or data is None else Lines(data, told.notices, told.statuses, told.normalizers)

    def stop(self) -> None:
        """End it; it writes nothing but into its pipe."""
        process, self._process = self._process, None
        if process is not None:
            os.close(self._orders)
            os.close(self._results)
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(process, 0)

    def _told(self, patience: int) -> list[tuple[int, int]]:
        poll = select.poll()
        poll.register(self._results, select.POLLIN)
        return poll.poll(patience)

    def _received(self, kind: type[_Message]) -> _Message | None:
        try:
            return None if self._process is None else _receive_message(self._results, kind)
        except (OSError, EOFError):
            self.stop()
            return None

    def _bytes(self, size: int) -> bytearray | None:
        try:
            return _receive(self._results, size)
        except (OSError, EOFError):
            self.stop()
            return None


def _pipe(pipes: ExitStack) -> tuple[int, int]:
    """The ends of a pipe, for reading and for writing; they are closed with ``pipes``."""
    ends = os.pipe()
    for end in ends:
        pipes.callback(os.close, end)
    return ends


def _work(path: Path, orders: int, results: int, others: Sequence[int]) -> NoReturn:
    """Be a worker: it ends when it has nobody to work for, and whatever goes wrong, without a word."""
    try:
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        for handle in others:
            os.close(handle)
        # Whoever reads the output waits until nobody has it open.
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nothing, stream)
        with open_database(path, reading=True) as database:
            connection = database.connection
            while True:
                _obey(_receive_message(orders, _Order), connection, path, results)
    finally:
        os._exit(0)


def _obey(order: _Order, connection: Connection, path: Path, results: int) -> None:
    if order.options is None:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.execute("BEGIN")
        _send_message(results, _state(path, connection))
        return
    notices = sorted_numbers(connection, BitMap.deserialize(order.among), order.options.sort)
    for numbers in islice(batches(notices), order.turn, None, order.turns):
        lines = lines_of(connection, order.options, numbers)
        _send_message(results, _Head(len(lines.data), lines.notices, lines.statuses, lines.normalizers))
        _send(results, lines.data)


def _state(path: Path, connection: Connection) -> _State:
    return _State(file_id(path.stat()), str(head(connection)))


def _data_version(connection: Connection) -> int:
    """A number that changes with each commit of somebody else that this connection comes to see."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def _send_message(handle: int, message: msgspec.Struct) -> None:
    data = msgspec.json.encode(message)
    _send(handle, len(data).to_bytes(_LENGTH, "little") + data)


def _receive_message(handle: int, kind: type[_Message]) -> _Message:
    return msgspec.json.decode(_receive(handle, int.from_bytes(_receive(handle, _LENGTH), "little")), type=kind)


def _send(handle: int, data: bytes | bytearray) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _receive(handle: int, size: int) -> bytearray:
    """So many bytes.

    Raises:
        EOFError: whoever sends them has ended.
    """
    data = bytearray(size)
    view = memoryview(data)
    while view:
        read = os.readv(handle, [view])
        if not read:
            raise EOFError
        view = view[read:]
    return data
