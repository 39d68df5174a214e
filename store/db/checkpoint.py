"""When the write-ahead log goes into the database: once the lock is let go, so that nobody waits for it.

SQLite by itself does it inside the commit that makes the log too long, and that one takes ten times as long as others.
What is written while the log goes into the database stays in it.  Where that never ends, since somebody always writes,
the log would grow for ever: then the short rest goes into the database within the lock, and the log begins anew.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from store.db.sqlite import Connection, Error

_LONG: Final = 1_000
"""Pages of a log that goes into the database, as by SQLite itself."""
_TOO_LONG: Final = 4 * _LONG
"""Pages of a log of which the rest goes into the database within the lock."""
_LARGEST: Final = 64 * 1024 * 1024
"""Bytes of the file of a log that has begun anew: one that grew longer while somebody read for long is cut to this."""


def leave_to_us(connection: Connection) -> None:
    """Keep SQLite from making checkpoints by itself on a new connection."""
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute(f"PRAGMA journal_size_limit = {_LARGEST}")


def is_due(connection: Connection) -> bool:
    """Whether so much of the log is not in the database yet that it is to be copied."""
    pages, copied = _checkpoint(connection, "NOOP")
    return pages - copied >= _LONG


def copy_log(connection: Connection) -> bool:
    """Copy the log into the database, as far as nobody reads what it would overwrite; whether the log is too long."""
    pages, _ = _checkpoint(connection, "PASSIVE")
    return pages >= _TOO_LONG


def _checkpoint(connection: Connection, mode: str) -> tuple[int, int]:
    """How many pages the log has, and how many are copied; none where there is no log."""
    # What is committed is safe in the log; the next one tries again.
    with suppress(Error):
        _, pages, copied = connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
        return max(0, pages), max(0, copied)
    return 0, 0
