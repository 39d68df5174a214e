"""The door: opens a database, proves that it is one of zhupi, and brings its schema up to date.

sqlite-utils is imported only where the schema is made or changed: it is slow to import, and the app opens a database
that is already up to date.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import Final

from store.db.accounts import account_name
from store.db.database import APPLICATION_ID, Database
from store.db.lock import Work, write_lock
from store.db.sqlite import JOURNAL_MODE, WAL_SAFE, Connection, explained
from store.errors import DatabaseError, HeldError, NewerSchemaError
from store.project.identity import ProjectHistory, is_backup, mark_as_original
from store.project.presence import present
from store.schema.version import SCHEMA_VERSION

_IDENTITY: Final = (
    "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version), "
    "(SELECT count(*) FROM sqlite_schema)"
)


Upgrading = Callable[[], AbstractContextManager[None]]
"""What is entered while an older database is brought up to date, which takes long where it is large."""


def open_database(
    path: Path,
    *,
    create: bool = False,
    group: int | None = None,
    reading: bool = False,
    upgrading: Upgrading = nullcontext,
) -> Database:
    """Open the zhupi database at ``path``.

    Args:
        path: the file.
        create: whether to make it where there is none.
        group: the number of the Unix group that a new one is shared with; None leaves its rights to the umask.
        reading: whether it is only to be read: then it may be one that this process cannot write.
        upgrading: entered while an older database is brought up to date.

    Raises:
        DatabaseError: there is no file, it is no zhupi database, or it cannot be used.
        NewerSchemaError: a newer zhupi made it.
    """
    database = Database(path, create=create, group=group, reading=reading, history=ProjectHistory())
    try:
        with explained(path, reading=database.is_read_only):
            _bring_up_to_date(database, create=create, upgrading=upgrading)
            database.schema_version = SCHEMA_VERSION
            if not reading and is_backup(database.connection):
                with database.write() as connection:
                    mark_as_original(connection)
    except BaseException:
        database.close()
        raise
    return database


def _bring_up_to_date(database: Database, *, create: bool, upgrading: Upgrading) -> None:
    connection = database.connection
    version = _version(database.path, connection, create=create)
    if database.is_read_only:
        if version < SCHEMA_VERSION:
            raise DatabaseError(
                f"{database.path}: made by an older zhupi (schema {version}, this one reads {SCHEMA_VERSION}), and you "
                "may not write it; ask its owner to run `zhupi check` on it, which brings it up to date"
            )
    elif version < SCHEMA_VERSION:
        with upgrading() if version else nullcontext():
            _migrate(database, create=create)
    elif not WAL_SAFE and database.journal_mode == "wal":
        # A safe SQLite made it; this one must not write to it in WAL mode.
        connection.execute(f"PRAGMA journal_mode = {JOURNAL_MODE}")
    elif WAL_SAFE and database.journal_mode != "wal":
        _return_to_wal(database)


def _return_to_wal(database: Database) -> None:
    """Go back to a write-ahead log, if nobody else is there: an unsafe SQLite must not write to the database then.

    A session that runs on one is present; a command is at work for a moment only, and holds the lock when it writes.
    """
    connection = database.connection
    # Whoever comes next tries again; nobody waits for this.
    with suppress(HeldError), explained(database.path), write_lock(database.path, database.work, 0.0):
        if present(connection):
            return
        (waits,) = connection.execute("PRAGMA busy_timeout").fetchone()
        connection.execute("PRAGMA busy_timeout = 0")
        try:
            connection.execute(f"PRAGMA journal_mode = {JOURNAL_MODE}")
        finally:
            connection.execute(f"PRAGMA busy_timeout = {waits}")


def _version(path: Path, connection: Connection, *, create: bool) -> int:
    # One statement sees one state; between three, another process may make the database.
    application, version, tables = connection.execute(_IDENTITY).fetchone()
    if application != APPLICATION_ID and (tables or application or not create):
        raise DatabaseError(f"{path}: not a zhupi database; name another with --db, or make one with `zhupi init`")
    if version > SCHEMA_VERSION:
        raise NewerSchemaError(
            f"{path}: made by a newer zhupi (schema {version}, this one knows {SCHEMA_VERSION}); upgrade zhupi"
        )
    return int(version)


def _migrate(database: Database, *, create: bool) -> None:
    from sqlite_utils import Database as UtilsDatabase  # noqa: PLC0415  # slow to import, and rarely needed

    from store.schema.migrations import migrations  # noqa: PLC0415  # it needs sqlite-utils

    connection = database.connection
    with write_lock(database.path, Work(account_name(os.getuid()), "upgrade")):
        # Under the lock: another process may have done it meanwhile.
        version = _version(database.path, connection, create=create)
        if version < SCHEMA_VERSION:
            connection.execute(f"PRAGMA journal_mode = {JOURNAL_MODE}")
            # Before the first table: whoever finds tables and no id takes it for another program's.
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            migrations.apply(UtilsDatabase(connection))
