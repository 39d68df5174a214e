"""One database file: how it is made, opened, read and written.

There is one write path, ``Database.write``: lock file, BEGIN IMMEDIATE, the work, COMMIT, synced to disk.  Each thread
has its own connection.  sqlite-utils is imported only where the schema is made or changed: it is slow to import, and
the app opens a database that is already up to date.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Self

import msgspec

from annotations.guideline import default_guideline
from annotations.labels import LabelSet, default_labels
from store.db.filesystem import SHARED_FILE, refuse_network
from store.db.lock import write_lock
from store.db.sqlite import JOURNAL_MODE, WAL_SAFE, Connection, Row, connect, explained
from store.errors import CancelledError, DatabaseError, NewerSchemaError

SCHEMA_VERSION = 4
"""How many migrations this zhupi knows."""

APPLICATION_ID = 0x7A687570
"""Tells a zhupi database from any other."""
_BUSY_MILLISECONDS = 10_000
_STEPS = 1_000
"""Steps of SQLite's machine, some 50 microseconds, between two looks whether a read was cancelled."""
_NOBODY_WAITS = "cancelled: nobody waits for it any more"
_IDENTITY = (
    "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version), "
    "(SELECT count(*) FROM sqlite_schema)"
)


class Cancel:
    """What another thread ends a read with: it is given to ``Database.read`` and cancelled from anywhere."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reading: Connection | None = None
        self.cancelled = False

    def cancel(self) -> None:
        """End the read with a ``CancelledError``, soon; one that has not begun yet will not begin."""
        with self._lock:
            self.cancelled = True
            if self._reading is not None:
                self._reading.interrupt()

    @contextmanager
    def ending(self, connection: Connection) -> Iterator[None]:
        """While the block runs, ``cancel`` ends what the connection is doing.

        Raises:
            CancelledError: it was cancelled.
        """
        with self._lock:
            self._reading = connection
        # An interrupt between two statements is lost on the next one; this ends that.
        connection.set_progress_handler(lambda: int(self.cancelled), _STEPS)
        try:
            if self.cancelled:
                raise CancelledError(_NOBODY_WAITS)
            yield
        except DatabaseError as error:
            if self.cancelled:
                raise CancelledError(_NOBODY_WAITS) from error
            raise
        finally:
            connection.set_progress_handler(None, 0)
            with self._lock:
                self._reading = None


class Database:
    """An open zhupi database.

    Args:
        path: the file.
        create: whether to make it where there is none.
        group: the number of the Unix group that a new one is shared with; None leaves its rights to the umask.

    Raises:
        DatabaseError: there is no file, it is no zhupi database, or it cannot be used.
        NewerSchemaError: a newer zhupi made it.
    """

    def __init__(self, path: Path, *, create: bool = False, group: int | None = None) -> None:
        self.path = path
        self._local = threading.local()
        self._opened: list[Connection] = []
        try:
            there = path.exists()
        except PermissionError as error:
            raise DatabaseError(
                f"{path}: cannot be reached, a folder on the way shuts you out; ask its owner, or an administrator to "
                "put you into its group"
            ) from error
        if not create and not there:
            raise DatabaseError(
                f"{path}: no such database; make one with `zhupi init` or `zhupi import`, or name another with --db"
            )
        refuse_network(path)
        if there and not os.access(path, os.R_OK | os.W_OK):
            # SQLite would read it, and leave files beside it that shut out its owner.
            raise DatabaseError(f"{path}: cannot be written; ask its owner for write access to the file and its folder")
        with explained(path):
            self._prepare(create=create, group=group)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections of all threads; no thread may be using one."""
        for connection in self._opened:
            connection.close()
        self._opened.clear()
        self._local = threading.local()

    @property
    def connection(self) -> Connection:
        """This thread's connection, for reading.  Fetch all rows: an unfinished cursor pins an old snapshot."""
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect()
            self._opened.append(connection)
        return connection

    @contextmanager
    def read(self, cancel: Cancel | None = None) -> Iterator[Connection]:
        """One consistent snapshot for as long as the block runs, whatever others write meanwhile.

        Args:
            cancel: with which another thread may end it.

        Raises:
            CancelledError: it was cancelled.
        """
        with explained(self.path):
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
            DatabaseError: the database could not be written; nothing of the block remains.
        """
        with explained(self.path), write_lock(self.path):
            connection = self.connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                # A full disk may have ended the transaction already.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @property
    def labels(self) -> LabelSet:
        """The label set of this project."""
        with explained(self.path):
            row = self.connection.execute("SELECT value FROM settings WHERE name = 'labels'").fetchone()
        try:
            return LabelSet.from_json(row[0]) if row else default_labels()
        except msgspec.DecodeError as error:
            raise DatabaseError(f"{self.path}: its label set is damaged: {error}; restore a backup") from error

    def set_labels(self, labels: LabelSet) -> None:
        """Keep ``labels`` as the label set of this project."""
        self._set("labels", labels.to_json().decode())

    @property
    def guideline(self) -> str:
        """The guideline of this project as Markdown; the one that ships where it has none of its own."""
        with explained(self.path):
            row = self.connection.execute("SELECT value FROM settings WHERE name = 'guideline'").fetchone()
        return str(row[0]) if row else default_guideline()

    def set_guideline(self, text: str) -> None:
        """Keep ``text`` as the guideline of this project."""
        self._set("guideline", text)

    def _set(self, name: str, value: str) -> None:
        with self.write() as connection:
            connection.execute(
                "INSERT INTO settings VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
                [name, value],
            )

    def _connect(self) -> Connection:
        # Absolute, because ":memory:" and "" are no files to SQLite.
        connection = connect(self.path.absolute(), isolation_level=None, check_same_thread=False)
        connection.row_factory = Row
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
        connection.execute("PRAGMA foreign_keys = ON")
        # With a write-ahead log the same as FULL.  A rollback journal is removed to commit, and FULL does not sync its
        # folder: a power cut could bring it back, and undo what was said to be saved.
        connection.execute("PRAGMA synchronous = EXTRA")
        return connection

    def _prepare(self, *, create: bool, group: int | None) -> None:
        if create and not self.path.exists():
            self._make_folder()
            self._make_file(group)
        connection = self.connection
        version = self._version(connection, create=create)
        if version < SCHEMA_VERSION:
            self._migrate(connection, create=create)
        elif not WAL_SAFE and _journal_mode(connection) == "wal":
            # A safe SQLite made it; this one must not write to it in WAL mode.
            connection.execute(f"PRAGMA journal_mode = {JOURNAL_MODE}")

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

    def _version(self, connection: Connection, *, create: bool) -> int:
        # One statement sees one state; between three, another process may make the database.
        application, version, tables = connection.execute(_IDENTITY).fetchone()
        if application != APPLICATION_ID and (tables or application or not create):
            raise DatabaseError(
                f"{self.path}: not a zhupi database; name another with --db, or make one with `zhupi init`"
            )
        if version > SCHEMA_VERSION:
            raise NewerSchemaError(
                f"{self.path}: made by a newer zhupi (schema {version}, this one knows {SCHEMA_VERSION}); upgrade zhupi"
            )
        return int(version)

    def _migrate(self, connection: Connection, *, create: bool) -> None:
        from sqlite_utils import Database as UtilsDatabase  # noqa: PLC0415  # slow to import, and rarely needed

        from store.schema.migrations import migrations  # noqa: PLC0415  # it needs sqlite-utils

        with write_lock(self.path):
            # Under the lock: another process may have done it meanwhile.
            version = self._version(connection, create=create)
            if version < SCHEMA_VERSION:
                connection.execute(f"PRAGMA journal_mode = {JOURNAL_MODE}")
                migrations.apply(UtilsDatabase(connection))
            if not version:
                # The labels of a project stay what they are, and no start has to read those that ship.
                connection.execute(
                    "INSERT OR IGNORE INTO settings VALUES ('labels', ?)", [default_labels().to_json().decode()]
                )


def _journal_mode(connection: Connection) -> str:
    return str(connection.execute("PRAGMA journal_mode").fetchone()[0])
