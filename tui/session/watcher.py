"""The watcher: one thread that looks what other sessions do, and announces where this session is.

It asks SQLite twice a second whether anybody has committed, which takes 4 microseconds, and reads only after a commit.
It reports to the app in one message, and nothing where nothing that is shown has changed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from annotations.annotation import new_id
from annotations.errors import ZhupiError
from annotations.labels import LabelSet
from store.db.database import Database
from store.db.sqlite import Connection
from store.index.numbers import count_notices
from store.project.presence import BEAT, Present, announce, leave, present
from store.project.settings import labels_in

if TYPE_CHECKING:
    from store.log.events import Event, Touch

_POLL_INTERVAL = 0.5
"""Seconds between two polls."""
_MINUTES_PER_HOUR = 60
_MOST_TOUCHES = 500
"""Events that are reported one by one; of more than that it is reported that there are many."""


class Seen(msgspec.Struct, frozen=True):
    """What the watcher has seen since its last report.

    ``touches`` says which notices new events are about, those of this session included; where ``many`` is set there
    were too many to list.  ``events`` are the new events on the open notice in full.  ``others`` are the other sessions
    that are open.  ``total`` is how many notices there are, ``labels`` the label set of the project.
    """

    touches: tuple[Touch, ...]
    many: bool
    events: tuple[Event, ...]
    others: tuple[Present, ...]
    total: int
    labels: LabelSet


class Watcher:
    """Watches a database for one session.

    Args:
        database: the open database.
        reviewer: the reviewer of the session.
    """

    def __init__(self, database: Database, reviewer: str) -> None:
        self._database = database
        self._reviewer = reviewer
        self._session = new_id()
        self._ended = threading.Event()
        self._notice: int | None = None
        self._active = True
        self._thread: threading.Thread | None = None
        self._announced: tuple[int | None] | None = None
        self._next_heartbeat = 0.0
        self._data_version: int | None = None
        self._last_event_number = 0
        self._reported: tuple[tuple[Present, ...], int, LabelSet, tuple[str, ...]] | None = None

    def start(self, on_seen: Callable[[Seen], None]) -> None:
        """Start the thread; ``on_seen`` is called in it with each report."""
        self._thread = threading.Thread(target=self._run, args=(on_seen,), name="zhupi-watcher", daemon=True)
        self._thread.start()

    def set_notice(self, notice: int | None) -> None:
        """Note which notice is open; None is the queue."""
        self._notice = notice

    def touch(self) -> None:
        """Note that somebody has pressed a key."""
        self._active = True

    def end(self, timeout: float) -> None:
        """Announce the end of the session and stop the thread; waits at most ``timeout`` seconds."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def _run(self, on_seen: Callable[[Seen], None]) -> None:
        # Slow to import, and nothing that the first paint waits for.
        from store.log.events import last_event  # noqa: PLC0415

        # Whoever reads or writes next reports a database that cannot be read or written.
        with suppress(ZhupiError), self._database.read() as connection:
            self._last_event_number = last_event(connection)
        while not self._ended.wait(_POLL_INTERVAL):
            with suppress(ZhupiError):
                self._poll(on_seen)
        with suppress(ZhupiError):
            if self._announced is not None:
                with self._database.write() as connection:
                    leave(connection, self._session)

    def _poll(self, on_seen: Callable[[Seen], None]) -> None:
        notice, due = self._notice, time.monotonic() >= self._next_heartbeat
        if due or self._announced != (notice,):
            active, self._active = self._active, False
            # Set also where the write fails: a full disk is not tried twice a second.
            self._announced, self._next_heartbeat = (notice,), time.monotonic() + BEAT.total_seconds()
            with self._database.write() as connection:
                announce(connection, self._session, self._reviewer, notice)
                if active and notice is not None:
                    # It imports the queue, and the first paint must not wait for that.
                    from store.edits.leases import renew  # noqa: PLC0415

                    renew(connection, self._reviewer, notice)
        with self._database.read() as connection:
            version = int(connection.execute("PRAGMA data_version").fetchone()[0])
            # Read now and then without a commit as well: a session that was killed only falls silent.
            if version == self._data_version and not due:
                return
            self._data_version = version
            self._read(connection, notice, on_seen)

    def _read(self, connection: Connection, notice: int | None, on_seen: Callable[[Seen], None]) -> None:
        from store.log.events import events_since, last_event, touches_since  # noqa: PLC0415  # as above

        touches = touches_since(connection, self._last_event_number, _MOST_TOUCHES + 1)
        many = len(touches) > _MOST_TOUCHES
        events: tuple[Event, ...] = ()
        if any(touch.notice == notice for touch in touches) or many:
            events = tuple(events_since(connection, self._last_event_number, notice)) if notice is not None else ()
        self._last_event_number = (
            last_event(connection) if many else touches[-1].number if touches else self._last_event_number
        )
        others = tuple(each for each in present(connection) if each.session != self._session)
        total, labels = count_notices(connection), labels_in(connection)
        # How long somebody has been in a notice changes without an event.
        state = others, total, labels, tuple(minutes_since(each.since) for each in others)
        if touches or state != self._reported:
            self._reported = state
            on_seen(Seen(() if many else tuple(touches), many, events, others, total, labels))


def minutes_since(at: str) -> str:
    """How long ago a time of the log was, as ``3m`` or ``2h``; "" within the first minute."""
    minutes = int((datetime.now(UTC) - datetime.fromisoformat(at)).total_seconds() // 60)
    if minutes < 1:
        return ""
    return f"{minutes}m" if minutes < _MINUTES_PER_HOUR else f"{minutes // _MINUTES_PER_HOUR}h"
