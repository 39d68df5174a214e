"""The one thread that writes: changes reach the database in the order in which they were made.

The app never waits for a disk.  Each change is a call that is queued here; a hang-up waits for what is queued.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Writer:
    """A queue of writes with one thread behind it."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="zhupi-writer")
        self._pending: set[Future[object]] = set()

    @property
    def pending(self) -> int:
        """How many writes are queued or under way."""
        return len(self._pending)

    def submit(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> asyncio.Future[R]:
        """Queue a call of ``function`` behind all others, at once; await what this returns for its result or error.

        From here on the write is pending: a screen drawn now tells so, and a hang-up waits for it.
        """
        future = self._executor.submit(function, *args, **kwargs)
        self._pending.add(future)  # type: ignore[arg-type]  # only waited for
        future.add_done_callback(self._pending.discard)
        # A cancelled worker must not cancel a write.
        return asyncio.shield(asyncio.wrap_future(future))

    def finish(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds for everything queued; whether it is all done."""
        return not wait(list(self._pending), timeout=timeout).not_done

    def close(self) -> None:
        """Finish everything queued and end the thread."""
        self._executor.shutdown(wait=True)
