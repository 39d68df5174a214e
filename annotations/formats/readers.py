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
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from annotations.errors import RecordError
from annotations.formats.utf16 import Utf16

_DOCCANO = ("label", "labels", "entities")
"""The key under which doccano writes its spans: which of these, depends on its version."""


class PredictedSpan(msgspec.Struct, frozen=True):
    """A span of a prediction, in code points of ``Prediction.text``, or of the raw text where that is None.

    It has offsets, a quote, or both.  ``by`` is the name of the model, None where the line does not say it.
    """

    label: str
    start: int | None
    end: int | None
    quote: str | None
    attributes: dict[str, Any] = {}
    by: str | None = None
    score: float | None = None


class Prediction(msgspec.Struct, frozen=True):
    """What one line predicts of one notice.

    ``name`` is the id or the doc of the notice, ``text`` the text that offsets are code points of; None where the line
    has none.
    """

    name: str | None
    text: str | None
    spans: tuple[PredictedSpan, ...]


def decode(line: bytes) -> Prediction:
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
        spans = tuple(_native(each) for each in _list(row, "annotations") if each.get("annotator") is None)
        return Prediction(_text(row.get("id")), None, spans)
    if "spans" in row and "text" in row:
        given = row.get("meta")
        meta: dict[str, Any] = given if isinstance(given, dict) else {}
        answered = row.get("answer") in ("accept", None)
        spans = tuple(_span(each, row, None) for each in _list(row, "spans")) if answered else ()
        return Prediction(_text(meta.get("id")) or _text(meta.get("doc")), _text(row["text"]), spans)
    if "text" in row and any(isinstance(row.get(key), list) for key in _DOCCANO):
        return _doccano(row)
    if "label" in row and ("start" in row or "text" in row):
        return Prediction(
            _text(row.get("doc")) or _text(row.get("id")), None, (_span(row, row, _text(row.get("text"))),)
        )
    raise RecordError("neither native, spans, Prodigy nor doccano: it has " + (", ".join(map(str, row)) or "no keys"))


def _native(row: Mapping[str, Any]) -> PredictedSpan:
    return PredictedSpan(
        _label(row), _int(row, "start"), _int(row, "end"), _text(row.get("text")),
        _attributes(row), _text(row.get("suggested_by")), _score(row.get("score")),
    )  # fmt: skip


def _span(row: Mapping[str, Any], line: Mapping[str, Any], quote: str | None) -> PredictedSpan:
    meta = line.get("meta")
    score = _score(row.get("score", meta.get("score") if isinstance(meta, dict) else None))
    by = _text(row.get("suggested_by")) or _text(row.get("source"))
    return PredictedSpan(_label(row), _int(row, "start"), _int(row, "end"), quote, _attributes(row), by, score)


def _doccano(row: Mapping[str, Any]) -> Prediction:
    text = _text(row["text"])
    if text is None:
        raise RecordError("text: it is no string")
    name = _text(row.get("zhupi_id")) or _text(row.get("zhupi_doc")) or _text(row.get("doc"))
    return Prediction(name, text, tuple(_doccano_spans(row, text)))


def _doccano_spans(row: Mapping[str, Any], text: str) -> Iterator[PredictedSpan]:
    key = next(key for key in _DOCCANO if isinstance(row.get(key), list))
    units = Utf16(text)
    for each in _list(row, key, item=None):
        if isinstance(each, dict):
            start, end, label = each.get("start_offset"), each.get("end_offset"), each.get("label")
        elif isinstance(each, list) and len(each) == len(("start", "end", "label")):
            start, end, label = each
        else:
            raise RecordError(f"{key}: a span is [start, end, label]")
        if not (isinstance(start, int) and isinstance(end, int) and isinstance(label, str)):
            raise RecordError(f"{key}: a span is [start, end, label], two numbers and a name")
        # An offset that the text does not have is one past its end, where no span fits.
        first, last = (len(text) + 1 if at is None else at for at in map(units.code_points, (start, end)))
        yield PredictedSpan(label, first, last, None)


def _label(row: Mapping[str, Any]) -> str:
    label = row.get("label")
    if not isinstance(label, str):
        raise RecordError("a span without a label")
    return label


def _int(row: Mapping[str, Any], name: str) -> int | None:
    value = row.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise RecordError(f"{name}: it is a number of code points")
    return value


def _score(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _attributes(row: Mapping[str, Any]) -> dict[str, Any]:
    value = row.get("attributes")
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _list(row: Mapping[str, Any], name: str, item: type | None = dict) -> list[Any]:
    value = row.get(name)
    if not isinstance(value, list) or (item and not all(isinstance(each, item) for each in value)):
        raise RecordError(f"{name}: it is a list of spans")
    return value
