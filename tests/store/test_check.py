"""``check`` finds what no part of zhupi would do: whatever was changed behind its back."""

from __future__ import annotations

import io
import re

import pytest
from making import RAW, annotation_of, stored_notice
from workplace import SAMPLES

from annotations.annotation import Review, now
from annotations.errors import ZhupiError
from annotations.formats.choice import ExportOptions
from store.db.sqlite import WAL_SAFE, connect
from store.doctor import findings, repair
from store.edits.annotate import add_annotation, delete_annotation
from store.edits.review import set_review
from store.edits.undo import undo
from store.errors import DamageError, DatabaseError, StoreError
from store.intake.ingest import ingest
from store.intake.sources import read_sources
from store.open import open_database
from store.output.export import export, export_file

pytestmark = pytest.mark.skipif(not WAL_SAFE, reason="the SQLite in use is itself a finding")


@pytest.fixture
def reviewed(database):
    """A database with three notices; the first has annotations that were changed, undone and deleted, and a review."""
    pages = sorted(SAMPLES.glob("0[1-3]*.txt"))
    ingest(database, read_sources(pages), "lin", pytest.fail)
    raw = database.connection.execute("SELECT raw FROM texts WHERE notice = 1").fetchone()[0]
    items = [annotation_of(raw, start, start + 3) for start in range(4)]
    for item in items:
        add_annotation(database, "lin", 1, item)
    delete_annotation(database, "lin", 1, items[0])
    undo(database, "lin")
    delete_annotation(database, "lin", 1, items[1])
    set_review(database, "lin", 1, Review("lin", "done", None, now()))
    return database


def tamper(database, *statements):
    """Change the file as another program would, triggers out of the way; another library would take our locks."""
    with connect(database.path, isolation_level=None) as plain:
        for (name,) in plain.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            plain.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            plain.execute(statement)
    plain.close()


def test_a_database_that_only_zhupi_wrote_to_is_well(reviewed):
    assert list(findings(reviewed)) == []


A_REVIEW = (
    "INSERT INTO reviews (notice, annotator, status, updated_at) "
    "VALUES ({}, 'chen', 'done', '2026-11-21T08:00:00.000Z')"
)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE texts SET raw = '甲' || raw WHERE notice = 2", "notice .*: (sha256|regions)"),
        ("UPDATE notices SET sha256 = substr(sha256, 2) || '0' WHERE number = 2", "sha256"),
        ("UPDATE notices SET id = '0000000000000000' WHERE number = 2", "sha256"),
        ("UPDATE texts SET normalized = normalized || '。' WHERE notice = 2", "cover"),
        ("UPDATE texts SET runs = '[[0,1,0,1]]' WHERE notice = 2", "cover"),
        ("UPDATE texts SET runs = 'x' WHERE notice = 2", "damaged"),
        ("UPDATE texts SET runs = '[[0,1]]' WHERE notice = 2", "damaged"),
        ("UPDATE texts SET regions = '[]' WHERE notice = 2", "regions end at 0"),
        ("UPDATE texts SET regions = '{}' WHERE notice = 2", "damaged"),
        ("UPDATE texts SET regions = replace(regions, 'body', 'footer') WHERE notice = 2", "damaged"),
        ("UPDATE texts SET meta = '' WHERE notice = 2", "damaged"),
        ("UPDATE texts SET meta = '[]' WHERE notice = 2", "damaged"),
        ("UPDATE texts SET normalizer = 'zhupi-0' WHERE notice = 2", "1 notice normalized by another version"),
        ("DELETE FROM texts WHERE notice = 2", "notice .*no notice|number 2"),
        ("UPDATE annotations SET text = 'x'", "quote"),
        ('UPDATE annotations SET "end" = 1000000', "does not fit|reaches past"),
        ("UPDATE annotations SET label = 'NOSUCH'", "unknown label NOSUCH"),
        ("UPDATE annotations SET attributes = 'x'", "damaged"),
        ("UPDATE annotations SET attributes = '{}'", "of DATE have other attributes than it ever had: none"),
        ("""UPDATE annotations SET attributes = '{"iso":"bald"}'""", "it is 2021"),
        ("UPDATE annotations SET annotator = NULL", "by nobody"),
        ("UPDATE annotations SET comment = 'x'", "not what the log says"),
        ("DELETE FROM annotations", "in the log, not in the state"),
        ("UPDATE reviews SET status = 'open'", "the review of notice 1 by lin is not what the log says"),
        ("DELETE FROM reviews", "in the log, not in the state"),
        ("UPDATE events SET after = NULL WHERE number = 1", "does not follow|log says"),
        ("UPDATE events SET after = 'x' WHERE number = 1", "log: event 1 of the log is damaged"),
        ("UPDATE events SET before = '{}' WHERE number = 5", "log: event 5 of the log is damaged"),
        ("DELETE FROM events WHERE number = 2", "does not follow|log says"),
        ("DELETE FROM events", "not what the log says"),
        (A_REVIEW.format(3), "notice 3 by chen"),
        (A_REVIEW.format(99), "belongs to no notices"),
    ],
)  # fmt: skip
def test_what_another_program_changed_is_found(reviewed, statement, told):
    tamper(reviewed, statement)
    lines = list(findings(reviewed))
    assert any(re.search(told, line) for line in lines), lines
    assert all("\n" not in line for line in lines)


def test_a_damaged_notice_does_not_hide_the_others(reviewed):
    tamper(
        reviewed,
        "UPDATE texts SET runs = 'x' WHERE notice = 1",
        "UPDATE texts SET normalized = normalized || '。' WHERE notice = 3",
    )
    assert len([line for line in findings(reviewed) if line.startswith("notice")]) == 2


def test_a_missing_notice_is_found(reviewed):
    tamper(
        reviewed,
        "PRAGMA foreign_keys = OFF",
        "DELETE FROM texts WHERE notice = 2",
        "DELETE FROM notices WHERE number = 2",
    )
    assert "notice missing: 2" in list(findings(reviewed))


@pytest.mark.parametrize("path", [None, "a.jsonl"])
@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("UPDATE annotations SET text = 'x'", "quote"),
        ('UPDATE annotations SET "end" = 1000000', "does not fit|reaches past"),
        ("UPDATE texts SET runs = 'x' WHERE notice = 2", "damaged"),
        ("UPDATE annotations SET attributes = 'x'", "damaged"),
    ],
)
def test_what_is_damaged_is_never_exported(reviewed, tmp_path, statement, error, path):
    tamper(reviewed, statement)
    with pytest.raises(ZhupiError, match=error):
        if path:
            export_file(reviewed, tmp_path / path, ExportOptions(), "0")
        else:
            export(reviewed, io.BytesIO(), ExportOptions())
    assert [each.name for each in tmp_path.iterdir() if "jsonl" in each.name] == []


def test_a_torn_page_is_one_clear_line(reviewed):
    reviewed.close()
    with reviewed.path.open("r+b") as file:
        for page in range(2, 12):
            file.seek(page * 4096)
            file.write(b"\xa5" * 2048)
    try:
        with open_database(reviewed.path) as database:
            assert list(findings(database)) != []
    except DatabaseError as error:
        assert "damaged" in str(error)  # noqa: PT017  # either way is right


def test_damage_is_a_reason_that_the_database_cannot_be_used():
    assert issubclass(DamageError, StoreError)
    assert DamageError.exit_code == 2


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DELETE FROM sets WHERE facet = 'status'", "status done lin"),
        ("UPDATE sets SET numbers = x'ff' WHERE facet = 'label'", "label DATE lin"),
        ("UPDATE sets SET block = 7 WHERE facet = 'label'", "label DATE lin"),
        ("UPDATE tallies SET n = n + 1", "counts of annotations"),
        ("INSERT INTO sets SELECT 'held', '', '', block, numbers FROM sets LIMIT 1", "which notices are held"),
        ("DELETE FROM sets WHERE facet IN ('year', 'undated')", "which notices are"),
        (
            "UPDATE sets SET value = '1999' WHERE facet = 'year' AND value > '2022'",
            "year 1999",
        ),
        ("INSERT INTO search (search) VALUES ('delete-all')", "search: 3 notices"),
    ],
)
def test_what_follows_from_other_tables_is_compared_and_made_anew(reviewed, statement, told):
    tamper(reviewed, statement)
    assert any(re.search(told, line) for line in findings(reviewed)), list(findings(reviewed))
    repair(reviewed, "lin")
    assert list(findings(reviewed)) == []


def test_an_event_about_nothing_known_is_named_and_no_traceback(database):
    number = stored_notice(database)
    add_annotation(database, "lin", number, annotation_of(RAW, 0, 3))
    with database.write() as connection:
        connection.execute("DROP TRIGGER events_are_final")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("UPDATE events SET entity = 'other'")
    assert any("log: event 1 of the log is damaged" in line for line in findings(database))
