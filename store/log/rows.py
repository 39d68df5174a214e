"""The state that the log adds up to, one entity at a time: from rows of its tables to annotations and reviews."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from annotations.annotation import Annotation, Review
from annotations.labels import AttributeValue
from annotations.regions import Region
from store.db.sqlite import Connection, Row
from store.errors import DamageError, NotFoundError
from store.log.adjudications import load_adjudication
from store.log.assignments import load_assignment
from store.log.corrections import load_correction
from store.log.events import Entity, Subject
from store.log.notice_rows import load_notice_row
from store.log.seen_layers import load_seen_layers
from store.project.reviewers import find
from store.project.settings import labels_in, load_setting

_regions = msgspec.json.Decoder(tuple[Region, ...])
_attributes = msgspec.json.Decoder(dict[str, AttributeValue])


def load(connection: Connection, entity: Entity, key: str, notice: int) -> Subject | None:
    """The entity as it is now; None where there is none."""
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


def _load_annotation(connection: Connection, key: str, _: int) -> Annotation | None:
    row = connection.execute("SELECT * FROM annotations WHERE id = ?", [key]).fetchone()
    return annotation_of(row) if row else None


def _load_review(connection: Connection, key: str, notice: int) -> Review | None:
    row = connection.execute("SELECT * FROM reviews WHERE notice = ? AND annotator = ?", [notice, key]).fetchone()
    return review_of(row) if row else None


_LOADERS: Final[Mapping[Entity, Callable[[Connection, str, int], Subject | None]]] = {
    "annotation": _load_annotation,
    "review": _load_review,
    "regions": lambda connection, _, notice: load_regions(connection, notice),
    "assignment": lambda connection, key, notice: load_assignment(connection, notice, key),
    "field": lambda connection, key, notice: load_correction(connection, notice, key),
    "adjudication": lambda connection, key, notice: load_adjudication(connection, notice, key),
    "notice": lambda connection, _, notice: load_notice_row(connection, notice),
    "labels": lambda connection, _, __: labels_in(connection),
    "reviewer": lambda connection, key, _: find(connection, key),
    "setting": lambda connection, key, _: load_setting(connection, key),
    # What was repaired is in the log only.
    "repair": lambda *_: None,
    "seen": lambda connection, key, notice: load_seen_layers(connection, notice, key),
}
