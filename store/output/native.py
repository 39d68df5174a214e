"""The whole database in the native format, straight from its rows: what is JSON there is JSON in the file.

It writes what ``annotations.formats.native`` writes of the same notices, to the byte, and takes a third of the time: no
stored JSON is read into values and written again.  It is read only to see that it is whole.  A notice at which anything
is not as it should be is left to the other way, which knows what to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec

from annotations.alignment import Alignment
from annotations.annotation import Review
from annotations.errors import ZhupiError
from annotations.formats.native import (
    SCHEMA,
    NativeFieldsBy,
    StoredAnnotation,
    StoredRecord,
    encode,
    native_reviews,
    record,
)
from annotations.labels import AttributeValue
from annotations.regions import Region
from store.db.sqlite import Connection
from store.log.corrections import load_fields_by
from store.output.manifest import Counted
from store.read.notices import load_notice, notice_annotations, notice_reviews

_AT_ONCE: Final = 64
"""Notices that are read at once."""

_NOTICES: Final = """
SELECT number, id, doc, sha256, title, source, published, url, raw, normalized, normalizer, regions, runs, meta
FROM notices JOIN texts ON notice = number WHERE number > ? ORDER BY number LIMIT ?
"""
_ANNOTATIONS: Final = """
SELECT notice, id, label, "start", "end", text, attributes, annotator, status, unsure, comment, created_at, updated_at,
    suggested_by, score
FROM annotations WHERE notice BETWEEN ? AND ? ORDER BY notice, "start", "end", label, id
"""
_REVIEWS: Final = """
SELECT notice, annotator, status, comment, updated_at FROM reviews WHERE notice BETWEEN ? AND ?
ORDER BY notice, annotator
"""

_regions = msgspec.json.Decoder(tuple[Region, ...])
_runs = msgspec.json.Decoder(list[tuple[int, int, int, int]])
_meta = msgspec.json.Decoder(dict[str, msgspec.Raw])
_attributes = msgspec.json.Decoder(dict[str, AttributeValue])

_NOBODY: Final = NativeFieldsBy(None, None, None)

Whole = tuple[bytes, str, Sequence[Counted]]
"""The line of a notice with its newline, its normalizer, and its annotations."""


def each_line(connection: Connection) -> Iterator[Whole]:
    """The line of every notice, in the order of import.

    Args:
        connection: for reading, within one snapshot.

    Raises:
        DamageError: a notice or an annotation is damaged.
        QuoteError: the quote of an annotation is not the text under its span.
    """
    cursor = connection.cursor()
    cursor.row_factory = None  # plain tuples
    at = 0
    while notices := cursor.execute(_NOTICES, [at, _AT_ONCE]).fetchall():
        bounds = notices[0][0], notices[-1][0]
        items: dict[int, list[tuple[Any, ...]]] = {}
        for row in cursor.execute(_ANNOTATIONS, bounds).fetchall():
            items.setdefault(row[0], []).append(row)
        reviews: dict[int, list[Review]] = {}
        for number, *review in cursor.execute(_REVIEWS, bounds).fetchall():
            reviews.setdefault(number, []).append(Review(*review))
        set_by = load_fields_by(connection, *bounds)
        for row in notices:
            number = at = row[0]
            try:
                by = set_by.get(number)
                fields_by = _NOBODY if by is None else NativeFieldsBy(by.title, by.source, by.published)
                yield _whole(row, items.get(number, []), reviews.get(number, []), fields_by)
            except (msgspec.DecodeError, ZhupiError, _NotWholeError):
                yield _other_way(connection, number)


def _other_way(connection: Connection, number: int) -> Whole:
    """The line of a notice that is read into values."""
    notice, items = load_notice(connection, number).notice, notice_annotations(connection, number)
    for item in items:
        item.check_quote(notice.raw)
    return encode(record(notice, items, notice_reviews(connection, number))) + b"\n", notice.normalizer, items


class _NotWholeError(Exception):
    """Something in a notice is not as it was stored."""


def _whole(
    row: tuple[Any, ...], items: list[tuple[Any, ...]], reviews: list[Review], fields_by: NativeFieldsBy
) -> Whole:
    id_, doc, sha256, title, source, published, url, raw, normalized, normalizer, regions, runs, meta = row[1:]
    _regions.decode(regions)
    _meta.decode(meta)
    alignment = Alignment(_runs.decode(runs), len(raw), len(normalized))
    found = alignment.normalized_bounds([(item[3], item[4]) for item in items]) if items else []
    annotations = []
    for item, bounds in zip(items, found, strict=True):
        (
            _, item_id, label, start, end, text, attributes, annotator, status, unsure, comment, created_at, updated_at,
            suggested_by, score,
        ) = item  # fmt: skip
        if raw[start:end] != text:
            raise _NotWholeError
        first, last = bounds or (None, None)
        annotations.append(
            StoredAnnotation(
                item_id, label, start, end, text, first, last, normalized[first:last] if bounds else None,
                _values(attributes), annotator, status, bool(unsure), comment, created_at, updated_at, suggested_by,
                score,
            )
        )  # fmt: skip
    stored = StoredRecord(
        SCHEMA, id_, doc, sha256, title, source, published, url, raw, normalized, normalizer, _raw(regions),
        _raw(runs), annotations, fields_by, [], native_reviews(reviews), _raw(meta),
    )  # fmt: skip
    return encode(stored) + b"\n", normalizer, annotations


@lru_cache(4096)
def _values(attributes: str) -> msgspec.Raw:
    """The attributes of an annotation; many have the same."""
    _attributes.decode(attributes)
    return _raw(attributes)


def _raw(text: str) -> msgspec.Raw:
    """Stored JSON as it is, in one line."""
    if "\n" in text:
        raise _NotWholeError
    return msgspec.Raw(text)
