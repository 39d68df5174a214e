"""A consistent copy of a database while others write: proved before it takes the place of what was there."""

from __future__ import annotations

import stat
from pathlib import Path

from store.db.companions import JOURNAL, WAL, companion
from store.db.database import APPLICATION_ID, Database
from store.db.files import replacing, spare_database
from store.db.sqlite import connect, explained
from store.errors import DatabaseError, StoreError


def back_up(database: Database, path: Path) -> int:
    """Copy the database to ``path``, prove the copy, and only then put it there; its size in bytes.

    The copy is of one instant, and nobody waits for it.

    Raises:
        StoreError: at ``path`` is the database itself, something that is no zhupi database, or one in use; or it
            cannot be written.
        DatabaseError: the copy is not whole, or there is no room for it.
    """
    spare_database(database.path, path)
    _refuse_to_replace(path)
    try:
        with replacing(path) as out:
            temporary = Path(out.name)
            # Before anything is in it: it holds what the database holds.
            temporary.chmod(database.path.stat().st_mode & 0o777 | stat.S_IRUSR | stat.S_IWUSR)
            with database.read() as connection, explained(path):
                copy = connect(temporary.absolute(), isolation_level=None)
                try:
                    # All pages in one step: between steps every write of others would begin it anew.
                    connection.backup(copy, pages=-1)
                finally:
                    copy.close()
            _prove(temporary, path)
            return temporary.stat().st_size
    except OSError as error:
        raise StoreError(f"{path}: cannot be written: {error.strerror or error}; nothing was changed there") from error


def _prove(copy: Path, path: Path) -> None:
    with explained(path):
        # Immutable: nothing is written beside it.
        connection = connect(f"{copy.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check").fetchall()]
            astray = connection.execute("PRAGMA foreign_key_check").fetchall()
        finally:
            connection.close()
    if found != ["ok"] or astray:
        told = found[0] if found != ["ok"] else f"a row of {astray[0][0]} belongs to nothing"
        raise DatabaseError(f"{path}: not written, the copy is not whole ({told}); run `zhupi check` on the database")


def _refuse_to_replace(path: Path) -> None:
    for left in (companion(path, ending) for ending in (WAL, JOURNAL) if path.name):
        if left.is_file() and left.stat().st_size:
            # SQLite would play it into whatever database stands here.
            raise StoreError(
                f"{left}: the copy before this one is in use, or was left in mid-work; close it with "
                f"`zhupi --db {path} check`, or name another file"
            )
    if path.is_file() and path.stat().st_size:
        with path.open("rb") as file:
            header = file.read(72)
        # Where SQLite's file format has the application id.
        if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
            raise StoreError(f"{path}: already there, and no backup of zhupi; name another file")
