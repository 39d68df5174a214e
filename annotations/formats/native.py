"""The native JSONL format: one notice a line, so complete that a line can be checked by itself and imported again.

``native_record`` is what a line holds, ``native_proof`` what proves it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from annotations.formats.base import Context, ExportedNotice, FileFormat, Sink, TextKind
from annotations.formats.labelled import LabelledNotice, LabelledSpan, Lines, Refuse, each_row
from annotations.formats.native_proof import prove
from annotations.formats.native_record import NativeAnnotation, NativeRecord, decode, encode, record
from annotations.notice_attributes import with_values
from annotations.spans import normalized_span, raw_span


def write(notices: Iterable[ExportedNotice], out: Sink, context: Context) -> None:
    """A line for each notice."""
    for each in notices:
        out.write(encode(record(each.notice, each.annotations, each.reviews, context.labels.notice)) + b"\n")


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
        notice_attributes=tuple(dict.fromkeys(name for each in item.reviews for name in with_values(each.attributes))),
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


FORMAT = FileFormat(
    write=write,
    read=read_lines,
    annotators=True,
    carries=frozenset({"attributes", "comments", "unsure", "notice_attributes"}),
    texts=(),
    text=None,
)
