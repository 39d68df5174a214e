"""What is of the moment: who has the app open at which notice, and how long a notice is kept for somebody.

A heartbeat of each session expires when the session stops, a lease when its holder does nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

from annotations.annotation import now, timestamp
from store.db.sqlite import Connection
from store.project.clock import believed_until

LeaseTask = Literal["review", "adjudicate"]
"""What a notice is handed out for; a reviewer and an adjudicator may have the same one."""

LEASE = timedelta(minutes=30)
"""How long a notice is kept for somebody who does nothing in it."""

BEAT = timedelta(seconds=45)
"""How often a session says that it is still there."""

SILENT = 2 * BEAT + timedelta(seconds=30)
"""A session whose last heartbeat is older than this has ended; so has one whose heartbeat lies far ahead."""


class Present(msgspec.Struct, frozen=True):
    """A session of the app: whose it is, the notice that is open in it (None for the queue), and since when (UTC)."""

    session: str
    annotator: str
    notice: int | None
    since: str


def announce(connection: Connection, session: str, annotator: str, notice: int | None) -> None:
    """Say that a session is there; inside the caller's transaction.

    Args:
        connection: within ``Database.write``.
        session: the id of the session.
        annotator: whose it is.
        notice: the number of the notice that is open.
    """
    at = now()
    connection.execute(
        "DELETE FROM presence WHERE seen NOT BETWEEN ? AND ?", [timestamp(datetime.now(UTC) - SILENT), believed_until()]
    )
    connection.execute(
        "INSERT INTO presence (session, annotator, notice, since, seen) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (session) DO UPDATE SET seen = excluded.seen, "
        "since = iif(notice IS excluded.notice, since, excluded.since), notice = excluded.notice",
        [session, annotator, notice, at, at],
    )


def leave(connection: Connection, session: str) -> None:
    """Say that a session has ended; inside the caller's transaction."""
    connection.execute("DELETE FROM presence WHERE session = ?", [session])


def present(connection: Connection) -> list[Present]:
    """The sessions that are there now, by annotator."""
    rows = connection.execute(
        "SELECT session, annotator, notice, since FROM presence WHERE seen BETWEEN ? AND ? "
        "ORDER BY annotator, since, session",
        [timestamp(datetime.now(UTC) - SILENT), believed_until()],
    ).fetchall()
    return [Present(row["session"], row["annotator"], row["notice"], row["since"]) for row in rows]


def running_leases() -> tuple[str, str]:
    """The times between which a lease ends that runs now: one that ends later comes from a clock that is wrong."""
    return now(), believed_until(LEASE)
