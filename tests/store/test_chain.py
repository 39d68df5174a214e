"""The chain of the log: what was changed, taken out or put in is found; with a head that was noted, all of it."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from contextlib import nullcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import RAW, annotation_of, stored_notice, unchain, wrong

from store.db.sqlite import WAL_SAFE, connect
from store.doctor import facts, findings
from store.edits.annotate import add_annotation
from store.edits.guideline import set_guideline
from store.edits.people import add_reviewer, remove_reviewer, set_joining, set_role
from store.edits.undo import redo, undo
from store.errors import StoreError
from store.log.chain import COLUMNS, FIRST, Head, differences, digest_of, head, parse_head
from store.log.events import events
from store.open import open_database
from store.project.reviewers import current_reviewer, find
from store.read.notices import notice_annotations

pytestmark = pytest.mark.skipif(not WAL_SAFE, reason="the SQLite in use is itself a finding")

ME = current_reviewer()
VALUES = st.lists(st.none() | st.integers(0, 2**53) | st.text(st.characters(exclude_categories=("Cs",))), max_size=12)


@pytest.fixture
def worked(database):
    """A log of a dozen events."""
    number = stored_notice(database)
    for start in range(9):
        add_annotation(database, "lin", number, annotation_of(RAW, start, start + 3))
    return database


def by_hand(path):
    """The digests of a log as docs/server.md tells anybody to make them."""
    plain = connect(path)
    previous, made = "0" * 64, []
    for row in plain.execute(f"SELECT {', '.join(COLUMNS)} FROM events ORDER BY number"):
        array = json.dumps([previous, *row], ensure_ascii=False, separators=(",", ":"))
        previous = hashlib.sha256(array.encode()).hexdigest()
        made.append(previous)
    plain.close()
    return made


def tampered(database, *statements):
    """The log after another program has changed it, triggers out of the way."""
    plain = connect(database.path, isolation_level=None)
    for name in ("events_are_final", "events_stay"):
        plain.execute(f"DROP TRIGGER IF EXISTS {name}")
    for statement in statements:
        plain.execute(statement)
    plain.close()
    return list(differences(database.connection))


def chained_again(database):
    """What somebody does who knows how zhupi chains its log."""
    plain = connect(database.path, isolation_level=None)
    numbers = [number for (number,) in plain.execute("SELECT number FROM events ORDER BY number")]
    for number, digest in zip(numbers, by_hand(database.path), strict=True):
        plain.execute("UPDATE events SET digest = ? WHERE number = ?", [bytes.fromhex(digest), number])
    plain.close()


def test_anybody_can_make_the_digests_with_a_few_lines(worked):
    stored = [row[0].hex() for row in worked.connection.execute("SELECT digest FROM events ORDER BY number")]
    assert stored == by_hand(worked.path)
    assert str(head(worked.connection)) == f"{len(stored)}:{stored[-1]}"


@given(VALUES)
def test_the_encoding_is_that_of_any_json(values):
    array = json.dumps([FIRST.hex(), *values], ensure_ascii=False, separators=(",", ":"))
    assert digest_of(FIRST, values) == hashlib.sha256(array.encode()).digest()


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE events SET actor = 'wu' WHERE number = 5", ["event 5 does not bear out"]),
        ("UPDATE events SET at = '2020-01-01T00:00:00.000Z' WHERE number = 5", ["event 5 does not bear out"]),
        ("UPDATE events SET digest = x'00' WHERE number = 5", ["event 5 does not", "event 6 does not"]),
        ("UPDATE events SET digest = NULL WHERE number = 5", ["event 5 does not", "event 6 does not"]),
        ("DELETE FROM events WHERE number = 5", ["event 5 is missing", "event 6 does not"]),
        ("DELETE FROM events WHERE number IN (5, 6)", ["events 5 to 6 are missing", "event 7 does not"]),
        ("DELETE FROM events WHERE number > 10", ["events 11 to 13 are missing, the newest"]),
        ("DELETE FROM events", ["events 1 to 13 are missing"]),
        ("UPDATE sqlite_sequence SET seq = 3 WHERE name = 'events'", ["it counts 3 events and holds 13"]),
        (
            "INSERT INTO events (at, actor, action, entity, key) VALUES ('t', 'wu', 'tag', 'review', 'wu')",
            ["event 14 does not bear out"],
        ),
    ],
)  # fmt: skip
def test_what_was_done_to_the_log_is_found(worked, statement, told):
    lines = tampered(worked, statement)
    assert len(lines) == len(told), lines
    assert all(part in line for part, line in zip(told, lines, strict=True)), lines


def test_a_log_that_was_chained_again_is_found_by_a_head_that_was_noted(worked):
    noted = parse_head(str(head(worked.connection)))
    add_annotation(worked, "lin", 1, annotation_of(RAW, 10, 12))
    assert list(differences(worked.connection, noted)) == []
    tampered(worked, "UPDATE events SET actor = 'wu' WHERE number = 5")
    chained_again(worked)
    assert list(differences(worked.connection)) == []
    (line,) = differences(worked.connection, noted)
    assert "event 13, or one before it, is another than when the head 13 was noted" in line
    assert [line for line in findings(worked, noted) if "head 13 was noted" in line]


def test_an_event_that_is_gone_is_not_told_as_the_end_of_the_log(worked):
    number, digest = worked.connection.execute("SELECT number, digest FROM events WHERE number = 5").fetchone()
    tampered(worked, "DELETE FROM events WHERE number = 5")
    *_, line = differences(worked.connection, Head(number, digest))
    assert line == "log: event 5, whose head was noted, is missing; compare with a backup"


def test_a_log_that_was_cut_off_is_found_by_a_head_that_was_noted(worked):
    noted = head(worked.connection)
    tampered(
        worked, "DELETE FROM events WHERE number > 10", "UPDATE sqlite_sequence SET seq = 10 WHERE name = 'events'"
    )
    assert list(differences(worked.connection)) == []
    (line,) = differences(worked.connection, noted)
    assert "it ends at event 10, and the head that was noted is of event 13" in line


def test_where_the_newest_events_are_gone_the_next_leaves_the_gap(worked):
    tampered(worked, "DELETE FROM events WHERE number > 10")
    with open_database(worked.path) as database:
        add_annotation(database, "lin", 1, annotation_of(RAW, 10, 12))
        assert [line for line in differences(database.connection) if "events 11 to 13 are missing" in line]


def test_the_head_before_all_events_proves_nothing_and_is_no_finding(worked):
    assert list(differences(worked.connection, Head(0, FIRST))) == []


@pytest.mark.parametrize("text", ["", "12", "12:", "12:00", f"x:{'0' * 64}", f"-1:{'0' * 64}", f"1:{'g' * 64}"])
def test_what_is_no_head_is_refused(text):
    with pytest.raises(StoreError, match="no head of a log"):
        parse_head(text)


def test_check_tells_the_head(worked):
    assert any(line.endswith(f"head {head(worked.connection)}") for line in facts(worked))


def test_an_older_database_is_chained_and_says_since_when(worked):
    worked.close()
    old = worked.path.with_name("old.db")
    shutil.copy(worked.path, old)
    with sqlite3.connect(old) as plain:
        unchain(plain)
        plain.execute("PRAGMA user_version = 8")
    plain.close()
    told = []
    with open_database(old, upgrading=lambda: nullcontext(told.append("older"))) as database:
        assert told == ["older"]
        assert wrong(database) == []
        assert [event.action for event in events(database.connection)] == ["tag"] * 9 + ["migrate"] * 4
        assert any("before 2" in line and "it does not tell" in line for line in facts(database))
        assert by_hand(old)[-1] == head(database.connection).digest.hex()
    with open_database(worked.path, upgrading=lambda: nullcontext(told.append("new"))) as database:
        assert told == ["older"]
        assert not any("it does not tell" in line for line in facts(database))


def test_an_older_database_gets_the_index_of_html_that_takes_damaged_meta(worked):
    worked.close()
    with sqlite3.connect(worked.path) as plain:
        unchain(plain)
        digest = "json_extract(meta, '$.html_sha256')"
        plain.execute("DROP INDEX texts_html")
        plain.execute(f"CREATE INDEX texts_html ON texts({digest}) WHERE {digest} IS NOT NULL")
        plain.execute("PRAGMA user_version = 11")
    plain.close()
    with open_database(worked.path) as database:
        assert wrong(database) == []


# Settings and people


def test_who_did_what_to_people_and_settings_is_in_the_log(database):
    add_reviewer(database, ME, "lin", "reviewer")
    set_role(database, ME, "lin", "admin")
    set_guideline(database, "lin", "# 甲\n")
    set_guideline(database, "lin", "# 甲\n")
    set_joining(database, "lin", closed=True)
    add_reviewer(database, "lin", "wu", "reviewer")
    remove_reviewer(database, "lin", "wu")
    told = [(each.actor, each.action, each.change.key) for each in events(database.connection)]
    assert told == [
        (ME, "init", "labels"), (ME, "init", "project"), (ME, "init", ME), (ME, "add", "lin"), (ME, "role", "lin"),
        ("lin", "guideline", "guideline"), ("lin", "joining", "joining"), ("lin", "add", "wu"), ("lin", "remove", "wu"),
    ]  # fmt: skip
    assert list(findings(database)) == []


def test_undo_and_redo_never_touch_people_and_settings(database):
    number = stored_notice(database)
    add_reviewer(database, ME, "lin", "admin")
    item = annotation_of(RAW, 0, 3)
    add_annotation(database, "lin", number, item)
    add_reviewer(database, "lin", "wu", "reviewer")
    set_role(database, "lin", "wu", "adjudicator")
    set_guideline(database, "lin", "# 甲\n")
    assert undo(database, "lin").change.key == item.id
    assert undo(database, "lin") is None
    set_role(database, "lin", "wu", "reviewer")
    assert redo(database, "lin").change.key == item.id
    assert notice_annotations(database.connection, number) == [item]
    assert find(database.connection, "wu").role == "reviewer"
    assert wrong(database) == []
