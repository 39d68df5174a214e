"""The append-only log as values: every change is an event, and the state is what the events add up to.

An event says who did what to which entity when, with the entity before and after.  ``store.write.record`` appends it
and changes the state in one transaction; nothing here writes.  Because an event holds the whole entity, replaying the
log is storing each ``after``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

import msgspec

from annotations.annotation import Annotation, Review
from annotations.labels import LabelSet
from annotations.regions import Region
from store.db.sqlite import Connection, Row
from store.errors import DamageError, StoreError
from store.log.assignments import Assignment
from store.log.corrections import Correction

Entity = Literal["annotation", "review", "regions", "assignment", "field", "labels"]

Subject = Annotation | Review | tuple[Region, ...] | Assignment | Correction | LabelSet
"""What an event is about: an annotation, a review, the regions of a notice, who is to review it, a field of it, or the
label set of the project."""

PROJECT: Final = 0
"""Stands for the number of a notice where an event is about the project and no notice; the log has NULL there."""

_KINDS: dict[str, Any] = {
    "annotation": Annotation,
    "review": Review,
    "regions": tuple[Region, ...],
    "assignment": Assignment,
    "field": Correction,
    "labels": LabelSet,
}


class Change(msgspec.Struct, frozen=True):
    """One entity before and after; None where it does not exist.

    ``notice`` is the number of the notice, or ``PROJECT``.  ``key`` is the annotation's id, the annotator whose review
    or assignment it is, the name of the field, for regions the number of the notice, for labels the word ``labels``.
    """

    notice: int
    entity: Entity
    key: str
    before: Subject | None
    after: Subject | None

    @property
    def inverse(self) -> Change:
        """The change that takes this one back."""
        return Change(self.notice, self.entity, self.key, self.after, self.before)


class Event(msgspec.Struct, frozen=True):
    """A change as it stands in the log.

    Events of one ``batch`` (the number of its first) were one step of one person; None where the event was one.
    """

    number: int
    at: str
    actor: str
    action: str
    change: Change
    undoes: int | None
    redoes: int | None
    batch: int | None


class Touch(msgspec.Struct, frozen=True):
    """Who did something to which notice, or to the ``PROJECT``, without the content of the change."""

    number: int
    actor: str
    action: str
    notice: int
    entity: str


class ConflictError(StoreError):
    """What was to be changed has changed meanwhile.

    Args:
        message: one line.
        change: what was to be done; None where nothing is to choose between.
        current: the entity as it is now; None where there is none.
    """

    def __init__(self, message: str, change: Change | None = None, current: Subject | None = None) -> None:
        super().__init__(message)
        self.change = change
        self.current = current


def annotation_change(notice: int, before: Annotation | None, after: Annotation | None) -> Change:
    """A change of one annotation; at least one of ``before`` and ``after`` is given."""
    some = after if after is not None else before
    if some is None:
        raise ValueError("a change needs an annotation before or after it")
    return Change(notice, "annotation", some.id, before, after)


def labels_change(before: LabelSet, after: LabelSet) -> Change:
    """A change of the label set of a project."""
    return Change(PROJECT, "labels", "labels", before, after)


def events(connection: Connection, *, actor: str | None = None, newest_first: bool = False) -> Iterator[Event]:
    """The log in order, a thousand events at a time; of one actor, or of all."""
    at: int | None = None
    while True:
        where = ["number < ?" if newest_first else "number > ?"] if at is not None else []
        values: list[object] = [at] if at is not None else []
        if actor is not None:
            where.append("actor = ?")
            values.append(actor)
        clause = f"WHERE {' AND '.join(where)}" if where else ""
        order = "DESC" if newest_first else "ASC"
        rows = connection.execute(
            f"SELECT * FROM events {clause} ORDER BY number {order} LIMIT 1000",  # noqa: S608  # only constants
            values,
        ).fetchall()
        if not rows:
            return
        for row in rows:
            yield event_of(row)
        at = rows[-1]["number"]


def events_by_subject(connection: Connection) -> Iterator[Event]:
    """The whole log for checks: the events of one subject side by side and in order, sorted by SQLite on disk."""
    yield from map(event_of, connection.execute("SELECT * FROM events ORDER BY notice, entity, key, number"))


def first_event_of(connection: Connection, entity: Entity, key: str) -> Event | None:
    """How an entity came about; None where the log has no event of it."""
    row = connection.execute(
        "SELECT * FROM events WHERE entity = ? AND key = ? ORDER BY number LIMIT 1", [entity, key]
    ).fetchone()
    return None if row is None else event_of(row)


def last_event(connection: Connection) -> int:
    """The number of the newest event; 0 where there is none."""
    return int(connection.execute("SELECT coalesce(max(number), 0) FROM events").fetchone()[0])


def touches_since(connection: Connection, number: int, limit: int) -> list[Touch]:
    """The first events behind a number, in order, without what they hold."""
    rows = connection.execute(
        "SELECT number, actor, action, coalesce(notice, ?), entity FROM events WHERE number > ? "
        "ORDER BY number LIMIT ?",
        [PROJECT, number, limit],
    ).fetchall()
    return [Touch(*row) for row in rows]


def events_since(connection: Connection, number: int, notice: int) -> list[Event]:
    """The events on one notice behind a number, in order.

    Raises:
        DamageError: one of them holds no entity of its kind.
    """
    rows = connection.execute(
        "SELECT * FROM events WHERE number > ? AND notice = ? ORDER BY number", [number, notice]
    ).fetchall()
    return [event_of(row) for row in rows]


def was_stored(connection: Connection, item: Annotation) -> bool:
    """Whether an annotation ever was in this state: by its id and the time of its change."""
    found = connection.execute(
        "SELECT 1 FROM events WHERE entity = 'annotation' AND key = ? AND json_extract(after, '$.updated_at') = ? "
        "LIMIT 1",
        [item.id, item.updated_at],
    ).fetchone()
    return found is not None


def event_of(row: Row) -> Event:
    """The event of a row of the log.

    Raises:
        DamageError: what it holds is no entity of its kind.
    """
    kind = _KINDS.get(row["entity"])
    if kind is None:
        raise DamageError(f"event {row['number']} of the log is damaged (about no known entity); restore a backup")
    try:
        before = msgspec.json.decode(row["before"], type=kind) if row["before"] is not None else None
        after = msgspec.json.decode(row["after"], type=kind) if row["after"] is not None else None
    except msgspec.DecodeError as error:
        raise DamageError(f"event {row['number']} of the log is damaged ({error}); restore a backup") from error
    change = Change(row["notice"] or PROJECT, row["entity"], row["key"], before, after)
    return Event(
        row["number"], row["at"], row["actor"], row["action"], change, row["undoes"], row["redoes"], row["batch"]
    )
