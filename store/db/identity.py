"""Which file a database is.

A session stays open for days.  Meanwhile its file may be deleted, moved, or replaced by a backup, and so may what
SQLite keeps beside it: SQLite goes on with the files that it opened, and what it commits there is lost with them.  So
each write asks whether the path still names those files.

A copy that is written into the same file keeps its inode.  It is known by the header of the file: the two numbers that
SQLite counts up there never go back, and each backup begins at a number of its own (``own_schema_number``).  And what
this process has seen last of the history of the database must still be there.
"""

from __future__ import annotations

import fcntl
import os
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

from store.db.companions import SHARED_MEMORY, WAL, companion
from store.db.file_format import CHANGES, HEADER, SCHEMA_NUMBER, SHARED_LENGTH, SHARED_START, VERSIONS, WAL_VERSIONS
from store.db.sqlite import DISK_FAILED, Connection, Error
from store.errors import DatabaseError, ReplacedError
from store.handles import HANDLES, FileId, file_id

_NUMBERS: Final = 1 << 32
_MOST_CHANGES_OF_SCHEMA: Final = 1 << 16
"""A session sees fewer changes of the schema than this; two backups are further apart than this, almost surely."""

Log = dict[str, FileId | None]
"""The files of the log that a connection has open, by what their names end in."""


class _Stamp(NamedTuple):
    """What changes when anything is written to the file."""

    size: int
    changed_at: int
    """In nanoseconds since 1970."""
    header: bytes


class History(Protocol):
    """What is known of the content of a database, which this module knows nothing of."""

    def last(self, connection: Connection) -> Any:  # noqa: ANN401  # handed back to it, and to nobody else
        """What happened last in the database."""

    def holds(self, connection: Connection, last: Any) -> bool:  # noqa: ANN401  # as above
        """Whether that has happened in the database, whatever happened since."""


def real_path(path: Path) -> Path:
    """The path of the file itself, where ``path`` is a link or leads over one; else ``path``, as it was given.

    SQLite keeps its files beside the file, not beside a link to it, and so must the lock be.
    """
    real = path.resolve()
    return path if path.absolute() == real else real


def own_schema_number() -> int:
    """A number for ``PRAGMA schema_version`` that no other copy of a database has."""
    return int.from_bytes(os.urandom(4)) % (1 << 30) + _MOST_CHANGES_OF_SCHEMA


class Identity:
    """The file that a path names while connections to it are open.

    Args:
        given: the path of a database as somebody gave it, maybe over a link.
        path: the path of the file itself.
        history: tells its content from that of another; None where nothing does.
    """

    def __init__(self, given: Path, path: Path, history: History | None) -> None:
        self._path = path
        # As text: each write looks at all of them, several times.
        self._names = {str(given.absolute()), str(path.absolute())}
        self._beside = {ending: str(companion(path.absolute(), ending)) for ending in (WAL, SHARED_MEMORY)}
        self._mutex = threading.Lock()
        self._handle = -1
        self._file: FileId | None = None
        self._header = b""
        self._stamp: _Stamp | None = None
        self._history = history
        self._last: Any = None

    def hold(self) -> None:
        """Note which file it is, before the first connection to it.

        Raises:
            DatabaseError: it cannot be opened.
        """
        with self._mutex:
            if self._file is None:
                try:
                    self._handle, self._file = HANDLES.take(self._path)
                except OSError as error:
                    raise DatabaseError(f"{self._path}: cannot be opened: {error.strerror}") from error

    def log_of(self, connection: Connection) -> Log:
        """The log that a new connection has open.

        Raises:
            ReplacedError: the connection opened other files than those that the path names.
        """
        # SQLite opens the log when it first reads.
        connection.execute("BEGIN")
        try:
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            header = self._proved_header()
        finally:
            connection.execute("ROLLBACK")
        self.check()
        with self._mutex:
            self._header = self._header or header
        if header[VERSIONS] != WAL_VERSIONS:
            return {}
        log = self._log()
        with suppress(FileNotFoundError):
            # Where the system tells which files this process has open.
            opened = {_file_of(int(each)) for each in os.listdir("/proc/self/fd")}  # noqa: PTH208  # numbers, no paths
            if None in log.values() or not opened.issuperset(log.values()):
                raise self._replaced()
        return log

    def check(self) -> None:
        """Check that each name still names the file.

        Raises:
            ReplacedError: one names another file, or none.
            DatabaseError: one cannot be reached.
        """
        for name in self._names:
            try:
                found = file_id(os.stat(name))  # noqa: PTH116  # as text
            except (FileNotFoundError, NotADirectoryError) as error:
                raise self._replaced("moved or deleted") from error
            except OSError as error:
                raise DatabaseError(f"{self._path}: cannot be reached: {error.strerror}") from error
            if self._file is not None and found != self._file:
                raise self._replaced()

    def check_content(self) -> None:
        """Check that each name still names the file, and that this still follows from what was seen of it.

        Raises:
            ReplacedError: it is another one, or none.
            DatabaseError: it cannot be read.
        """
        self.check()
        self._proved_header()

    @contextmanager
    def proved(self, connection: Connection, log: Log, committed: Callable[[], None]) -> Iterator[None]:
        """Begin a transaction that writes, and commit it when the block has ended, to the file that is known.

        Args:
            connection: one that holds the write lock.
            log: its log, which is noted here if there was none.
            committed: called once it is committed.

        Raises:
            ReplacedError: it is another one, or what lies beside it is.
        """
        stamp = self._look()
        is_changed = stamp != self._stamp
        if is_changed:
            self._proved_header()
            # What it has kept in memory may be of the file as it was.
            connection.execute("PRAGMA shrink_memory")
        connection.execute("BEGIN IMMEDIATE")
        if is_changed:
            # Now it is that of a commit, and not of one under way.
            self._header = self._proved_header()
        self._prove_log(log)
        self._prove_history(connection)
        self._stamp = stamp
        try:
            yield
            last = self._history.last(connection) if self._history is not None else None
            self._proved_header()
            connection.execute("COMMIT")
        except Error:
            # What looks like a failing disk may be another file.
            self.check_content()
            raise
        # What was committed to a file that is gone by now is lost.
        self.check()
        self._last = last
        committed()
        try:
            self._stamp = stamp = self._look()
        except DatabaseError:
            # It is committed all the same; the next transaction looks again.
            self._stamp = None
            return
        self._header = stamp.header if self._follows(stamp.header) else self._proved_header()

    @contextmanager
    def letting_go(self, connections: list[tuple[Connection, Log]]) -> Iterator[None]:
        """Let go of the file once the block has closed these connections, which are all.

        The last connection to close writes its log into the file, and takes the log away.  Where the file is another
        one by now, it must not.
        """
        if self._file is None:
            yield
            return
        try:
            with nullcontext() if self._is_known(connections) else self._as_another_reader():
                yield
        finally:
            HANDLES.give_back(self._file)
            self._handle, self._file, self._stamp = -1, None, None

    def _is_known(self, connections: list[tuple[Connection, Log]]) -> bool:
        """Whether what is in the log of these connections belongs into the file."""
        try:
            self.check_content()
            is_changed = self._look() != self._stamp
            for connection, log in connections:
                if is_changed:
                    connection.execute("PRAGMA shrink_memory")
                    self._prove_history(connection)
                # A log that was deleted is still open here, and all that is left of what was saved: as long as nobody
                # else has written, it goes into the file.
                self._prove_log(log, or_missing=not is_changed)
        except (DatabaseError, OSError, Error):
            return False
        return True

    @contextmanager
    def _as_another_reader(self) -> Iterator[None]:
        """Hold the lock that each reader holds, as if by another process: SQLite is not the last one to close then."""
        self._lock_shared(fcntl.F_RDLCK)
        try:
            yield
        finally:
            self._lock_shared(fcntl.F_UNLCK)

    def _lock_shared(self, kind: int) -> None:
        with suppress(AttributeError, OSError):
            # A lock of the open file: those of the process are no hindrance to SQLite, which takes such ones itself.
            fcntl.fcntl(
                self._handle,
                fcntl.F_OFD_SETLK,
                struct.pack("hhqqi4x", kind, os.SEEK_SET, SHARED_START, SHARED_LENGTH, 0),
            )

    def _look(self) -> _Stamp:
        found = os.fstat(self._handle)
        return _Stamp(found.st_size, found.st_mtime_ns, self._read_header())

    def _read_header(self) -> bytes:
        try:
            return os.pread(self._handle, HEADER, 0)
        except OSError as error:
            raise DatabaseError(f"{self._path}: {DISK_FAILED}") from error

    def _proved_header(self) -> bytes:
        """The header of the file, which follows the one that was seen before."""
        for _ in range(2):
            header = self._read_header()
            # At the first look it may be just being written.
            if self._follows(header):
                return header
        raise self._replaced()

    def _follows(self, header: bytes) -> bool:
        before = self._header
        if len(before) < HEADER:
            return True
        return (
            len(header) == HEADER
            and _distance(before[CHANGES], header[CHANGES]) < _NUMBERS // 2
            and _distance(before[SCHEMA_NUMBER], header[SCHEMA_NUMBER]) < _MOST_CHANGES_OF_SCHEMA
        )

    def _prove_history(self, connection: Connection) -> None:
        if self._history is not None and self._last is not None and not self._history.holds(connection, self._last):
            raise self._replaced()

    def _prove_log(self, log: Log, *, or_missing: bool = False) -> None:
        """Check that the log beside the file is the one that a connection has open, or that there is none."""
        if self._header[VERSIONS] != WAL_VERSIONS:
            log.clear()
            return
        found = self._log()
        if not log:
            log.update(found)
        if any(found[ending] != log[ending] and not (or_missing and found[ending] is None) for ending in log):
            raise self._replaced()

    def _log(self) -> Log:
        return {ending: _file_at(path) for ending, path in self._beside.items()}

    def _replaced(self, done: str = "replaced") -> ReplacedError:
        return ReplacedError(f"{self._path}: the database was {done}; start again")


def _distance(before: bytes, after: bytes) -> int:
    return (int.from_bytes(after) - int.from_bytes(before)) % _NUMBERS


def _file_at(path: str) -> FileId | None:
    """Which file is at a path; None where there is none."""
    try:
        return file_id(os.stat(path))  # noqa: PTH116  # as above
    except FileNotFoundError:
        return None


def _file_of(handle: int) -> FileId | None:
    """Which file a handle is of; None where it has been closed meanwhile."""
    with suppress(OSError):
        return file_id(os.fstat(handle))
    return None
