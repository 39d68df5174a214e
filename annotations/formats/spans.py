"""The spans format: one annotation a line with its raw offsets, for scorers and trainers that need no more."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from annotations.annotation import Annotation, AnnotationStatus
from annotations.formats.base import Context, ExportedNotice, FileFormat, Sink
from annotations.labels import AttributeValue


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


def write(notices: Iterable[ExportedNotice], out: Sink, _context: Context) -> None:
    """A line for each annotation; reviews are not written."""
    for each in notices:
        for item in each.annotations:
            out.write(encode(each.notice.doc, item) + b"\n")


def encode(doc: str, item: Annotation) -> bytes:
    """One line of JSON without its newline."""
    return msgspec.json.encode(
        SpanRecord(doc, item.label, item.start, item.end, item.text, item.attributes, item.status, item.annotator)
    )


FORMAT = FileFormat(write=write, annotators=True, carries=frozenset({"attributes"}), texts=("raw",), text="raw")
