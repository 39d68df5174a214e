"""Reads a model's predictions, one line of JSON each, in the shapes that tools write; anchors their spans in raw text.

============ ===================================== ==========================================
shape        names its notice by                   offsets
============ ===================================== ==========================================
native       ``id``                                raw code points
spans        ``doc``                               raw code points
Prodigy      ``text``, ``meta.id``, ``meta.doc``   code points of ``text``
doccano      ``text``, ``zhupi_id``, ``doc``       UTF-16 units of ``text``
============ ===================================== ==========================================

``text`` may be the raw text, the normalized text, or another cut of it; in the last case, and where offsets do not fit
their quote, the quote must be found in the notice exactly once.  Nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from annotations.annotation import Annotation, clip, now
from annotations.errors import LabelError, QuoteError, RecordError, SpanError
from annotations.labels import LabelSet
from annotations.locate.finding import Finder
from annotations.notice import Notice
from annotations.regions import region_at
from annotations.spans import RawSpan, annotated_span, normalized_span, raw_span
from annotations.suggest.base import suggested
from annotations.values import read_values

_DOCCANO = ("label", "labels", "entities")
"""Under which of these doccano's spans stand depends on its version."""


class Predicted(msgspec.Struct, frozen=True):
    """A span of a prediction: code points of ``Prediction.text``, else of raw text; either may be missing."""

    label: str
    start: int | None
    end: int | None
    quote: str | None
    attributes: dict[str, Any] = {}
    by: str | None = None
    score: float | None = None


class Prediction(msgspec.Struct, frozen=True):
    """What one line predicts of one notice: ``name`` is its id or doc, ``text`` the text that offsets count in."""

    name: str | None
    text: str | None
    spans: tuple[Predicted, ...]


def decode(line: bytes) -> Prediction:
    """The prediction of one line.

    Raises:
        RecordError: it is no JSON, or of none of the shapes.
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
        answered = row.get("answer", "accept") == "accept"
        spans = tuple(_span(each, row, None) for each in _list(row, "spans")) if answered else ()
        return Prediction(_text(meta.get("id")) or _text(meta.get("doc")), _text(row["text"]), spans)
    if "text" in row and any(isinstance(row.get(key), list) for key in _DOCCANO):
        return _doccano(row)
    if "label" in row and ("start" in row or "text" in row):
        return Prediction(
            _text(row.get("doc")) or _text(row.get("id")), None, (_span(row, row, _text(row.get("text"))),)
        )
    raise RecordError("neither native, spans, Prodigy nor doccano: it has " + (", ".join(map(str, row)) or "no keys"))


def suggestion(notice: Notice, labels: LabelSet, found: Predicted, text: str | None, by: str) -> Annotation:
    """The suggestion that a predicted span makes.

    Args:
        notice: the notice that it is about.
        labels: the label set of the project.
        found: the span; without attributes they are read from the text.
        text: what its offsets count in; None for the raw text.
        by: the model, where the span does not say.

    Raises:
        LabelError: the label is unknown.
        AttributeValueError: an attribute is unknown or not of its type.
        SpanError: it lies outside of the text, or nowhere.
        QuoteError: its quote is not there, or stands there several times.
    """
    if found.label not in labels:
        raise LabelError(f"unknown label {found.label}; the label set has {', '.join(each.name for each in labels)}")
    label = labels[found.label]
    span = anchor(notice, found, text)
    values = (
        label.attributes(found.attributes) if found.attributes else read_values(label, notice, span, labels.lexicon)
    )
    return suggested(notice, label.name, span, values, found.by or by, found.score, now())


def anchor(notice: Notice, found: Predicted, text: str | None) -> RawSpan:
    """The raw span of a predicted one: by its offsets where they fit, else by its quote.

    Raises:
        SpanError: it lies outside of the text, or nowhere.
        QuoteError: its quote is not there, or stands there several times.
    """
    quote = found.quote
    if found.start is not None and found.end is not None:
        start, end = found.start, found.end
        within = notice.raw if text is None else text
        if not 0 <= start < end <= len(within):
            raise SpanError(f"span {start}..{end} does not fit into the text, which has {len(within)} code points")
        if text is not None and quote is not None and text[start:end] != quote:
            raise QuoteError(f"at {start}..{end} the text has {clip(text[start:end])}, the quote is {clip(quote)}")
        if within == notice.raw and quote in (None, notice.raw[start:end]):
            return annotated_span(start, end, notice.raw)
        if (text is None or text == notice.normalized) and notice.normalized[start:end] == (
            quote or (text and text[start:end])
        ):
            return notice.alignment.to_raw(normalized_span(start, end))
        quote = quote if text is None else text[start:end]
    if not quote:
        raise SpanError("a span needs offsets or a quote")
    return _by_quote(notice, quote)


def _by_quote(notice: Notice, quote: str) -> RawSpan:
    places = Finder(notice).find(quote)
    # What is read is meant, not its second copy or the furniture of the site.
    kept = [each for each in places if (region := region_at(notice.regions, each.start)) and region.kept]
    places = kept or places
    if not places:
        raise QuoteError(f"{clip(quote)} is not in the notice")
    if len(places) > 1:
        raise QuoteError(f"{clip(quote)} stands in the notice {len(places)} times; give its offsets")
    return raw_span(places[0].start, places[0].end)


def _native(row: Mapping[str, Any]) -> Predicted:
    return Predicted(
        _label(row), _int(row, "start"), _int(row, "end"), _text(row.get("text")),
        _attributes(row), _text(row.get("suggested_by")), _score(row.get("score")),
    )  # fmt: skip


def _span(row: Mapping[str, Any], line: Mapping[str, Any], quote: str | None) -> Predicted:
    meta = line.get("meta")
    score = _score(row.get("score", meta.get("score") if isinstance(meta, dict) else None))
    by = _text(row.get("suggested_by")) or _text(row.get("source"))
    return Predicted(_label(row), _int(row, "start"), _int(row, "end"), quote, _attributes(row), by, score)


def _doccano(row: Mapping[str, Any]) -> Prediction:
    text = _text(row["text"])
    if text is None:
        raise RecordError("text: it is no string")
    name = _text(row.get("zhupi_id")) or _text(row.get("zhupi_doc")) or _text(row.get("doc"))
    return Prediction(name, text, tuple(_doccano_spans(row, text)))


def _doccano_spans(row: Mapping[str, Any], text: str) -> Iterator[Predicted]:
    key = next(key for key in _DOCCANO if isinstance(row.get(key), list))
    for each in _list(row, key, item=None):
        if isinstance(each, dict):
            start, end, label = each.get("start_offset"), each.get("end_offset"), each.get("label")
        elif isinstance(each, list) and len(each) == len(("start", "end", "label")):
            start, end, label = each
        else:
            raise RecordError(f"{key}: a span is [start, end, label]")
        if not (isinstance(start, int) and isinstance(end, int) and isinstance(label, str)):
            raise RecordError(f"{key}: a span is [start, end, label], two numbers and a name")
        yield Predicted(label, _code_points(text, start), _code_points(text, end), None)


def _code_points(text: str, units: int) -> int:
    """Which code point an offset in UTF-16 units is; past the end where it is none."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    if not 0 <= units <= len(encoded) // 2:
        return len(text) + 1
    return len(encoded[: 2 * units].decode("utf-16-le", "surrogatepass"))


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
