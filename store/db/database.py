"""One database file: its connections, how it is read and written.

There is one write path, ``Database.write``: lock file, BEGIN IMMEDIATE, the work, COMMIT, synced to disk.  Each thread
has its own connection.  Nothing here knows a table: ``store.open`` brings the schema up to date and hands this out.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Final, Self

from store.db.cancel import Cancel
from store.db.checkpoint import copy_log, is_due, leave_to_us
from store.db.companions import LOCK, companions
from store.db.files import refuse_name_of_database
from store.db.filesystem import SHARED_FILE, refuse_network, refuse_second_name, why_not_written
from store.db.identity import History, Identity, Log, real_path
from store.db.lock import Work, write_lock
from store.db.readonly import ReadOnly, files_may_be_written, may_write
from store.db.sqlite import WAL_SAFE, Connection, Error, Row, connect, explained, is_read_only
from store.db.stops import STOPS
from store.errors import DatabaseError

APPLICATION_ID: Final = 0x7A687570
"""Tells a zhupi database from any other file of SQLite."""
_BUSY_MILLISECONDS: Final = 10_000


class _Held:
    """The connection of one thread.

    Attributes:
        connection: the connection; None where it has been given up.
        log: the files of the log that it has open; nothing where there is no log, or none is watched.
        read_only: whether it was made while the database could not be written; then it stays so for good.
        log_is_too_long: whether its rest is to be copied into the database within the lock.
    """

    def __init__(self, connection: Connection, log: Log, *, read_only: bool) -> None:
        self.connection: Connection | None = connection
        self.log = log
        self.read_only = read_only
        self.log_is_too_long = False

    def copy_rest_of_log(self) -> None:
        """Copy what others wrote while this one copied a log that is too long; to be called with the lock."""
        if self.log_is_too_long and self.connection is not None:
            copy_log(self.connection)
            self.log_is_too_long = False


def is_there(path: Path) -> bool:
    """Whether there is a file of this name.

    Raises:
        DatabaseError: a folder on the way to it cannot be searched.
    """
    try:
        return path.exists()
    except PermissionError as error:
        raise DatabaseError(
            f"{path}: cannot be reached, a folder on the way shuts you out; ask its owner, or an administrator to put "
            "you into its group"
        ) from error


class Database:
    """A database file; ``store.open.open_database`` gives one that is proved and up to date.

    Args:
        path: the file.
        create: whether to make an empty file where there is none.
        group: the number of the Unix group that a new one is shared with; None leaves its rights to the umask.
        reading: whether it is only to be read: then a process that may not write it can open it too.
        history: by which a session knows the content of the file again; None leaves that to the header of the file.

    Raises:
        DatabaseError: there is no file, or it cannot be reached, read or written.
    """

    def __init__(
        self, path: Path, *, create: bool = False, group: int | None = None, reading: bool = False,
        history: History | None = None,
    ) -> None:  # fmt: skip
        given, self.path = path, real_path(path)
        path = self.path
        self.work: Work | None = None
        """For whom and for what this process writes, as those are told who wait for it; None names the account."""
        self.patience: float | None = None
        """Seconds that a write waits for the others; None is as long as ``write_lock`` waits by itself.

        It is to be set before the threads that write do so.
        """
        self.schema_version: int | None = None
        """The version of the schema that this process knows; a write is refused where it is newer by now."""
        self.behind_turns = 0.0
        """Seconds that the last turns of long work held the lock when they were over; ``store.db.turns`` keeps it."""
        self.is_in_turns = False
        """Whether what writes now comes back at once, so that the lock is left to whoever waits."""
        self.let_go = 0.0
        """When this process last let go of the lock, by ``time.monotonic``."""
        self._read_only: ReadOnly | None = None
        self._local = threading.local()
        self._opened: list[_Held] = []
        there = is_there(path)
        if not create and not there:
            raise DatabaseError(
                f"{path}: no such database; make one with `zhupi init` or `zhupi import`, or name another with --db"
            )
        refuse_network(path)
        if reading and not may_write(path):
            self._read_only = ReadOnly(path)
        elif there and not os.access(path, os.R_OK | os.W_OK):
            # SQLite would read it, and leave files beside it that shut out its owner.
            raise DatabaseError(f"{path}: {why_not_written(path)}")
        # Looked at first: another process may be making the database now, and what belongs to it comes later.
        left = _left_of_another(path) if create else []
        if create and not path.exists():
            refuse_name_of_database(path, for_database=True)
            if left:
                raise DatabaseError(
                    f"{left[0]}: of a database that is gone, and may hold its last changes, which would be lost; move "
                    f"it away, or put a backup in place with `zhupi --db {path} restore BACKUP`"
                )
            self._make_folder()
            self._make_file(group)
        if not reading:
            refuse_second_name(path)
        self._identity = Identity(given, path, history)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections of all threads; no thread may be using one."""
        opened = [(held.connection, held.log) for held in self._opened if held.connection is not None]
        with self._identity.letting_go(opened):
            for connection, _ in opened:
                connection.close()
        self._opened.clear()
        self._local = threading.local()
        if self._read_only is not None:
            self._read_only.close()
            self._read_only = None

    @property
    def is_read_only(self) -> bool:
        """Whether it was opened to be read by a process that may not write it."""
        return self._read_only is not None

    @property
    def journal_mode(self) -> str:
        """How SQLite keeps a commit whole: ``wal`` or ``delete``."""
        if self._read_only is not None:
            return self._read_only.journal_mode
        return str(self.connection.execute("PRAGMA journal_mode").fetchone()[0])

    @property
    def connection(self) -> Connection:
        """This thread's connection, for reading.  Fetch all rows: an unfinished cursor pins an old snapshot."""
        held: _Held | None = getattr(self._local, "held", None)
        connection = held.connection if held is not None else None
        if connection is None:
            read_only = self.is_read_only or not files_may_be_written(self.path)
            connection = self._connect()
            try:
                log = {} if self.is_read_only else self._identity.log_of(connection)
            except BaseException:
                connection.close()
                raise
            self._local.held = _Held(connection, log, read_only=read_only)
            self._opened.append(self._local.held)
        return connection

    @contextmanager
    def read(self, cancel: Cancel | None = None) -> Iterator[Connection]:
        """Read from one consistent snapshot while the block runs, whatever others write meanwhile.

        Args:
            cancel: with which another thread may end it.

        Raises:
            CancelledError: it was cancelled.
            DatabaseError: it cannot be read, or somebody wrote to it meanwhile where this process takes no locks.
        """
        with self._read_only.unchanged() if self._read_only else nullcontext(), explained(self.path):
            connection = self.connection
            connection.execute("BEGIN")
            try:
                with cancel.ending(connection) if cancel else nullcontext(), explained(self.path):
                    yield connection
            finally:
                # Out of reach of the other thread by now.
                connection.execute("ROLLBACK")

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that is on disk when the block has ended, or has never been.

        Raises:
            HeldError: somebody else wrote to it all the time; the message says who.
            DatabaseError: the database could not be written, or its schema is newer now; nothing of the block remains.
            ReplacedError: the path names another file by now, or none.
        """
        with self.held() as connection:
            held: _Held = self._local.held
            try:
                with self._identity.proved(connection, held.log, held.copy_rest_of_log):
                    self._refuse_unsafe_log()
                    self._refuse_newer_schema(connection)
                    yield connection
            except BaseException as error:
                # A full disk may have ended the transaction already.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                if isinstance(error, Error) and is_read_only(error):
                    held.read_only = True
                raise
        self._checkpoint(held)

    @contextmanager
    def held(self) -> Iterator[Connection]:
        """Hold the write lock while the block runs, which begins no transaction by itself.

        Raises:
            HeldError: somebody else wrote to it all the time; the message says who.
            DatabaseError: the database cannot be written.
            ReplacedError: the path names another file by now, or none.
        """
        if self.is_read_only:
            # The lock file would be one more that shuts out its owner.
            raise DatabaseError(f"{self.path}: {why_not_written(self.path)}")
        # Before the lock, whose file would be made anew beside what is there now.
        self._identity.check()
        refuse_second_name(self.path, mounts=None)
        with explained(self.path), write_lock(self.path, self.work, self.patience, comes_back=self.is_in_turns):
            # Whoever held it may have restored a backup.
            self._identity.check()
            self._give_up_read_only()
            yield self.connection
            self.let_go = time.monotonic()

    def check(self) -> None:
        """Check that the path still names the file that was opened: whoever reads what a write stands on asks first.

        Raises:
            ReplacedError: it names another file by now, or none.
            DatabaseError: it cannot be reached or read.
        """
        self._identity.check_content()

    def _checkpoint(self, held: _Held) -> None:
        """Have the log go into the database where it is long; to be called without the lock, so that nobody waits."""
        if held.connection is None or not is_due(held.connection):
            return
        with STOPS.put_off(), suppress(DatabaseError):
            # Whoever has got the lock meanwhile may have put another file in its place.
            self.check()
            held.log_is_too_long = copy_log(held.connection)

    def _give_up_read_only(self) -> None:
        """Give up the connections of all threads that cannot write; the database may be one that can be by now.

        The next use makes new ones; an old one is closed when its thread uses it no more.  While one is open, new ones
        may be like it: SQLite keeps for the whole process whether the index of the log can be written.
        """
        for held in [each for each in self._opened if each.read_only]:
            held.connection = None
            with suppress(ValueError):
                # Another thread may have been faster.
                self._opened.remove(held)

    def _refuse_unsafe_log(self) -> None:
        """Refuse to write with an unsafe SQLite where a safe one has gone back to a write-ahead log meanwhile."""
        if not WAL_SAFE and self.journal_mode == "wal":
            raise DatabaseError(f"{self.path}: another zhupi uses a write-ahead log again; start this one anew")

    def _refuse_newer_schema(self, connection: Connection) -> None:
        """Refuse to write to a database that a newer zhupi has brought up to date since this one opened it."""
        if self.schema_version is None:
            return
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > self.schema_version:
            raise DatabaseError(
                f"{self.path}: brought up to date by a newer zhupi meanwhile (schema {found}, this one writes "
                f"{self.schema_version}); start zhupi anew"
            )

    def _connect(self) -> Connection:
        if not self.is_read_only:
            self._identity.hold()
        # A file that is gone must not be made anew.
        name = self._read_only.uri if self._read_only else f"{self.path.absolute().as_uri()}?mode=rw"
        connection = connect(name, uri=True, isolation_level=None, check_same_thread=False)
        connection.row_factory = Row
        leave_to_us(connection)
        patience = _BUSY_MILLISECONDS if self.patience is None else int(1000 * self.patience)
        connection.execute(f"PRAGMA busy_timeout = {min(patience, _BUSY_MILLISECONDS)}")
        connection.execute("PRAGMA foreign_keys = ON")
        # With a write-ahead log the same as FULL.  A rollback journal is removed to commit, and FULL does not sync its
        # folder: a power cut could bring it back, and undo what was said to be saved.
        connection.execute("PRAGMA synchronous = EXTRA")
        return connection

    def _make_folder(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseError(f"{self.path.parent}: cannot be made: {error.strerror}") from error
        if not os.access(self.path.parent, os.W_OK | os.X_OK):
            raise DatabaseError(f"{self.path.parent}: cannot be written; name a database elsewhere with --db")

    def _make_file(self, group: int | None) -> None:
        """Make an empty database with the rights that the umask leaves, or those of a group.

        SQLite itself would shut out a group, and gives the rights of this file to those that it makes beside it.
        """
        try:
            handle = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o666)
            try:
                if group is not None:
                    os.fchown(handle, -1, group)
                    os.fchmod(handle, SHARED_FILE)
            finally:
                os.close(handle)
        except FileExistsError:
            return  # another process was faster
        except OSError as error:
            raise DatabaseError(f"{self.path}: cannot be made: {error.strerror}") from error


def _left_of_another(path: Path) -> list[Path]:
    """The files beside a database that is not there which hold a part of it."""
    return [each for each in companions(path) if each.suffix != LOCK and each.is_file() and each.stat().st_size]
