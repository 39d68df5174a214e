"""How the changes of one screen reach the database, and the status that is shown at the top right meanwhile.

The status is ``saved ✓`` only while no change is under way and the last one was committed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from annotations.errors import ZhupiError
from store.log.events import ConflictError
from tui.session.reads import Start
from tui.session.session import Session

R = TypeVar("R")


class Saving:
    """The changes of one screen on their way to the writer.

    Args:
        session: the session with the writer.
        start: runs the coroutine that waits for a write.
        show: called whenever ``status`` may have changed.
    """

    def __init__(self, session: Session, start: Start, show: Callable[[], None]) -> None:
        self._session = session
        self._start = start
        self._show = show
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
        if self.under_way:
            return "saving…"
        if self.problem is not None:
            return f"not saved: {self.problem}"
        return "saved ✓" if self.unread is None else f"not read: {self.unread}"

    def write(self, function: Callable[[], R], done: Callable[[R], None], failed: Callable[[ZhupiError], None]) -> None:
        """Queue a change behind all others, and go on when it is committed or refused.

        Args:
            function: makes the change, in the thread of the writer.
            done: called with the result of ``function``.
            failed: called with the error that the change was refused with.
        """
        written = self._session.writer.submit(function)
        self._show()
        self._start(self._await(written, done, failed), "write")

    async def _await(
        self, written: asyncio.Future[R], done: Callable[[R], None], failed: Callable[[ZhupiError], None]
    ) -> None:
        try:
            result = await written
        except ZhupiError as error:
            # After a conflict everything on the screen is saved again, so the conflict is said once and does not stay
            # in the status.
            self.problem = None if isinstance(error, ConflictError) else self._session.short_message(error)
            failed(error)
        else:
            self.problem = None
            done(result)
        self._show()
