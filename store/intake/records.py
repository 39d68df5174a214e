"""Lines of native exports as values: proved, and with the fields of the page apart from those that people set."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from annotations.annotation import Annotation, Review
from annotations.errors import RecordError
from annotations.formats import native_proof, native_record
from annotations.labels import LabelSet
from annotations.normalize import normalize
from annotations.notice import FieldName, FieldsBy, Notice
from annotations.questions import Question
from annotations.relabelling import followed
from store.intake.sources import Record, oversize
from store.log.corrections import Correction, correction_of


class Proved(msgspec.Struct, frozen=True):
    """What a line says.  The fields of the notice are those of its page; ``corrections`` are what people set."""

    notice: Notice
    corrections: dict[FieldName, Correction]
    annotations: tuple[Annotation, ...]
    reviews: tuple[Review, ...]
    questions: tuple[Question, ...]


def proved(record: Record) -> Proved:
    """What a line says, once it is proved.

    Raises:
        ZhupiError: it is no record, or something in it does not hold.
    """
    line = native_record.decode(record.line)
    told = oversize(line.raw)
    if told is not None:
        raise RecordError(told)
    notice, corrections = _uncorrected(native_proof.prove(line))
    return Proved(
        notice,
        corrections,
        tuple(map(native_record.plain_annotation, line.annotations)),
        tuple(map(native_record.plain_review, line.reviews)),
        tuple(map(native_record.plain_question, line.questions)),
    )


def labelled(item: Annotation, labels: LabelSet) -> Annotation:
    """An annotation of a record under the present label set.

    A record made before a label was renamed, or an attribute declared, does not have that; the state always does.

    Raises:
        LabelError: its label is unknown.
        AttributeValueError: an attribute is unknown or not of its type.
    """
    label = labels.resolve(item.label)
    return replace(item, label=label.name, attributes=label.attributes(followed(item, labels).attributes))


def _uncorrected(notice: Notice) -> tuple[Notice, dict[FieldName, Correction]]:
    """A notice as its page tells it, and the fields that people set: a record has only what is shown."""
    corrections = {
        field: correction
        for field in notice.fields_by.corrected
        if (correction := correction_of(notice.fields, field)) is not None
    }
    if not corrections:
        return notice, corrections
    found = normalize(notice.raw, regions=notice.regions)
    told = {"title": found.title, "source": found.source, "published": found.published}
    return replace(notice, fields_by=FieldsBy(), **{field: told[field] for field in corrections}), corrections
