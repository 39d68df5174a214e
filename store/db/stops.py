"""``ctrl+z`` waits until a transaction is over: a process that is stopped inside of one would hold up everybody else.

SIGTSTP can be caught, SIGSTOP cannot: who is stopped by that is named to those who wait (``store.db.lock``).
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_Handler = Callable[[int, FrameType | None], Any] | int | None
_Later = Callable[[Callable[[], None]], object]


class Stops:
    """The stop of this process: put off while any thread of it holds a write lock."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._held = 0
        self._wanted = False
        self._before: _Handler = signal.SIG_DFL
        self._later: _Later | None = None

    def defer(self, later: _Later | None = None) -> None:
        """Put stops off from now on; what handled them before handles them when it is time.

        To be called in the main thread.

        Args:
            later: gets what stops the process, to call it in the main thread where nothing is half done; None calls it
                in the handler of the signal, which may come between any two instructions.
        """
        self._later = later
        before = signal.getsignal(signal.SIGTSTP)
        if before not in (signal.SIG_IGN, self._handle):
            self._before = before
            signal.signal(signal.SIGTSTP, self._handle)

    def enter(self) -> None:
        """A write lock is about to be held by one thread more."""
        with self._mutex:
            self._held += 1

    def leave(self) -> None:
        """A write lock is held by one thread less; the last one lets the process stop, if that was asked for."""
        with self._mutex:
            self._held -= 1
        if self._wanted:
            # Handlers run in the main thread, and only it can put the handling of a signal back.
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTSTP)

    @contextmanager
    def put_off(self) -> Iterator[None]:
        """Put off stops for a block that does what others wait for, without a write lock."""
        self.enter()
        try:
            yield
        finally:
            self.leave()

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        self._wanted = True
        if self._later is not None:
            self._later(self._stop_unless_held)
        else:
            # Without waiting: it may be this very thread that has it, and whoever has it looks at what is wanted behind
            # it.
            self._stop_unless_held(wait=False)

    def _stop_unless_held(self, *, wait: bool = True) -> None:
        if not self._mutex.acquire(wait):
            return
        try:
            if self._wanted and not self._held:
                self._wanted = False
                self._stop()
        finally:
            self._mutex.release()

    def _stop(self) -> None:
        if callable(self._before):
            self._before(signal.SIGTSTP, None)
            return
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        # It goes on behind this line when the process is continued.
        signal.raise_signal(signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, self._handle)


STOPS = Stops()
"""The stops of this process: a signal is about the process, and so is this."""
