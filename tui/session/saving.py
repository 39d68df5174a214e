"""How the changes of one screen reach the database, and what stands at its top right meanwhile.

``saved ✓`` stands there only while nothing is under way and the last change has been committed.
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
        session: whose writer it is.
        start: runs what waits for a write.
        show: is called whenever ``status`` may be another.
    """

    def __init__(self, session: Session, start: Start, show: Callable[[], None]) -> None:
        self._session = session
        self._start = start
        self._show = show
        self.problem: str | None = None
        """What hindered the last change, in a few words."""
        self.unread: str | None = None
        """What hinders reading what is to be shown, in a few words."""

    @property
    def under_way(self) -> bool:
        """Whether a change has not been committed yet."""
        return self._session.writer.pending > 0

    @property
    def status(self) -> str:
        """What stands at the top right: ``saved ✓`` or what hinders it."""
        if self.under_way:
            return "saving…"
        if self.problem is not None:
            return f"not saved: {self.problem}"
        return "saved ✓" if self.unread is None else f"not read: {self.unread}"

    def write(self, function: Callable[[], R], done: Callable[[R], None], failed: Callable[[ZhupiError], None]) -> None:
        """Queue a change behind all others, at once, and go on when it has been committed or refused.

        Args:
            function: makes the change, in the thread of the writer.
            done: gets what it gives.
            failed: gets the error that it was refused with.
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
            # After a conflict all that is shown is saved again: it is told once, and does not stay.
            self.problem = None if isinstance(error, ConflictError) else self._session.short_message(error)
            failed(error)
        else:
            self.problem = None
            done(result)
        self._show()
