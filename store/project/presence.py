"""Who has the app open, and at which notice: a heartbeat of each session, which expires when the session stops."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from annotations.annotation import now, timestamp
from store.db.sqlite import Connection

BEAT = timedelta(seconds=45)
"""How often a session says that it is still there."""

SILENT = 2 * BEAT + timedelta(seconds=30)
"""A session whose last heartbeat is older than this has ended."""


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
    connection.execute("DELETE FROM presence WHERE seen < ?", [timestamp(datetime.now(UTC) - SILENT)])
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
        "SELECT session, annotator, notice, since FROM presence WHERE seen >= ? ORDER BY annotator, since, session",
        [timestamp(datetime.now(UTC) - SILENT)],
    ).fetchall()
    return [Present(row["session"], row["annotator"], row["notice"], row["since"]) for row in rows]
