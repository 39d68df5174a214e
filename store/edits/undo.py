"""Undo and redo: the newest step of one's own is taken back, on whatever notices, by events that are its inverse.

Undo goes through one's own steps whatever others did meanwhile.  A step that cannot be taken back any more is stepped
over: events that change nothing stand for it in the log, so that the next undo goes on with the step before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from annotations.annotation import Annotation
from annotations.errors import AttributeValueError, LabelError
from annotations.labels import LabelSet
from annotations.relabelling import fitted
from store.db.database import Database
from store.db.sqlite import Connection
from store.edits.regions import rebased
from store.errors import RoleError
from store.log.events import Change, ConflictError, Event
from store.log.history import Part, next_redo, next_undo
from store.log.rows import load
from store.project.settings import labels_in
from store.write.record import Batch, record

_Action = Literal["undo", "redo"]


class Reversal(msgspec.Struct, frozen=True):
    """What an undo or a redo did about a step.

    Of a step of several events ``event`` and ``change`` are the first.
    """

    action: _Action
    events: tuple[Event, ...]
    """What was done at first, in that order."""

    changes: tuple[Change, ...]
    """What the undo or redo has left of it, in the same order; what was so already is the same before and after."""

    obstacle: str | None = None
    """Why the step could not be undone or redone and was stepped over; None where it was."""

    @property
    def event(self) -> Event:
        """The first event of the step."""
        return self.events[0]

    @property
    def change(self) -> Change:
        """What the undo or redo of the first event left."""
        return self.changes[0]

    @property
    def size(self) -> int:
        """How many events the step has."""
        return len(self.events)


def undo(database: Database, actor: str) -> Reversal | None:
    """Take back the newest step of ``actor`` that was not taken back yet, on whatever notices; None when there is none.

    A step that others have changed since is stepped over, whole, and named in what this returns.

    Raises:
        RoleError: the actor works here no longer.
    """
    return _reverse(database, actor, "undo")


def redo(database: Database, actor: str) -> Reversal | None:
    """Do again the newest step that ``actor`` has undone, unless something new was done since; None when there is none.

    A step that others have changed since is stepped over, whole, and named in what this returns.

    Raises:
        RoleError: the actor works here no longer.
    """
    return _reverse(database, actor, "redo")


def _reverse(database: Database, actor: str, action: _Action) -> Reversal | None:
    with database.write() as connection:
        step = next_undo(connection, actor) if action == "undo" else next_redo(connection, actor)
        if not step:
            return None
        # The newest event is undone first; an earlier one may be about the same thing.
        parts = step[::-1] if action == "undo" else step
        connection.execute("SAVEPOINT step")
        obstacle = None
        try:
            changes = _record(connection, actor, action, parts, stepping_over=False)
        except (ConflictError, RoleError, LabelError, AttributeValueError) as error:
            several = len({part.event.change.notice for part in step}) > 1
            at = error.change if several and isinstance(error, ConflictError) else None
            obstacle = str(error) if at is None else f"{error}, in notice {at.notice:,}"
            connection.execute("ROLLBACK TO step")
            changes = _record(connection, actor, action, parts, stepping_over=True)
        connection.execute("RELEASE step")
        if action == "undo":
            changes.reverse()
        return Reversal(action, tuple(part.event for part in step), tuple(changes), obstacle)


def _record(
    connection: Connection,
    actor: str,
    action: _Action,
    parts: Sequence[Part],
    *,
    stepping_over: bool,
) -> list[Change]:
    """Record the undo or redo of each part, or that it is stepped over; returns what it changed, in that order."""
    batch, labels = Batch() if len(parts) > 1 else None, labels_in(connection)
    changes = []
    for part in parts:
        done = part.event.change
        current = load(connection, done.entity, done.key, done.notice)
        change = Change(done.notice, done.entity, done.key, current, current)
        if not stepping_over:
            change = _wanted(connection, actor, done.inverse if action == "undo" else done, change, labels)
        number = part.stands_for
        undoes, redoes = (number, None) if action == "undo" else (None, number)
        record(connection, actor, action, change, undoes=undoes, redoes=redoes, batch=batch, labels=labels)
        changes.append(change)
    return changes


def _wanted(connection: Connection, actor: str, change: Change, unchanged: Change, labels: LabelSet) -> Change:
    """What leads from the state as it is to what ``change`` leaves.

    Args:
        connection: in the write transaction.
        actor: who wants it.
        change: what was done, or its inverse, with the labels and attributes of its time.
        unchanged: the same entity as it is now, before and after.
        labels: the present label set.

    Raises:
        ConflictError: the entity is neither what it was before ``change`` nor what it was behind it.
        LabelError: the annotation that comes back has a label that is there no longer.
        AttributeValueError: the same of its attributes.
    """
    if change.entity == "regions":
        return rebased(connection, change)
    before, after = (
        fitted(each, labels) if isinstance(each, Annotation) else each for each in (change.before, change.after)
    )
    current = unchanged.before
    # Whoever has the notice again has it, whoever gave it.
    if current == after or (change.entity == "assignment" and before is None and None not in (current, after)):
        return unchanged
    if current != before:
        raise ConflictError(_since(connection, actor, change), change, current)
    if isinstance(after, Annotation):
        after.check_attributes(labels)
    return Change(change.notice, change.entity, change.key, before, after)


def _since(connection: Connection, actor: str, change: Change) -> str:
    """Who has changed the entity of a change last, as the part of a sentence."""
    row = connection.execute(
        "SELECT actor FROM events WHERE entity = ? AND key = ? AND notice = ? AND before IS NOT after "
        "ORDER BY number DESC LIMIT 1",
        [change.entity, change.key, change.notice],
    ).fetchone()
    return "it was changed since" if row["actor"] == actor else f"{row['actor']} has changed it since"
