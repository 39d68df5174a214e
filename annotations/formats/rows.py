"""A notice as a row of a dataset: the same keys in every row, null where nothing is known."""

from __future__ import annotations

import msgspec

from annotations.formats.base import ExportedNotice
from annotations.formats.labelled import LabelledNotice, labelled_span


class RowSpan(msgspec.Struct, frozen=True):
    """A span of ``Row.text`` in code points; ``text`` is the quote."""

    start: int
    end: int
    label: str
    text: str


class Row(msgspec.Struct, frozen=True):
    """A notice with one of its texts; ``published`` is an ISO date or date-time."""

    id: str
    doc: str
    title: str | None
    source: str | None
    published: str | None
    url: str | None
    text: str
    spans: list[RowSpan]


def row_of(each: ExportedNotice) -> Row:
    """The row of a notice."""
    notice, text = each.notice, each.text
    return Row(
        notice.id, notice.doc, notice.title, notice.source, notice.published, notice.url, text,
        [RowSpan(start, end, item.label, text[start:end]) for item, start, end in each.placed],
    )  # fmt: skip


def labelled(row: Row) -> LabelledNotice:
    """A row as it is read again.

    Raises:
        SpanError: a span lies outside of its text.
        QuoteError: its quote is not the text under it.
    """
    spans = tuple(labelled_span(row.text, None, each.label, each.start, each.end, each.text) for each in row.spans)
    return LabelledNotice(id=row.id, doc=row.doc, text=row.text, spans=spans)
