"""Which SQLite is used, and what its errors mean; the one module that decides.

SQLite 3.7.0 to 3.51.2 can lose committed pages when two connections write and checkpoint at the same instant in WAL
mode (https://sqlite.org/wal.html#walresetbug).  ``pysqlite3`` bundles a newer one; where it cannot be had, zhupi uses a
rollback journal.  The exception classes of the two modules differ, so both are reached through here only.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from store.errors import DatabaseError, DiskFullError, HeldError, UnreadableError

if TYPE_CHECKING:
    import sqlite3
else:
    try:
        from pysqlite3 import dbapi2 as sqlite3
    except ImportError:
        import sqlite3

Connection = sqlite3.Connection
Error = sqlite3.Error
Row = sqlite3.Row
connect = sqlite3.connect

# Both are handed to SQLite as they are.  Without an adapter they are asked for one first, by names that they do not
# have, which takes five times as long as to hand over a number or a text.
sqlite3.register_adapter(bytes, bytes)
sqlite3.register_adapter(type(None), lambda value: value)

VERSION: str = sqlite3.sqlite_version
"""The version of SQLite in use."""

WAL_SAFE: bool = sqlite3.sqlite_version_info >= (3, 51, 3)
"""Whether this SQLite is free of the WAL-reset race."""

JOURNAL_MODE = "wal" if WAL_SAFE else "delete"


def numbers_of(connection: Connection, sql: str, values: Sequence[object]) -> list[int]:
    """The numbers that a query of many rows yields; its one column is called ``number``.

    They are fetched as one text, which is three times as fast as one row each.
    """
    text = connection.execute(f"SELECT group_concat(number) FROM ({sql})", values).fetchone()[0]  # noqa: S608  # constants
    return msgspec.json.decode(f"[{text or ''}]", type=list[int])


def json_array(numbers: Iterable[int]) -> str:
    """Numbers as SQL's ``json_each`` takes them."""
    return msgspec.json.encode(list(numbers)).decode()


class Damage:
    """How many texts were read that are no UTF-8."""

    def __init__(self) -> None:
        self.texts = 0

    def decoded(self, data: bytes) -> str:
        """The text, with U+FFFD for what is damaged."""
        try:
            return data.decode()
        except UnicodeDecodeError:
            self.texts += 1
            return data.decode(errors="replace")


@contextmanager
def damaged_text_read(connection: Connection) -> Iterator[Damage]:
    """Read text that is no UTF-8 too in this block, and count it, where it is the end of a query else."""
    before, damage = connection.text_factory, Damage()
    connection.text_factory = damage.decoded
    try:
        yield damage
    finally:
        connection.text_factory = before


@contextmanager
def explained(path: Path, *, reading: bool = False) -> Iterator[None]:
    """Turn SQLite's errors on the database at ``path`` into one clear line each.

    Args:
        path: the file.
        reading: whether it is only read, by a process that may not write it.

    Raises:
        DiskFullError: there is no room; the transaction has been rolled back.
        HeldError: another program held it all the time; the transaction has been rolled back.
        UnreadableError: it is damaged, or no database.
        DatabaseError: anything else that makes the database unusable.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise _explanation(path, error, reading=reading) from error


def is_read_only(error: sqlite3.Error) -> bool:
    """Whether SQLite could not write because the database cannot be written, or could not when it was opened."""
    name = getattr(error, "sqlite_errorname", None) or ""
    return name.startswith("SQLITE_READONLY") or "readonly" in str(error)


DISK_FAILED = "the disk failed; nothing of this change was saved"
_NO_ROOM = "no room on disk; this change was not saved, everything before it was"
CANNOT_BE_WRITTEN = "cannot be written; ask its owner for write access to the file and its folder"
_HALF_WRITTEN = (
    "was left in mid-write, and only those who may write it can mend that; ask its owner to run `zhupi check` on it"
)
"""What it means that SQLite wants to write in order to read."""

_EXPLANATIONS: tuple[tuple[str, str, str], ...] = (
    # error name, words of the message where the name is missing, what to tell
    ("SQLITE_NOTADB", "not a database", "not a database; name another with --db, or make one with `zhupi init`"),
    ("SQLITE_FULL", "disk is full", _NO_ROOM),
    ("SQLITE_IOERR", "disk I/O error", DISK_FAILED),
    ("SQLITE_READONLY", "readonly", CANNOT_BE_WRITTEN),
    ("SQLITE_CANTOPEN", "unable to open", "cannot be opened; check the path and the rights on its folder"),
    ("SQLITE_BUSY", "locked", "another program holds the database; try again when it is done"),
    # SQLite tells of both in the same words.
    (
        "SQLITE_CORRUPT",
        "malformed",
        "the database is damaged or its disk fails; run `zhupi check`, and restore a backup if that finds damage",
    ),
)


_KINDS: dict[str, type[DatabaseError]] = {
    "SQLITE_FULL": DiskFullError, "SQLITE_BUSY": HeldError, "SQLITE_NOTADB": UnreadableError,
    "SQLITE_CORRUPT": UnreadableError,
}  # fmt: skip


def _explanation(path: Path, error: Exception, *, reading: bool) -> DatabaseError:
    name, text = getattr(error, "sqlite_errorname", None) or "", str(error)
    for code, words, explanation in _EXPLANATIONS:
        if name.startswith(code) or words in text:
            if code == "SQLITE_IOERR" and _has_no_room(path):
                # Where there is no room for its index of the log, SQLite calls that a failure of the disk.
                return DiskFullError(f"{path}: {_NO_ROOM}")
            kind = _KINDS.get(code, DatabaseError)
            return kind(f"{path}: {_HALF_WRITTEN if reading and code == 'SQLITE_READONLY' else explanation}")
    return DatabaseError(f"{path}: {text}")


def _has_no_room(path: Path) -> bool:
    """Whether the disk of a file is full for this process; a disk that does not tell is not."""
    try:
        return os.statvfs(path.parent).f_bavail == 0
    except OSError:
        return False
