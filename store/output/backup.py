"""A consistent copy of a database while others write: proved before it takes the place of what was there."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from store.db.companions import JOURNAL, LOCK, WAL, companion
from store.db.copying import Progress, copy_database
from store.db.database import APPLICATION_ID, Database
from store.db.files import replacing_together, spare_database, why_unwritable
from store.db.identity import own_schema_number
from store.db.sqlite import Connection, Row, connect, explained
from store.errors import DatabaseError, StoreError
from store.log.chain import Head, head
from store.project.identity import is_backup, mark_as_backup, was_made_before_marks, why_not_earlier

_NOT_WHOLE: Final = "not written, the copy is not whole; run `zhupi check` on the database"


class Backup(msgspec.Struct, frozen=True):
    """What a copy is: its size in bytes, and the head of its log."""

    size: int
    head: Head


def back_up(
    database: Database, path: Path, *, progress: Progress = lambda *_: None, proving: Callable[[], None] = lambda: None
) -> Backup:
    """Copy the database to ``path``, prove the copy, and only then put it there.

    The copy is of one instant, and nobody waits for it.

    Args:
        database: what is copied.
        path: where to.
        progress: told how many pages are copied, and of how many.
        proving: called when all are, and the proof begins, which takes about as long.

    Raises:
        StoreError: at ``path`` is the database itself, something that is no earlier backup of it, or one in use; or
            it cannot be written.
        DatabaseError: the copy is not whole, or there is no room for it.
    """
    spare_database(database.path, path)
    _refuse_to_replace(path, database)
    try:
        with replacing_together(path, database=True) as (out,):
            temporary = Path(out.name)
            # Before anything is in it: it holds what the database holds.
            temporary.chmod(database.path.stat().st_mode & 0o777 | stat.S_IRUSR | stat.S_IWUSR)
            with database.read() as connection, explained(path):
                copy = connect(temporary.absolute(), isolation_level=None)
                try:
                    copy_database(connection, copy, progress)
                    _mark(copy)
                finally:
                    copy.close()
            proving()
            prove(temporary, path, what=_NOT_WHOLE)
            # Somebody may have begun to work in it meanwhile.
            _refuse_to_replace(path, database)
            with explained(path), read_alone(temporary) as copy:
                return Backup(temporary.stat().st_size, head(copy))
    except OSError as error:
        raise StoreError(why_unwritable(path, error)) from error


def _mark(copy: Connection) -> None:
    """Mark a copy as a backup."""
    # Nobody else has it, so that its log needs no index.
    copy.execute("PRAGMA locking_mode = EXCLUSIVE")
    copy.execute("BEGIN IMMEDIATE")
    mark_as_backup(copy)
    # A session under which it is copied over its database knows it by that.
    copy.execute(f"PRAGMA schema_version = {own_schema_number()}")
    copy.execute("COMMIT")


def prove(file: Path, path: Path, *, what: str = "the copy is not whole") -> None:
    """Prove that a database is whole, without writing beside it.

    Args:
        file: the database; nobody writes to it.
        path: the name that is told.
        what: what is told of one that is not.

    Raises:
        DatabaseError: it is not.
    """
    with explained(path), read_alone(file) as connection:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check").fetchall()]
        astray = connection.execute("PRAGMA foreign_key_check").fetchall()
    if found != ["ok"] or astray:
        told = found[0] if found != ["ok"] else f"a row of {astray[0][0]} belongs to nothing"
        raise DatabaseError(f"{path}: {what} ({told})")


@contextmanager
def read_alone(file: Path) -> Iterator[Connection]:
    """A connection to a database that nobody writes to; nothing is written beside it."""
    connection = connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    connection.row_factory = Row
    try:
        yield connection
    finally:
        connection.close()


def refuse_if_in_use(path: Path) -> None:
    """Refuse a database that has a log or journal with something in it beside it.

    Raises:
        StoreError: that is so.
    """
    for left in (companion(path, ending) for ending in (WAL, JOURNAL) if path.name):
        if left.is_file() and left.stat().st_size:
            # SQLite would play it into whatever database stands here.
            raise StoreError(
                f"{left}: this copy is in use, or was left in mid-work; close it with `zhupi --db {path} check`, or "
                "name another file"
            )


def _refuse_to_replace(path: Path, database: Database) -> None:
    """Refuse to replace anything but an earlier backup of the same project, in which nobody has worked since."""
    refuse_if_in_use(path)
    if not path.is_file() or not path.stat().st_size:
        return
    try:
        with explained(path), read_alone(path) as old:
            application = old.execute("PRAGMA application_id").fetchone()[0]
            if application != APPLICATION_ID:
                reason = "no backup of zhupi"
            else:
                reason = why_not_earlier(old, database.connection) or _why_no_backup(path, old)
    except DatabaseError as error:
        raise StoreError(f"{path}: already there, and no backup of zhupi; name another file") from error
    if reason:
        raise StoreError(f"{path}: already there, and {reason}; name another file")


def _why_no_backup(path: Path, connection: Connection) -> str:
    """Why a database is no backup, in words; empty where it is one."""
    if was_made_before_marks(connection):
        # A lock is left wherever somebody has written.
        is_one = not companion(path.resolve(), LOCK).exists()
    else:
        is_one = is_backup(connection)
    return "" if is_one else "a database in which people work, no backup"
