"""The append-only log: every change is an event, and the state is what the events add up to.

An event says who did what to which entity when, with the entity before and after.  ``record`` appends it and changes
the state in the caller's transaction; nothing else writes annotations or reviews.  Undo and redo are events too: the
inverse of one of one's own.  Because an event holds the whole entity, replaying the log is putting down each ``after``.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any, Literal, cast

import msgspec

from annotations.annotation import Annotation, Review, clip, now
from annotations.decisions import decides
from annotations.labels import AttributeValue
from annotations.regions import Region
from store.db.sqlite import Connection, Row
from store.errors import ConflictError, DamageError, NotFoundError, RoleError
from store.index.facets import follow_annotation, follow_assignment, follow_review
from store.log.assignments import Assignment, load_assignment, put_assignment
from store.project.reviewers import check_actor

Entity = Literal["annotation", "review", "regions", "assignment"]

Subject = Annotation | Review | tuple[Region, ...] | Assignment
"""What an event is about: an annotation, a review, the regions of a notice, or who is to review it."""

_KINDS: dict[str, Any] = {
    "annotation": Annotation,
    "review": Review,
    "regions": tuple[Region, ...],
    "assignment": Assignment,
}

_regions = msgspec.json.Decoder(tuple[Region, ...])
_attributes = msgspec.json.Decoder(dict[str, AttributeValue])

UNDOABLE = ("tag", "change", "delete", "review", "override", "assign", "unassign")
"""Actions of a reviewer that undo takes back; imports stay."""

_OF_ONES_OWN = ("tag", "change", "delete", "review", "undo", "redo")
"""Actions that are about a layer: nobody does them to that of another."""


class Change(msgspec.Struct, frozen=True):
    """One entity before and after; None where it does not exist.

    ``notice`` is the number of the notice; ``key`` is the annotation's id, the annotator whose review or assignment it
    is, or for regions the number of the notice.
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
    """That somebody did something to a notice, without what it was."""

    number: int
    actor: str
    action: str
    notice: int
    entity: str


class Batch:
    """Several changes in one transaction that are one step to the person who did them, and to undo."""

    def __init__(self) -> None:
        self._first: int | None = None

    def number(self, connection: Connection) -> int:
        """The number of the first event of the batch: the next of the log, when none of it is there yet."""
        if self._first is None:
            row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
            self._first = 1 if row is None else int(row[0]) + 1
        return self._first


def annotation_change(notice: int, before: Annotation | None, after: Annotation | None) -> Change:
    """A change of one annotation; at least one of ``before`` and ``after`` is given."""
    some = after if after is not None else before
    if some is None:
        raise ValueError("a change needs an annotation before or after it")
    return Change(notice, "annotation", some.id, before, after)


def record(
    connection: Connection,
    actor: str,
    action: str,
    change: Change,
    *,
    undoes: int | None = None,
    redoes: int | None = None,
    batch: Batch | None = None,
) -> int | None:
    """Append an event and change the state, inside the caller's transaction.

    Doing it twice is the same as once: a change that is already the state adds no event.  An undo or a redo always
    adds one, so that the next goes on behind it.

    Returns:
        The number of the event; None when the state was already so and no event was needed.

    Raises:
        ConflictError: the entity is no longer what ``change.before`` says.
        RoleError: the actor works here no longer, or it is about the layer of another.
    """
    check_actor(connection, actor)
    if action in _OF_ONES_OWN:
        _keep_to_ones_own(actor, change)
    current = load(connection, change.entity, change.key, change.notice)
    if current == change.after:
        if undoes is None and redoes is None:
            return None
        change = Change(change.notice, change.entity, change.key, current, current)
    if current != change.before:
        raise ConflictError(_conflict(change, current), change, current)
    cursor = connection.execute(
        "INSERT INTO events (at, actor, action, notice, entity, key, before, after, undoes, redoes, batch) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            now(),
            actor,
            action,
            change.notice,
            change.entity,
            change.key,
            _dump(change.before),
            _dump(change.after),
            undoes,
            redoes,
            None if batch is None else batch.number(connection),
        ],
    )
    _put(connection, change)
    return cursor.lastrowid


def load(connection: Connection, entity: Entity, key: str, notice: int) -> Subject | None:
    """The entity as it is now; None where there is none."""
    if entity == "regions":
        return load_regions(connection, notice)
    if entity == "review":
        row = connection.execute("SELECT * FROM reviews WHERE notice = ? AND annotator = ?", [notice, key]).fetchone()
        return review_of(row) if row else None
    if entity == "assignment":
        return load_assignment(connection, notice, key)
    row = connection.execute("SELECT * FROM annotations WHERE id = ?", [key]).fetchone()
    return annotation_of(row) if row else None


def load_regions(connection: Connection, notice: int) -> tuple[Region, ...]:
    """The regions of the notice with this number.

    Raises:
        NotFoundError: there is no such notice.
        DamageError: they are no JSON.
    """
    row = connection.execute("SELECT regions FROM texts WHERE notice = ?", [notice]).fetchone()
    if row is None:
        raise NotFoundError(f"no notice has the number {notice}")
    try:
        return _regions.decode(row["regions"])
    except msgspec.DecodeError as error:
        raise DamageError(f"the regions of notice {notice} are damaged ({error}); restore a backup") from error


def annotation_of(row: Row) -> Annotation:
    """The annotation of a row of its table.

    Raises:
        DamageError: its attributes are no JSON.
    """
    try:
        attributes = _attributes.decode(row["attributes"])
    except msgspec.DecodeError as error:
        raise DamageError(f"annotation {row['id']} is damaged ({error}); restore a backup") from error
    return Annotation(
        id=row["id"],
        label=row["label"],
        start=row["start"],
        end=row["end"],
        text=row["text"],
        attributes=attributes,
        annotator=row["annotator"],
        status=row["status"],
        unsure=bool(row["unsure"]),
        comment=row["comment"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        suggested_by=row["suggested_by"],
        score=row["score"],
    )


def review_of(row: Row) -> Review:
    """The review of a row of its table."""
    return Review(row["annotator"], row["status"], row["comment"], row["updated_at"])


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


def last_event(connection: Connection) -> int:
    """The number of the newest event; 0 where there is none."""
    return int(connection.execute("SELECT coalesce(max(number), 0) FROM events").fetchone()[0])


def touches_since(connection: Connection, number: int, limit: int) -> list[Touch]:
    """The first events behind a number, in order, without what they hold."""
    rows = connection.execute(
        "SELECT number, actor, action, notice, entity FROM events WHERE number > ? ORDER BY number LIMIT ?",
        [number, limit],
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
    change = Change(row["notice"], row["entity"], row["key"], before, after)
    return Event(
        row["number"], row["at"], row["actor"], row["action"], change, row["undoes"], row["redoes"], row["batch"]
    )


def next_undo(connection: Connection, actor: str) -> list[Event]:
    """The step that undo takes back: the newest of the actor's own that still stands, newest event first; else none."""
    undone = 0
    for step in _steps(connection, actor):
        action = step[0].action
        if action == "undo":
            undone += 1
        elif action == "redo" or action in UNDOABLE:
            if not undone:
                return step
            undone -= 1
    return []


def next_redo(connection: Connection, actor: str) -> list[Event]:
    """The undo that redo takes back: the newest, if nothing new was done since; newest event first, else none."""
    redone = 0
    for step in _steps(connection, actor):
        action = step[0].action
        if action == "redo":
            redone += 1
        elif action == "undo":
            if not redone:
                return step
            redone -= 1
        elif action in UNDOABLE:
            return []
    return []


def _steps(connection: Connection, actor: str) -> Iterator[list[Event]]:
    """What an actor did, the newest first, the events of a batch as one; they stand side by side in the log."""
    own = events(connection, actor=actor, newest_first=True)
    for batch, step in groupby(own, key=lambda event: (event.batch is not None, event.batch or event.number)):
        del batch
        yield list(step)


def _dump(entity: Subject | None) -> str | None:
    return None if entity is None else msgspec.json.encode(entity).decode()


def _put(connection: Connection, change: Change) -> None:
    """Make the state what the change leaves."""
    if change.entity == "regions":
        from store.write.texts import restate  # noqa: PLC0415  # it brings the normalizer, and the app rarely needs it

        restate(connection, change.notice, cast("tuple[Region, ...]", change.after))
        return
    if change.entity == "annotation":
        connection.execute("DELETE FROM annotations WHERE id = ?", [change.key])
        if isinstance(change.after, Annotation):
            _insert_annotation(connection, change.notice, change.after)
        before, after = cast("tuple[Annotation | None, Annotation | None]", (change.before, change.after))
        follow_annotation(connection, change.notice, before, after)
        return
    if change.entity == "assignment":
        put_assignment(connection, change.notice, change.key, cast("Assignment | None", change.after))
        follow_assignment(connection, change.notice, change.key, there=change.after is not None)
        return
    connection.execute("DELETE FROM reviews WHERE notice = ? AND annotator = ?", [change.notice, change.key])
    if isinstance(change.after, Review):
        review = change.after
        connection.execute(
            "INSERT INTO reviews (notice, annotator, status, comment, updated_at) VALUES (?, ?, ?, ?, ?)",
            [change.notice, review.annotator, review.status, review.comment, review.updated_at],
        )
    follow_review(
        connection, change.notice, *cast("tuple[Review | None, Review | None]", (change.before, change.after))
    )


def _insert_annotation(connection: Connection, notice: int, item: Annotation) -> None:
    connection.execute(
        'INSERT INTO annotations (id, notice, label, "start", "end", text, attributes, annotator, status, unsure, '
        "comment, created_at, updated_at, suggested_by, score, decides) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            item.id,
            notice,
            item.label,
            item.start,
            item.end,
            item.text,
            msgspec.json.encode(item.attributes).decode(),
            item.annotator,
            item.status,
            int(item.unsure),
            item.comment,
            item.created_at,
            item.updated_at,
            item.suggested_by,
            item.score,
            decides(item),
        ],
    )


def _keep_to_ones_own(actor: str, change: Change) -> None:
    for subject in (change.before, change.after):
        owner = subject.annotator if isinstance(subject, Annotation | Review) else actor
        if owner is not None and owner != actor:
            raise RoleError(f"{actor} cannot change what {owner} said; it is another layer")


def _conflict(change: Change, current: Subject | None) -> str:
    if isinstance(current, Annotation):
        return (
            f"annotation {current.label} {clip(current.text)} was changed meanwhile ({current.updated_at}); "
            "look at it and try again"
        )
    if isinstance(current, Review):
        return f"the review of {current.annotator} was set to {current.status} meanwhile; look at it and try again"
    if change.entity == "regions":
        return "somebody else changed the regions of this notice meanwhile; look at it and try again"
    if change.entity == "assignment":
        return f"who is to review notice {change.notice} was changed meanwhile; look at it and try again"
    if isinstance(change.before, Annotation):
        return f"{change.before.label} {clip(change.before.text)} was deleted meanwhile; nothing was changed"
    return f"the review of {change.key} was deleted meanwhile; nothing was changed"
