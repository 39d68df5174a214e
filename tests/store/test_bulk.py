"""The mark of what somebody tagged, accepted or rejected many in one step: made, kept, taken away."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest
from making import RAW, annotation_of, normalized_notice, unmark, wrong
from msgspec.structs import replace

from annotations.annotation import Annotation
from annotations.formats.choice import ExportOptions
from annotations.origins import changed, decided
from store.db.database import Database
from store.edits.annotate import add_annotation, add_annotations, change_annotation
from store.edits.undo import redo, undo
from store.intake.ingest import ingest
from store.intake.merge import merge
from store.intake.sources import read_sources
from store.log.events import annotation_change
from store.open import open_database
from store.output.export import export
from store.output.verify import verify
from store.project.reviewers import current_reviewer
from store.read.notices import notice_annotations
from store.read.pace import WorkLog
from store.write.notices import add_notice
from store.write.record import Batch, record


@pytest.fixture
def number(database):
    with database.write() as connection:
        return add_notice(connection, "importer", normalized_notice(RAW))


def suggestions(database: Database, number: int, *starts: int) -> list[Annotation]:
    items = [
        replace(
            annotation_of(RAW, start, start + 2), annotator=None, status="suggested", suggested_by="dates@1", score=0.9
        )
        for start in starts
    ]
    with database.write() as connection:
        for each in items:
            record(connection, "rules", "suggest", annotation_change(number, None, each))
    return items


def marks(database: Database, number: int) -> list[bool]:
    """Of each annotation of a person, in order, whether it is marked."""
    return [item.bulk for item in notice_annotations(database.connection, number) if item.annotator is not None]


def exported(database: Database, **options: object) -> bytes:
    out = io.BytesIO()
    export(database, out, ExportOptions(**options))  # type: ignore[arg-type]  # they are checked
    return out.getvalue()


@pytest.mark.parametrize("status", ["accepted", "rejected"])
def test_several_in_one_step_are_marked_and_one_alone_is_not(database, number, status):
    items = suggestions(database, number, 0, 4, 8)
    add_annotations(database, "lin", number, [decided(each, "lin", status) for each in items[:2]])
    add_annotations(database, "lin", number, [decided(items[2], "lin", status)])
    assert marks(database, number) == [True, True, False]
    for reverse, left in ((undo, [True, True]), (undo, []), (redo, [True, True]), (redo, [True, True, False])):
        reverse(database, "lin")
        assert marks(database, number) == left
    assert wrong(database) == []


def test_who_changes_one_by_itself_has_looked_at_it(database, number):
    add_annotations(database, "lin", number, [annotation_of(RAW, start, start + 2) for start in (0, 4)])
    first = notice_annotations(database.connection, number)[0]
    change_annotation(database, "lin", number, first, changed(first, RAW, comment="看过"))
    assert marks(database, number) == [False, True]
    undo(database, "lin")
    assert marks(database, number) == [True, True]
    undo(database, "lin")
    for start in (0, 4):
        add_annotation(database, "lin", number, annotation_of(RAW, start, start + 2))
    assert marks(database, number) == [False, False]


def test_an_export_leaves_it_out_where_that_is_wanted(database, number):
    add_annotations(database, "lin", number, [annotation_of(RAW, start, start + 2) for start in (0, 4)])
    add_annotation(database, "lin", number, annotation_of(RAW, 8, 10))
    suggestions(database, number, 20)
    (row,) = exported(database, without_bulk=True).splitlines()
    assert [(item["start"], item["annotator"]) for item in json.loads(row)["annotations"]] == [(8, "lin"), (20, None)]
    spans = exported(database, format="spans", without_bulk=True).splitlines()
    assert [json.loads(line)["start"] for line in spans] == [8]
    assert len(exported(database, format="spans").splitlines()) == 3


def test_a_file_keeps_it_to_the_byte(database, number, tmp_path):
    add_annotations(database, "lin", number, [annotation_of(RAW, start, start + 2) for start in (0, 4)])
    add_annotation(database, "lin", number, annotation_of(RAW, 8, 10))
    out = tmp_path / "out.jsonl"
    out.write_bytes(exported(database))
    assert [item["bulk"] for item in json.loads(out.read_bytes())["annotations"]] == [True, True, False]
    assert [line for line in verify(out) if isinstance(line, str)] == []
    with open_database(tmp_path / "other.db", create=True) as other:
        ingest(other, read_sources([str(out)]), "lin", pytest.fail)
        assert exported(other) == out.read_bytes()
        assert wrong(other) == []
        # What an older zhupi wrote has no mark.  It says the same, and nothing is refused or lost.
        older = tmp_path / "older.jsonl"
        older.write_bytes(out.read_bytes().replace(b'"bulk":true', b'"bulk":false'))
        report = ingest(other, read_sources([str(older)]), "lin", pytest.fail)
        assert (report.annotations, report.refused) == (0, 0)
        assert exported(other) == out.read_bytes()


def test_of_an_older_database_the_log_tells(database, number):
    items = [annotation_of(RAW, start, start + 2) for start in range(0, 20, 2)]

    def store(*some: Annotation) -> None:
        """As an older zhupi stored several in one step."""
        with database.write() as connection:
            batch = Batch()
            for each in some:
                record(connection, "lin", "tag", annotation_change(number, None, each), batch=batch)

    store(*items[:3])
    changed_one = replace(items[0], comment="看过", updated_at="2026-01-01T00:00:00.000Z")
    change_annotation(database, "lin", number, items[0], changed_one)
    change_annotation(
        database, "lin", number, items[1], replace(items[1], unsure=True, updated_at=changed_one.updated_at)
    )
    undo(database, "lin")
    store(items[4])
    add_annotation(database, "lin", number, items[5])
    store(items[6], items[7])
    undo(database, "lin")
    before = exported(database)
    assert marks(database, number) == [False] * 5
    with database.write() as connection:
        unmark(connection)
        connection.execute("PRAGMA user_version = 24")
    database.close()
    with open_database(database.path) as again:
        assert marks(again, number) == [False, True, True, False, False]
        assert exported(again).replace(b'"bulk":true', b'"bulk":false') == before
        assert wrong(again) == []
        log = WorkLog()
        log.read(again.connection)
        worked = log.people["lin"]
        assert (sum(worked.spans.values()), worked.in_bulk) == (2, 3)
        # What was undone then comes back with the mark, and goes again.
        redo(again, "lin")
        assert marks(again, number) == [False, True, True, False, False, True, True]
        for _ in range(4):
            undo(again, "lin")
        assert marks(again, number) == [True, True, True]
        undo(again, "lin")
        assert marks(again, number) == []
        redo(again, "lin")
        assert marks(again, number) == [True, True, True]
        assert wrong(again) == []


def test_a_note_beside_an_event_that_cannot_be_true_is_found(database, number):
    add_annotation(database, "lin", number, annotation_of(RAW, 0, 2))
    database.connection.execute("DROP TRIGGER events_are_final")
    for noted in (1, 2, 4):
        database.connection.execute("UPDATE events SET bulk = ? WHERE action = 'tag'", [noted])
        assert any("event" in line or "annotation" in line for line in wrong(database))


def merged_into(path: Path, other: Path) -> None:
    with open_database(path) as into:
        merge(into, current_reviewer(), [other], {}, lambda _: None, pytest.fail)


def test_a_merge_keeps_it_whichever_way(database, number, tmp_path):
    items = suggestions(database, number, 0, 4, 8)
    database.close()
    one, other = database.path, tmp_path / "other.db"
    shutil.copy(one, other)
    with open_database(other) as there:
        add_annotations(there, "lin", number, [decided(each, "lin", "accepted") for each in items[:2]])
        add_annotations(there, "wang", number, [decided(each, "wang", "rejected") for each in items[:2]])
    with open_database(one) as here:
        add_annotation(here, "lin", number, decided(items[2], "lin", "accepted"))
        # The same decision as there, and one by one.
        add_annotation(here, "wang", number, decided(items[0], "wang", "rejected"))
    third = tmp_path / "third.db"
    shutil.copy(one, third)
    merged_into(one, other)
    merged_into(other, third)
    with open_database(one) as here, open_database(other) as there:
        assert wrong(here) == wrong(there) == []
        assert exported(here) == exported(there)
        assert [item.bulk for item in notice_annotations(here.connection, number) if item.annotator == "lin"] == [
            True, True, False,
        ]  # fmt: skip


def test_of_an_older_database_that_was_merged_the_log_tells_too(database, number, tmp_path):
    items = [annotation_of(RAW, start, start + 2) for start in range(0, 10, 2)]
    database.close()
    one, other = database.path, tmp_path / "other.db"
    shutil.copy(one, other)
    with open_database(other) as there:
        with there.write() as connection:
            batch = Batch()
            for each in items[:3]:
                record(connection, "lin", "tag", annotation_change(number, None, each), batch=batch)
        after = replace(items[0], comment="看过", updated_at="2026-01-01T00:00:00.000Z")
        change_annotation(there, "lin", number, items[0], after)
        undo(there, "lin")
        add_annotation(there, "lin", number, items[3])
    merged_into(one, other)
    for path in (one, other):
        with open_database(path) as older, older.write() as connection:
            unmark(connection)
            connection.execute("PRAGMA user_version = 24")
        open_database(path).close()
    with open_database(one) as here, open_database(other) as there:
        assert marks(here, number) == marks(there, number) == [True, True, True, False]
        assert wrong(here) == wrong(there) == []
        assert undo(there, "lin") is not None
        assert wrong(there) == []
    merged_into(one, other)
    with open_database(one) as here:
        assert marks(here, number) == [True, True, True]
        assert wrong(here) == []
