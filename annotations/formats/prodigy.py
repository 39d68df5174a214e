"""The Prodigy format: a task of ``spans.manual`` a line, for each annotator of a notice.

A token is one character, since the spans of zhupi begin and end anywhere.  Prodigy keeps keys of a span that it does
not know, so attributes, comments and doubt stand in the span.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from annotations.annotation import AnnotationStatus
from annotations.counts import counted
from annotations.errors import RecordError
from annotations.formats.base import Context, ExportedNotice, FileFormat, Placed, Sink, TextKind
from annotations.formats.labelled import LabelledNotice, LabelledSpan, Lines, Refuse, each_row, joined, labelled_span
from annotations.labels import AttributeValue


class ProdigyToken(msgspec.Struct, frozen=True, gc=False):
    """A character of the text; ``ws`` is whether a space follows that is no token, which is never so."""

    text: str
    start: int
    end: int
    id: int
    ws: bool = False


class ProdigySpan(msgspec.Struct, frozen=True):
    """An annotation in code points of the text; ``token_end`` is its last token."""

    start: int
    end: int
    token_start: int
    token_end: int
    label: str
    text: str
    attributes: dict[str, AttributeValue]
    status: AnnotationStatus
    unsure: bool
    comment: str | None
    suggested_by: str | None
    score: float | None


class ProdigyMeta(msgspec.Struct, frozen=True):
    """What a card of Prodigy shows below its text: the notice, and which text of it this is."""

    id: str
    doc: str
    text: TextKind | None


class ProdigyTask(
    msgspec.Struct,
    frozen=True,
    rename={
        "view_id": "_view_id",
        "timestamp": "_timestamp",
        "annotator_id": "_annotator_id",
        "session_id": "_session_id",
    },
):
    """What one annotator said about a notice.

    ``tokens`` is a list of ``ProdigyToken`` as JSON.  ``answer``, ``timestamp`` (in seconds since 1970),
    ``annotator_id`` and ``session_id`` are None where nobody said anything: only accepted answers train.
    """

    text: str
    tokens: msgspec.Raw
    spans: list[ProdigySpan]
    meta: ProdigyMeta
    view_id: Literal["spans_manual"]
    answer: Literal["accept"] | None
    timestamp: int | None
    annotator_id: str | None
    session_id: str | None


_encode = msgspec.json.Encoder().encode


def write(notices: Iterable[ExportedNotice], out: Sink, context: Context) -> None:
    """A line for each annotator who said something, and one for what nobody has decided."""
    for each in notices:
        tokens = msgspec.Raw(_encode([ProdigyToken(text, at, at + 1, at) for at, text in enumerate(each.text)]))
        meta = ProdigyMeta(each.notice.id, each.notice.doc, context.text)
        for annotator, placed in list(each.layers()) or [(None, [])]:
            task = ProdigyTask(
                text=each.text,
                tokens=tokens,
                spans=[_span(found, each.text) for found in placed],
                meta=meta,
                view_id="spans_manual",
                answer=None if annotator is None else "accept",
                timestamp=_said_at(each, annotator),
                annotator_id=annotator,
                session_id=None if annotator is None else f"zhupi-{annotator}",
            )
            out.write(_encode(task) + b"\n")


def _span(placed: Placed, text: str) -> ProdigySpan:
    item, start, end = placed
    return ProdigySpan(
        start, end, start, end - 1, item.label, text[start:end], item.attributes, item.status, item.unsure,
        item.comment, item.suggested_by, item.score,
    )  # fmt: skip


def _said_at(each: ExportedNotice, annotator: str | None) -> int | None:
    """When an annotator last said something about a notice, in seconds since 1970."""
    if annotator is None:
        return None
    times = [item.updated_at for item in each.annotations if item.annotator == annotator]
    times += [review.updated_at for review in each.reviews if review.annotator == annotator]
    return int(datetime.fromisoformat(max(times)).timestamp()) if times else None


def read(lines: Lines, refuse: Refuse, _text: TextKind) -> Iterator[LabelledNotice]:
    """The notices, with the spans of all their annotators."""
    return joined(each_row(lines, refuse, _parse))


def _parse(line: bytes) -> LabelledNotice:
    task = msgspec.json.decode(line, type=ProdigyTask)
    _check_tokens(task)
    return LabelledNotice(
        id=task.meta.id,
        doc=task.meta.doc,
        text=task.text,
        text_kind=task.meta.text,
        spans=tuple(_labelled(each, task) for each in task.spans),
    )


def _check_tokens(task: ProdigyTask) -> None:
    tokens = msgspec.json.decode(task.tokens, type=list[ProdigyToken])
    if len(tokens) != len(task.text):
        raise RecordError(f"{counted(len(tokens), 'token')} for {counted(len(task.text), 'character')}")
    for number, (token, character) in enumerate(zip(tokens, task.text, strict=True)):
        if (token.text, token.start, token.end, token.id, token.ws) != (character, number, number + 1, number, False):
            raise RecordError(f"token {number} is not character {number} of the text")


def _labelled(span: ProdigySpan, task: ProdigyTask) -> LabelledSpan:
    if (span.token_start, span.token_end) != (span.start, span.end - 1):
        raise RecordError(f"span {span.start}..{span.end} has tokens {span.token_start} to {span.token_end}")
    return replace(
        labelled_span(task.text, task.meta.text, span.label, span.start, span.end, span.text),
        attributes=span.attributes,
        annotator=task.annotator_id,
        status=span.status,
        unsure=span.unsure,
        comment=span.comment,
    )


FORMAT = FileFormat(write=write, read=read, annotators=True, carries=frozenset({"attributes", "comments", "unsure"}))
