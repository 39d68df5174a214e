"""What one person does: tag, change, delete, review, assign, undo and redo; each in a transaction of its own.

Each is a single event, or a batch of events that undo takes for one step.  When a call returns, the change is on disk.
When it raises, nothing of it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from annotations.annotation import Annotation, Review, ReviewStatus, now
from annotations.errors import SpanError
from annotations.regions import Region, RegionKind, region_at
from store.db.database import Database
from store.db.sqlite import Connection
from store.edits.leases import release
from store.errors import StoreError
from store.log.assignments import Assignment, check_assignee
from store.log.events import Batch, Change, Event, annotation_change, load, load_regions, next_redo, next_undo, record


class Reversal(msgspec.Struct, frozen=True):
    """What an undo or a redo did: ``event`` is the one it took back, ``changes`` what it left.

    Of a step of several events ``event`` and ``change`` are the first.
    """

    event: Event
    changes: tuple[Change, ...]

    @property
    def change(self) -> Change:
        """What the undo or redo of the first event left."""
        return self.changes[0]

    @property
    def size(self) -> int:
        """How many events the step has."""
        return len(self.changes)


def add_annotation(database: Database, actor: str, notice: int, annotation: Annotation) -> None:
    """Store a new annotation of ``actor``.

    Args:
        database: where to.
        actor: who does it.
        notice: the number of the notice.
        annotation: its id is new, or the call repeats one that has succeeded.

    Raises:
        SpanError: its span does not fit the raw text.
        QuoteError: its quote is not the text under its span.
        LabelError: its label is unknown.
        AttributeValueError: an attribute is unknown or not of its type.
    """
    with database.write() as connection:
        _check(connection, database, notice, annotation)
        record(connection, actor, "tag", annotation_change(notice, None, annotation))


def add_annotations(database: Database, actor: str, notice: int, annotations: Sequence[Annotation]) -> None:
    """Store several new annotations of ``actor`` on one notice, in one step; all of them or none.

    Raises:
        ZhupiError: one of them is refused, as by ``add_annotation``.
    """
    batch = Batch()
    with database.write() as connection:
        for annotation in annotations:
            _check(connection, database, notice, annotation)
            record(connection, actor, "tag", annotation_change(notice, None, annotation), batch=batch)


def change_annotation(database: Database, actor: str, notice: int, before: Annotation, after: Annotation) -> None:
    """Store another state of an annotation.

    Raises:
        ConflictError: it is no longer ``before``.
        ZhupiError: ``after`` is refused, as by ``add_annotation``.
    """
    with database.write() as connection:
        _check(connection, database, notice, after)
        record(connection, actor, "change", annotation_change(notice, before, after))


def delete_annotation(database: Database, actor: str, notice: int, annotation: Annotation) -> None:
    """Take an annotation out of its layer; the log keeps it.

    Raises:
        ConflictError: it is no longer what ``annotation`` says.
    """
    with database.write() as connection:
        record(connection, actor, "delete", annotation_change(notice, annotation, None))


def settle(database: Database, actor: str, notice: int, current: Annotation | None, wanted: Annotation | None) -> None:
    """Store the state of an annotation that was chosen where two sessions had changed it.

    Args:
        database: where to.
        actor: whose annotation it is.
        notice: the number of the notice.
        current: the annotation as it was shown for the choice; None where it was deleted.
        wanted: the state that was chosen; None deletes it.

    Raises:
        ConflictError: it has changed once more.
        ZhupiError: ``wanted`` is refused, as by ``add_annotation``.
    """
    if current is None and wanted is None:
        return
    action = "delete" if wanted is None else "tag" if current is None else "change"
    with database.write() as connection:
        if wanted is not None:
            _check(connection, database, notice, wanted)
        record(connection, actor, action, annotation_change(notice, current, wanted))


def set_review(database: Database, actor: str, notice: int, review: Review) -> None:
    """Store how far an annotator is with a notice."""
    with database.write() as connection:
        before = load(connection, "review", review.annotator, notice)
        record(connection, actor, "review", Change(notice, "review", review.annotator, before, review))
        if review.status != "open":
            release(connection, review.annotator, notice)


def set_reviews(
    database: Database, actor: str, notices: Sequence[int], status: ReviewStatus, comment: str | None = None
) -> int:
    """Store how far ``actor`` is with several notices, in one step.

    Returns:
        For how many it changed; a notice that is so already stays as it is.
    """
    batch, changed = Batch(), 0
    with database.write() as connection:
        for notice in notices:
            before = load(connection, "review", actor, notice)
            if isinstance(before, Review) and (before.status, before.comment) == (status, comment):
                continue
            change = Change(notice, "review", actor, before, Review(actor, status, comment, now()))
            changed += record(connection, actor, "review", change, batch=batch) is not None
            if status != "open":
                release(connection, actor, notice)
    return changed


def assign(database: Database, actor: str, notices: Sequence[int], annotator: str) -> int:
    """Make ``annotator`` one of those who are to review the notices, in one step.

    Returns:
        For how many notices that was new.

    Raises:
        StoreError: the name is that of a layer, or none at all.
    """
    check_assignee(annotator)
    return _assign(database, actor, notices, annotator, wanted=True)


def unassign(database: Database, actor: str, notices: Sequence[int], annotator: str) -> int:
    """Take ``annotator`` off the notices, in one step; returns from how many."""
    return _assign(database, actor, notices, annotator, wanted=False)


class Shared(msgspec.Struct, frozen=True):
    """What sharing out did: so many assignments made, to each of them how many, and notices that too few can have."""

    made: int
    to: dict[str, int]
    short: tuple[int, ...]


def share_out(
    database: Database, actor: str, notices: Sequence[int], annotators: Sequence[str], overlap: int = 1
) -> Shared:
    """Assign each notice to so many of the annotators, each of whom gets about as many; all in one step.

    Whoever has a notice already counts, so that doing it again changes nothing.

    Args:
        database: where.
        actor: who does it.
        notices: their numbers.
        annotators: among whom they are shared out.
        overlap: how many of them each notice goes to.

    Raises:
        StoreError: a name is that of a layer or none at all, or there are fewer names than ``overlap``.
    """
    names = list(dict.fromkeys(annotators))
    for name in names:
        check_assignee(name)
    if not 1 <= overlap <= len(names):
        raise StoreError(f"each notice cannot go to {overlap} of {len(names)} people: name as many, or fewer notices")
    batch, at = Batch(), now()
    load_of, given = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    with database.write() as connection:
        missing: list[tuple[int, set[str], int]] = []
        for notice in notices:
            rows = connection.execute("SELECT annotator FROM assignments WHERE notice = ?", [notice]).fetchall()
            has = {row[0] for row in rows}
            for name in has & set(names):
                load_of[name] += 1
            missing.append((notice, has, overlap - len(has)))
        for notice, has, wanted in missing:
            # Whoever has fewest, in the order of the names where several have.
            free = sorted((name for name in names if name not in has), key=lambda name: load_of[name])
            for name in free[: max(0, wanted)]:
                change = Change(notice, "assignment", name, None, Assignment(name, actor, at))
                record(connection, actor, "assign", change, batch=batch)
                load_of[name] += 1
                given[name] += 1
    made = sum(given.values())
    short = tuple(notice for notice, has, wanted in missing if wanted > len(set(names) - has))
    return Shared(made, given, short)


def _assign(database: Database, actor: str, notices: Sequence[int], annotator: str, *, wanted: bool) -> int:
    batch, changed = Batch(), 0
    with database.write() as connection:
        for notice in notices:
            before = load(connection, "assignment", annotator, notice)
            if (before is not None) == wanted:
                continue
            after = Assignment(annotator, actor, now()) if wanted else None
            change = Change(notice, "assignment", annotator, before, after)
            record(connection, actor, "assign" if wanted else "unassign", change, batch=batch)
            changed += 1
    return changed


def override_region(database: Database, actor: str, notice: int, at: int, kind: RegionKind) -> None:
    """Change the kind of the region that holds the raw offset ``at``, for everybody; the normalized text follows.

    A region that becomes a duplicate copies nothing in particular.

    Raises:
        SpanError: no region of the notice holds that offset.
        ConflictError: somebody else changed the regions meanwhile.
    """
    with database.write() as connection:
        before = load_regions(connection, notice)
        region = region_at(before, at)
        if region is None:
            raise SpanError(f"no region of notice {notice} holds the offset {at}")
        if region.kind == kind:
            return
        changed = Region(kind, region.start, region.end, None, actor)
        after = tuple(changed if each is region else each for each in before)
        record(connection, actor, "override", Change(notice, "regions", str(notice), before, after))


def undo(database: Database, actor: str) -> Reversal | None:
    """Take back the newest step of ``actor`` that stands, on whatever notices; None when there is none.

    Raises:
        ConflictError: somebody has changed the same entity since.
    """
    return _reverse(database, actor, "undo")


def redo(database: Database, actor: str) -> Reversal | None:
    """Take back the newest undo of ``actor``, unless something new was done since; None when there is none.

    Raises:
        ConflictError: somebody has changed the same entity since.
    """
    return _reverse(database, actor, "redo")


def _reverse(database: Database, actor: str, action: Literal["undo", "redo"]) -> Reversal | None:
    with database.write() as connection:
        step = next_undo(connection, actor) if action == "undo" else next_redo(connection, actor)
        if not step:
            return None
        batch = Batch() if len(step) > 1 else None
        for event in step:
            record(
                connection,
                actor,
                action,
                event.change.inverse,
                undoes=event.number if action == "undo" else None,
                redoes=event.number if action == "redo" else None,
                batch=batch,
            )
        # The newest event of a step comes first, and its first one is told.
        return Reversal(step[-1], tuple(event.change.inverse for event in reversed(step)))


def _check(connection: Connection, database: Database, notice: int, annotation: Annotation) -> None:
    row = connection.execute("SELECT raw FROM texts WHERE notice = ?", [notice]).fetchone()
    if row is None:
        raise SpanError(f"no notice has the number {notice}")
    annotation.check_quote(row["raw"])
    annotation.check_attributes(database.labels)
