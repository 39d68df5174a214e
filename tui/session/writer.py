"""The writer: one thread that writes the changes to the database in the order in which they were made.

The app never waits for a disk: each change is a call that is queued here.  A hang-up waits for the queue.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Writer:
    """A queue of writes with one thread."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="zhupi-writer")
        self._pending: set[Future[object]] = set()

    @property
    def pending(self) -> int:
        """How many writes are queued or under way."""
        return len(self._pending)

    def submit(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> asyncio.Future[R]:
        """Queue a call of ``function`` behind all others; await the returned future for its result or error.

        The write is pending as soon as this returns: the status shows it, and a hang-up waits for it.
        """
        future = self._executor.submit(function, *args, **kwargs)
        self._pending.add(future)  # type: ignore[arg-type]  # the result is not read, only waited for
        future.add_done_callback(self._pending.discard)
        # Cancelling the worker that awaits the write must not cancel the write.
        return asyncio.shield(asyncio.wrap_future(future))

    def finish(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds for the queued writes; returns whether all of them are done."""
        return not wait(list(self._pending), timeout=timeout).not_done

    def close(self) -> None:
        """Finish the queued writes and end the thread."""
        self._executor.shutdown(wait=True)
