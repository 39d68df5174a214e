"""Notices in the database: found by id, doc or title, and read whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import msgspec
from pyroaring import BitMap

from annotations.alignment import Alignment
from annotations.annotation import Annotation, Review
from annotations.errors import ZhupiError
from annotations.labels import LabelSet
from annotations.notice import FieldsBy, Notice, NoticeFields
from annotations.regions import Region
from store.db.sqlite import Connection, Row, json_array
from store.errors import AmbiguousError, DamageError, NotFoundError
from store.index.sets import all_notices, walk
from store.log.corrections import load_fields_by
from store.log.rows import ANNOTATION_COLUMNS, annotation_with, in_order, review_of
from store.project.control_arm import arm_in
from store.project.settings import labels_in

if TYPE_CHECKING:
    from annotations.formats.base import Sort  # the formats are slow to import, and a notice is shown without them

_AT_ONCE: Final = 64
"""Notices that are read at once."""

_MOST_NAMED = 8
"""How many ids of an ambiguous doc are listed."""

_regions = msgspec.json.Decoder(tuple[Region, ...])
_runs = msgspec.json.Decoder(list[tuple[int, int, int, int]])
_meta = msgspec.json.Decoder(dict[str, Any])


class StoredNotice(msgspec.Struct, frozen=True):
    """A notice with its number, which is its place in the order of import (from 1)."""

    number: int
    notice: Notice


def notice_number(connection: Connection, notice_id: str) -> int | None:
    """The number of the notice with this id; None where there is none."""
    row = connection.execute("SELECT number FROM notices WHERE id = ?", [notice_id]).fetchone()
    return None if row is None else int(row[0])


def find_notice(connection: Connection, name: str) -> int:
    """The number of the notice that ``name``, an id or a doc, means.

    Raises:
        NotFoundError: no notice has that id or doc.
        AmbiguousError: several notices have that doc; the line lists their ids.
    """
    number = notice_number(connection, name)
    if number is not None:
        return number
    rows = connection.execute(
        "SELECT number, id FROM notices WHERE doc = ? ORDER BY number LIMIT ?", [name, _MOST_NAMED + 1]
    ).fetchall()
    if not rows:
        raise NotFoundError(f"no notice has the id or doc {name}")
    if len(rows) > 1:
        ids = [row["id"] for row in rows[:_MOST_NAMED]] + (["…"] if len(rows) > _MOST_NAMED else [])
        raise AmbiguousError(f"doc {name} names several notices; give one of the ids {', '.join(ids)}")
    return int(rows[0]["number"])


def load_notice(connection: Connection, number: int) -> StoredNotice:
    """The notice with this number, whole.

    Raises:
        NotFoundError: there is none.
    """
    row = connection.execute(
        "SELECT * FROM notices JOIN texts ON texts.notice = notices.number WHERE number = ?", [number]
    ).fetchone()
    if row is None:
        raise NotFoundError(f"no notice has the number {number}")
    return _stored(row, load_fields_by(connection, [number]))


def notice_fields(connection: Connection, number: int) -> NoticeFields:
    """Title, source and date of the notice with this number, and who set them.

    Raises:
        NotFoundError: there is none.
    """
    row = connection.execute("SELECT title, source, published FROM notices WHERE number = ?", [number]).fetchone()
    if row is None:
        raise NotFoundError(f"no notice has the number {number}")
    by = load_fields_by(connection, [number]).get(number, FieldsBy())
    return NoticeFields(row["title"], row["source"], row["published"], by)


def sorted_numbers(connection: Connection, among: BitMap, sort: Sort) -> Iterator[int]:
    """The numbers of some notices in the order of import, or by their ids; no more of them are held than a few."""
    if sort == "import":
        yield from walk(among, 0)
        return
    cursor = connection.cursor()
    for row in cursor.execute("SELECT number FROM notices ORDER BY id"):
        if row[0] in among:
            yield row[0]


def each_notice(
    connection: Connection, numbers: Iterable[int] | None = None
) -> Iterator[tuple[StoredNotice, list[Annotation], list[Review]]]:
    """Notices with what is said about them, a few at a time: those with some numbers, in their order.

    Args:
        connection: within one snapshot.
        numbers: the numbers; None is all notices in the order of import.
    """
    labels = labels_in(connection)
    rest = iter(walk(all_notices(connection), 0) if numbers is None else numbers)
    while some := list(islice(rest, _AT_ONCE)):
        given = [json_array(some)]
        rows = connection.execute(
            "SELECT notices.*, texts.* FROM json_each(?) AS given CROSS JOIN notices ON number = given.value "
            "JOIN texts ON texts.notice = number ORDER BY given.key",
            given,
        ).fetchall()
        items = annotations_of(connection, some, labels)
        reviews: dict[int, list[Review]] = {}
        for row in connection.execute(
            "SELECT * FROM reviews WHERE notice IN (SELECT value FROM json_each(?)) ORDER BY notice, annotator", given
        ).fetchall():
            reviews.setdefault(row["notice"], []).append(review_of(row))
        set_by = load_fields_by(connection, some)
        for row in rows:
            number = row["number"]
            yield _stored(row, set_by), items.get(number, []), reviews.get(number, [])


def each_doc(connection: Connection) -> Iterator[str]:
    """The ``doc`` of every notice, in the order of import, a few at a time."""
    at = 0
    while rows := connection.execute(
        "SELECT number, doc FROM notices WHERE number > ? ORDER BY number LIMIT 1024", [at]
    ).fetchall():
        yield from (row["doc"] for row in rows)
        at = rows[-1]["number"]


def notice_annotations(connection: Connection, number: int, labels: LabelSet | None = None) -> list[Annotation]:
    """All annotations on the notice, in the order of the contract.

    Args:
        connection: for reading.
        number: the number of the notice.
        labels: the label set that they follow, where the caller has read it.
    """
    labels = labels_in(connection) if labels is None else labels
    rows = connection.execute(
        f'SELECT {ANNOTATION_COLUMNS} FROM annotations WHERE notice = ? ORDER BY "start", "end", label, id',  # noqa: S608  # constants
        [number],
    ).fetchall()
    return in_order([annotation_with(labels, *row) for row in rows], labels)


def annotations_of(
    connection: Connection, numbers: Iterable[int], labels: LabelSet | None = None
) -> dict[int, list[Annotation]]:
    """All annotations on some notices, by the numbers of the notices that have any, as ``notice_annotations``."""
    labels = labels_in(connection) if labels is None else labels
    items: dict[int, list[Annotation]] = {}
    for number, *row in connection.execute(
        f"SELECT notice, {ANNOTATION_COLUMNS} FROM annotations WHERE notice IN (SELECT value FROM json_each(?)) "  # noqa: S608  # constants
        'ORDER BY notice, "start", "end", label, id',
        [json_array(numbers)],
    ).fetchall():
        items.setdefault(number, []).append(annotation_with(labels, *row))
    return {number: in_order(each, labels) for number, each in items.items()}


def annotations_at(
    connection: Connection, number: int, annotator: str, starts: Iterable[int], labels: LabelSet
) -> list[Annotation]:
    """The annotations of one annotator on a notice that begin at some offsets, in raw code points.

    Args:
        connection: for reading.
        number: the number of the notice.
        annotator: whose they are.
        starts: the offsets.
        labels: the label set that they follow.
    """
    rows = connection.execute(
        f"SELECT {ANNOTATION_COLUMNS} FROM annotations "  # noqa: S608  # constants
        'WHERE notice = ? AND annotator = ? AND "start" IN (SELECT value FROM json_each(?))',
        [number, annotator, json_array(starts)],
    ).fetchall()
    return [annotation_with(labels, *row) for row in rows]


def shown_annotations(connection: Connection, number: int) -> list[Annotation]:
    """The annotations on the notice that people see: no suggestions in the control arm."""
    items = notice_annotations(connection, number)
    return [item for item in items if item.annotator is not None] if arm_in(connection, number) == "hidden" else items


def notice_reviews(connection: Connection, number: int) -> list[Review]:
    """All reviews of the notice, by annotator."""
    rows = connection.execute("SELECT * FROM reviews WHERE notice = ? ORDER BY annotator", [number]).fetchall()
    return [review_of(row) for row in rows]


def _stored(row: Row, set_by: Mapping[int, FieldsBy]) -> StoredNotice:
    try:
        return StoredNotice(row["number"], _notice(row, set_by.get(row["number"], FieldsBy())))
    except (msgspec.DecodeError, ZhupiError) as error:
        raise DamageError(f"notice {row['id']} is damaged ({error}); restore a backup") from error


def _notice(row: Row, fields_by: FieldsBy) -> Notice:
    return Notice(
        id=row["id"],
        doc=row["doc"],
        sha256=row["sha256"],
        title=row["title"],
        source=row["source"],
        published=row["published"],
        url=row["url"],
        raw=row["raw"],
        normalized=row["normalized"],
        normalizer=row["normalizer"],
        regions=_regions.decode(row["regions"]),
        alignment=Alignment(_runs.decode(row["runs"]), len(row["raw"]), len(row["normalized"])),
        meta=_meta.decode(row["meta"]),
        fields_by=fields_by,
    )


def name_of(connection: Connection, number: int) -> str | None:
    """What people call a notice: its title, or else its doc; None where there is no such notice."""
    row = connection.execute("SELECT coalesce(title, doc) FROM notices WHERE number = ?", [number]).fetchone()
    return None if row is None else str(row[0])


def find_titles(connection: Connection, text: str, limit: int) -> list[tuple[int, str]]:
    """Number and title (or doc) of the first notices whose title or doc holds ``text``, folded as titles are."""
    from annotations.normalize.folding import flat  # noqa: PLC0415  # only who searches needs it

    pattern = "".join(f"\\{character}" if character in "\\%_" else character for character in text)
    folded = "".join(f"\\{character}" if character in "\\%_" else character for character in flat(text))
    rows = connection.execute(
        "SELECT number, coalesce(title, doc) AS name FROM notices WHERE title LIKE ? ESCAPE '\\' "
        "OR title LIKE ? ESCAPE '\\' OR doc LIKE ? ESCAPE '\\' ORDER BY number LIMIT ?",
        [f"%{pattern}%", f"%{folded}%", f"%{pattern}%", limit],
    ).fetchall()
    return [(row["number"], row["name"]) for row in rows]
