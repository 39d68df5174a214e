"""Which project a database is of, and whether another database is an earlier state of it."""

from __future__ import annotations

import hashlib

from store.db.sqlite import Connection

_PROJECT = "project"
_LAST_EVENT = "SELECT number, at, actor, action, key FROM events ORDER BY number DESC LIMIT 1"
_EVENT = "SELECT number, at, actor, action, key FROM events WHERE number = ?"
_FIRST_NOTICE = "SELECT sha256, imported_at FROM notices ORDER BY number LIMIT 1"


def make_project_id(connection: Connection) -> None:
    """Give a project its id, inside the caller's transaction; one that it has stays.

    A new project has a random one.  That of an older database follows from what is in it, so that its copies, each of
    which is brought up to date by itself, get the same.
    """
    connection.execute(
        "INSERT OR IGNORE INTO settings VALUES (?, coalesce(?, lower(hex(randomblob(16)))))",
        [_PROJECT, _id_of_first_notice(connection)],
    )


def is_of_another_project(one: Connection, other: Connection) -> bool:
    """Whether two databases are of different projects; one of an older zhupi without notices may be of any."""
    first, second = _ids(one), _ids(other)
    # Some databases got a random id when they had notices already; their older copies are known by the first notice.
    return bool(first and second) and first[0] not in second and second[0] not in first


def why_not_earlier(old: Connection, new: Connection) -> str:
    """Why one database is no earlier state of another, in words; empty where it is one.

    All that happened in the old one must have happened in the new one too.
    """
    if is_of_another_project(old, new):
        return "of another project"
    last = old.execute(_LAST_EVENT).fetchone()
    if last is not None:
        there = new.execute(_EVENT, [last[0]]).fetchone()
        if there is None or tuple(there) != tuple(last):
            return "with work that this database does not have"
    return ""


def _ids(connection: Connection) -> list[str]:
    """What a project is known by: its id, and what the id would be that follows from its first notice."""
    row = connection.execute("SELECT value FROM settings WHERE name = ?", [_PROJECT]).fetchone()
    return [each for each in (None if row is None else str(row[0]), _id_of_first_notice(connection)) if each]


def _id_of_first_notice(connection: Connection) -> str | None:
    """An id that follows from the first notice, which is never deleted, and from the moment when it was imported."""
    first = connection.execute(_FIRST_NOTICE).fetchone()
    return None if first is None else hashlib.sha256(f"{first[0]} {first[1]}".encode()).hexdigest()[:32]
