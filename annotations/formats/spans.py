"""The spans format: one span a line, raw offsets, for scorers and trainers that want nothing else."""

from __future__ import annotations

import msgspec

from annotations.annotation import Annotation, AnnotationStatus
from annotations.labels import AttributeValue


class SpanRecord(msgspec.Struct, frozen=True):
    """One annotation; ``doc`` is the stem of the file that the notice came from."""

    doc: str
    label: str
    start: int
    end: int
    text: str
    attributes: dict[str, AttributeValue]
    status: AnnotationStatus
    annotator: str | None


def encode(doc: str, item: Annotation) -> bytes:
    """One line of JSON without its newline."""
    return msgspec.json.encode(
        SpanRecord(doc, item.label, item.start, item.end, item.text, item.attributes, item.status, item.annotator)
    )
