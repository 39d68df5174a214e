"""A process that makes lines of the native format for another one, and how that one sees it."""

from __future__ import annotations

import fcntl
import os
import select
import signal
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from itertools import islice
from pathlib import Path
from typing import Final, NoReturn, TypeVar

import msgspec
from pyroaring import BitMap

from annotations.annotation import AnnotationStatus
from annotations.formats.choice import ExportOptions
from store.db.sqlite import Connection
from store.handles import FileId, file_id
from store.log.chain import head
from store.open import open_database
from store.output.native import Lines, batches, lines_of
from store.output.pipes import is_ready, new_pipe, receive, receive_message, send, send_message
from store.read.notices import sorted_numbers

_PATIENCE: Final = 2_000
"""Milliseconds that a worker may take to begin."""

_SILENCE: Final = 30_000
"""Milliseconds after which a worker of which nothing comes is let go: somebody may have stopped it."""

_PIPE: Final = 1_048_576
"""Bytes that a pipe holds: a batch of ordinary notices, so that a worker can go on with the next one."""

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGTSTP)
"""What ends or stops a worker at once: the process that forked it handles and tells of them."""

_Message = TypeVar("_Message", bound=msgspec.Struct)


class State(msgspec.Struct, frozen=True):
    """What a process has begun to read: which file, and the head of its log."""

    file: FileId
    head: str


class Order(msgspec.Struct, frozen=True):
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


class Worker:
    """A process that makes lines, as the one that forked it sees it.

    Raises:
        OSError: the system has no room for it.
    """

    def __init__(self, path: Path, others: Sequence[Worker]) -> None:
        with ExitStack() as pipes:
            orders, self._orders = new_pipe(pipes)
            self._results, results = new_pipe(pipes)
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
        return self._process is None or is_ready(self._results, select.POLLIN, 0)

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
        """The next lines that it has made; None where it has ended, or is held up."""
        told = self._received(_Head, _SILENCE)
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

    def _received(self, kind: type[_Message], patience: int) -> _Message | None:
        try:
            return None if self._process is None else receive_message(self._results, kind, patience)
        except (OSError, EOFError):
            self.stop()
            return None

    def _bytes(self, size: int) -> bytearray | None:
        try:
            return receive(self._results, size, _SILENCE)
        except (OSError, EOFError):
            self.stop()
            return None


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
                _obey(receive_message(orders, Order), connection, path, results)
    finally:
        os._exit(0)


def _obey(order: Order, connection: Connection, path: Path, results: int) -> None:
    if order.options is None:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.execute("BEGIN")
        send_message(results, state_of(path, connection))
        return
    notices = sorted_numbers(connection, BitMap.deserialize(order.among), order.options.sort)
    for numbers in islice(batches(notices), order.turn, None, order.turns):
        lines = lines_of(connection, order.options, numbers)
        send_message(results, _Head(len(lines.data), lines.notices, lines.statuses, lines.normalizers))
        send(results, lines.data)


def state_of(path: Path, connection: Connection) -> State:
    """What a connection to the file at ``path`` reads in its transaction."""
    return State(file_id(path.stat()), str(head(connection)))
