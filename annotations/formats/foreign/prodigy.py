"""A task of Prodigy: a text with its spans, what the annotator answered, and who that was.

Rows of datasets have the same shape without an answer: a ``text`` and ``spans`` with ``start``, ``end`` and ``label``.
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
    Standing,
    counted,
)
from annotations.formats.foreign.values import (
    label_in,
    name_in,
    number_in,
    object_in,
    objects_in,
    offset_in,
    text_in,
)

_STANDING: Final[Mapping[object, Standing]] = {
    "accept": "said", "reject": "rejected", "ignore": "skipped", None: "suggested",
}  # fmt: skip
"""What an answer makes of a task."""
_OF_DOCCANO: Final = "start_offset"
"""What a span of doccano has, which may stand under the same key."""
_OF_SPAN: Final[Mapping[object, Standing]] = {"rejected": "rejected", "suggested": "suggested"}
"""What the status of a span makes of it, which zhupi writes; any other was said."""


def is_row(row: Mapping[str, Any]) -> bool:
    """Whether a row is one of these."""
    spans = row.get("spans")
    theirs = isinstance(spans, list) and any(
        isinstance(each, list) or (isinstance(each, dict) and _OF_DOCCANO in each) for each in spans
    )
    return isinstance(row.get("text"), str) and "spans" in row and not theirs


def documents(row: Mapping[str, Any]) -> Iterator[ForeignDocument]:
    """The document of a row.

    Raises:
        RecordError: it is no task.
    """
    text = row.get("text")
    if not isinstance(text, str):
        raise RecordError("text: a task has a text")
    meta = object_in(row, "meta")
    if row.get("answer") not in _STANDING:
        raise RecordError(f"answer: it is accept, reject or ignore, not {row['answer']}")
    losses = [Loss(RELATIONS, "") for _ in objects_in(row, "relations")]
    if row.get("accept") or isinstance(row.get("label"), str):
        losses.append(Loss(TEXT_LABELS, ""))
    # Rows of a dataset look like tasks; what they have besides is what was said of the whole notice.
    said = object_in(row, "attributes").items()
    losses += [Loss(TEXT_LABELS, name) for name, value in said if value is not None]
    yield ForeignDocument(
        text=text,
        spans=counted(text, [_span(each, meta) for each in objects_in(row, "spans")], "code points"),
        id=name_in(meta, "id") or name_in(row, "id"),
        doc=name_in(meta, "doc") or name_in(row, "doc"),
        annotator=name_in(row, "_annotator_id", "_session_id"),
        standing=_STANDING[row["answer"]] if "answer" in row else "said",
        done=row.get("answer") == "accept",
        losses=tuple(losses),
    )


def _span(row: Mapping[str, Any], meta: Mapping[str, Any]) -> ForeignSpan:
    return ForeignSpan(
        label=label_in(row),
        start=offset_in(row, "start"),
        end=offset_in(row, "end"),
        quote=text_in(row, "text"),
        attributes=object_in(row, "attributes"),
        standing=_OF_SPAN.get(row.get("status"), "said"),
        unsure=row.get("unsure") is True,
        comment=text_in(row, "comment"),
        by=text_in(row, "suggested_by", "source"),
        score=number_in(row, "score") if "score" in row else number_in(meta, "score"),
    )
