"""Which project a database is of, whether it is a backup, and whether another database is an earlier state of it."""

from __future__ import annotations

from typing import Final

from annotations.annotation import now
from annotations.digest import hex_digest
from store.db.sqlite import Connection

_Event = tuple[object, ...]

_PROJECT = "project"
BACKUP: Final = "backup"
"""A setting that only a backup has: when it was made.  It is said of a copy, and so no event of the log."""

MIGRATE: Final = "migrate"
"""The action of events that bring the log of an older database up to date: each copy of it has its own, and they are no
work of anybody."""
_LAST_EVENT = "SELECT number, at, actor, action, key FROM events ORDER BY number DESC LIMIT 1"
_EVENT = "SELECT number, at, actor, action, key FROM events WHERE number = ?"
_LAST_WORK = f"{_EVENT.partition(' WHERE')[0]} WHERE action <> '{MIGRATE}' ORDER BY number DESC LIMIT 1"
_ID_AND = "SELECT project.value, event.* FROM (SELECT 1) LEFT JOIN settings AS project ON project.name = 'project' "
_ID_AND_LAST_EVENT = f"{_ID_AND} LEFT JOIN ({_LAST_EVENT}) AS event"
_ID_AND_EVENT = f"{_ID_AND} LEFT JOIN ({_EVENT}) AS event"
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


def project_of(connection: Connection) -> str:
    """The id of a project."""
    return _setting(connection, _PROJECT) or ""


def mark_as_backup(connection: Connection) -> None:
    """Note that this copy is a backup, made now, inside the caller's transaction; nobody is at work in it."""
    connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", [BACKUP, now()])
    for of_the_moment in ("presence", "leases"):
        connection.execute(f"DELETE FROM {of_the_moment}")  # noqa: S608  # constants


def mark_as_original(connection: Connection) -> None:
    """Note that people work in this database from now on, inside the caller's transaction."""
    connection.execute("DELETE FROM settings WHERE name = ?", [BACKUP])


def is_backup(connection: Connection) -> bool:
    """Whether a database is a backup in which nobody has worked since."""
    return _setting(connection, BACKUP) is not None


def was_made_before_marks(connection: Connection) -> bool:
    """Whether a database is of an older zhupi, which gave no ids to projects and no marks to backups."""
    return _setting(connection, _PROJECT) is None


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
    if not _has(new, _last_work(old)):
        return "with work that this database does not have"
    return ""


class ProjectHistory:
    """What happened in a database, by which a session knows it again (``store.db.identity``)."""

    def last(self, connection: Connection) -> tuple[object, ...]:
        """The id of the project, and its last event."""
        return tuple(connection.execute(_ID_AND_LAST_EVENT).fetchone())

    def holds(self, connection: Connection, last: tuple[object, ...]) -> bool:
        """Whether this is the project, and that event is still in its log with the same content."""
        return tuple(connection.execute(_ID_AND_EVENT, last[1:2]).fetchone()) == last


def count_work(connection: Connection) -> int:
    """How many events there are of what somebody did."""
    return int(connection.execute("SELECT count(*) FROM events WHERE action <> ?", [MIGRATE]).fetchone()[0])


def _last_work(connection: Connection) -> _Event:
    """The last event of what somebody did; an empty one where there is none."""
    return tuple(connection.execute(_LAST_WORK).fetchone() or ())


def _has(connection: Connection, event: _Event) -> bool:
    return not event or tuple(connection.execute(_EVENT, event[:1]).fetchone() or ()) == event


def _setting(connection: Connection, name: str) -> str | None:
    row = connection.execute("SELECT value FROM settings WHERE name = ?", [name]).fetchone()
    return None if row is None else str(row[0])


def _ids(connection: Connection) -> list[str]:
    """What a project is known by: its id, and what the id would be that follows from its first notice."""
    return [each for each in (_setting(connection, _PROJECT), _id_of_first_notice(connection)) if each]


def _id_of_first_notice(connection: Connection) -> str | None:
    """An id that follows from the first notice, which is never deleted, and from the moment when it was imported."""
    first = connection.execute(_FIRST_NOTICE).fetchone()
    return None if first is None else hex_digest(f"{first[0]} {first[1]}".encode())[:32]
