"""What one person does to annotations: tag, change, delete; each call is one step of undo, but for moved edges.

When a call returns, the change is on disk.  When it raises, nothing of it is, but for ``add_annotations``.  Where the
labels were changed since the caller read them, an annotation is stored under the present name of its label.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from annotations.annotation import Annotation
from annotations.errors import SpanError
from annotations.labels import LabelSet
from annotations.origins import in_one_step
from annotations.relabelling import followed
from store.db.database import Database
from store.db.sqlite import Connection
from store.db.turns import AT_ONCE, in_turns
from store.errors import StoreError
from store.log.events import annotation_change, first_event_of
from store.log.history import first_event, last_step
from store.log.rows import load
from store.project.settings import labels_in
from store.write.record import Batch, record, surroundings_of


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
        LabelError: its label is unknown, or hidden and no suggestion has it.
        AttributeValueError: an attribute is unknown or not of its type.
    """
    _check_quotes(database, notice, [annotation])
    with database.write() as connection:
        _record(connection, actor, "tag", notice, [(None, annotation)])


def add_annotation_once(
    database: Database, actor: str, notice: int, annotation: Annotation, given: Collection[str]
) -> Annotation | None:
    """Store a new annotation of ``actor`` under an id that its client gave, so that a retry adds nothing.

    Args:
        database: where to.
        actor: who does it.
        notice: the number of the notice.
        annotation: what is to be stored, if this is the first time.
        given: the attributes that the client gave; what was read from the text may be read otherwise by now.

    Returns:
        The annotation as it is now; None where it was stored before and is deleted.

    Raises:
        StoreError: something else was stored under its id.
        ZhupiError: as ``add_annotation``.
    """
    _check_quotes(database, notice, [annotation])
    with database.write() as connection:
        first = first_event_of(connection, "annotation", annotation.id)
        if first is None:
            _record(connection, actor, "tag", notice, [(None, annotation)])
            return annotation
        known = first.change.after
        if isinstance(known, Annotation):
            known = followed(known, labels_in(connection))
        if (
            not isinstance(known, Annotation)
            or (first.change.notice, known.annotator) != (notice, actor)
            or (known.label, known.start, known.end) != (annotation.label, annotation.start, annotation.end)
            or any(known.attributes.get(name) != annotation.attributes[name] for name in given)
        ):
            raise StoreError(f"{annotation.id}: this id is another annotation; give each its own")
        current = load(connection, "annotation", annotation.id, notice)
        return current if isinstance(current, Annotation) else None


def add_annotations(database: Database, actor: str, notice: int, annotations: Sequence[Annotation]) -> None:
    """Store several new annotations of ``actor`` on one notice, in one step, which makes them ``bulk``.

    Up to ``AT_ONCE`` it is all of them or none.  More are proved as a whole first, without the lock, and then stored in
    turns.  Where that ends before its time, since another session has made one of them meanwhile, what was stored
    stays; the same call goes on with the rest.

    Raises:
        ZhupiError: one of them is refused, as by ``add_annotation``.
    """
    annotations = in_one_step(annotations)
    _check_quotes(database, notice, annotations)
    if len(annotations) <= AT_ONCE:
        with database.write() as connection:
            # One alone is no batch: where its edge is moved next, that is another step.
            batch = Batch() if len(annotations) > 1 else None
            _record(connection, actor, "tag", notice, [(None, each) for each in annotations], batch=batch)
        return
    with database.read() as connection:
        labels = labels_in(connection)
        for each in annotations:
            check_change(None, each, labels)
        batch = _batch_begun(connection, notice, annotations[0])

    def store(connection: Connection, turn: Iterator[Annotation]) -> None:
        _record(connection, actor, "tag", notice, ((None, each) for each in turn), batch=batch)

    for _ in in_turns(database, annotations, store):
        pass


def _batch_begun(connection: Connection, notice: int, first: Annotation) -> Batch:
    """The batch that begins with an annotation: the one with which it was stored, where it is there already."""
    if load(connection, "annotation", first.id, notice) != first:
        return Batch()
    row = connection.execute(
        "SELECT batch FROM events WHERE entity = 'annotation' AND key = ? ORDER BY number DESC LIMIT 1", [first.id]
    ).fetchone()
    return Batch(row["batch"])


def change_annotation(database: Database, actor: str, notice: int, before: Annotation, after: Annotation) -> None:
    """Store another state of an annotation.

    Raises:
        ConflictError: it is no longer ``before``.
        ZhupiError: ``after`` is refused, as by ``add_annotation``.
    """
    _check_quotes(database, notice, [after])
    with database.write() as connection:
        _record(connection, actor, "change", notice, [(before, after)])


def move_edge(database: Database, actor: str, notice: int, before: Annotation | None, after: Annotation) -> None:
    """Store an annotation with an edge moved; it is one step of undo with the moves of its edges right before.

    Args:
        database: where to.
        actor: who does it.
        notice: the number of the notice.
        before: the annotation as it was; None where a suggestion is accepted by that.
        after: the annotation as it is to be.

    Raises:
        ConflictError: it is no longer ``before``.
        ZhupiError: ``after`` is refused, as by ``add_annotation``.
    """
    _check_quotes(database, notice, [after])
    with database.write() as connection:
        batch = _batch_of_moves(connection, actor, notice, after.id)
        _record(connection, actor, "tag" if before is None else "change", notice, [(before, after)], batch=batch)


def _batch_of_moves(connection: Connection, actor: str, notice: int, key: str) -> Batch:
    """The batch of the actor's last step, where that moved edges of this annotation alone; else a new one."""
    last = last_step(connection, actor)
    if last is None or last.batch is None or last.action not in ("tag", "change"):
        return Batch()
    first = first_event(connection, last.batch)
    moved = {(each.change.entity, each.change.notice, each.change.key) for each in (first, last)}
    # Of several annotations that were stored at once the first is another than the last.
    return Batch(last.batch) if moved == {("annotation", notice, key)} else Batch()


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
    if wanted is not None:
        _check_quotes(database, notice, [wanted])
    with database.write() as connection:
        _record(connection, actor, action, notice, [(current, wanted)])


def _record(
    connection: Connection,
    actor: str,
    action: str,
    notice: int,
    steps: Iterable[tuple[Annotation | None, Annotation | None]],
    batch: Batch | None = None,
) -> None:
    """Validate annotations on one notice, whose quotes are proved, and record them."""
    labels = labels_in(connection)
    around = None if batch is None else surroundings_of(connection, notice)
    for before, after in steps:
        if after is not None:
            check_change(before, after, labels)
        change = annotation_change(notice, before, after)
        record(connection, actor, action, change, batch=batch, labels=labels, around=around)


def _check_quotes(database: Database, notice: int, annotations: Iterable[Annotation]) -> None:
    """Prove the quotes of annotations without the lock: raw text never changes, and may be long.

    Raises:
        SpanError: there is no such notice, or a span does not fit its raw text.
        QuoteError: a quote is not the text under its span.
        ReplacedError: the path of the database names another file by now.
    """
    database.check()
    with database.read() as connection:
        row = connection.execute("SELECT raw FROM texts WHERE notice = ?", [notice]).fetchone()
    if row is None:
        raise SpanError(f"no notice has the number {notice}")
    raw = str(row["raw"])
    for each in annotations:
        each.check_quote(raw)


def check_change(before: Annotation | None, after: Annotation, labels: LabelSet) -> None:
    """Prove that an annotation can be stored under the present label set.

    Raises:
        LabelError: its label is unknown, or hidden and neither the annotation before nor a suggestion has it.
        AttributeValueError: an attribute is unknown or not of its type.
    """
    after = followed(after, labels)
    after.check_attributes(labels)
    # A suggestion with a hidden label can still be decided on, and what has one can be changed otherwise.
    gains_label = after.status == "manual" if before is None else followed(before, labels).label != after.label
    if gains_label:
        labels.usable(after.label)
