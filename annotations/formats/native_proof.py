"""What proves a line of the native format: whatever in it follows from the rest of it is derived anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from annotations.annotation import GOLD, Annotation, clip, in_order, is_time, name_fault
from annotations.decisions import decides
from annotations.errors import AlignmentError, FieldError, QuoteError, RecordError, RegionError
from annotations.formats.native_record import NativeRecord, native_annotation, plain_annotation
from annotations.notice import Notice, check_field, notice_id, raw_sha256
from annotations.regions import check_tiling

_DEPTH: Final = 128
"""How deep ``meta`` may be nested: deeper than any row of an import, and much less deep than JSON readers can go."""


def prove(item: NativeRecord) -> Notice:
    """Check everything in a record that follows from the rest of it.

    That is: the digest and the id, that the regions tile the raw text, the runs of the alignment, the order, quotes and
    normalized spans of the annotations, that id, status and annotator of each fit each other, the names of people, that
    times are on the calendar, that a field which somebody set is one that can be set, and that questions are about
    annotations of the notice.

    Returns:
        The notice of the record.

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
        if native != native_annotation(each, notice):
            raise QuoteError(
                f"annotation {each.id}: its normalized span is {native.normalized_start}..{native.normalized_end}, "
                f"{clip(native.normalized_text or '')}; by the runs it is another"
            )
        check_annotator(each)
    names = [review.annotator for review in item.reviews]
    if names != sorted(set(names)):
        raise RecordError("reviews are not in order of annotator, or one annotator stands twice")
    for name in {*names, *(region.by for region in item.regions if region.by is not None)}:
        check_name(name)
    _check_times(item)
    _check_fields(notice)
    _check_questions(item)
    _check_depth(item.meta)
    return notice


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
    for run in notice.alignment.values:
        start, end, _, _ = run
        while at < len(kept) and kept[at][1] <= start:
            at += 1
        if at < len(kept) and kept[at][0] <= start and _inside(end, at, kept):
            continue
        # Only here the text is looked at: white space may come from anywhere.
        raw = notice.raw[start:end]
        if raw and not raw.isspace():
            raise AlignmentError(f"run {list(run)} takes text from a region that is neither title nor body")


def _inside(end: int, at: int, kept: Sequence[tuple[int, int]]) -> bool:
    # A run may cross from one kept region into the next where the two touch.
    while at + 1 < len(kept) and kept[at][1] < end and kept[at + 1][0] == kept[at][1]:
        at += 1
    return end <= kept[at][1]


def check_annotator(item: Annotation) -> None:
    """Prove that annotator, status and id of an annotation fit each other.

    Only the id of a decision has a dot in it, before the name of whoever decided.  The label and the span of a decision
    may be others than those of its suggestion, which need not be there.

    Raises:
        RecordError: they do not.
    """
    if (item.annotator is None) != (item.status == "suggested"):
        raise RecordError(
            f"annotation {item.id}: a suggestion has no annotator and everything else has one; "
            f"this is {item.status} by {item.annotator or 'nobody'}"
        )
    if item.annotator is None:
        return
    check_name(item.annotator)
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


def check_name(annotator: str) -> None:
    """Prove that somebody, or the layer of gold, can have a name.

    Raises:
        RecordError: nobody can.
    """
    # The adjudicated layer is called gold.
    fault = name_fault(annotator) if annotator != GOLD else None
    if fault is not None:
        raise RecordError(f"nobody can be called {clip(annotator)}: {fault}")


def _check_times(item: NativeRecord) -> None:
    for annotation in item.annotations:
        check_time(annotation.created_at)
        check_time(annotation.updated_at)
    for review in item.reviews:
        check_time(review.updated_at)
    for question in item.questions:
        check_time(question.created_at)
        for answer in question.answers:
            check_time(answer.created_at)


def check_time(at: str) -> None:
    """Prove that a time is on the calendar.

    Raises:
        RecordError: it is not.
    """
    if not is_time(at):
        raise RecordError(f"{at} is not a time on the calendar")


def _check_fields(notice: Notice) -> None:
    for field in notice.fields_by.corrected:
        check_name(notice.fields_by.of(field) or "")
        try:
            check_field(field, notice.fields.of(field))
        except FieldError as error:
            raise RecordError(f"set by {notice.fields_by.of(field)}: {error}") from error


def _check_questions(item: NativeRecord) -> None:
    order = [(each.created_at, each.id) for each in item.questions]
    if order != sorted(set(order)):
        raise RecordError("questions are not in order of time and id, or one stands twice")
    ids = {each.id for each in item.annotations}
    for question in item.questions:
        if question.annotation is not None and question.annotation not in ids:
            raise RecordError(f"question {question.id} is about annotation {question.annotation}, which is not there")
        asked = (question.annotator, question.to, question.closed_by)
        for name in (*asked, *(answer.annotator for answer in question.answers)):
            if name is not None:
                check_name(name)


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
