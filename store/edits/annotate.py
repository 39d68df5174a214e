"""What one person does to annotations: tag, change, delete; each call is one transaction and one step of undo.

When a call returns, the change is on disk.  When it raises, nothing of it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from annotations.annotation import Annotation
from annotations.errors import SpanError
from store.db.database import Database
from store.db.sqlite import Connection
from store.log.events import annotation_change
from store.project.settings import labels_of
from store.write.record import Batch, record


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
        _check(connection, database, notice, [annotation])
        record(connection, actor, "tag", annotation_change(notice, None, annotation))


def add_annotations(database: Database, actor: str, notice: int, annotations: Sequence[Annotation]) -> None:
    """Store several new annotations of ``actor`` on one notice, in one step; all of them or none.

    Raises:
        ZhupiError: one of them is refused, as by ``add_annotation``.
    """
    batch = Batch()
    with database.write() as connection:
        _check(connection, database, notice, annotations)
        for annotation in annotations:
            record(connection, actor, "tag", annotation_change(notice, None, annotation), batch=batch)


def change_annotation(database: Database, actor: str, notice: int, before: Annotation, after: Annotation) -> None:
    """Store another state of an annotation.

    Raises:
        ConflictError: it is no longer ``before``.
        ZhupiError: ``after`` is refused, as by ``add_annotation``.
    """
    with database.write() as connection:
        _check(connection, database, notice, [after])
        record(connection, actor, "change", annotation_change(notice, before, after))


def delete_annotation(database: Database, actor: str, notice: int, annotation: Annotation) -> None:
    """Take an annotation out of its layer; the log keeps it.

    Raises:
        ConflictError: it is no longer what ``annotation`` says.
    """
    with database.write() as connection:
        record(connection, actor, "delete", annotation_change(notice, annotation, None))


def resolve_conflict(
    database: Database, actor: str, notice: int, current: Annotation | None, wanted: Annotation | None
) -> None:
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
            _check(connection, database, notice, [wanted])
        record(connection, actor, action, annotation_change(notice, current, wanted))


def _check(connection: Connection, database: Database, notice: int, annotations: Sequence[Annotation]) -> None:
    """Validate annotations on one notice; its text and the label set are read once for all of them."""
    row = connection.execute("SELECT raw FROM texts WHERE notice = ?", [notice]).fetchone()
    if row is None:
        raise SpanError(f"no notice has the number {notice}")
    raw, labels = row["raw"], labels_of(database)
    for annotation in annotations:
        annotation.check_quote(raw)
        annotation.check_attributes(labels)
