"""The writer: one thread that writes the changes to the database in the order in which they were made.

The app never waits for a disk: each change is a call that is queued here.  While somebody else holds the database the
oldest change is tried again by itself, and the others wait behind it: nothing is given up.  Where a change fails for
good, so do those that were made before anybody knew: they may stand on what was not stored.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Final, ParamSpec, TypeVar

from store.errors import DatabaseError, HeldError

P = ParamSpec("P")
R = TypeVar("R")

_BETWEEN_TRIES: Final = 0.2
"""Seconds until a change is tried again; most of the waiting is done within the try."""


class Writer:
    """A queue of writes with one thread."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="zhupi-writer")
        self._pending: set[Future[object]] = set()
        self._given_up = threading.Event()
        self._submitted = 0
        self._failure: DatabaseError | None = None
        self._last_that_fails: int | None = None
        self._was_held_up = False
        self.hindrance: HeldError | None = None
        """What holds up the oldest change; None where nothing does."""
        self.on_turn: Callable[[], None] = lambda: None
        """Called in any thread when changes are held up, and when they are saved after that."""

    @property
    def pending(self) -> int:
        """How many writes are queued or under way."""
        return len(self._pending)

    def submit(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> asyncio.Future[R]:
        """Queue a call of ``function`` behind all others; await the returned future for its result or error.

        The write is pending as soon as this returns: the status shows it, and a hang-up waits for it.  A call that
        raises a ``HeldError`` has done nothing, and is made again.
        """
        self._submitted += 1
        future = self._executor.submit(self._write, self._submitted, lambda: function(*args, **kwargs))
        self._pending.add(future)  # type: ignore[arg-type]  # the result is not read, only waited for
        future.add_done_callback(self._done)
        written = asyncio.wrap_future(future)
        # Cancelling the worker that awaits the write must not cancel the write.
        awaited = asyncio.shield(written)
        written.add_done_callback(lambda _: self.settle() if awaited.cancelled() else None)
        return awaited

    def settle(self) -> None:
        """Note that the screen shows by now what failed: the changes from now on do not stand on it."""
        if self._failure is not None and self._last_that_fails is None:
            self._last_that_fails = self._submitted

    def finish(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds for the queued writes; returns whether all of them are done."""
        return not wait(list(self._pending), timeout=timeout).not_done

    def close(self, timeout: float) -> int:
        """Finish the queued writes, and end the thread.

        Args:
            timeout: seconds after which nothing is tried any more.

        Returns:
            How many changes were not written, because somebody else held the database all the time.
        """
        self.finish(timeout)
        left = self._pending.copy()
        self._given_up.set()
        self._executor.shutdown(wait=True)
        return sum(isinstance(each.exception(), HeldError) for each in left)

    def _write(self, number: int, function: Callable[[], R]) -> R:
        if self._failure is not None:
            if self._last_that_fails is None or number <= self._last_that_fails:
                raise self._failure
            self._failure = self._last_that_fails = None
        try:
            while True:
                try:
                    return function()
                except HeldError as error:
                    self._hold_up(error)
                    if self._given_up.wait(_BETWEEN_TRIES):
                        # Those behind it fail for the same reason, and wait no more.
                        self._failure = error
                        raise
        except HeldError:
            raise
        except DatabaseError as error:
            self._failure = error
            raise
        finally:
            if not self._given_up.is_set():
                self.hindrance = None

    def _hold_up(self, error: HeldError) -> None:
        before, self.hindrance, self._was_held_up = self.hindrance, error, True
        if before is None or str(before) != str(error):
            self.on_turn()

    def _done(self, future: Future[R]) -> None:
        self._pending.discard(future)
        if self._was_held_up and not self._pending:
            self._was_held_up = False
            self.on_turn()
