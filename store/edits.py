"""What one person does: tag, change, delete, review, undo and redo; each a single event in its own transaction.

When a call returns, the change is on disk.  When it raises, nothing of it is.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from annotations.annotation import Annotation, Review
from annotations.errors import SpanError
from annotations.regions import Region, RegionKind, region_at
from store.database import Database
from store.log import Change, Event, annotation_change, load, load_regions, next_redo, next_undo, record
from store.sqlite import Connection


class Reversal(msgspec.Struct, frozen=True):
    """What an undo or a redo did: ``event`` is the one it took back, ``change`` what it left."""

    event: Event
    change: Change


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


def set_review(database: Database, actor: str, notice: int, review: Review) -> None:
    """Store how far an annotator is with a notice."""
    with database.write() as connection:
        before = load(connection, "review", review.annotator, notice)
        record(connection, actor, "review", Change(notice, "review", review.annotator, before, review))


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
    """Take back the newest event of ``actor`` that stands, on whatever notice; None when there is none.

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
        event = next_undo(connection, actor) if action == "undo" else next_redo(connection, actor)
        if event is None:
            return None
        change = event.change.inverse
        record(
            connection,
            actor,
            action,
            change,
            undoes=event.number if action == "undo" else None,
            redoes=event.number if action == "redo" else None,
        )
        return Reversal(event, change)


def _check(connection: Connection, database: Database, notice: int, annotation: Annotation) -> None:
    row = connection.execute("SELECT raw FROM texts WHERE notice = ?", [notice]).fetchone()
    if row is None:
        raise SpanError(f"no notice has the number {notice}")
    annotation.check_quote(row["raw"])
    annotation.check_attributes(database.labels)
