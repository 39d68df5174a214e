"""Reading off the event loop: a function runs in a thread, and what it gives comes back to the event loop.

A read belongs to a group.  Of each group only the newest counts: the one before it is cut short where it can be, and
what it gives is dropped, since nobody waits for it any more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from inspect import isawaitable
from typing import Any, TypeVar

from annotations.errors import ZhupiError
from store.db.cancel import Cancel
from store.db.database import Database
from store.db.sqlite import Connection

R = TypeVar("R")

Start = Callable[[Coroutine[Any, Any, None], str], object]
"""Runs a coroutine on the event loop, beside everything else; the text names it."""

Then = Callable[[R], Awaitable[None] | None]
"""What goes on with a result, on the event loop."""


def _ignore(error: ZhupiError) -> None:
    """For what is worth less than telling of it: the next key reads it again."""
    del error


class Reads:
    """The reads of one screen.

    Args:
        database: what is read.
        start: runs each; an error that nobody expected is its business.
    """

    def __init__(self, database: Database, start: Start) -> None:
        self._database = database
        self._start = start
        self._newest: dict[str, Cancel] = {}

    def run(
        self, group: str, function: Callable[[], R], then: Then[R], failed: Callable[[ZhupiError], None] = _ignore
    ) -> None:
        """Run a function in a thread, then go on with what it gives.

        Args:
            group: an earlier one of the same group is dropped; "" drops none and is dropped by none.
            function: is called in the thread; it may touch nothing that is shown.
            then: gets what it gives.
            failed: gets the error that it was refused with.
        """
        self._begin(group, Cancel(), function, then, failed)

    def read(
        self,
        group: str,
        function: Callable[[Connection], R],
        then: Then[R],
        failed: Callable[[ZhupiError], None] = _ignore,
    ) -> None:
        """As ``run``, within one snapshot of the database; the statement of a dropped one is interrupted."""
        cancel = Cancel()

        def within() -> R:
            with self._database.read(cancel) as connection:
                return function(connection)

        self._begin(group, cancel, within, then, failed)

    def drop(self, *groups: str) -> None:
        """Nobody waits for these any more."""
        for group in groups:
            cancel = self._newest.pop(group, None)
            if cancel is not None:
                cancel.cancel()

    def stop(self) -> None:
        """Nobody waits for anything any more."""
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
        self._start(self._run(group, cancel, function, then, failed), group or "read")

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
