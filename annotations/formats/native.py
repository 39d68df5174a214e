"""The native JSONL format: one notice a line, so complete that a line can be checked by itself and imported again.

The structs below alone define the keys, their order and their types: lines are encoded from them and decoded into
them, and the JSON Schema in ``docs/`` is made from them.  ``prove`` derives anew whatever in a line follows from the
rest of it.  Only ``zhupi/2`` is written; a line of ``zhupi/1`` is read as one of
``zhupi/2`` that has nothing of what came later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal

import msgspec

from annotations.alignment import Alignment
from annotations.annotation import GOLD, Annotation, AnnotationStatus, Review, clip, in_order, is_time, name_fault
from annotations.decisions import decides
from annotations.errors import AlignmentError, FieldError, QuoteError, RecordError, RegionError
from annotations.formats.base import Context, ExportedNotice, FileFormat, Sink, TextKind
from annotations.formats.labelled import LabelledNotice, LabelledSpan, Lines, Refuse, each_row
from annotations.labels import AttributeValue
from annotations.notice import FieldsBy, Notice, check_field, notice_id, raw_sha256
from annotations.origins import read
from annotations.regions import Region, check_tiling
from annotations.spans import RawOffset, RawSpan, normalized_span, raw_span

SCHEMA: Literal["zhupi/2"] = "zhupi/2"
_FIRST = "zhupi/1"

Offset = Annotated[int, msgspec.Meta(ge=0)]
# Not \d, which takes the digits of every script; and $ alone would let a newline follow.
_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$"
Time = Annotated[str, msgspec.Meta(pattern=_TIME, max_length=24)]

_DEPTH = 128
"""How deep ``meta`` may be nested: deeper than any row of an import, and much less deep than JSON readers can go."""


class NativeAnnotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An annotation in the native format: its fields, and its span and quote in normalized text.

    Offsets are code points.  The normalized ones are null where the normalized text leaves the span out.  ``bulk`` says
    that it was made together with others at one key.
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

    ``attributes`` are those of the whole notice, ``arm`` is that of an experiment.
    """

    annotator: str
    status: Literal["open", "done", "flagged", "skipped"]
    comment: str | None
    attributes: dict[str, AttributeValue]
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
        """The notice of the record; only for a record that ``prove`` has passed."""
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


class StoredAnnotation(msgspec.Struct, gc=False):
    """What ``NativeAnnotation`` is, with its attributes as the JSON that they are stored as."""

    id: str
    label: str
    start: int
    end: int
    text: str
    normalized_start: int | None
    normalized_end: int | None
    normalized_text: str | None
    attributes: msgspec.Raw
    annotator: str | None
    status: AnnotationStatus
    unsure: bool
    comment: str | None
    created_at: str
    updated_at: str
    suggested_by: str | None
    score: float | None
    bulk: bool = False


class StoredRecord(msgspec.Struct, gc=False):
    """What ``NativeRecord`` is, with the JSON that a part of it is stored as: it is not read and written again."""

    schema: str
    id: str
    doc: str
    sha256: str
    title: str | None
    source: str | None
    published: str | None
    url: str | None
    raw: str
    normalized: str
    normalizer: str
    regions: msgspec.Raw
    runs: msgspec.Raw
    annotations: list[StoredAnnotation]
    fields_by: NativeFieldsBy
    questions: list[NativeQuestion]
    reviews: list[NativeReview]
    meta: msgspec.Raw


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(NativeRecord)
_LINE = b'{"schema":"%b"' % SCHEMA.encode()
"""How every line that is written begins."""


def write(notices: Iterable[ExportedNotice], out: Sink, _context: Context) -> None:
    """A line for each notice."""
    for each in notices:
        out.write(encode(record(each.notice, each.annotations, each.reviews)) + b"\n")


def read_lines(lines: Lines, refuse: Refuse, text: TextKind) -> Iterator[LabelledNotice]:
    """The notice of each line that proves itself."""

    def parse(line: bytes) -> LabelledNotice:
        found = decode(line)
        prove(found)
        return labelled(found, text)

    return each_row(lines, refuse, parse)


def labelled(item: NativeRecord, text: TextKind) -> LabelledNotice:
    """A record that ``prove`` has passed, as a notice with spans in one of its texts."""
    notice = item.notice()
    spans = (_labelled(each, text) for each in item.annotations if text == "raw" or each.normalized_text is not None)
    return LabelledNotice(
        id=notice.id,
        doc=notice.doc,
        text=notice.raw if text == "raw" else notice.normalized,
        text_kind=text,
        spans=tuple(spans),
        notice=notice,
    )


def _labelled(item: NativeAnnotation, text: TextKind) -> LabelledSpan:
    raw = raw_span(item.start, item.end)
    start, end = item.normalized_start, item.normalized_end
    normalized = None if start is None or end is None else normalized_span(start, end)
    span = raw if text == "raw" or normalized is None else normalized
    return LabelledSpan(
        label=item.label,
        start=span.start,
        end=span.end,
        text=item.text if text == "raw" else item.normalized_text,
        attributes=item.attributes,
        annotator=item.annotator,
        status=item.status,
        unsure=item.unsure,
        comment=item.comment,
        raw=raw,
        normalized=normalized,
    )


def record(notice: Notice, items: Iterable[Annotation], reviews: Iterable[Review]) -> NativeRecord:
    """The record of a notice; the normalized spans of annotations are computed from its alignment."""
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
        runs=list(notice.alignment.runs),
        annotations=[native_annotation(item, notice) for item in items],
        fields_by=NativeFieldsBy(notice.fields_by.title, notice.fields_by.source, notice.fields_by.published),
        questions=[],
        reviews=native_reviews(reviews),
        meta=notice.meta,
    )


def native_regions(regions: Iterable[Region]) -> list[NativeRegion]:
    """Regions as the native format writes them."""
    return [
        NativeRegion(region.kind, region.start, region.end, (region.of.start, region.of.end) if region.of else None,
                     region.by)
        for region in regions
    ]  # fmt: skip


def native_reviews(reviews: Iterable[Review]) -> list[NativeReview]:
    """Reviews as the native format writes them."""
    return [NativeReview(each.annotator, each.status, each.comment, {}, None, each.updated_at) for each in reviews]


def native_annotation(item: Annotation, notice: Notice, *, bulk: bool = False) -> NativeAnnotation:
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
        bulk=bulk,
    )


def plain_annotation(item: NativeAnnotation) -> Annotation:
    """The annotation of a record, without its span in normalized text."""
    return read(item)


def plain_review(item: NativeReview) -> Review:
    """The review of a record."""
    return Review(item.annotator, item.status, item.comment, item.updated_at)


def encode(value: NativeRecord | NativeAnnotation | StoredRecord) -> bytes:
    """One line of JSON without its newline: UTF-8, no ASCII escapes, keys in the order of the record.

    Raises:
        RecordError: a value of ``meta`` cannot be written as JSON.
    """
    try:
        return _encoder.encode(value)
    except (UnicodeEncodeError, TypeError, OverflowError) as error:
        raise RecordError(f"cannot be written as JSON: {error}") from error


def decode(line: bytes) -> NativeRecord:
    """The record of one line, which ``prove`` has still to check.

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


def unkept(item: NativeRecord) -> str | None:
    """What a record holds that this zhupi cannot keep yet, in a few words; None where it can keep everything."""
    if item.questions:
        return "questions"
    if any(each.bulk for each in item.annotations):
        return "annotations made in bulk"
    if any(each.attributes for each in item.reviews):
        return "labels of the whole notice"
    return "arms of an experiment" if any(each.arm is not None for each in item.reviews) else None


def prove(item: NativeRecord) -> None:
    """Check everything in a record that follows from the rest of it.

    That is: the digest and the id, that the regions tile the raw text, the runs of the alignment, the order, quotes and
    normalized spans of the annotations, that id, status and annotator of each fit each other, the names of people, that
    times are on the calendar, that a field which somebody set is one that can be set, and that questions are about
    annotations of the notice.

    Raises:
        ZhupiError: what is wrong first.
    """
    if not item.raw:
        raise RecordError("the raw text is empty")
    digest = _sha256(item)
    if item.sha256 != digest or item.id != notice_id(digest):
        raise RecordError(f"sha256 of the raw text is {digest}, the record says {item.sha256} with id {item.id}")
    notice = item.notice()
    check_tiling(notice.regions, len(notice.raw))
    _check_copies(notice)
    _check_runs(notice)
    plain = [plain_annotation(each) for each in item.annotations]
    if not in_order(plain):
        raise RecordError("annotations are not in order of start, end, label, id, or an id stands twice")
    for each, native in zip(plain, item.annotations, strict=True):
        each.check_quote(notice.raw)
        if native != native_annotation(each, notice, bulk=native.bulk):
            raise QuoteError(
                f"annotation {each.id}: its normalized span is {native.normalized_start}..{native.normalized_end}, "
                f"{clip(native.normalized_text or '')}; by the runs it is another"
            )
        _check_annotator(each)
    names = [review.annotator for review in item.reviews]
    if names != sorted(set(names)):
        raise RecordError("reviews are not in order of annotator, or one annotator stands twice")
    for name in {*names, *(region.by for region in item.regions if region.by is not None)}:
        _check_name(name)
    _check_times(item)
    _check_fields(notice)
    _check_questions(item)
    _check_depth(item.meta)


def schema() -> dict[str, Any]:
    """The JSON Schema of one line, as it stands in ``docs/``."""
    (_,), components = msgspec.json.schema_components([NativeRecord], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "zhupi native JSONL: one notice a line",
        "$ref": "#/$defs/NativeRecord",
        "$defs": components,
    }


def _sha256(item: NativeRecord) -> str:
    try:
        return raw_sha256(item.raw)
    except UnicodeEncodeError as error:
        raise RecordError(f"the raw text holds a lone surrogate at {error.start}: no UTF-8 file can hold it") from error


def _check_copies(notice: Notice) -> None:
    for region in notice.regions:
        if (region.of is not None) and region.kind != "duplicate":
            raise RegionError(f"region {region.kind} {region.start}..{region.end} copies another: only duplicates do")


def _check_runs(notice: Notice) -> None:
    """Check that normalized text, white space aside, comes only from regions that it keeps."""
    kept = [(region.start, region.end) for region in notice.regions if region.kept]
    at = 0
    for run in notice.alignment.runs:
        raw = notice.raw[run.raw_start : run.raw_end]
        if not raw or raw.isspace():
            continue
        while at < len(kept) and kept[at][1] <= run.raw_start:
            at += 1
        if at == len(kept) or run.raw_start < kept[at][0] or not _inside(run.raw_end, at, kept):
            raise AlignmentError(f"run {list(run)} takes text from a region that is neither title nor body")


def _inside(end: int, at: int, kept: list[tuple[RawOffset, RawOffset]]) -> bool:
    # A run may cross from one kept region into the next where the two touch.
    while at + 1 < len(kept) and kept[at][1] < end and kept[at + 1][0] == kept[at][1]:
        at += 1
    return end <= kept[at][1]


def _check_annotator(item: Annotation) -> None:
    """Check that annotator, status and id of an annotation fit each other.

    Only the id of a decision has a dot in it, before the name of whoever decided.  The label and the span of a decision
    may be others than those of its suggestion, which need not be in the record.
    """
    if (item.annotator is None) != (item.status == "suggested"):
        raise RecordError(
            f"annotation {item.id}: a suggestion has no annotator and everything else has one; "
            f"this is {item.status} by {item.annotator or 'nobody'}"
        )
    if item.annotator is None:
        return
    _check_name(item.annotator)
    if (item.annotator == GOLD) != (item.status == "gold"):
        raise RecordError(
            f"annotation {item.id}: what is gold is in the layer gold, and nothing else is; "
            f"this is {item.status} by {item.annotator}"
        )
    suggestion = decides(item)
    if suggestion is None and "." in item.id:
        raise RecordError(
            f"annotation {item.id}: the id of a decision ends with a dot and its annotator; this is by {item.annotator}"
        )
    if (suggestion is None and item.status in ("accepted", "rejected")) or (suggestion and item.status == "manual"):
        raise RecordError(
            f"annotation {item.id}: what is accepted or rejected has the id of its suggestion, a dot, its annotator, "
            f"and what is tagged has no dot; this is {item.status} by {item.annotator}"
        )


def _check_name(annotator: str) -> None:
    # The adjudicated layer is called gold.
    fault = name_fault(annotator) if annotator != GOLD else None
    if fault is not None:
        raise RecordError(f"nobody can be called {clip(annotator)}: {fault}")


def _check_times(item: NativeRecord) -> None:
    for annotation in item.annotations:
        _check_time(annotation.created_at)
        _check_time(annotation.updated_at)
    for review in item.reviews:
        _check_time(review.updated_at)
    for question in item.questions:
        _check_time(question.created_at)
        for answer in question.answers:
            _check_time(answer.created_at)


def _check_time(at: str) -> None:
    if not is_time(at):
        raise RecordError(f"{at} is not a time on the calendar")


def _check_fields(notice: Notice) -> None:
    for field in notice.fields_by.corrected:
        _check_name(notice.fields_by.of(field) or "")
        try:
            check_field(field, notice.fields.of(field))
        except FieldError as error:
            raise RecordError(f"set by {notice.fields_by.of(field)}: {error}") from error


def _check_questions(item: NativeRecord) -> None:
    ids = {each.id for each in item.annotations}
    for question in item.questions:
        if question.annotation is not None and question.annotation not in ids:
            raise RecordError(f"question {question.id} is about annotation {question.annotation}, which is not there")
        asked = (question.annotator, question.to, question.closed_by)
        for name in (*asked, *(answer.annotator for answer in question.answers)):
            if name is not None:
                _check_name(name)


def _check_depth(meta: dict[str, Any]) -> None:
    pending: list[tuple[object, int]] = [(meta, 0)]
    while pending:
        part, depth = pending.pop()
        if depth > _DEPTH:
            raise RecordError("meta is nested too deeply")
        if isinstance(part, dict):
            pending += [(inner, depth + 1) for inner in part.values()]
        elif isinstance(part, list):
            pending += [(inner, depth + 1) for inner in part]


FORMAT = FileFormat(
    write=write,
    read=read_lines,
    annotators=True,
    carries=frozenset({"attributes", "comments", "unsure"}),
    texts=(),
    text=None,
)
