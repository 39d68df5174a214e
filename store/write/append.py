"""How an event gets into the log: numbered, dated, and chained to the one before it."""

from __future__ import annotations

from collections.abc import Iterable

from store.db.sqlite import Connection
from store.log.chain import COLUMNS, ORIGIN, Newest, digest_of, newest, origin_values
from store.log.events import Change, Event, dump
from store.project.clock import event_time

_MARKS = ", ".join("?" * (len(COLUMNS) + 1))
_INSERT = f"INSERT INTO events ({', '.join(COLUMNS)}, digest) VALUES ({_MARKS})"  # noqa: S608  # constants
_MERGED_MARKS = ", ".join("?" * (len(COLUMNS) + len(ORIGIN) + 1))


def append(
    connection: Connection,
    actor: str,
    action: str,
    change: Change,
    *,
    undoes: int | None = None,
    redoes: int | None = None,
    batch: int | None = None,
) -> int:
    """Append an event, inside the caller's transaction, which makes the state what ``change`` leaves.

    As ``append_behind`` the newest one.

    Args:
        connection: in a write transaction.
        actor: who does it.
        action: what is done, as the log names it.
        change: the entity before and after.
        undoes: the number of the event that it takes back.
        redoes: the number of the undo that it takes back.
        batch: the number of the first event of the step that it is a part of.

    Returns:
        The number of the event.
    """
    return append_behind(
        connection, newest(connection), actor, action, change, undoes=undoes, redoes=redoes, batch=batch
    ).number


def append_behind(
    connection: Connection,
    before: Newest,
    actor: str,
    action: str,
    change: Change,
    *,
    undoes: int | None = None,
    redoes: int | None = None,
    batch: int | None = None,
) -> Newest:
    """As ``append``, for whoever knows the newest event: this one is the newest then.

    Args:
        connection: in a write transaction.
        before: the newest event.
        actor: as for ``append``, and all that follow.
        action: what is done.
        change: the entity before and after.
        undoes: the event that it takes back.
        redoes: the undo that it takes back.
        batch: the first event of its step.
    """
    return append_together(connection, before, actor, action, [change], undoes=undoes, redoes=redoes, batch=batch)


def append_together(
    connection: Connection,
    before: Newest,
    actor: str,
    action: str,
    changes: Iterable[Change],
    *,
    undoes: int | None = None,
    redoes: int | None = None,
    batch: int | None = None,
) -> Newest:
    """As ``append_behind``, an event for each of some changes, all of one moment."""
    number, digest, at = before.number, before.digest, event_time(before.at)
    rows: list[tuple[object, ...]] = []
    for change in changes:
        number += 1
        about = (change.notice or None, change.entity, change.key, dump(change.before), dump(change.after))
        values = (number, at, actor, action, *about, undoes, redoes, batch)
        digest = digest_of(digest, values)
        rows.append((*values, digest))
    connection.executemany(_INSERT, rows)
    return Newest(number, at, digest) if rows else before


def append_merged(connection: Connection, before: Newest, events: Iterable[Event]) -> Newest:
    """Append events that were made elsewhere, with their own times, inside the caller's transaction.

    The caller appends one of today behind those of a transaction: the time of the newest event is of this host.

    Args:
        connection: in a write transaction.
        before: the newest event.
        events: each has an ``origin``.  All numbers in them are those of this database, their own the next ones.

    Returns:
        The newest event then.
    """
    number, at, digest, rows = before.number, before.at, before.digest, []
    for event in events:
        if event.origin is None:
            raise ValueError("an event that was made here is appended by `append`")
        number, at, change = number + 1, event.at, event.change
        about = (change.notice or None, change.entity, change.key, dump(change.before), dump(change.after))
        values = (number, at, event.actor, event.action, *about, event.undoes, event.redoes, event.batch)
        origin = event.origin.columns
        digest = digest_of(digest, (*values, *origin_values(*origin)))
        rows.append((*values, *origin, digest))
    connection.executemany(
        f"INSERT INTO events ({', '.join((*COLUMNS, *ORIGIN))}, digest) VALUES ({_MERGED_MARKS})",  # noqa: S608  # constants
        rows,
    )
    return Newest(number, at, digest)
