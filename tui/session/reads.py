"""Reads off the event loop: a function runs in a thread, and its result comes back to the event loop.

A read belongs to a group, of which only the newest read counts.  An older one is interrupted where possible, and its
result is dropped.  Where the next key is meant for the result, keys wait for it.
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
        self._keys_wait_for: set[Cancel] = set()
        self._keys_go_on = asyncio.Event()

    @property
    def waits_for(self) -> asyncio.Event | None:
        """What keys wait for: that the reads are done for which they wait; None where there are none."""
        return self._keys_go_on if self._keys_wait_for else None

    def run(
        self,
        group: str,
        function: Callable[[], R],
        then: Then[R],
        failed: Callable[[ZhupiError], None] = _ignore,
        *,
        keys_wait: bool = False,
    ) -> None:
        """Run a function in a thread, then call ``then`` with its result.

        Args:
            group: an earlier read of the same group is dropped; a read of the group "" drops none and is not dropped.
            function: runs in the thread; it must not touch a widget.
            then: called with the result; may be a coroutine function.
            failed: called with the error, where ``function`` raises a ``ZhupiError``.
            keys_wait: whether keys wait until ``then`` or ``failed`` has been called: they are meant for the result.
        """
        cancel = Cancel()
        if keys_wait:
            self._keys_go_on.clear()
            self._keys_wait_for.add(cancel)
        self._begin(group, cancel, function, then, failed)

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

    def read_at_once(
        self,
        function: Callable[[Connection], R],
        then: Callable[[R], None],
        failed: Callable[[ZhupiError], None] = _ignore,
    ) -> None:
        """As ``read``, in this thread: nothing is on the screen yet, so that nobody waits for anything else."""
        try:
            with self._database.read() as connection:
                result = function(connection)
        except ZhupiError as error:
            failed(error)
        else:
            then(result)

    def drop(self, *groups: str) -> None:
        """Drop the reads of these groups."""
        for group in groups:
            cancel = self._newest.pop(group, None)
            if cancel is not None:
                cancel.cancel()
                self._let_keys_go_on(cancel)

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
        finally:
            self._let_keys_go_on(cancel)

    def _let_keys_go_on(self, cancel: Cancel) -> None:
        self._keys_wait_for.discard(cancel)
        if not self._keys_wait_for:
            self._keys_go_on.set()


class LastBegun:
    """Tells what is to be shown of reads that may end in any order: of each notice what the one tells that began last.

    A read sees what is stored when it begins, so that one that ends later may tell what was before.
    """

    def __init__(self) -> None:
        self._begun = 0
        self._shown: dict[int, int] = {}

    def begin(self) -> int:
        """A read is about to begin; returns by what it is told from others."""
        self._begun += 1
        return self._begun

    def takes(self, notice: int, begun: int) -> bool:
        """Take what a read tells of a notice; returns whether it is to be shown: nothing is that began later."""
        if self._shown.get(notice, 0) > begun:
            return False
        self._shown[notice] = begun
        return True
