"""Work spread over processes: results in order, only a few batches under way at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from itertools import islice
from typing import TypeVar

_In = TypeVar("_In")
_Out = TypeVar("_Out")

_BATCH = 32
"""Pieces of work that a process gets at once."""


def spread(function: Callable[[_In], _Out], work: Iterable[_In], workers: int) -> Iterator[_Out]:
    """The results of ``function`` for each piece of work, in order.

    Args:
        function: at the top of a module, so that another process can find it.
        work: pieces that can be pickled; read only as far as they are needed.
        workers: how many processes; 1 does the work in this one.
    """
    if workers == 1:
        yield from map(function, work)
        return
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  # slow to import, and only several need it

    pieces = iter(work)
    with ProcessPoolExecutor(workers) as pool:
        under_way: deque[Future[list[_Out]]] = deque()
        while batch := list(islice(pieces, _BATCH)):
            under_way.append(pool.submit(_each, function, batch))
            if len(under_way) > 2 * workers:
                yield from under_way.popleft().result()
        for future in under_way:
            yield from future.result()


def _each(function: Callable[[_In], _Out], batch: list[_In]) -> list[_Out]:
    return [function(piece) for piece in batch]
