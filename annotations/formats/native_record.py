"""A line of the native format: a notice and what is said about it, as keys, their order and their types.

The structs below alone define them: lines are encoded from them and decoded into them, and the JSON Schema in ``docs/``
is made from them.  Whether what a line says is true is for ``native_proof`` to tell.  Only ``zhupi/2`` is written; a
line of ``zhupi/1`` is read as one of ``zhupi/2`` that has nothing of what came later.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import Annotated, Any, Literal

import msgspec

from annotations.alignment import Alignment
from annotations.annotation import Annotation, AnnotationStatus, Review
from annotations.errors import RecordError
from annotations.labels import AttributeValue
from annotations.notice import FieldsBy, Notice
from annotations.notice_attributes import NoticeAttribute, NoticeValue, all_declared, with_values
from annotations.origins import read
from annotations.questions import Answer, Question
from annotations.regions import Region
from annotations.spans import RawOffset, RawSpan

SCHEMA: Literal["zhupi/2"] = "zhupi/2"
_FIRST = "zhupi/1"

Offset = Annotated[int, msgspec.Meta(ge=0)]
# Not \d, which takes the digits of every script; and $ alone would let a newline follow.
_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$"
Time = Annotated[str, msgspec.Meta(pattern=_TIME, max_length=24)]


class NativeAnnotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An annotation in the native format: its fields, and its span and quote in normalized text.

    Offsets are code points.  The normalized ones are null where the normalized text leaves the span out.  ``bulk`` says
    that it was made together with others in one step, and that its annotator has not looked at it by itself since.
    """

    id: Annotated[str, msgspec.Meta(min_length=1)]
    label: Annotated[str, msgspec.Meta(min_length=1)]
    start: Offset
    end: Offset
    text: str
    normalized_start: Offset | None
    normalized_end: Offset | None
    normalized_text: str | None
    attributes: dict[str, AttributeValue]
    annotator: str | None
    status: AnnotationStatus
    unsure: bool
    comment: str | None
    created_at: Time
    updated_at: Time
    suggested_by: str | None
    score: float | None
    bulk: bool


class NativeReview(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A review in the native format: how far one annotator is with the notice.

    ``attributes`` are those of the whole notice, all that the label set declares, ``arm`` is that of an experiment.
    """

    annotator: str
    status: Literal["open", "done", "flagged", "skipped"]
    comment: str | None
    attributes: dict[str, NoticeValue]
    arm: str | None
    updated_at: Time


class NativeAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer to a question in the native format."""

    annotator: str
    text: str
    created_at: Time


class NativeQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question in the native format: about an annotation or the notice, to somebody or to everybody."""

    id: Annotated[str, msgspec.Meta(min_length=1)]
    annotation: str | None
    annotator: str
    to: str | None
    text: str
    created_at: Time
    answers: list[NativeAnswer]
    closed_by: str | None


class NativeFieldsBy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who set each field of a notice in the native format; null where nobody did, and the page tells it."""

    title: str | None
    source: str | None
    published: str | None


class NativeRegion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A region in the native format: a stretch of raw text of one kind, in raw code points.

    ``of`` is the region that a duplicate repeats, as start and end; ``by`` is the reviewer who set the kind.
    """

    kind: Literal["title", "metadata", "body", "boilerplate", "duplicate"]
    start: Offset
    end: Offset
    of: tuple[Offset, Offset] | None
    by: str | None


class NativeRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A notice with all annotations and reviews of it: one line of the format."""

    schema: Literal["zhupi/2"]
    id: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{16}$")]
    doc: str
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    title: str | None
    source: str | None
    published: str | None
    url: str | None
    raw: str
    normalized: str
    normalizer: str
    regions: list[NativeRegion]
    runs: list[tuple[Offset, Offset, Offset, Offset]]
    annotations: list[NativeAnnotation]
    fields_by: NativeFieldsBy
    questions: list[NativeQuestion]
    reviews: list[NativeReview]
    meta: dict[str, Any]

    def notice(self) -> Notice:
        """The notice of the record; only for a record that ``native_proof.prove`` has passed."""
        return Notice(
            id=self.id,
            doc=self.doc,
            sha256=self.sha256,
            title=self.title,
            source=self.source,
            published=self.published,
            url=self.url,
            raw=self.raw,
            normalized=self.normalized,
            normalizer=self.normalizer,
            regions=tuple(self._regions()),
            alignment=Alignment(self.runs, len(self.raw), len(self.normalized)),
            meta=self.meta,
            fields_by=FieldsBy(self.fields_by.title, self.fields_by.source, self.fields_by.published),
        )

    def _regions(self) -> Iterable[Region]:
        for region in self.regions:
            of = RawSpan(RawOffset(region.of[0]), RawOffset(region.of[1])) if region.of else None
            yield Region(region.kind, RawOffset(region.start), RawOffset(region.end), of, region.by)


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(NativeRecord)
_LINE = b'{"schema":"%b"' % SCHEMA.encode()
"""How every line that is written begins."""


def record(
    notice: Notice,
    items: Iterable[Annotation],
    reviews: Iterable[Review],
    declared: Sequence[NoticeAttribute] = (),
    questions: Iterable[Question] = (),
) -> NativeRecord:
    """The record of a notice; the normalized spans of annotations are computed from its alignment.

    Args:
        notice: the notice.
        items: the annotations of it.
        reviews: the reviews of it.
        declared: the attributes of a whole notice that the label set declares.
        questions: those about the notice, in order.
    """
    items = list(items)
    return NativeRecord(
        schema=SCHEMA,
        id=notice.id,
        doc=notice.doc,
        sha256=notice.sha256,
        title=notice.title,
        source=notice.source,
        published=notice.published,
        url=notice.url,
        raw=notice.raw,
        normalized=notice.normalized,
        normalizer=notice.normalizer,
        regions=native_regions(notice.regions),
        runs=list(notice.alignment.values),
        annotations=[native_annotation(item, notice) for item in items],
        fields_by=NativeFieldsBy(notice.fields_by.title, notice.fields_by.source, notice.fields_by.published),
        questions=native_questions(questions, {item.id for item in items}),
        reviews=native_reviews(reviews, declared),
        meta=notice.meta,
    )


def native_regions(regions: Iterable[Region]) -> list[NativeRegion]:
    """Regions as the native format writes them."""
    return [
        NativeRegion(region.kind, region.start, region.end, (region.of.start, region.of.end) if region.of else None,
                     region.by)
        for region in regions
    ]  # fmt: skip


def native_reviews(reviews: Iterable[Review], declared: Sequence[NoticeAttribute]) -> list[NativeReview]:
    """Reviews as the native format writes them, with all attributes of a whole notice that are ``declared``."""
    return [
        NativeReview(
            each.annotator,
            each.status,
            each.comment,
            all_declared(declared, each.attributes),
            each.arm,
            each.updated_at,
        )
        for each in reviews
    ]


def native_questions(questions: Iterable[Question], annotations: Container[str]) -> list[NativeQuestion]:
    """Questions as the native format writes them; one about none of the ``annotations`` is about the notice."""
    return [
        NativeQuestion(
            each.id,
            each.annotation if each.annotation in annotations else None,
            each.annotator,
            each.to,
            each.text,
            each.created_at,
            [NativeAnswer(answer.annotator, answer.text, answer.created_at) for answer in each.answers],
            each.closed_by,
        )
        for each in questions
    ]


def native_annotation(item: Annotation, notice: Notice) -> NativeAnnotation:
    """An annotation with its span in normalized text, null where the normalized text leaves the span out."""
    span = notice.alignment.to_normalized(item.span)
    return NativeAnnotation(
        id=item.id,
        label=item.label,
        start=item.start,
        end=item.end,
        text=item.text,
        normalized_start=span.start if span else None,
        normalized_end=span.end if span else None,
        normalized_text=span.of(notice.normalized) if span else None,
        attributes=item.attributes,
        annotator=item.annotator,
        status=item.status,
        unsure=item.unsure,
        comment=item.comment,
        created_at=item.created_at,
        updated_at=item.updated_at,
        suggested_by=item.suggested_by,
        score=item.score,
        bulk=item.bulk,
    )


def plain_annotation(item: NativeAnnotation) -> Annotation:
    """The annotation of a record, without its span in normalized text."""
    return read(item)


def plain_review(item: NativeReview) -> Review:
    """The review of a record."""
    return Review(item.annotator, item.status, item.comment, item.updated_at, with_values(item.attributes), item.arm)


def plain_question(item: NativeQuestion) -> Question:
    """The question of a record."""
    answers = tuple(Answer(each.annotator, each.text, each.created_at) for each in item.answers)
    return Question(
        item.id, item.annotation, item.annotator, item.to, item.text, item.created_at, answers, item.closed_by
    )


def encode(value: NativeRecord | NativeAnnotation) -> bytes:
    """One line of JSON without its newline: UTF-8, no ASCII escapes, keys in the order of the record.

    Raises:
        RecordError: a value of ``meta`` cannot be written as JSON.
    """
    try:
        return _encoder.encode(value)
    except (UnicodeEncodeError, TypeError, OverflowError) as error:
        raise RecordError(f"cannot be written as JSON: {error}") from error


def decode(line: bytes) -> NativeRecord:
    """The record of one line, which ``native_proof.prove`` has still to check.

    Raises:
        RecordError: the line is not JSON, or a record of no schema that is known.
    """
    try:
        if not line.startswith(_LINE):
            row = msgspec.json.decode(line)
            if isinstance(row, dict) and row.get("schema") == _FIRST:
                return msgspec.convert(_of_today(row), NativeRecord)
        return _decoder.decode(line)
    except msgspec.ValidationError as error:
        raise RecordError(f"not a native record: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RecordError(f"not JSON: {error}") from error
    except RecursionError as error:
        raise RecordError("not JSON that can be read: nested too deeply") from error


def _of_today(row: dict[str, Any]) -> dict[str, Any]:
    """A line of ``zhupi/1``, decoded as plain JSON, as one of today's with nothing in what came later."""

    def add(part: object, later: dict[str, Any]) -> object:
        if not isinstance(part, dict):
            return part
        early = part.keys() & later.keys()
        if early:
            raise RecordError(f"not a native record: {_FIRST} has no {min(early)}")
        return {**part, **later}

    fields_by = dict.fromkeys(NativeFieldsBy.__struct_fields__)
    given: dict[str, Any] = {**row}
    for name, later in (("annotations", {"bulk": False}), ("reviews", {"attributes": {}, "arm": None})):
        if isinstance(row.get(name), list):
            given[name] = [add(part, later) for part in row[name]]
    add(row, {"fields_by": fields_by, "questions": []})
    return {**given, "schema": SCHEMA, "fields_by": fields_by, "questions": []}


def schema() -> dict[str, Any]:
    """The JSON Schema of one line, as it stands in ``docs/``."""
    (_,), components = msgspec.json.schema_components([NativeRecord], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "zhupi native JSONL: one notice a line",
        "$ref": "#/$defs/NativeRecord",
        "$defs": components,
    }
