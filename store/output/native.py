"""Notices in the native format straight from their rows: what is JSON in the database is JSON in the file.

It writes what ``annotations.formats.native`` writes of the same notices, to the byte, and takes a fourth of the time:
the stored bytes of a text are escaped as they are, and no stored JSON is read into values and written again.  It is
read only to see that it is whole.  A notice at which anything is not as it should be is left to the other way, which
knows what to say.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
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
    native_questions,
    native_reviews,
    record,
)
from annotations.labels import AttributeValue, LabelSet
from annotations.questions import Question
from annotations.regions import Region
from annotations.relabelling import with_attributes
from store.db.sqlite import Connection, json_array
from store.log.corrections import load_fields_by
from store.log.questions import notice_questions, question_of
from store.log.rows import in_order, review_with
from store.project.settings import labels_in
from store.read.notices import load_notice, notice_annotations, notice_reviews

_AT_ONCE: Final = 32
"""Notices that are read at once."""

_AMONG: Final = "IN (SELECT value FROM json_each(?))"

# Texts come as their bytes, which are nearly JSON already.
_NOTICES: Final = f"""
SELECT
    number, id, doc, sha256, title, source, published, url, CAST(raw AS BLOB), CAST(normalized AS BLOB), normalizer,
    regions, runs, meta
FROM notices JOIN texts ON texts.notice = number WHERE number {_AMONG}
"""  # noqa: S608  # constants
_ANNOTATIONS: Final = f"""
SELECT
    notice, "start", "end", id, label, text, attributes, annotator, status, unsure, comment, created_at, updated_at,
    suggested_by, score, bulk
FROM annotations WHERE notice {_AMONG} ORDER BY notice, "start", "end", label, id
"""  # noqa: S608  # constants
_QUESTIONS: Final = f"""
SELECT * FROM questions WHERE notice {_AMONG} ORDER BY notice, created_at, id
"""  # noqa: S608  # constants
_REVIEWS: Final = f"""
SELECT notice, attributes, annotator, status, comment, updated_at, arm
FROM reviews WHERE notice {_AMONG} ORDER BY notice, annotator
"""  # noqa: S608  # constants

# The structs of the format with values of any type: JSON that is stored is written as it is.
_Record: Any = msgspec.defstruct("_Record", [(name, Any) for name in NativeRecord.__struct_fields__], gc=False)
_Annotation: Any = msgspec.defstruct(
    "_Annotation", [(name, Any) for name in NativeAnnotation.__struct_fields__], gc=False
)

_encoder = msgspec.json.Encoder()
_prove_json = msgspec.json.Decoder(msgspec.Raw).decode
_regions = msgspec.json.Decoder(tuple[Region, ...])
_runs = msgspec.json.Decoder(list[tuple[int, int, int, int]])
_meta = msgspec.json.Decoder(dict[str, msgspec.Raw])
_attributes = msgspec.json.Decoder(dict[str, AttributeValue])

_NOBODY: Final = NativeFieldsBy(None, None, None)


class Lines(msgspec.Struct, frozen=True):
    """The lines of some notices, each with its newline, and what they hold.

    ``statuses`` tells how many annotations have each status, ``normalizers`` made their normalized texts.
    """

    data: bytes | bytearray | memoryview
    notices: int
    statuses: dict[AnnotationStatus, int]
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
    followed = _Followed(labels_in(connection))
    cursor = connection.cursor()
    cursor.row_factory = None  # plain tuples
    given = [json_array(numbers)]
    found = {row[0]: row for row in cursor.execute(_NOTICES, given).fetchall()}
    rows = [found[number] for number in numbers if number in found]
    item_rows: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in cursor.execute(_ANNOTATIONS, given):
        item_rows[row[0]].append(row)
    reviews: defaultdict[int, list[Review]] = defaultdict(list)
    for number, *review in cursor.execute(_REVIEWS, given):
        reviews[number].append(review_with(*review))
    questions: defaultdict[int, list[Question]] = defaultdict(list)
    for row in connection.execute(_QUESTIONS, given).fetchall():
        questions[row["notice"]].append(question_of(row))
    set_by = load_fields_by(connection, numbers)
    data = bytearray()
    statuses: Counter[AnnotationStatus] = Counter()
    normalizers = set()
    for row in rows:
        number = row[0]
        by = set_by.get(number)
        fields_by = _NOBODY if by is None else NativeFieldsBy(by.title, by.source, by.published)
        try:
            said = reviews[number], questions[number]
            line = _whole(row, item_rows[number], *said, fields_by, options, followed)
        except (msgspec.DecodeError, UnicodeDecodeError, ZhupiError, _NotWholeError):
            line = _other_way(connection, number, options)
            data += encode(line)
        else:
            _encoder.encode_into(line, data, -1)
        data += b"\n"
        statuses.update([item.status for item in line.annotations])
        normalizers.add(line.normalizer)
    return Lines(data, len(rows), statuses, normalizers)


def _other_way(connection: Connection, number: int, options: ExportOptions) -> NativeRecord:
    """The record of a notice that is read into values."""
    notice, items = load_notice(connection, number).notice, notice_annotations(connection, number)
    chosen = options.passing(items)
    for item in chosen:
        item.check_quote(notice.raw)
    declared = labels_in(connection).notice
    return record(notice, chosen, notice_reviews(connection, number), declared, notice_questions(connection, number))


class _NotWholeError(Exception):
    """Something in a notice is not as it was stored."""


class _Followed(dict[tuple[str, str], tuple[str, msgspec.Raw]]):
    """The label and the attributes that annotations have under a label set, by what their rows have of both.

    It gives what ``annotation_of`` gives; many annotations have the same.
    """

    def __init__(self, labels: LabelSet) -> None:
        super().__init__()
        self.labels = labels

    def __missing__(self, stored: tuple[str, str]) -> tuple[str, msgspec.Raw]:
        name, attributes = stored
        label = self.labels.by_any_name.get(name)
        if label is None:
            raise _NotWholeError
        values, found = _attributes.decode(attributes), _one_line(attributes)
        if (*values,) != label.attribute_names:
            # It was stored before its label had these attributes.
            found = msgspec.Raw(_encoder.encode(with_attributes(values, label.attribute_names)))
        self[stored] = label.name, found
        return self[stored]


def _whole(
    row: tuple[Any, ...],
    item_rows: list[tuple[Any, ...]],
    reviews: list[Review],
    questions: list[Question],
    fields_by: NativeFieldsBy,
    options: ExportOptions,
    followed: _Followed,
) -> Any:  # noqa: ANN401  # a record
    """The record of a notice from its rows."""
    _, id_, doc, sha256, title, source, published, url, raw_bytes, normalized_bytes, normalizer, *stored = row
    regions, runs, meta = stored
    _regions.decode(regions)
    _meta.decode(meta)
    raw, normalized = raw_bytes.decode(), normalized_bytes.decode()
    items = _items(item_rows, Alignment(_runs.decode(runs), len(raw), len(normalized)), raw, normalized, followed)
    items = in_order(items, followed.labels)
    if not options.is_complete:
        items = list(options.passing(items))
    return _Record(
        SCHEMA, id_, doc, sha256, title, source, published, url, _json(raw_bytes, raw),
        _json(normalized_bytes, normalized), normalizer, _one_line(regions), _one_line(runs), items, fields_by,
        native_questions(questions, {item.id for item in items}) if questions else [],
        native_reviews(reviews, followed.labels.notice), _one_line(meta),
    )  # fmt: skip


def _items(
    rows: list[tuple[Any, ...]], alignment: Alignment, raw: str, normalized: str, followed: _Followed
) -> list[Any]:
    """The annotations of a notice from their rows, in the same order."""
    items = []
    bounds = alignment.normalized_bounds([(row[1], row[2]) for row in rows])
    for (
        (_, start, end, id_, label, text, attributes, annotator, status, unsure, comment, created_at, updated_at,
         suggested_by, score, bulk),
        found,
    ) in zip(rows, bounds, strict=True):  # fmt: skip
        if raw[start:end] != text:
            raise _NotWholeError
        first, last = found or (None, None)
        label, attributes = followed[label, attributes]  # noqa: PLW2901  # as it is now
        items.append(
            _Annotation(
                id_, label, start, end, text, first, last, None if found is None else normalized[first:last],
                attributes, annotator, status, unsure == 1, comment, created_at, updated_at, suggested_by, score,
                bulk == 1,
            )
        )  # fmt: skip
    return items


def _json(data: bytes, text: str) -> msgspec.Raw:
    """The JSON of a text, of which the bytes are known: to escape what most texts have is faster than to encode one."""
    escaped = data.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    escaped = escaped.replace(b"\n", b"\\n").replace(b"\r", b"\\r").replace(b"\t", b"\\t")
    try:
        return _prove_json(b'"%b"' % escaped)
    except msgspec.DecodeError:
        # It has control characters that few texts have.
        return msgspec.Raw(_encoder.encode(text))


def _one_line(text: str) -> msgspec.Raw:
    """Stored JSON as it is, in one line."""
    if "\n" in text:
        raise _NotWholeError
    return msgspec.Raw(text)
