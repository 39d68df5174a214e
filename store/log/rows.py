"""The state that the log adds up to, one entity at a time: from rows of its tables to annotations and reviews.

The row of an annotation has the first name of its label, which never changes, and the attributes that the label had
when it was stored.  So another label set changes no row, however many there are: whoever reads a row follows the label
set (``annotation_of``), whoever writes one gives it the first name (``as_stored``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, Final, TypeVar

import msgspec
from msgspec.structs import fields, replace

from annotations.annotation import Annotation, AnnotationStatus, Review, ReviewStatus
from annotations.labels import AttributeValue, LabelSet
from annotations.notice_attributes import NoticeValue
from annotations.regions import Region
from annotations.relabelling import with_attributes
from store.db.sqlite import Connection, Row
from store.errors import DamageError, NotFoundError
from store.log.adjudications import load_adjudication
from store.log.assignments import load_assignment
from store.log.corrections import load_correction
from store.log.events import NO_STATE, Entity, Subject
from store.log.kept_suspects import load_kept_suspect
from store.log.notice_rows import load_notice_row
from store.log.questions import load_question
from store.log.seen_layers import load_seen_layers
from store.log.training_results import load_training_result
from store.project.reviewers import find
from store.project.settings import labels_in, load_setting

T = TypeVar("T")

_regions = msgspec.json.Decoder(tuple[Region, ...])
_attributes = msgspec.json.Decoder(dict[str, AttributeValue])
_notice_attributes = msgspec.json.Decoder(dict[str, NoticeValue])

_ANNOTATION_COLUMNS: Final = tuple(field.name for field in fields(Annotation))
ANNOTATION_COLUMNS: Final = ", ".join(f'"{name}"' for name in _ANNOTATION_COLUMNS)
"""The columns that ``annotation_with`` takes, in its order, for a statement."""

_order: Final[Callable[[Any], Any]] = attrgetter("start", "end", "label", "id")
"""As ``Annotation.order``."""


def load(
    connection: Connection, entity: Entity, key: str, notice: int, *, labels: LabelSet | None = None
) -> Subject | None:
    """The entity as it is now; None where there is none.

    Args:
        connection: for reading.
        entity: what it is.
        key: its key.
        notice: the number of its notice.
        labels: the label set that an annotation follows, where the caller has read it.
    """
    if entity == "annotation":
        return _load_annotation(connection, key, labels)
    return _LOADERS[entity](connection, key, notice)


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


def annotation_of(row: Row, labels: LabelSet) -> Annotation:
    """The annotation of a row of its table, under the label set of the project, as ``followed`` gives it.

    Raises:
        DamageError: its attributes are no JSON.
    """
    return annotation_with(labels, *(row[name] for name in _ANNOTATION_COLUMNS))


def annotation_with(  # noqa: PLR0913, PLR0917  # so many columns
    labels: LabelSet,
    annotation_id: str,
    label_name: str,
    start: int,
    end: int,
    text: str,
    attributes: str,
    annotator: str | None,
    status: AnnotationStatus,
    unsure: int,
    comment: str | None,
    created_at: str,
    updated_at: str,
    suggested_by: str | None,
    score: float | None,
    bulk: int,
) -> Annotation:
    """As ``annotation_of``, from ``ANNOTATION_COLUMNS``: to look a column up by its name takes longer than all else.

    Raises:
        DamageError: the attributes are no JSON.
    """
    try:
        values = _attributes.decode(attributes)
    except msgspec.DecodeError as error:
        raise DamageError(f"annotation {annotation_id} is damaged ({error}); restore a backup") from error
    label = labels.by_any_name.get(label_name)
    if label is not None:
        label_name, values = label.name, with_attributes(values, label.attribute_names)
    return Annotation(
        annotation_id,
        label_name,
        start,
        end,
        text,
        values,
        annotator,
        status,
        bool(unsure),
        comment,
        created_at,
        updated_at,
        suggested_by,
        score,
        bool(bulk),
    )


def as_stored(item: Annotation, labels: LabelSet) -> Annotation:
    """An annotation as its row has it, and as it is counted and put into sets: with the first name of its label."""
    return replace(item, label=labels.first_name_of(item.label)) if labels.is_renamed else item


def in_order(items: list[T], labels: LabelSet) -> list[T]:
    """What stands for the annotations of a notice in their order, from the order of their rows by first names."""
    return sorted(items, key=_order) if labels.is_renamed else items


def review_of(row: Row) -> Review:
    """The review of a row of its table.

    Raises:
        DamageError: its attributes are no JSON.
    """
    return review_with(
        row["attributes"], row["annotator"], row["status"], row["comment"], row["updated_at"], row["arm"]
    )


def review_with(
    attributes: str, annotator: str, status: ReviewStatus, comment: str | None, updated_at: str, arm: str | None
) -> Review:
    """As ``review_of``, from the columns; most reviews have no ``attributes``, which then cost nothing.

    Raises:
        DamageError: the attributes are no JSON.
    """
    if attributes == "{}":
        return Review(annotator, status, comment, updated_at, arm=arm)
    try:
        return Review(annotator, status, comment, updated_at, _notice_attributes.decode(attributes), arm)
    except msgspec.DecodeError as error:
        raise DamageError(f"a review of {annotator} is damaged ({error}); restore a backup") from error


def _load_annotation(connection: Connection, key: str, labels: LabelSet | None) -> Annotation | None:
    row = connection.execute("SELECT * FROM annotations WHERE id = ?", [key]).fetchone()
    return annotation_of(row, labels_in(connection) if labels is None else labels) if row else None


def _load_review(connection: Connection, key: str, notice: int) -> Review | None:
    row = connection.execute("SELECT * FROM reviews WHERE notice = ? AND annotator = ?", [notice, key]).fetchone()
    return review_of(row) if row else None


_LOADERS: Final[Mapping[Entity, Callable[[Connection, str, int], Subject | None]]] = {
    "review": _load_review,
    "regions": lambda connection, _, notice: load_regions(connection, notice),
    "assignment": lambda connection, key, notice: load_assignment(connection, notice, key),
    "field": lambda connection, key, notice: load_correction(connection, notice, key),
    "adjudication": lambda connection, key, notice: load_adjudication(connection, notice, key),
    "notice": lambda connection, _, notice: load_notice_row(connection, notice),
    "labels": lambda connection, _, __: labels_in(connection),
    "reviewer": lambda connection, key, _: find(connection, key),
    "setting": lambda connection, key, _: load_setting(connection, key),
    # These are in the log only.
    **dict.fromkeys(NO_STATE, lambda *_: None),
    "seen": lambda connection, key, notice: load_seen_layers(connection, notice, key),
    "question": load_question,
    "suspect": load_kept_suspect,
    "training": lambda connection, key, notice: load_training_result(connection, notice, key),
}
