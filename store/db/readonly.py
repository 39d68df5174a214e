"""How a database is read by a process that may not write it: nothing is made beside it, and nobody is shut out.

To read a database with a write-ahead log, SQLite makes files beside it; made by a visitor, they would shut out the
owner.  So it is opened in one of two ways:

- Where the log and its index are there, SQLite reads them and takes its locks in them, and makes nothing.
- Where the log holds nothing, all is in the file, which is read as one that does not change.  SQLite takes no lock
  then; the file is looked at again after the read, and what was read is refused if somebody has written to it.

A log that holds something, without its index, cannot be read without making that index.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from store.db.companions import JOURNAL, SHARED_MEMORY, WAL, companion
from store.db.file_format import HEADER, SHARED_LENGTH, SHARED_START, VERSIONS, WAL_VERSIONS
from store.db.filesystem import why_second_name
from store.errors import DatabaseError


def may_write(path: Path) -> bool:
    """Whether this process may write a database: the file, its folder, and what SQLite keeps beside it.

    Nobody may write to a file with two names.
    """
    if why_second_name(path.resolve()):
        return False
    return os.access(path.resolve().parent, os.W_OK | os.X_OK) and files_may_be_written(path)


def files_may_be_written(path: Path) -> bool:
    """Whether this process may write the file of a database, and those that SQLite keeps beside it."""
    path = path.resolve()
    files = [path, *(each for end in (WAL, SHARED_MEMORY, JOURNAL) if (each := companion(path, end)).exists())]
    return all(os.access(each, os.R_OK | os.W_OK) for each in files)


class ReadOnly:
    """The way to read the database at ``path``: ``uri`` is what SQLite opens, ``journal_mode`` its journal.

    ``close`` ends it.

    A process that closes any handle of a file loses all locks that it has on it: no connection of this process that
    writes to the same database may be open.

    Raises:
        DatabaseError: it cannot be read, or not without writing beside it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        # SQLite looks beside the file, not beside a link to it.
        file = path.resolve()
        try:
            # Without waiting: the name may be that of a pipe.
            self._handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except PermissionError as error:
            raise DatabaseError(f"{path}: cannot be read; ask its owner for the right to read it") from error
        except OSError as error:
            raise DatabaseError(f"{path}: cannot be opened: {error.strerror}") from error
        self._unlogged: tuple[int, int] | None = None
        self.uri = f"{file.as_uri()}?mode=ro"
        try:
            header = os.pread(self._handle, HEADER, 0)
            # SQLite itself does not tell it of a file that does not change.
            self.journal_mode = "wal" if header[VERSIONS] == WAL_VERSIONS else "delete"
            if self.journal_mode == "wal":
                self._choose(companion(file, WAL), companion(file, SHARED_MEMORY))
        except OSError as error:
            self.close()
            raise DatabaseError(f"{path}: cannot be opened: {error.strerror}") from error
        except BaseException:
            self.close()
            raise

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Prove that what is read while the block runs is of one state.

        Raises:
            DatabaseError: somebody has written to the file meanwhile, where SQLite takes no locks.
        """
        try:
            yield
        except DatabaseError:
            # Two states in one read look like damage.
            self._prove()
            raise
        self._prove()

    def close(self) -> None:
        """Let go of the file; no connection may be open any more."""
        os.close(self._handle)

    def _choose(self, log: Path, index: Path) -> None:
        before = self._stamp()
        with suppress(OSError):
            # Whoever ends as the last takes log and index away, but not under this lock.
            fcntl.lockf(self._handle, fcntl.LOCK_SH, SHARED_LENGTH, SHARED_START)
        if log.exists() and index.exists() and all(os.access(each, os.R_OK) for each in (log, index)):
            self.uri += "&readonly_shm=1"
        elif not log.exists() or not log.stat().st_size:
            self._unlogged = before
            self.uri += "&immutable=1"
        elif index.exists():
            shut = log if not os.access(log, os.R_OK) else index
            raise DatabaseError(
                f"{self._path}: its last changes are in {log.name}, and {shut.name} cannot be read; ask its owner to "
                "run `zhupi check` on it, which tells the rights that are missing"
            )
        else:
            raise DatabaseError(
                f"{self._path}: its last changes are in {log.name}, which you cannot read without writing beside it; "
                "ask its owner to run `zhupi check` on it, or copy both files to a folder of yours"
            )

    def _stamp(self) -> tuple[int, int]:
        found = os.fstat(self._handle)
        return found.st_size, found.st_mtime_ns

    def _prove(self) -> None:
        if self._unlogged is not None and self._stamp() != self._unlogged:
            raise DatabaseError(f"{self._path}: somebody wrote to it while it was read; run the command again")
