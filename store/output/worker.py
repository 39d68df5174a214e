"""A process that makes lines of the native format for another one, and how that one sees it."""

from __future__ import annotations

import fcntl
import mmap
import os
import signal
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from itertools import cycle
from pathlib import Path
from typing import Final, NoReturn, TypeVar

import msgspec

from annotations.annotation import AnnotationStatus
from annotations.formats.choice import ExportOptions
from store.db.sqlite import Connection
from store.handles import FileId, file_id
from store.log.chain import head
from store.open import open_database
from store.output.native import Lines, lines_of
from store.output.pipes import new_pipe, receive, receive_message, send, send_message

_PATIENCE: Final = 2_000
"""Milliseconds that a worker may take to begin."""

_SILENCE: Final = 30_000
"""Milliseconds after which a worker of which nothing comes is let go: somebody may have stopped it."""

ORDERED: Final = 3
"""Batches that a worker has still to deliver at most, so that it does not wait for the process that it works for."""

_ROOM: Final = 2_097_152
"""Bytes of the lines of a batch that are handed over in shared memory: ordinary notices.  More go through a pipe."""

_PIPE: Final = 1_048_576
"""Bytes that this pipe holds, where the system allows it: the fewer turns, the faster."""

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGTSTP)
"""What ends or stops a worker at once: the process that forked it handles and tells of them."""

_Message = TypeVar("_Message", bound=msgspec.Struct)


class State(msgspec.Struct, frozen=True):
    """What a process has begun to read: which file, and the head of its log."""

    file: FileId
    head: str


class Order(msgspec.Struct, frozen=True):
    """Of which notices a worker is to make the lines; without options, to begin to read."""

    options: ExportOptions | None = None
    numbers: list[int] = []


class _Head(msgspec.Struct, frozen=True):
    """What goes ahead of the lines of a batch: how many bytes they are, and what else ``Lines`` has.

    ``slot`` is where in the shared memory they are; None is in the pipe, next.
    """

    size: int
    slot: int | None
    notices: int
    statuses: dict[AnnotationStatus, int]
    normalizers: set[str]


class Worker:
    """A process that makes lines, as the one that forked it sees it.

    Raises:
        OSError: the system has no room for it.
    """

    def __init__(self, path: Path, others: Sequence[Worker]) -> None:
        self._stopped: int | None = None
        with ExitStack() as pipes:
            orders, self._orders = new_pipe(pipes)
            self._results, results = new_pipe(pipes)
            with suppress(OSError):
                fcntl.fcntl(results, fcntl.F_SETPIPE_SZ, _PIPE)
            # It is let go with the last who has it; a worker that is killed may leave anything in it.
            self._room = mmap.mmap(-1, ORDERED * _ROOM)
            before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
            try:
                self._process: int | None = os.fork()
                if not self._process:
                    # What belongs to this process would keep the others waiting after its end.
                    handles = (each for worker in others for each in worker.handles)
                    _work(path, orders, results, self._room, [self._orders, self._results, *handles])
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
            pipes.pop_all()
        os.close(orders)
        os.close(results)

    @property
    def handles(self) -> tuple[int, int]:
        """This process's ends of the pipes."""
        return self._orders, self._results

    def send(self, order: Order) -> None:
        """Tell it what to do."""
        if self._process is not None:
            try:
                send_message(self._orders, order, _SILENCE)
            except OSError:
                self.stop()

    def begun(self) -> State | None:
        """The state that it has begun to read; None where it cannot."""
        return self._received(State, _PATIENCE)

    def lines(self) -> Lines | None:
        """The lines of the next order that it was given; None where it has ended, or is held up.

        Their bytes stay as they are until it is given another order.
        """
        told = self._received(_Head, _SILENCE)
        if told is None:
            return None
        data = self._bytes(told.size) if told.slot is None else self._shared(told.slot, told.size)
        return None if data is None else Lines(data, told.notices, told.statuses, told.normalizers)

    def stop(self) -> None:
        """Let it go, without waiting for its end; it writes nothing but into its pipe."""
        process, self._process = self._process, None
        if process is not None:
            os.close(self._orders)
            os.close(self._results)
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            self._stopped = process

    def end(self) -> None:
        """Let it go, and wait until it has ended."""
        self.stop()
        if self._stopped is not None:
            with suppress(ChildProcessError):
                os.waitpid(self._stopped, 0)
            self._stopped = None

    def _received(self, kind: type[_Message], patience: int) -> _Message | None:
        try:
            return None if self._process is None else receive_message(self._results, kind, patience)
        except (OSError, EOFError):
            self.stop()
            return None

    def _shared(self, slot: int, size: int) -> memoryview:
        return memoryview(self._room)[slot * _ROOM :][:size]

    def _bytes(self, size: int) -> bytearray | None:
        try:
            return receive(self._results, size, _SILENCE)
        except (OSError, EOFError):
            self.stop()
            return None


def _work(path: Path, orders: int, results: int, room: mmap.mmap, others: Sequence[int]) -> NoReturn:
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
            slots = cycle(range(ORDERED))
            while True:
                order = receive_message(orders, Order)
                if order.options is None:
                    _begin(connection, path, results)
                else:
                    _deliver(lines_of(connection, order.options, order.numbers), room, next(slots), results)
    finally:
        os._exit(0)


def _begin(connection: Connection, path: Path, results: int) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")
    connection.execute("BEGIN")
    send_message(results, state_of(path, connection))


def _deliver(lines: Lines, room: mmap.mmap, slot: int, results: int) -> None:
    """Hand over lines; so many orders ago somebody was done with what was in the slot."""
    size = len(lines.data)
    fits = size <= _ROOM
    if fits:
        room.seek(slot * _ROOM)
        room.write(lines.data)
    send_message(results, _Head(size, slot if fits else None, lines.notices, lines.statuses, lines.normalizers))
    if not fits:
        send(results, lines.data)


def state_of(path: Path, connection: Connection) -> State:
    """What a connection to the file at ``path`` reads in its transaction."""
    return State(file_id(path.stat()), str(head(connection)))
