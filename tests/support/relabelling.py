"""Label sets that change, and what a database has then: its annotations, its export, what its queue filters by."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest
from msgspec.structs import replace

from annotations.annotation import Annotation, now
from annotations.formats.choice import ExportOptions
from annotations.labels import Attribute, LabelSet, default_labels
from annotations.open_points import OpenPoint
from annotations.origins import suggested
from annotations.spans import raw_span
from store.db.database import Database
from store.edits.labels import change_labels, declare_labels
from store.index.filters import QueueFilter
from store.index.shown import shown_notices
from store.intake.ingest import ingest
from store.intake.sources import read_sources
from store.log.events import annotation_change
from store.open import open_database
from store.output.export import export
from store.project.settings import labels_of
from store.read.notices import load_notice, notice_annotations
from store.write.record import record

LABELS = default_labels()


def give(
    database: Database,
    wanted: LabelSet | None = None,
    renames: Sequence[tuple[str, str]] = (),
    hide: Sequence[str] = (),
) -> tuple[LabelSet, LabelSet]:
    """Give a database another label set, as ``lin``; the one before and the one after."""
    return change_labels(database, "lin", wanted, renames, hide, "f.toml", lambda _: None)


def with_attributes(name: str, *attributes: Attribute, base: LabelSet = LABELS) -> LabelSet:
    """A label set in which one label has other attributes."""
    return LabelSet(tuple(replace(each, attribute=attributes) if each.name == name else each for each in base))


def without(name: str, base: LabelSet = LABELS) -> LabelSet:
    """A label set without one label."""
    return LabelSet(tuple(each for each in base if each.name != name))


def stored(database: Database, number: int = 1) -> list[Annotation]:
    """The annotations and suggestions on a notice."""
    return notice_annotations(database.connection, number)


def suggest(database: Database, number: int, start: int = 0, end: int = 3, label: str = "DATE") -> Annotation:
    """A suggestion that has just been stored."""
    notice, declared = load_notice(database.connection, number).notice, labels_of(database).resolve(label)
    item = suggested(notice, raw_span(start, end), declared, declared.attributes(), "hand/rule@1", 0.5, now())
    with database.write() as connection:
        record(connection, "hand", "suggest", annotation_change(number, None, item))
    return item


def exported(database: Database) -> bytes:
    """The export of a database in the native format."""
    out = io.BytesIO()
    export(database, out, ExportOptions())
    return out.getvalue()


def made_anew(database: Database, path: Path) -> Database:
    """A new database with the present label set of another, whose labels never had other names, and with its export."""
    anew = open_database(path, create=True)
    declare_labels(anew, "lin", LabelSet(tuple(replace(each, former_names=()) for each in labels_of(database))))
    brought = path.with_suffix(".jsonl")
    brought.write_bytes(exported(database))
    ingest(anew, read_sources([brought]), "lin", pytest.fail)
    return anew


def indexed(database: Database) -> tuple[set[tuple[object, ...]], dict[tuple[str, ...], tuple[int, ...]]]:
    """What is counted of annotations, and what filters of the queue show, under the present names of labels."""
    labels = labels_of(database)
    tallies = database.connection.execute("SELECT notice, owner, facet, value, n FROM tallies").fetchall()
    filters = {
        (who, label.name, str(point)): QueueFilter(label=label.name, open_point=point)
        for who in ("lin", "wu")
        for label in labels
        for point in _POINTS
    }
    shown = {key: tuple(shown_notices(database.connection, key[0], which) or ()) for key, which in filters.items()}
    return {(*row[:3], labels.present_name_of(row[3]), row[4]) for row in tallies}, shown


_POINTS: Final[tuple[OpenPoint | None, ...]] = (None, "gap", "undecided")
