"""Work spread over processes: results in order, only a few batches under way at a time."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from store.errors import StoreError
from store.processors import processors

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

_In = TypeVar("_In")
_Out = TypeVar("_Out")

_BATCH = 32
"""Pieces of work that a process gets at once."""


def spread(function: Callable[[_In], _Out], work: Iterable[_In], workers: int) -> Iterator[_Out]:
    """The results of ``function`` for each piece of work, in order.

    Args:
        function: at the top of a module, so that another process can find it.
        work: pieces that can be pickled; read only as far as they are needed.
        workers: how many processes, but no more than there are processors for this one; 1 does the work in this one.

    Raises:
        StoreError: one of the processes was killed.
    """
    workers = min(workers, processors())
    if workers == 1:
        yield from map(function, work)
        return
    # Slow to import, and only several need it.
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415

    pieces = iter(work)
    try:
        yield from _shared(ProcessPoolExecutor(workers, initializer=_obey_signals), function, pieces, workers)
    except BrokenProcessPool as error:
        raise StoreError(
            "a process that shared the work was killed, perhaps for want of memory; what was finished is kept; "
            "try again with fewer --workers"
        ) from error


def _shared(
    executor: ProcessPoolExecutor, function: Callable[[_In], _Out], pieces: Iterator[_In], workers: int
) -> Iterator[_Out]:
    from multiprocessing import active_children  # noqa: PLC0415  # slow to import, and only several need it

    under_way: deque[Future[list[_Out]]] = deque()
    try:
        while batch := list(islice(pieces, _BATCH)):
            under_way.append(executor.submit(_each, function, batch))
            if len(under_way) > 2 * workers:
                yield from under_way.popleft().result()
        for future in under_way:
            yield from future.result()
    except BaseException:
        # Nobody waits for the rest.
        for process in active_children():
            process.terminate()
        raise
    finally:
        executor.shutdown(cancel_futures=True)


def _obey_signals() -> None:
    """Let signals end this process without a word: the one that shares the work tells of them."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def _each(function: Callable[[_In], _Out], batch: list[_In]) -> list[_Out]:
    return [function(piece) for piece in batch]
