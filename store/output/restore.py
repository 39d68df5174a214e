"""Going back to a backup: proved, of the same project, with nobody at work, and what was there is kept aside."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from store.db.companions import JOURNAL, SHARED_MEMORY, WAL, companion
from store.db.database import APPLICATION_ID, Database
from store.db.files import beside, spare_database, sync_folder
from store.db.lock import write_lock
from store.db.sqlite import Connection, connect, explained
from store.errors import DatabaseError, NewerSchemaError, StoreError
from store.output.backup import back_up, prove, read_alone, refuse_if_in_use
from store.project.identity import is_of_another_project
from store.project.presence import present
from store.schema.version import SCHEMA_VERSION


class Restored(msgspec.Struct, frozen=True):
    """What a restore did: where the database that was there is kept, None where none was, and how much is lost."""

    kept: Path | None
    events: int
    """Events of the log that only the kept database has."""


def restore(database: Database, backup: Path, *, anyway: bool = False) -> Restored:
    """Put a backup in the place of a database.  The database that was there is kept beside it.

    Sessions that are open keep what they show, and are told at their next change that the database was replaced.

    Args:
        database: the database that is replaced.
        backup: the backup, which stays where it is.
        anyway: whether others may be at work.

    Raises:
        StoreError: others are at work; the backup is in use, of another project, or cannot be copied.
        DatabaseError: the backup is no whole database of zhupi.
    """
    spare_database(database.path, backup)
    if not backup.is_file():
        raise StoreError(f"{backup}: no such file")
    refuse_if_in_use(backup)
    with explained(backup), read_alone(backup) as connection:
        _refuse_other(backup, connection, database.connection)
        behind = _events(database.connection) - _events(connection)
    prove(backup, backup, what="not restored, it is not whole")
    if not anyway:
        _refuse_company(database)
    kept = beside(database.path, f"{database.path.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    temporary = beside(database.path, f".{database.path.name}.{os.urandom(4).hex()}.tmp")
    try:
        _copy(backup, temporary, database.path)
        with write_lock(database.path):
            back_up(database, kept)
            database.close()
            # SQLite would play a log of the old file into the new one.
            for ending in (WAL, SHARED_MEMORY, JOURNAL):
                companion(database.path, ending).unlink(missing_ok=True)
            temporary.replace(database.path)
            sync_folder(database.path.parent)
    except OSError as error:
        raise StoreError(f"{database.path}: cannot be replaced: {error.strerror or error}") from error
    finally:
        temporary.unlink(missing_ok=True)
    return Restored(kept, max(0, behind))


def _refuse_other(backup: Path, old: Connection, new: Connection) -> None:
    """Refuse a backup that is not one of this project, or one of a newer zhupi."""
    application = old.execute("PRAGMA application_id").fetchone()[0]
    if application != APPLICATION_ID:
        raise DatabaseError(f"{backup}: not a zhupi database")
    version = old.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise NewerSchemaError(f"{backup}: made by a newer zhupi (schema {version}); upgrade zhupi")
    if is_of_another_project(old, new):
        raise StoreError(f"{backup}: of another project; name a backup of this one")


def _refuse_company(database: Database) -> None:
    """Refuse while others have the database open."""
    names = sorted({each.annotator for each in present(database.connection)})
    if names:
        there = "is" if len(names) == 1 else "are"
        raise StoreError(
            f"{', '.join(names)} {there} here; ask them to leave, or say --anyway: what they do from then on is refused"
        )


def _events(connection: Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(number), 0) FROM events").fetchone()[0])


def _copy(backup: Path, temporary: Path, place: Path) -> None:
    """Copy a backup to a temporary file with the rights of the database that it replaces."""
    rights = place.stat()
    with explained(backup), read_alone(backup) as source:
        temporary.touch(mode=stat.S_IRUSR | stat.S_IWUSR, exist_ok=False)
        copy = connect(temporary.absolute(), isolation_level=None)
        try:
            source.backup(copy, pages=-1)
        finally:
            copy.close()
    with suppress(PermissionError):
        os.chown(temporary, rights.st_uid if os.geteuid() == 0 else -1, rights.st_gid)
    temporary.chmod(stat.S_IMODE(rights.st_mode))
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
