"""The W3C Web Annotation format: an annotation a line in JSON-LD, with a target in each of the two texts.

A target has the position of the span, in code points, and its quote with what stands around it.  The normalized text
has no target where it leaves the span out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote

import msgspec

from annotations.annotation import Annotation
from annotations.formats.base import Context, ExportedNotice, FileFormat, Sink, TextKind
from annotations.notice import Notice

_AROUND: Final = 32
"""How many characters before and behind a quote are told."""
_UUID: Final = re.compile("[0-9a-f]{32}")


class WebAnnotation(msgspec.Struct, frozen=True, omit_defaults=True, rename={"context": "@context"}):
    """An annotation as https://www.w3.org/TR/annotation-model/ has it; what is unknown is left out."""

    context: str
    id: str
    type: str
    motivation: str
    created: str
    modified: str
    body: list[dict[str, Any]]
    target: list[dict[str, Any]]
    creator: dict[str, str] | None = None
    generator: dict[str, str] | None = None


def write(notices: Iterable[ExportedNotice], out: Sink, context: Context) -> None:
    """A line for each annotation."""
    encode = msgspec.json.Encoder().encode
    for each in notices:
        for item, _, _ in each.placed:
            out.write(encode(_annotation(item, _targets(item, each.notice, context.text))) + b"\n")


def source(notice_id: str, text: TextKind) -> str:
    """The IRI of a text of a notice."""
    return f"urn:x-zhupi:notice:{notice_id}:{text}"


def _annotation(item: Annotation, targets: list[dict[str, Any]]) -> WebAnnotation:
    made_by = {"type": "Software", "name": item.suggested_by} if item.suggested_by else None
    return WebAnnotation(
        context="http://www.w3.org/ns/anno.jsonld",
        id=f"urn:uuid:{item.id}" if _UUID.fullmatch(item.id) else f"urn:x-zhupi:annotation:{quote(item.id)}",
        type="Annotation",
        motivation="tagging",
        created=item.created_at,
        modified=item.updated_at,
        body=list(_bodies(item)),
        target=targets,
        creator={"type": "Person", "nickname": item.annotator} if item.annotator is not None else made_by,
        generator=made_by if item.annotator is not None else None,
    )


def _bodies(item: Annotation) -> Iterable[dict[str, Any]]:
    yield {"type": "TextualBody", "purpose": "tagging", "value": item.label}
    values = {name: value for name, value in item.attributes.items() if value is not None}
    if values:
        told = msgspec.json.encode(values).decode()
        yield {"type": "TextualBody", "purpose": "describing", "format": "application/json", "value": told}
    if item.comment:
        yield {"type": "TextualBody", "purpose": "commenting", "value": item.comment}
    yield {"type": "TextualBody", "purpose": "assessing", "value": item.status}
    if item.unsure:
        yield {"type": "TextualBody", "purpose": "questioning", "value": "unsure"}


def _targets(item: Annotation, notice: Notice, text: TextKind | None) -> list[dict[str, Any]]:
    targets = []
    if text != "normalized":
        targets.append(_target(notice, "raw", notice.raw, item.start, item.end))
    span = notice.alignment.to_normalized(item.span) if text != "raw" else None
    if span is not None:
        targets.append(_target(notice, "normalized", notice.normalized, span.start, span.end))
    return targets


def _target(notice: Notice, kind: TextKind, text: str, start: int, end: int) -> dict[str, Any]:
    scope = {"scope": notice.url} if notice.url else {}
    return {
        "type": "SpecificResource",
        "source": {"id": source(notice.id, kind), "type": "Text", "format": "text/plain", "label": notice.doc},
        **scope,
        "selector": [
            {"type": "TextPositionSelector", "start": start, "end": end},
            {
                "type": "TextQuoteSelector",
                "exact": text[start:end],
                "prefix": text[max(0, start - _AROUND) : start],
                "suffix": text[end : end + _AROUND],
            },
        ],
    }


FORMAT = FileFormat(write=write, annotators=True, carries=frozenset({"attributes", "comments", "unsure"}), text=None)
