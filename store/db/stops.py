"""``ctrl+z`` waits until a transaction is over: a process that is stopped inside of one would hold up everybody else.

The kernel may give a lock to a thread that waits for it at the very moment of the stop.  So those who wait are called
back first: each leaves the kernel's queue until the process goes on, or has got the lock, and the stop waits for it.

SIGTSTP can be caught, SIGSTOP cannot: who is stopped by that is named to those who wait (``store.db.lock``).
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

_Handler = Callable[[int, FrameType | None], Any] | int | None
_Later = Callable[[Callable[[], None]], object]

_CALL: Final = signal.SIGURG
"""Calls a thread back that waits in the kernel; whoever does not handle it does not hear of it."""
_CALLED_AGAIN: Final = 0.01
"""Seconds after which a thread is called once more: it may have been about to begin to wait."""
_ANSWER_TIMEOUT: Final = 1.0
"""Seconds that the stop waits for an answer; a thread needs its turn to give it, and no more."""


class _Waiter:
    """A thread that waits for a lock in the kernel."""

    def __init__(self) -> None:
        self.thread: Final = threading.get_ident()
        self.process: Final = os.getpid()
        self.has_lock = False
        self._is_called = False
        self._answered = threading.Event()
        self._may_go_on = threading.Event()

    def call(self) -> None:
        """Ask it to wait no more until it may go on; the answer comes in its own time."""
        self._answered.clear()
        self._may_go_on.clear()
        self._is_called = True

    def answer(self, deadline: float) -> bool:
        """Wait until it has left the queue or got the lock; returns whether it has answered before ``deadline``."""
        while not (self.has_lock or self._answered.is_set()):
            if time.monotonic() >= deadline:
                return False
            signal.pthread_kill(self.thread, _CALL)
            self._answered.wait(_CALLED_AGAIN)
        return True

    def let_go_on(self) -> None:
        """Let it wait again."""
        self._is_called = False
        self._may_go_on.set()

    def got_lock(self) -> None:
        """To be called in its thread."""
        self.has_lock = True
        self._answered.set()

    def was_called(self) -> None:
        """To be called in its thread when a signal has called it back, be it this one or another."""
        if self._is_called:
            self._answered.set()
            self._may_go_on.wait()


class Stops:
    """The stop of this process: put off while any thread of it holds a write lock."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._waiters: list[_Waiter] = []
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
            # The handler has nothing to do: the signal has a system call return.
            signal.signal(_CALL, lambda *_: None)

    def enter(self) -> None:
        """A write lock is about to be held by one thread more."""
        with self._mutex:
            self._held += 1

    def enter_when(self, wait: Callable[[], bool]) -> None:
        """As ``enter``, once a lock is there.

        Args:
            wait: waits for the lock in the kernel, and returns whether it has it; False where a signal came.
        """
        waiter = _Waiter()
        with self._mutex:
            self._waiters.append(waiter)
        try:
            while not wait():
                waiter.was_called()
        except BaseException:
            with self._mutex:
                self._waiters.remove(waiter)
            raise
        # Before anything that waits for the one who may be asking just now.
        waiter.got_lock()
        with self._mutex:
            self._waiters.remove(waiter)
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
        while self._mutex.acquire(wait):
            try:
                has_stopped = self._wanted and not self._held and self._has_stopped()
            finally:
                self._mutex.release()
            # The handler of a signal that came when the process had just gone on found the mutex taken.
            if not (has_stopped and self._wanted):
                return

    def _has_stopped(self) -> bool:
        """Stop the process unless one of those who wait has got the lock; returns whether it was stopped until now."""
        with self._waiters_called() as may_stop:
            if may_stop:
                self._wanted = False
                self._stop()
        return may_stop

    @contextmanager
    def _waiters_called(self) -> Iterator[bool]:
        """Have nobody wait for a lock while the block runs; yields whether nobody has got it either.

        Whoever has got it lets the process stop when it leaves.
        """
        # A child that was made while somebody waited has none of the threads.
        waiters = [waiter for waiter in self._waiters if waiter.process == os.getpid()]
        deadline = time.monotonic() + _ANSWER_TIMEOUT
        for waiter in waiters:
            waiter.call()
        try:
            for waiter in waiters:
                waiter.answer(deadline)
            yield not any(waiter.has_lock for waiter in waiters)
        finally:
            for waiter in waiters:
                waiter.let_go_on()

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
