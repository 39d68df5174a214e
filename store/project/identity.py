"""Which project a database is of, and whether another database is an earlier state of it."""

from __future__ import annotations

from store.db.sqlite import Connection

_PROJECT = "project"
_LAST_EVENT = "SELECT number, at, actor, action, key FROM events ORDER BY number DESC LIMIT 1"
_EVENT = "SELECT number, at, actor, action, key FROM events WHERE number = ?"
_FIRST_NOTICE = "SELECT id FROM notices ORDER BY number LIMIT 1"


def make_project_id(connection: Connection) -> None:
    """Give a project its id, at random, inside the caller's transaction; one that it has stays."""
    connection.execute("INSERT OR IGNORE INTO settings VALUES (?, lower(hex(randomblob(16))))", [_PROJECT])


def project_id(connection: Connection) -> str | None:
    """The id of the project; None where an older zhupi made the database."""
    row = connection.execute("SELECT value FROM settings WHERE name = ?", [_PROJECT]).fetchone()
    return None if row is None else str(row[0])


def why_not_earlier(old: Connection, new: Connection) -> str:
    """Why one database is no earlier state of another, in words; empty where it is one.

    All that happened in the old one must have happened in the new one too.
    """
    first, second = project_id(old), project_id(new)
    if first is not None and second is not None and first != second:
        return "of another project"
    last = old.execute(_LAST_EVENT).fetchone()
    if last is not None:
        there = new.execute(_EVENT, [last[0]]).fetchone()
        if there is None or tuple(there) != tuple(last):
            return "with work that this database does not have"
    elif first is None and _first_notice(old) != _first_notice(new):
        return "of another project"
    return ""


def _first_notice(connection: Connection) -> str | None:
    row = connection.execute(_FIRST_NOTICE).fetchone()
    return None if row is None else str(row[0])
