"""Going back to a backup: proved, of the same project, with nobody at work, and what was there is kept aside.

Whenever it is killed, the path holds the whole database that was there or the whole backup: SQLite writes the log into
the file first, and only an empty log is taken away before the backup is renamed into place.
"""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Self

import msgspec

from store.db.companions import JOURNAL, LOCK, SHARED_MEMORY, WAL, companion
from store.db.copying import copy_database
from store.db.database import APPLICATION_ID, Database
from store.db.files import beside, is_database, replacing_together, spare_database, sync_folder, temporary_file
from store.db.identity import real_path
from store.db.lock import Work, write_lock
from store.db.sqlite import Connection, connect, explained
from store.errors import DatabaseError, NewerSchemaError, StoreError, UnreadableError
from store.open import open_database
from store.output.backup import prove, read_alone, refuse_if_in_use
from store.project.identity import count_work, is_of_another_project, mark_as_original
from store.project.presence import present
from store.project.reviewers import current_reviewer, lists_people, require
from store.schema.version import SCHEMA_VERSION

_WITH_CONTENT = (WAL, JOURNAL)
"""What holds a part of the database that is not in its file."""

_COPIES = 3
"""How often the database is copied anew because others have written to it meanwhile."""

_TRIES, _PAUSE = 40, 0.05
"""How often, and how many seconds apart, the log is tried to be emptied while others read it."""


class Restored(msgspec.Struct, frozen=True):
    """What a restore did."""

    kept: Path | None
    """Where the database that was there is kept; None where none was."""
    events: int | None
    """Events of the log that only the kept database has; None where it could not be read."""
    unreadable: str
    """Why the database that was there could not be read; empty where it could."""


def restore(
    path: Path, backup: Path, *, anyway: bool = False, permit: Callable[[Database], object] = lambda _: None
) -> Restored:
    """Put a backup in the place of a database, or where one is missing.  What was there is kept beside it.

    Sessions that are open keep what they show, and are told at their next change that the database was replaced.

    Args:
        path: the database that is replaced; it may be damaged, or missing.
        backup: the backup, which stays where it is.
        anyway: whether others may be at work.
        permit: refuses whoever may not; where the database cannot be read, the backup tells who is an admin.

    Raises:
        StoreError: others are at work; the backup is in use, of another project, or cannot be copied.
        RoleError: the account is no admin.
        DatabaseError: the backup is no whole database of zhupi; or the database can be read and is none.
    """
    path = real_path(path)
    spare_database(path, backup)
    if not backup.is_file():
        raise StoreError(f"{backup}: no such file")
    refuse_if_in_use(backup)
    with explained(backup), read_alone(backup) as connection:
        _refuse_other(backup, connection)
    prove(backup, backup, what="not restored, it is not whole")
    try:
        with ExitStack() as opened:
            database, unreadable = _opened(path, permit)
            if database is not None:
                opened.enter_context(database)
                with explained(backup), read_alone(backup) as connection:
                    if is_of_another_project(connection, database.connection):
                        raise StoreError(f"{backup}: of another project; name a backup of this one")
            else:
                _refuse_outsider(path, backup)
            return _put_in_place(path, backup, database, unreadable, anyway=anyway)
    except OSError as error:
        raise StoreError(f"{path}: cannot be replaced: {error.strerror or error}") from error


def _opened(path: Path, permit: Callable[[Database], object]) -> tuple[Database | None, str]:
    """The database that is there; None where there is none that can be read, and why, empty where none is there."""
    try:
        if not path.stat().st_size:
            return None, "an empty file"
    except FileNotFoundError:
        return None, ""
    database = None
    try:
        database = open_database(path)
        permit(database)
    except UnreadableError as error:
        if database is not None:
            database.close()
        if not is_database(path) and not companion(path, LOCK).exists():
            # A letter, named by mistake: zhupi leaves a lock wherever it has written.
            raise
        return None, str(error).removeprefix(f"{path}: ").partition(";")[0]
    except BaseException:
        if database is not None:
            database.close()
        raise
    return database, ""


def _put_in_place(path: Path, backup: Path, database: Database | None, unreadable: str, *, anyway: bool) -> Restored:
    kept = beside(path, f"{path.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}")
    behind, aside = None, _Aside(path)
    # The lock is let go behind the rename.
    with ExitStack() as later, ExitStack() as lock, replacing_together(path, database=True) as (out,), aside:
        _copy(backup, Path(out.name), path)
        os.fsync(out.fileno())
        if database is not None:
            with explained(backup), read_alone(backup) as old:
                work = count_work(old)
            connection = _held_as_copied(database, lock, aside)
            if not anyway:
                _refuse_company(connection)
            behind = max(0, aside.work_of(connection) - work)
            _empty_log(path, connection)
            is_copied = aside.is_of(connection)
            database.close()
        else:
            lock.enter_context(write_lock(path, Work(current_reviewer(), "restore")))
            is_copied = False
        is_kept = aside.keep(kept) if is_copied else _keep(path, kept)
        with suppress(FileNotFoundError):
            # The system takes long to forget a large file, and does so when nobody has it open.
            later.enter_context(path.open("rb"))
        for ending in (WAL, SHARED_MEMORY, JOURNAL):
            left = companion(path, ending)
            if database is not None and ending in _WITH_CONTENT and left.exists() and left.stat().st_size:
                raise StoreError(f"{path}: another program wrote to it meanwhile; nothing was changed, try again")
            # SQLite would play a log of the old file into the new one.
            left.unlink(missing_ok=True)
    return Restored(kept if is_kept else None, behind, unreadable)


class _Aside:
    """A copy of the database that is there, made while others write; it is gone when the block ends without ``keep``.

    Args:
        path: the database.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._made = ExitStack()
        self._copy: tuple[BinaryIO, Path] | None = None
        self._version: int | None = None
        self._work = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._made.close()

    def make(self, connection: Connection) -> None:
        """Copy it, as it is at this instant; where that cannot be done, there is no copy."""
        self._made.close()
        self._copy = self._version = None
        out, temporary = self._made.enter_context(temporary_file(self._path))
        # Of another connection's commits it tells whether there were any.
        version = _data_version(connection)
        try:
            with explained(self._path):
                copy = connect(temporary.absolute(), isolation_level=None)
                try:
                    copy_database(connection, copy)
                    self._work = count_work(copy)
                finally:
                    copy.close()
        except DatabaseError:
            return
        _give_to_owner(temporary, self._path.stat())
        os.fsync(out.fileno())
        self._copy, self._version = (out, temporary), version

    def is_of(self, connection: Connection) -> bool:
        """Whether the database is still what was copied."""
        return self._version is not None and self._version == _data_version(connection)

    def work_of(self, connection: Connection) -> int:
        """How many events of what somebody did the database has."""
        return self._work if self.is_of(connection) else count_work(connection)

    def keep(self, place: Path) -> bool:
        """Keep the copy under a name; whether there is one."""
        if self._copy is None:
            return False
        self._copy[1].rename(place)
        sync_folder(place.parent)
        return True


def _held_as_copied(database: Database, lock: ExitStack, aside: _Aside) -> Connection:
    """Hold the lock of a database with a copy of what it holds then, as far as others write seldom enough.

    To copy it within the lock would have everybody wait.
    """
    for _ in range(_COPIES):
        aside.make(database.connection)
        connection = lock.enter_context(database.held())
        if aside.is_of(connection):
            return connection
        lock.close()
    return lock.enter_context(database.held())


def _data_version(connection: Connection) -> int:
    """A number that is another one once another connection has committed."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def _empty_log(path: Path, connection: Connection) -> None:
    """Have all that was committed in the file itself, and nothing in the log."""
    for _ in range(_TRIES):
        is_held_up = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if not is_held_up:
            return
        # Whoever wrote last may just be doing the same, which takes no lock of ours.
        time.sleep(_PAUSE)
    raise StoreError(f"{path}: somebody is reading it, as an export does; nothing was changed, try again")


def _keep(path: Path, kept: Path) -> bool:
    """Copy what is there, and what beside it holds a part of it; whether there was anything."""
    there = [(path, kept), *((companion(path, ending), companion(kept, ending)) for ending in _WITH_CONTENT)]
    there = [(file, place) for file, place in there if file.exists() and (file == path or file.stat().st_size)]
    for file, place in there:
        with temporary_file(path) as (out, temporary), file.open("rb") as old:
            shutil.copyfileobj(old, out)
            out.flush()
            _give_to_owner(temporary, file.stat())
            os.fsync(out.fileno())
            temporary.rename(place)
    sync_folder(path.parent)
    return bool(there)


def _copy(backup: Path, temporary: Path, path: Path) -> None:
    """Copy a backup to a temporary file, as a database in which people work."""
    with explained(backup), read_alone(backup) as source:
        copy = connect(temporary.absolute(), isolation_level=None)
        try:
            copy_database(source, copy)
            # Nobody else has it, so that its log needs no index.
            copy.execute("PRAGMA locking_mode = EXCLUSIVE")
            copy.execute("BEGIN IMMEDIATE")
            mark_as_original(copy)
            copy.execute("COMMIT")
        finally:
            copy.close()
    if path.exists():
        _give_to_owner(temporary, path.stat())
    else:
        # A backup has the rights of its database.
        temporary.chmod(stat.S_IMODE(backup.stat().st_mode))


def _give_to_owner(file: Path, former: os.stat_result) -> None:
    """Give a file, where root made it, to the owner of what it replaces."""
    if os.geteuid() == 0:
        os.chown(file, former.st_uid, -1)


def _refuse_other(backup: Path, connection: Connection) -> None:
    """Refuse what is no backup of zhupi, or one of a newer zhupi."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if application != APPLICATION_ID:
        raise DatabaseError(f"{backup}: not a zhupi database")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise NewerSchemaError(f"{backup}: made by a newer zhupi (schema {version}); upgrade zhupi")


def _refuse_outsider(path: Path, backup: Path) -> None:
    """Refuse whoever neither owns what is there nor is an admin in the backup, where no database can be asked."""
    if (path if path.exists() else path.parent).stat().st_uid == os.getuid():
        return
    with explained(backup), read_alone(backup) as connection:
        if lists_people(connection):
            require(connection, current_reviewer(), "change the project")


def _refuse_company(connection: Connection) -> None:
    """Refuse while others have the database open."""
    names = sorted({each.annotator for each in present(connection)})
    if names:
        there = "is" if len(names) == 1 else "are"
        raise StoreError(
            f"{', '.join(names)} {there} here; ask them to leave, or say --anyway: what they do from then on is refused"
        )
