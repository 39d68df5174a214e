"""The spans format: one annotation a line with its raw offsets, for scorers and trainers that need no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from annotations.annotation import Annotation, AnnotationStatus, Review
from annotations.labels import AttributeValue
from annotations.notice import Notice


class SpanRecord(msgspec.Struct, frozen=True):
    """One annotation, in raw code points; ``doc`` is the stem of the file that the notice came from."""

    doc: str
    label: str
    start: int
    end: int
    text: str
    attributes: dict[str, AttributeValue]
    status: AnnotationStatus
    annotator: str | None


def lines(notice: Notice, items: Iterable[Annotation], _reviews: Iterable[Review], /) -> Iterator[bytes]:
    """A line for each annotation, with its newline; reviews are not written."""
    return (encode(notice.doc, item) + b"\n" for item in items)


def encode(doc: str, item: Annotation) -> bytes:
    """One line of JSON without its newline."""
    return msgspec.json.encode(
        SpanRecord(doc, item.label, item.start, item.end, item.text, item.attributes, item.status, item.annotator)
    )
