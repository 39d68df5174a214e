"""The files that SQLite and zhupi keep beside a database; they belong to it and are moved or copied with it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

WAL: Final = "-wal"
"""The write-ahead log: commits that are not in the database file yet."""
SHARED_MEMORY: Final = "-shm"
"""The index of the write-ahead log, which all connections share."""
JOURNAL: Final = "-journal"
"""The rollback journal, where there can be no write-ahead log: what stood there before an unfinished commit."""
LOCK: Final = ".lock"
"""What zhupi locks for a write (``store.db.lock``)."""


def companion(database: Path, ending: str) -> Path:
    """The path of one of the files beside a database; it need not be there."""
    return database.parent / f"{database.name}{ending}"


def companions(database: Path) -> list[Path]:
    """The paths of all of them."""
    return [companion(database, ending) for ending in (WAL, SHARED_MEMORY, JOURNAL, LOCK)]
