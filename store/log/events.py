"""The append-only log as values: every change is an event, and the state is what the events add up to.

An event says who did what to which entity when, with the entity before and after.  ``store.write.record`` appends it
and changes the state in one transaction; nothing here writes.  Because an event holds the whole entity, replaying the
log is storing each ``after``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal

import msgspec
from msgspec.structs import replace

from annotations.annotation import Annotation, Review
from annotations.labels import LabelSet
from annotations.questions import Question
from annotations.regions import Region
from store.db.sqlite import Connection, Row
from store.errors import DamageError, StoreError
from store.log.adjudications import Adjudication
from store.log.assignments import Assignment
from store.log.corrections import Correction
from store.log.kept_suspects import KeptSuspect
from store.log.notice_rows import NoticeRow
from store.log.origins import Origin, ids_of
from store.log.releases import Release
from store.log.seen_layers import SeenLayers
from store.log.training_results import TrainingResult
from store.project.identity import MIGRATE
from store.project.reviewers import Reviewer
from store.project.settings import Setting

Entity = Literal[
    "annotation",
    "review",
    "regions",
    "assignment",
    "field",
    "adjudication",
    "notice",
    "labels",
    "reviewer",
    "setting",
    "repair",
    "seen",
    "training",
    "question",
    "suspect",
    "release",
    "merge",
]


class Repair(msgspec.Struct, frozen=True):
    """What ``zhupi check --repair`` found and made anew; it is no part of the state, and stays in the log."""

    found: tuple[str, ...]


class Merge(msgspec.Struct, frozen=True):
    """That events of another database, or of a file, were merged: it is no part of the state, and stays in the log.

    ``events`` and ``notices`` count what was new here.  ``head`` is how far the log of the other database went, as
    ``store.log.chain.Head`` is written; None of a file.
    """

    events: int
    notices: int
    head: str | None


Subject = (
    Annotation
    | Review
    | tuple[Region, ...]
    | Assignment
    | Correction
    | Adjudication
    | NoticeRow
    | LabelSet
    | Reviewer
    | Setting
    | Repair
    | SeenLayers
    | TrainingResult
    | Question
    | KeptSuspect
    | Release
    | Merge
)
"""What an event is about: an annotation, a review, the regions of a notice, who is to review it, a field of it, what
an adjudicator decided, its row as it is stored, the layers of others that somebody saw there, how somebody who is
trained or checked with it did it, a question about it, that a suspect in it is
kept; or of the project its label set, somebody who works there, another setting, a repair, a release, a merge."""

SHARED_KEYS: Final = "('review', 'assignment', 'field', 'adjudication', 'seen', 'training')"
"""Entities of a notice whose keys other notices have too, in SQL."""

OWN: Final = "origin IS NULL"
"""The events that were made here, in SQL."""

REOPEN: Final = "reopen"
"""The action of an undo or a redo that takes back what had ended a conflict: its sides stand again."""

_TAKES_BACK: Final = ("undo", "redo")

SLICE: Final = 50_000
"""Notices that a check sorts the events of at a time."""

NO_STATE: Final[tuple[Entity, ...]] = ("repair", "release", "merge")
"""Entities that are in the log only: no event of one follows from another, and nothing is what they left."""

PROJECT: Final = 0
"""Stands for the number of a notice where an event is about the project and no notice; the log has NULL there."""

_KINDS: dict[str, Any] = {
    "annotation": Annotation,
    "review": Review,
    "regions": tuple[Region, ...],
    "assignment": Assignment,
    "field": Correction,
    "adjudication": Adjudication,
    "notice": NoticeRow,
    "labels": LabelSet,
    "reviewer": Reviewer,
    "setting": Setting,
    "repair": Repair,
    "seen": SeenLayers,
    "training": TrainingResult,
    "question": Question,
    "suspect": KeptSuspect,
    "release": Release,
    "merge": Merge,
}


class Change(msgspec.Struct, frozen=True):
    """One entity before and after; None where it does not exist.

    ``notice`` is the number of the notice, or ``PROJECT``.  ``key`` is the id of the annotation, the question or the
    suspect, the annotator whose review or assignment it is, the name of the field, of the reviewer or of the setting,
    the fingerprint of what was adjudicated, the id of the notice, for regions its number, for seen layers whoever saw
    them, for training whoever did the notice, for a release its tag, for labels and repairs that word, for a merge the
    id of the other project.
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

    Events of one ``batch`` (the number of its first) were one step of one person; None where the event was one.  ``id``
    is what the event is known by in every database, the digest that it got where it was made.  ``origin`` is None of an
    event that was made here.
    """

    number: int
    at: str
    actor: str
    action: str
    change: Change
    undoes: int | None
    redoes: int | None
    batch: int | None
    id: bytes
    origin: Origin | None


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


def changes_nothing(action: str, change: Change) -> bool:
    """Whether a change stands for what undo or redo stepped over, or found to be so already: it decides nothing.

    Args:
        action: what is done; who lets the side of a conflict stand that is shown decides, though it changes nothing.
        change: the entity before and after.
    """
    return action in _TAKES_BACK and change.before == change.after


def annotation_change(notice: int, before: Annotation | None, after: Annotation | None) -> Change:
    """A change of one annotation; at least one of ``before`` and ``after`` is given."""
    some = after if after is not None else before
    if some is None:
        raise ValueError("a change needs an annotation before or after it")
    return Change(notice, "annotation", some.id, before, after)


def joined(changes: Iterable[Change]) -> list[Change]:
    """What has become of each thing by changes in their order: from its state before the first to that behind the last.

    Things stand in the order of their first changes.
    """
    found: dict[tuple[int, Entity, str], Change] = {}
    for each in changes:
        about = each.notice, each.entity, each.key
        earlier = found.get(about, each)
        found[about] = Change(each.notice, each.entity, each.key, earlier.before, each.after)
    return list(found.values())


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


def rows_by_subject(connection: Connection) -> Iterator[Row]:
    """The whole log for checks: the events of one subject side by side and in order.

    They are rows for ``event_of``: one that is damaged must not hide the others.  SQLite may sort in memory: they are
    read in the order of an index; where many notices share a key, the events of a slice of them are sorted at a time.
    """
    yield from connection.execute(
        f"SELECT * FROM events WHERE entity NOT IN {SHARED_KEYS} ORDER BY entity, key, notice, number"  # noqa: S608  # constants
    )
    (last,) = connection.execute(f"SELECT max(notice) FROM events WHERE entity IN {SHARED_KEYS}").fetchone()  # noqa: S608  # as above
    for first in range(PROJECT, (last or PROJECT) + 1, SLICE):
        yield from connection.execute(
            f"SELECT * FROM events WHERE entity IN {SHARED_KEYS} AND coalesce(notice, {PROJECT}) BETWEEN ? AND ? "  # noqa: S608  # as above
            "ORDER BY notice, entity, key, number",
            [first, first + SLICE - 1],
        )


def events_about(connection: Connection, entity: Entity) -> list[Event]:
    """The events about an entity of this project, in order: labels, repairs, releases."""
    rows = connection.execute(
        f"SELECT * FROM events WHERE entity = ? AND {OWN} ORDER BY number",  # noqa: S608  # constant
        [entity],
    )
    return [event_of(row) for row in rows.fetchall()]


def migrated(connection: Connection) -> Event | None:
    """The event since which the log of an older project tells of notices, settings and people; else None."""
    row = connection.execute(
        f"SELECT * FROM events WHERE entity = 'reviewer' AND action = ? AND {OWN} ORDER BY number LIMIT 1",  # noqa: S608  # constant
        [MIGRATE],
    ).fetchone()
    return None if row is None else event_of(row)


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


def dump(entity: Subject | None) -> str | None:
    """An entity as the log holds it."""
    return None if entity is None else msgspec.json.encode(entity).decode()


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
    if row["bulk"] is not None:
        before, after = _in_bulk(row, before, after)
    change = Change(row["notice"] or PROJECT, row["entity"], row["key"], before, after)
    return Event(
        row["number"],
        row["at"],
        row["actor"],
        row["action"],
        change,
        row["undoes"],
        row["redoes"],
        row["batch"],
        *_origin_of(row),
    )


def _in_bulk(row: Row, before: Subject | None, after: Subject | None) -> tuple[Subject | None, Subject | None]:
    """The annotation of an older event with the mark that a migration has noted beside it, before and after.

    Raises:
        DamageError: what is noted is said of nothing that could have that mark.
    """
    noted = row["bulk"]
    marked: list[Subject | None] = []
    for subject, bit in ((after, 1), (before, 2)):
        if not noted & bit:
            marked.append(subject)
        elif isinstance(subject, Annotation) and not subject.bulk and (bit == 1 or row["origin"] is None):
            marked.append(replace(subject, bulk=True))
        else:
            noted = -1
            break
    if noted not in (1, 2, 3):
        raise DamageError(f"event {row['number']} of the log is damaged (its mark bulk); restore a backup")
    return marked[1], marked[0]


def _origin_of(row: Row) -> tuple[bytes, Origin | None]:
    """What an event is known by, and where it was made, if elsewhere."""
    if row["origin"] is None:
        # Of an event that another program added there may be no digest; check names it.
        return row["digest"] or b"", None
    return row["origin"], Origin(row["origin"], row["project"] or "", ids_of(row["follows"] or b""))
