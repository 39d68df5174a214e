"""Reads off the event loop: a function runs in a thread, and its result comes back to the event loop.

A read belongs to a group, of which only the newest read counts.  An older one is interrupted where possible, and its
result is dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from inspect import isawaitable
from typing import Any, TypeVar

from annotations.errors import ZhupiError
from store.db.cancel import Cancel
from store.db.database import Database
from store.db.sqlite import Connection

R = TypeVar("R")

Start = Callable[[Callable[[], Coroutine[Any, Any, None]], str], object]
"""Runs a coroutine function on the event loop; the text is its name.

A coroutine that is made before its task begins would be one that nobody awaits, where the app ends in between.
"""

Then = Callable[[R], Awaitable[None] | None]
"""Called with the result of a read, on the event loop."""


def _ignore(error: ZhupiError) -> None:
    """Ignore the error of a read that the next key repeats anyway."""
    del error


class Reads:
    """The reads of one screen.

    Args:
        database: the database that is read.
        start: runs the coroutine function of each read, and handles its unexpected errors.
    """

    def __init__(self, database: Database, start: Start) -> None:
        self._database = database
        self._start = start
        self._newest: dict[str, Cancel] = {}

    def run(
        self, group: str, function: Callable[[], R], then: Then[R], failed: Callable[[ZhupiError], None] = _ignore
    ) -> None:
        """Run a function in a thread, then call ``then`` with its result.

        Args:
            group: an earlier read of the same group is dropped; a read of the group "" drops none and is not dropped.
            function: runs in the thread; it must not touch a widget.
            then: called with the result; may be a coroutine function.
            failed: called with the error, where ``function`` raises a ``ZhupiError``.
        """
        self._begin(group, Cancel(), function, then, failed)

    def read(
        self,
        group: str,
        function: Callable[[Connection], R],
        then: Then[R],
        failed: Callable[[ZhupiError], None] = _ignore,
    ) -> None:
        """As ``run``, within one snapshot of the database; dropping the read interrupts its statement."""
        cancel = Cancel()

        def within() -> R:
            with self._database.read(cancel) as connection:
                return function(connection)

        self._begin(group, cancel, within, then, failed)

    def drop(self, *groups: str) -> None:
        """Drop the reads of these groups."""
        for group in groups:
            cancel = self._newest.pop(group, None)
            if cancel is not None:
                cancel.cancel()

    def stop(self) -> None:
        """Drop the reads of all groups."""
        self.drop(*self._newest)

    def _begin(
        self,
        group: str,
        cancel: Cancel,
        function: Callable[[], R],
        then: Then[R],
        failed: Callable[[ZhupiError], None],
    ) -> None:
        if group:
            self.drop(group)
            self._newest[group] = cancel
        self._start(partial(self._run, group, cancel, function, then, failed), group or "read")

    async def _run(
        self,
        group: str,
        cancel: Cancel,
        function: Callable[[], R],
        then: Then[R],
        failed: Callable[[ZhupiError], None],
    ) -> None:
        try:
            result = await asyncio.to_thread(function)
        except ZhupiError as error:
            if not cancel.cancelled:
                failed(error)
            return
        finally:
            if self._newest.get(group) is cancel:
                del self._newest[group]
        if not cancel.cancelled:
            going_on = then(result)
            if isawaitable(going_on):
                await going_on
