"""Work spread over processes, each with a pipe of its own: who is killed is known, and who has nobody to work for ends.

The processes are started anew, or forked from one that was: this one may have threads and an open database, neither of
which can be carried over a fork.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import msgspec

from store.errors import StoreError
from store.processors import processors

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_In = TypeVar("_In")
_Out = TypeVar("_Out")

_BATCH: Final = 32
"""Pieces of work that a process gets at once, at most."""

_AHEAD: Final = 2
"""Batches that a process has at once: one that it works on, and the next."""

_ENOUGH: Final = 256 * 1024
"""Of pieces that are together larger than this a process gets no more at once."""

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class KilledError(StoreError):
    """A process that shared the work was killed."""


def spread(
    function: Callable[[_In], _Out],
    work: Iterable[_In],
    workers: int,
    *,
    alone: int = 0,
    size_of: Callable[[_In], int] = lambda _: 1,
) -> Iterator[_Out]:
    """The results of ``function`` for each piece of work, in order.

    Args:
        function: at the top of a module, so that another process can find it.
        work: pieces that can be pickled; read only as far as they are needed.
        workers: how many processes, but no more than there are processors for this one; 1 does the work in this one.
        alone: so many pieces are done in this process before others are started.
        size_of: how large a piece is, in characters or bytes: of large ones fewer are under way.

    Raises:
        StoreError: one of the processes was killed.
    """
    workers, pieces = min(workers, processors()), iter(work)
    if workers == 1:
        yield from map(function, pieces)
        return
    yield from map(function, islice(pieces, alone))
    with ExitStack() as stack:
        try:
            yield from _shared(function, batches(pieces, _BATCH, size_of), workers, stack)
        except KilledError as error:
            raise StoreError(
                "a process that shared the work was killed, perhaps for want of memory; what was finished is kept; "
                "try again with fewer --workers"
            ) from error


def batches(
    pieces: Iterable[_In], most: int, size_of: Callable[[_In], int], enough: int = _ENOUGH
) -> Iterator[list[_In]]:
    """Pieces in order, so many at a time at most; a batch ends with the piece that makes it as large as ``enough``."""
    batch: list[_In] = []
    size = 0
    for piece in pieces:
        batch.append(piece)
        size += size_of(piece)
        if len(batch) == most or size >= enough:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def each_alone(function: Callable[[_In], _Out], jobs: Iterable[_In], workers: int) -> Iterator[tuple[_In, _Out | None]]:
    """Each job with its result as soon as it is done, in any order; one whose process was killed has None.

    Args:
        function: at the top of a module, so that another process can find it; it raises nothing.
        jobs: they can be pickled; a process gets one at a time.
        workers: how many processes, but no more than there are processors for this one; 1 does the work in this one.
    """
    workers, left = min(workers, processors()), iter(jobs)
    if workers == 1:
        yield from ((job, function(job)) for job in left)
        return
    from multiprocessing.connection import wait  # noqa: PLC0415  # slow to import, and only several need it

    busy: dict[Any, tuple[_Worker[_In, _Out], _In]] = {}
    free: list[_Worker[_In, _Out]] = []
    with ExitStack() as stack:
        while True:
            for job in islice(left, workers - len(busy)):
                worker = free.pop() if free else stack.enter_context(_Worker(function))
                worker.send([job])
                busy[worker.connection] = worker, job
            if not busy:
                return
            for connection in wait(list(busy)):
                worker, job = busy.pop(connection)
                try:
                    (result,) = worker.receive()
                except KilledError:
                    yield job, None
                else:
                    free.append(worker)
                    yield job, result


def _shared(
    function: Callable[[_In], _Out], work: Iterable[list[_In]], workers: int, stack: ExitStack
) -> Iterator[_Out]:
    """The batches go to the processes in turn, and their results come back in the same order."""
    team: list[_Worker[_In, _Out]] = []
    under_way: deque[_Worker[_In, _Out]] = deque()
    for number, batch in enumerate(work):
        if len(team) < workers:
            team.append(stack.enter_context(_Worker(function)))
        worker = team[number % workers]
        worker.send(batch)
        under_way.append(worker)
        if len(under_way) == workers * _AHEAD:
            yield from under_way.popleft().receive()
    for worker in under_way:
        yield from worker.receive()


class _Failed(msgspec.Struct, frozen=True):
    """What ended the work on a batch; the results before it are lost."""

    error: BaseException


class _Worker(Generic[_In, _Out]):
    """A process that does batches of work in order; it ends with the block."""

    def __init__(self, function: Callable[[_In], _Out]) -> None:
        import multiprocessing  # noqa: PLC0415  # slow to import, and only several need it

        methods = multiprocessing.get_all_start_methods()
        context: Any = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
        if "forkserver" in methods:
            # What all of them need is imported once.
            context.set_forkserver_preload([getattr(getattr(function, "func", function), "__module__", __name__)])
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, function), daemon=True)
        self._process.start()
        theirs.close()

    def __enter__(self) -> _Worker[_In, _Out]:
        return self

    def __exit__(self, *_: object) -> None:
        # Nobody waits for the rest.
        self.connection.close()
        self._process.terminate()
        self._process.join()

    def send(self, batch: list[_In]) -> None:
        """Have it do a batch; ``receive`` tells whether it has been killed."""
        with suppress(OSError):
            self.connection.send(batch)

    def receive(self) -> list[_Out]:
        """The results of the earliest batch that has not been received; it waits for them.

        Raises:
            KilledError: the process was killed.
            Exception: what the work on the batch ended with.
        """
        try:
            result = self.connection.recv()
        except (EOFError, OSError) as error:
            raise KilledError("a process that shared the work was killed") from error
        if isinstance(result, _Failed):
            raise result.error
        return list(result)


def _work(connection: Connection, function: Callable[[_In], _Out]) -> None:
    """Be a worker, until nobody is there to work for."""
    from queue import SimpleQueue  # noqa: PLC0415  # only workers need them
    from threading import Thread  # noqa: PLC0415

    # Whoever shares the work tells of signals.
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    waiting: SimpleQueue[list[_In] | None] = SimpleQueue()
    # It takes work while results wait to be taken: otherwise both sides could wait for each other.
    Thread(target=_receive, args=(connection, waiting.put), daemon=True).start()
    while (batch := waiting.get()) is not None:
        try:
            result: Any = [function(piece) for piece in batch]
        except BaseException as error:  # noqa: BLE001  # whoever shares the work raises it
            result = _Failed(error)
        with suppress(OSError):
            connection.send(result)


def _receive(connection: Connection, put: Callable[[Any], None]) -> None:
    """Take work until nobody is left who would send some."""
    try:
        while True:
            put(connection.recv())
    except (EOFError, OSError):
        # Nobody needs what it is working on either.
        os._exit(0)
