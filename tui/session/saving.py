"""How the changes of one screen reach the database, and the status that is shown at the top right meanwhile.

The status is ``saved ✓`` only while no change is under way and the last one was committed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from annotations.annotation import Annotation
from annotations.counts import counted
from annotations.errors import ZhupiError
from store.errors import StoreError
from tui.session.reads import Start
from tui.session.session import Session

R = TypeVar("R")


class Saving:
    """The changes of one screen on their way to the writer.

    Args:
        session: the session with the writer.
        start: runs the coroutine function that waits for a write.
        show: called whenever ``status`` may have changed.
        ready: set while keys are meant for what the screen shows.
    """

    def __init__(self, session: Session, start: Start, show: Callable[[], None], ready: asyncio.Event) -> None:
        self._session = session
        self._start = start
        self._show = show
        self._ready = ready
        self._keys_wait = False
        self.problem: str | None = None
        """Why the last change was not saved, in a few words; None after a change that was."""
        self.unread: str | None = None
        """Why the notice could not be read, in a few words; None where it could."""

    @property
    def under_way(self) -> bool:
        """Whether any change is not committed yet."""
        return self._session.writer.pending > 0

    @property
    def status(self) -> str:
        """The status at the top right: ``saved ✓``, or why not everything is saved."""
        writer = self._session.writer
        # Another thread may drop both at any moment.
        hindrance, pending = writer.hindrance, writer.pending
        if hindrance is not None and pending:
            return f"not saved: {counted(pending, 'change')}, {self._session.short_message(hindrance)}"
        if pending:
            return "saving…"
        if self.problem is not None:
            return f"not saved: {self.problem}"
        return "saved ✓" if self.unread is None else f"not read: {self.unread}"

    def write(
        self,
        function: Callable[[], R],
        done: Callable[[R], None],
        failed: Callable[[ZhupiError], None],
        *,
        keys_wait: bool = False,
    ) -> None:
        """Queue a change behind all others, and go on when it is committed or refused.

        Args:
            function: makes the change, in the thread of the writer.
            done: called with the result of ``function``.
            failed: called with the error that the change was refused with.
            keys_wait: whether keys wait for it; ``done`` and ``failed`` let them through again.  They do not wait while
                somebody else holds the database.
        """
        if keys_wait:
            self._ready.clear()
            self._keys_wait = True
        written = self._session.writer.submit(lambda: self._write(function))
        self._show()
        self._start(partial(self._await, written, done, failed), "write")

    def turned(self) -> None:
        """Show that changes are held up, or no longer."""
        if self._keys_wait and self._session.writer.hindrance is not None:
            self._keys_wait = False
            self._ready.set()
        self._show()

    def _write(self, function: Callable[[], R]) -> R:
        try:
            return function()
        except StoreError as error:
            # Not before the first change: what the log knows of takes long to import.
            from store.log.events import ConflictError, was_stored  # noqa: PLC0415

            if not isinstance(error, ConflictError):
                raise
            before = error.change.before if error.change is not None else None
            if isinstance(before, Annotation):
                with self._session.database.read() as connection:
                    stored = was_stored(connection, before)
                if not stored:
                    # No other session has a hand in it: the change before it on this very screen was refused.
                    raise StoreError("a change that this one stands on was not saved; look at it again") from error
            raise

    async def _await(
        self, written: asyncio.Future[R], done: Callable[[R], None], failed: Callable[[ZhupiError], None]
    ) -> None:
        try:
            result = await written
        except ZhupiError as error:
            from store.log.events import ConflictError  # noqa: PLC0415  # as above

            self._keys_wait = False
            # After a conflict everything on the screen is saved again, so the conflict is said once and does not stay
            # in the status.
            self.problem = None if isinstance(error, ConflictError) else self._session.short_message(error)
            failed(error)
            self._session.writer.settle()
        else:
            self._keys_wait = False
            self.problem = None
            done(result)
        self._show()
