"""The W3C Web Annotation format: an annotation a line in JSON-LD, with a target in each of the two texts.

A target has the position of the span, in code points, and its quote with what stands around it.  The normalized text
has no target where it leaves the span out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote

import msgspec

from annotations.annotation import Annotation, AnnotationStatus
from annotations.errors import RecordError
from annotations.formats.base import Context, ExportedNotice, FileFormat, Sink, TextKind
from annotations.formats.labelled import (
    LabelledNotice,
    LabelledSpan,
    Lines,
    Refuse,
    check_quote_length,
    each_row,
    joined,
)
from annotations.labels import AttributeValue
from annotations.notice import Notice
from annotations.spans import normalized_span, raw_span

_AROUND: Final = 32
"""How many characters before and behind a quote are told."""
_UUID: Final = re.compile("[0-9a-f]{32}")
_SOURCE: Final = re.compile("urn:x-zhupi:notice:([0-9a-f]{16}):(raw|normalized)")


class Body(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="type", tag="TextualBody"):
    """One thing that is said about a span: its label, attributes, a comment, the status, doubt."""

    purpose: str
    value: str
    format: str | None = None


class Source(msgspec.Struct, frozen=True, tag_field="type", tag="Text"):
    """A text of a notice; ``label`` is its ``doc``."""

    id: str
    format: str
    label: str


class Position(msgspec.Struct, frozen=True, tag_field="type", tag="TextPositionSelector"):
    """A span in code points."""

    start: int
    end: int


class Quote(msgspec.Struct, frozen=True, tag_field="type", tag="TextQuoteSelector"):
    """The text under a span, and what stands before and behind it."""

    exact: str
    prefix: str
    suffix: str


class Target(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="type", tag="SpecificResource"):
    """A span of a text; ``scope`` is the page that it was scraped from."""

    source: Source
    selector: tuple[Position, Quote]
    scope: str | None = None


class Agent(msgspec.Struct, frozen=True, omit_defaults=True):
    """A person with a nickname, or a program with a name."""

    type: str
    nickname: str | None = None
    name: str | None = None


class WebAnnotation(msgspec.Struct, frozen=True, omit_defaults=True, rename={"context": "@context"}):
    """An annotation as https://www.w3.org/TR/annotation-model/ has it; what is unknown is left out."""

    context: str
    id: str
    type: str
    motivation: str
    created: str
    modified: str
    body: list[Body]
    target: list[Target]
    creator: Agent | None = None
    generator: Agent | None = None


def write(notices: Iterable[ExportedNotice], out: Sink, context: Context) -> None:
    """A line for each annotation."""
    encode = msgspec.json.Encoder().encode
    for each in notices:
        for item, _, _ in each.placed:
            out.write(encode(_annotation(item, list(_targets(item, each.notice, context.text)))) + b"\n")


def read(lines: Lines, refuse: Refuse, text: TextKind) -> Iterator[LabelledNotice]:
    """The annotations that stand behind each other of one notice; its text is not in the file.

    An annotation that has no target in the text that is asked for is left out.
    """
    return joined(each_row(lines, refuse, lambda line: _parse(line, text)))


def _annotation(item: Annotation, targets: list[Target]) -> WebAnnotation:
    rule = Agent("Software", name=item.suggested_by) if item.suggested_by else None
    return WebAnnotation(
        context="http://www.w3.org/ns/anno.jsonld",
        id=f"urn:uuid:{item.id}" if _UUID.fullmatch(item.id) else f"urn:x-zhupi:annotation:{quote(item.id)}",
        type="Annotation",
        motivation="tagging",
        created=item.created_at,
        modified=item.updated_at,
        body=list(_bodies(item)),
        target=targets,
        creator=Agent("Person", nickname=item.annotator) if item.annotator is not None else rule,
        generator=rule if item.annotator is not None else None,
    )


def _bodies(item: Annotation) -> Iterator[Body]:
    yield Body("tagging", item.label)
    values = {name: value for name, value in item.attributes.items() if value is not None}
    if values:
        yield Body("describing", msgspec.json.encode(values).decode(), "application/json")
    if item.comment:
        yield Body("commenting", item.comment)
    yield Body("assessing", item.status)
    if item.unsure:
        yield Body("questioning", "unsure")


def _targets(item: Annotation, notice: Notice, text: TextKind | None) -> Iterator[Target]:
    if text != "normalized":
        yield _target(notice, "raw", notice.raw, item.start, item.end)
    span = notice.alignment.to_normalized(item.span) if text != "raw" else None
    if span is not None:
        yield _target(notice, "normalized", notice.normalized, span.start, span.end)


def _target(notice: Notice, kind: TextKind, text: str, start: int, end: int) -> Target:
    return Target(
        Source(f"urn:x-zhupi:notice:{notice.id}:{kind}", "text/plain", notice.doc),
        (
            Position(start, end),
            Quote(text[start:end], text[max(0, start - _AROUND) : start], text[end : end + _AROUND]),
        ),
        notice.url,
    )


def _parse(line: bytes, text: TextKind) -> LabelledNotice:
    row = msgspec.json.decode(line, type=WebAnnotation)
    targets: dict[str, Target] = {}
    notice = ""
    for target in row.target:
        found = _SOURCE.fullmatch(target.source.id)
        if found is None or notice not in ("", found[1]):
            raise RecordError(f"target {target.source.id}: it is no text of the notice")
        position, quoted = target.selector
        check_quote_length(position.start, position.end, quoted.exact)
        notice = found[1]
        targets[found[2]] = target
    if not targets:
        raise RecordError("an annotation has a target")
    spans = (_labelled(row, targets, text),) if text in targets else ()
    return LabelledNotice(id=notice, doc=row.target[0].source.label, text_kind=text, spans=spans)


def _labelled(row: WebAnnotation, targets: dict[str, Target], text: TextKind) -> LabelledSpan:
    told = {body.purpose: body.value for body in row.body}
    position, quoted = targets[text].selector
    raw, normalized = (targets[kind].selector[0] if kind in targets else None for kind in ("raw", "normalized"))
    if "tagging" not in told:
        raise RecordError("an annotation has a body with its label")
    return LabelledSpan(
        label=told["tagging"],
        start=position.start,
        end=position.end,
        text=quoted.exact,
        attributes=msgspec.json.decode(told.get("describing", "{}"), type=dict[str, AttributeValue]),
        annotator=row.creator.nickname if row.creator is not None else None,
        status=msgspec.convert(told.get("assessing"), AnnotationStatus | None),
        unsure="questioning" in told,
        comment=told.get("commenting"),
        raw=None if raw is None else raw_span(raw.start, raw.end),
        normalized=None if normalized is None else normalized_span(normalized.start, normalized.end),
    )


FORMAT = FileFormat(
    write=write,
    read=read,
    annotators=True,
    carries=frozenset({"attributes", "comments", "unsure"}),
    text=None,
    unit="notice with spans",
)
