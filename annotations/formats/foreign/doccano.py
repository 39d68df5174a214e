"""A line of doccano: a text with its spans, in the shapes that its versions and kinds of projects export.

The spans are lists ``[start, end, label]`` under ``label``, ``labels`` or ``spans``, or objects under ``entities``,
``spans`` or, with the number of a label, ``annotations``.  doccano counts UTF-16 units and has no quotes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from annotations.errors import RecordError
from annotations.formats.foreign.document import (
    RELATIONS,
    TEXT_LABELS,
    ForeignDocument,
    ForeignSpan,
    Loss,
    counted,
)
from annotations.formats.foreign.values import label_in, name_in, object_in, objects_in, offset_in, text_in

_SPANS: Final = ("entities", "label", "labels", "spans", "annotations")
"""The keys under which spans stand."""


def is_row(row: Mapping[str, Any]) -> bool:
    """Whether a row is one of these."""
    return isinstance(row.get("text"), str) and any(isinstance(row.get(key), list) for key in _SPANS)


def documents(row: Mapping[str, Any]) -> Iterator[ForeignDocument]:
    """The document of a row.

    Raises:
        RecordError: it is no line of doccano.
    """
    text = row.get("text")
    if not isinstance(text, str):
        raise RecordError("text: a line of doccano has a text")
    spans: list[ForeignSpan] = []
    losses = [Loss(RELATIONS, name_in(each, "id") or "") for each in objects_in(row, "relations")]
    for key in _SPANS:
        for each in _list(row, key):
            if isinstance(each, str):
                losses.append(Loss(TEXT_LABELS, each))
            else:
                spans.append(_span(each, key))
    losses += [Loss(TEXT_LABELS, "") for _ in _list(row, "cats")]
    comments = [*_list(row, "Comments"), *_list(row, "comments")]
    notes = [text_in(each, "comment", "text") if isinstance(each, dict) else each for each in comments]
    meta = object_in(row, "meta")
    yield ForeignDocument(
        text=text,
        spans=counted(text, spans, "UTF-16 units"),
        id=text_in(row, "zhupi_id") or text_in(meta, "zhupi_id"),
        doc=text_in(row, "zhupi_doc", "doc") or text_in(meta, "zhupi_doc", "doc"),
        comment="\n".join(each for each in notes if isinstance(each, str) and each) or None,
        losses=tuple(losses),
    )


def _list(row: Mapping[str, Any], name: str) -> list[Any]:
    value = row.get(name)
    return value if isinstance(value, list) else []


def _span(each: object, key: str) -> ForeignSpan:
    if isinstance(each, dict):
        return ForeignSpan(
            label=label_in(each),
            start=offset_in(each, "start_offset"),
            end=offset_in(each, "end_offset"),
            name=name_in(each, "id") or "",
        )
    if isinstance(each, list) and len(each) == len(("start", "end", "label")):
        return _span({"start_offset": each[0], "end_offset": each[1], "label": each[2]}, key)
    raise RecordError(f"{key}: a span is [start, end, label]")
