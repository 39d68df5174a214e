"""Reads a line of a file of predictions, one JSON object, in the formats that annotation tools write.

============ ===================================== ==========================================
format       names its notice by                   offsets
============ ===================================== ==========================================
native       ``id``                                raw code points
spans        ``doc``                               raw code points
Prodigy      ``text``, ``meta.id``, ``meta.doc``   code points of ``text``
doccano      ``text``, ``zhupi_id``, ``doc``       UTF-16 units of ``text``
============ ===================================== ==========================================

Only the line is read here, without the notice that it is about; ``predictions`` looks for its spans in the notice.
``foreign`` knows the shapes of Prodigy and doccano.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from annotations.errors import RecordError
from annotations.formats.foreign import doccano, prodigy
from annotations.formats.foreign.document import ForeignDocument, ForeignSpan
from annotations.formats.foreign.values import label_in, number_in, object_in, objects_in, offset_in, text_in


def decode(line: bytes) -> ForeignDocument:
    """The prediction of one line.

    Raises:
        RecordError: the line is not JSON, or in none of the formats.
    """
    try:
        row = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecordError(f"not JSON: {error}") from error
    if not isinstance(row, dict):
        raise RecordError("not an object; a prediction is one object a line")
    if "annotations" in row and "raw" in row:
        spans = tuple(_span(each) for each in objects_in(row, "annotations") if each.get("annotator") is None)
        return ForeignDocument(text=None, spans=spans, id=text_in(row, "id"))
    documents = prodigy.documents if prodigy.is_row(row) else doccano.documents if doccano.is_row(row) else None
    if documents is not None:
        (found,) = documents(row)
        return found if found.standing in ("said", "suggested") else replace(found, spans=())
    if "label" in row and ("start" in row or "text" in row):
        return ForeignDocument(text=None, spans=(_span(row),), id=text_in(row, "id"), doc=text_in(row, "doc"))
    raise RecordError("neither native, spans, Prodigy nor doccano: it has " + (", ".join(map(str, row)) or "no keys"))


def _span(row: Mapping[str, Any]) -> ForeignSpan:
    return ForeignSpan(
        label=label_in(row),
        start=offset_in(row, "start"),
        end=offset_in(row, "end"),
        quote=text_in(row, "text"),
        attributes=object_in(row, "attributes"),
        by=text_in(row, "suggested_by", "source"),
        score=number_in(row, "score"),
    )
