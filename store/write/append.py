"""How an event gets into the log: numbered, dated, and chained to the one before it."""

from __future__ import annotations

from store.db.sqlite import Connection
from store.log.chain import COLUMNS, digest_of, newest
from store.log.events import Change, dump
from store.project.clock import event_time

_MARKS = ", ".join("?" * (len(COLUMNS) + 1))


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
    before = newest(connection)
    number = before.number + 1
    values = (
        number,
        event_time(before.at),
        actor,
        action,
        change.notice or None,
        change.entity,
        change.key,
        dump(change.before),
        dump(change.after),
        undoes,
        redoes,
        batch,
    )
    connection.execute(
        f"INSERT INTO events ({', '.join(COLUMNS)}, digest) VALUES ({_MARKS})",  # noqa: S608  # constants
        [*values, digest_of(before.digest, values)],
    )
    return number
