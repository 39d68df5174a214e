"""``ctrl+z`` waits until a transaction is over: a process that is stopped inside of one would hold up everybody else.

SIGTSTP can be caught, SIGSTOP cannot: who is stopped by that is named to those who wait (``store.db.lock``).
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

_Handler = Callable[[int, FrameType | None], Any] | int | None


class Stops:
    """The stop of this process: put off while any thread of it holds a write lock."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._held = 0
        self._wanted = False
        self._before: _Handler = signal.SIG_DFL

    def defer(self) -> None:
        """Put stops off from now on; what handled them before handles them when it is time.

        To be called in the main thread.
        """
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

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self._wanted = True
        # Without waiting: it may be this very thread that has it, and whoever has it looks at what is wanted behind it.
        if not self._mutex.acquire(blocking=False):
            return
        try:
            if not self._held:
                self._wanted = False
                self._stop(number, frame)
        finally:
            self._mutex.release()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if callable(self._before):
            self._before(number, frame)
            return
        signal.signal(number, signal.SIG_DFL)
        # It goes on behind this line when the process is continued.
        signal.raise_signal(number)
        signal.signal(number, self._handle)


STOPS = Stops()
"""The stops of this process: a signal is about the process, and so is this."""
