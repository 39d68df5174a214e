"""The doccano format: a notice a line, its spans as ``[start, end, label]`` in UTF-16 units.

doccano keeps keys that it does not know as metadata of the text; ours begin with ``zhupi_``.  It has comments of a text
and none of a span, and no attributes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from annotations.formats.base import Context, ExportedNotice, FileFormat, Sink, TextKind
from annotations.formats.labelled import LabelledNotice, Lines, Refuse, each_row, labelled_span
from annotations.formats.utf16 import Utf16


class DoccanoLine(msgspec.Struct, frozen=True, rename={"comments": "Comments"}):
    """A notice; ``id`` is its place in the order of import, ``label`` its spans in UTF-16 units.

    ``zhupi_text`` is which text of the notice ``text`` is.
    """

    id: int
    text: str
    label: list[tuple[int, int, str]]
    comments: list[str]
    zhupi_id: str
    zhupi_doc: str
    zhupi_text: TextKind | None


def write(notices: Iterable[ExportedNotice], out: Sink, context: Context) -> None:
    """A line for each notice."""
    encode = msgspec.json.Encoder().encode
    for each in notices:
        units = Utf16(each.text).units
        line = DoccanoLine(
            id=each.number,
            text=each.text,
            label=[(units(start), units(end), item.label) for item, start, end in each.placed],
            comments=[],
            zhupi_id=each.notice.id,
            zhupi_doc=each.notice.doc,
            zhupi_text=context.text,
        )
        out.write(encode(line) + b"\n")


def read(lines: Lines, refuse: Refuse, _text: TextKind) -> Iterator[LabelledNotice]:
    """The notice of each line."""
    return each_row(lines, refuse, _parse)


def _parse(line: bytes) -> LabelledNotice:
    row = msgspec.json.decode(line, type=DoccanoLine)
    units = Utf16(row.text)
    spans = []
    for start, end, label in row.label:
        first, last = units.offset(start), units.offset(end)
        spans.append(labelled_span(row.text, row.zhupi_text, label, first, last))
    return LabelledNotice(
        id=row.zhupi_id, doc=row.zhupi_doc, text=row.text, text_kind=row.zhupi_text, spans=tuple(spans)
    )


FORMAT = FileFormat(write=write, read=read)
