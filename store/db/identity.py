"""Which file a database is.

A session stays open for days.  Meanwhile its file may be deleted, moved, or replaced by a backup: SQLite goes on with
the file that it opened, and what it commits there is lost with that.  So each write asks whether the path still names
that file.
"""

from __future__ import annotations

from pathlib import Path

from store.errors import ReplacedError


def real_path(path: Path) -> Path:
    """The path of the file itself, where ``path`` is a link or leads over one; else ``path``, as it was given.

    SQLite keeps its files beside the file, not beside a link to it, and so must the lock be.
    """
    real = path.resolve()
    return path if path.absolute() == real else real


class Identity:
    """The file that a path names at this moment.

    Args:
        path: a database.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = _named(path)

    def check(self) -> None:
        """Check that the path still names the file.

        Raises:
            ReplacedError: it names another file, or none.
        """
        now = _named(self._path)
        if now is None or now != self._file:
            done = "moved or deleted" if now is None else "replaced"
            raise ReplacedError(f"{self._path}: the database was {done}; start again")


def _named(path: Path) -> tuple[int, int] | None:
    """Device and inode of the file that a path names; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
