"""The doccano format: a notice a line, its spans as ``[start, end, label]`` in UTF-16 units.

doccano keeps keys that it does not know as metadata of the text; ours begin with ``zhupi_``.  It has comments of a text
and none of a span, and no attributes.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from annotations.formats.base import Context, ExportedNotice, FileFormat, Sink, TextKind
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


FORMAT = FileFormat(write=write)
