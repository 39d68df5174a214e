"""Notices in the native format straight from their rows: what is JSON in the database is JSON in the file.

It writes what ``annotations.formats.native`` writes of the same notices, to the byte, and takes a third of the time:
SQLite makes JSON of the texts, and no stored JSON is read into values and written again.  It is read only to see that
it is whole.  A notice at which anything is not as it should be is left to the other way, which knows what to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Final

import msgspec

from annotations.alignment import Alignment
from annotations.annotation import AnnotationStatus, Review
from annotations.errors import ZhupiError
from annotations.formats.choice import ExportOptions
from annotations.formats.native_record import (
    SCHEMA,
    NativeAnnotation,
    NativeFieldsBy,
    NativeRecord,
    encode,
    native_reviews,
    record,
)
from annotations.labels import AttributeValue, LabelSet
from annotations.regions import Region
from annotations.relabelling import with_attributes
from store.db.sqlite import Connection, json_array
from store.log.corrections import load_fields_by
from store.log.rows import in_order
from store.output.manifest import Counted
from store.project.settings import labels_in
from store.read.notices import load_notice, notice_annotations, notice_reviews

_AT_ONCE: Final = 64
"""Notices that are read at once."""

_AMONG: Final = "IN (SELECT value FROM json_each(?))"

# Keys and their order are those of the format.  What no column has is filled in for each row.
_RECORD_COLUMNS: Final = dict.fromkeys(NativeRecord.__struct_fields__, "") | {
    "schema": f"'{SCHEMA}'",
    "raw": "CAST(json_quote(raw) AS BLOB)",
    "normalized": "CAST(json_quote(normalized) AS BLOB)",
    **dict.fromkeys(("annotations", "fields_by", "questions", "reviews"), "NULL"),
}
_ANNOTATION_COLUMNS: Final = dict.fromkeys(NativeAnnotation.__struct_fields__, "") | dict.fromkeys(
    ("normalized_start", "normalized_end", "normalized_text", "bulk"), "NULL"
)


def _columns(columns: dict[str, str]) -> str:
    return ", ".join(value or f'"{name}"' for name, value in columns.items())


# Texts that are not looked at need not become strings: SQLite counts their characters.
_NOTICES: Final = f"""
SELECT number, iif(said, NULL, length(raw)), iif(said, NULL, length(normalized)), {_columns(_RECORD_COLUMNS)} FROM (
    SELECT *, EXISTS (SELECT 1 FROM annotations WHERE notice = number) AS said
    FROM notices JOIN texts ON texts.notice = number WHERE number {_AMONG}
)
"""  # noqa: S608  # constants
_ANNOTATIONS: Final = f"""
SELECT notice, {_columns(_ANNOTATION_COLUMNS)} FROM annotations
WHERE notice {_AMONG} ORDER BY notice, "start", "end", label, id
"""  # noqa: S608  # constants
_REVIEWS: Final = f"""
SELECT notice, annotator, status, comment, updated_at FROM reviews WHERE notice {_AMONG} ORDER BY notice, annotator
"""  # noqa: S608  # constants

# The structs of the format with values of any type: JSON that is stored is written as it is.
_Record: Any = msgspec.defstruct("_Record", [(name, Any) for name in NativeRecord.__struct_fields__], gc=False)
_Annotation: Any = msgspec.defstruct(
    "_Annotation", [(name, Any) for name in NativeAnnotation.__struct_fields__], gc=False
)

_encoder = msgspec.json.Encoder()
_regions = msgspec.json.Decoder(tuple[Region, ...])
_text = msgspec.json.Decoder(str)
_runs = msgspec.json.Decoder(list[tuple[int, int, int, int]])
_meta = msgspec.json.Decoder(dict[str, msgspec.Raw])
_attributes = msgspec.json.Decoder(dict[str, AttributeValue])

_NOBODY: Final = NativeFieldsBy(None, None, None)

_Line = tuple[bytes, str, Sequence[Counted]]
"""The line of a notice without its newline, its normalizer, and its annotations."""


class Lines(msgspec.Struct, frozen=True):
    """The lines of some notices, each with its newline, and what they hold.

    ``statuses`` are those of their annotations, ``normalizers`` made their normalized texts.
    """

    data: bytes | bytearray
    notices: int
    statuses: list[AnnotationStatus]
    normalizers: set[str]


def batches(numbers: Iterable[int]) -> Iterator[list[int]]:
    """The numbers of notices, as many at a time as are read at once."""
    rest = iter(numbers)
    while some := list(islice(rest, _AT_ONCE)):
        yield some


def lines_of(connection: Connection, options: ExportOptions, numbers: Sequence[int]) -> Lines:
    """The lines of a few notices.

    Args:
        connection: for reading, within one snapshot.
        options: which annotations are chosen.
        numbers: the numbers of the notices, in the order of the lines.

    Raises:
        DamageError: a notice or an annotation is damaged.
        QuoteError: the quote of an annotation is not the text under its span.
    """
    labels = labels_in(connection)
    cursor = connection.cursor()
    cursor.row_factory = None  # plain tuples
    given = [json_array(numbers)]
    found = {row[0]: row for row in cursor.execute(_NOTICES, given).fetchall()}
    rows = [found[number] for number in numbers if number in found]
    items: dict[int, list[tuple[Any, ...]]] = {}
    for row in cursor.execute(_ANNOTATIONS, given).fetchall():
        items.setdefault(row[0], []).append(row)
    reviews: dict[int, list[Review]] = {}
    for number, *review in cursor.execute(_REVIEWS, given).fetchall():
        reviews.setdefault(number, []).append(Review(*review))
    set_by = load_fields_by(connection, numbers)
    parts: list[bytes] = []
    statuses: list[AnnotationStatus] = []
    normalizers = set()
    for row in rows:
        number = row[0]
        by = set_by.get(number)
        fields_by = _NOBODY if by is None else NativeFieldsBy(by.title, by.source, by.published)
        try:
            line, normalizer, chosen = _whole(
                row, items.get(number, []), reviews.get(number, []), fields_by, options, labels
            )
        except (msgspec.DecodeError, ZhupiError, _NotWholeError):
            line, normalizer, chosen = _other_way(connection, number, options)
        parts += line, b"\n"
        statuses += [item.status for item in chosen]
        normalizers.add(normalizer)
    return Lines(b"".join(parts), len(rows), statuses, normalizers)


def _other_way(connection: Connection, number: int, options: ExportOptions) -> _Line:
    """The line of a notice that is read into values."""
    notice, items = load_notice(connection, number).notice, notice_annotations(connection, number)
    chosen = options.passing(items)
    for item in chosen:
        item.check_quote(notice.raw)
    return encode(record(notice, chosen, notice_reviews(connection, number))), notice.normalizer, chosen


class _NotWholeError(Exception):
    """Something in a notice is not as it was stored."""


def _whole(
    row: tuple[Any, ...],
    item_rows: list[tuple[Any, ...]],
    reviews: list[Review],
    fields_by: NativeFieldsBy,
    options: ExportOptions,
    labels: LabelSet,
) -> _Line:
    """The line of a notice from its rows."""
    _, raw_length, normalized_length, *values = row
    line = _Record(*values)
    _regions.decode(line.regions)
    _meta.decode(line.meta)
    runs = _runs.decode(line.runs)
    items = [_Annotation(*each[1:]) for each in item_rows]
    if items:
        raw, normalized = _text.decode(line.raw), _text.decode(line.normalized)
        alignment = Alignment(runs, len(raw), len(normalized))
        _follow(items, labels)
        items = in_order(items, labels)
        if not options.is_complete:
            items = list(options.passing(items))
        _place(items, alignment, raw, normalized)
    else:
        # SQLite counts the characters before the first NUL: a text with one goes the other way.
        Alignment(runs, raw_length, normalized_length)
    line.raw, line.normalized = msgspec.Raw(line.raw), msgspec.Raw(line.normalized)
    line.regions, line.runs, line.meta = _one_line(line.regions), _one_line(line.runs), _one_line(line.meta)
    line.annotations, line.fields_by, line.questions, line.reviews = items, fields_by, [], native_reviews(reviews)
    return _encoder.encode(line), line.normalizer, items


def _follow(items: list[Any], labels: LabelSet) -> None:
    """Give annotations the label and the attributes that they have under the label set, as ``followed`` does."""
    known = labels.by_any_name
    for item in items:
        label = known.get(item.label)
        if label is None:
            raise _NotWholeError
        names, attributes = _attributes_of(item.attributes)
        if names != label.attribute_names:
            attributes = _attributes_under(item.attributes, label.attribute_names)
        item.label, item.attributes = label.name, attributes


def _place(items: list[Any], alignment: Alignment, raw: str, normalized: str) -> None:
    """Give annotations what no column has."""
    spans = [(item.start, item.end) for item in items]
    for item, (start, end), bounds in zip(items, spans, alignment.normalized_bounds(spans), strict=True):
        if raw[start:end] != item.text:
            raise _NotWholeError
        if bounds is not None:
            item.normalized_start, item.normalized_end = first, last = bounds
            item.normalized_text = normalized[first:last]
        item.unsure, item.bulk = item.unsure == 1, False


@lru_cache(4096)
def _attributes_of(attributes: str) -> tuple[tuple[str, ...], msgspec.Raw]:
    """The attributes of an annotation as they are stored, with their names; many have the same."""
    return (*_attributes.decode(attributes),), _one_line(attributes)


@lru_cache(4096)
def _attributes_under(attributes: str, names: tuple[str, ...]) -> msgspec.Raw:
    """The attributes of an annotation that was stored before its label had the attributes of these names."""
    return msgspec.Raw(_encoder.encode(with_attributes(_attributes.decode(attributes), names)))


def _one_line(text: str) -> msgspec.Raw:
    """Stored JSON as it is, in one line."""
    if "\n" in text:
        raise _NotWholeError
    return msgspec.Raw(text)
