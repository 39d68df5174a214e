"""A notice as a row of a dataset: the same keys in every row, null where nothing is known."""

from __future__ import annotations

from typing import Final

import msgspec

from annotations.formats.base import Context, ExportedNotice
from annotations.formats.labelled import LabelledNotice, labelled_span
from annotations.formats.losses import NOTICE_ATTRIBUTES_DIFFER
from annotations.notice_attributes import NoticeValue, all_declared, with_values


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
    attributes: dict[str, NoticeValue] | msgspec.UnsetType = msgspec.UNSET
    """Those of the whole notice, all that are declared; not there where the label set declares none."""


COLUMNS: Final = tuple(name for name in Row.__struct_fields__ if name != "attributes")
"""The columns of all datasets."""


def row_of(each: ExportedNotice, context: Context) -> Row:
    """The row of a notice; what those who said something do not agree on, of the whole notice, is null and counted."""
    notice, text, declared = each.notice, each.text, context.labels.notice
    said: dict[str, NoticeValue] = {}
    differ = set()
    for values in each.notice_attributes():
        for name, value in values.items():
            if said.setdefault(name, value) != value:
                differ.add(name)
    if differ:
        context.losses.add(NOTICE_ATTRIBUTES_DIFFER, notice)
    attributes = all_declared(declared, {name: value for name, value in said.items() if name not in differ})
    return Row(
        notice.id, notice.doc, notice.title, notice.source, notice.published, notice.url, text,
        [RowSpan(start, end, item.label, text[start:end]) for item, start, end in each.placed],
        attributes if declared else msgspec.UNSET,
    )  # fmt: skip


def labelled(row: Row) -> LabelledNotice:
    """A row as it is read again.

    Raises:
        SpanError: a span lies outside of its text.
        QuoteError: its quote is not the text under it.
    """
    spans = tuple(labelled_span(row.text, None, each.label, each.start, each.end, each.text) for each in row.spans)
    values = {} if row.attributes is msgspec.UNSET else row.attributes
    return LabelledNotice(
        id=row.id, doc=row.doc, text=row.text, spans=spans, notice_attributes=tuple(with_values(values))
    )
