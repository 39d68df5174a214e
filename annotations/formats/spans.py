"""The spans format: one annotation a line with its raw offsets, for scorers and trainers that need no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from annotations.annotation import Annotation, AnnotationStatus
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
from annotations.spans import raw_span


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


def read(lines: Lines, refuse: Refuse, _text: TextKind) -> Iterator[LabelledNotice]:
    """The spans that stand behind each other of one doc; the text of a notice is not in the file."""
    return joined(each_row(lines, refuse, _parse))


def _parse(line: bytes) -> LabelledNotice:
    row = msgspec.json.decode(line, type=SpanRecord)
    check_quote_length(row.start, row.end, row.text)
    span = LabelledSpan(
        label=row.label, start=row.start, end=row.end, text=row.text, attributes=row.attributes,
        annotator=row.annotator, status=row.status, raw=raw_span(row.start, row.end),
    )  # fmt: skip
    return LabelledNotice(doc=row.doc, text_kind="raw", spans=(span,))


def encode(doc: str, item: Annotation) -> bytes:
    """One line of JSON without its newline."""
    return msgspec.json.encode(
        SpanRecord(doc, item.label, item.start, item.end, item.text, item.attributes, item.status, item.annotator)
    )


FORMAT = FileFormat(
    write=write,
    read=read,
    annotators=True,
    carries=frozenset({"attributes"}),
    texts=("raw",),
    text="raw",
    unit="notice with spans",
)
