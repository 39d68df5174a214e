"""What is stuck: leases that ended or are held long, flags, and what merged databases say differently."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

import pytest
from clock import set_clock
from making import RAW, annotation_of, stored_notice
from merging import made, merged
from msgspec.structs import replace

from annotations.annotation import Review, now
from store.edits.annotate import add_annotation, change_annotation
from store.edits.ask import answer, ask
from store.edits.leases import take_next
from store.edits.people import add_reviewer
from store.edits.review import set_review
from store.open import open_database
from store.project.presence import announce
from store.project.reviewers import current_reviewer
from store.read import stuck as module
from store.read.notices import notice_annotations
from store.read.stuck import stuck

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch):
    """Sets the clock of this host, to so many minutes past noon."""
    return lambda minutes: set_clock(monkeypatch, NOON + timedelta(minutes=minutes))


def found(database, kind):
    with database.read() as connection:
        (one,) = (each for each in stuck(connection) if each.kind == kind)
    return one


def told(database, kind):
    return [(each.doc, each.who, each.since[11:16], each.what) for each in found(database, kind).items]


def test_a_lease_that_ended_or_is_held_long_is_stuck_and_one_of_now_is_not(database, at):
    at(0)
    for index in range(3):
        stored_notice(database, f"通知{index}", f"doc-{index}")
    assert [take_next(database, name) for name in ("lin", "wang", "chen")] == [1, 2, 3]
    for minutes in range(0, 62, 2):
        at(minutes)
        with database.write() as connection:
            announce(connection, "a", "wang", 2)
    at(29)
    assert told(database, "lease") == []
    at(31)
    assert told(database, "lease")[0] == ("doc-0", "lin", "12:30", "handed out to review; the lease has ended")
    # Who is at work keeps the lease, and the session says since when.
    with database.write() as connection:
        connection.execute("UPDATE leases SET until = ? WHERE notice = 2", ["2026-03-02T13:30:00.000Z"])
    at(61)
    assert ("doc-1", "wang", "12:00", "handed out to review; open since then") in told(database, "lease")
    set_review(database, "wang", 2, Review("wang", "done", None, now()))
    assert [each[1] for each in told(database, "lease")] == ["lin", "chen"]


def test_flags_come_oldest_first_with_their_reasons(database, at, monkeypatch):
    for minutes, name in ((5, "lin"), (1, "wang"), (3, "lin")):
        at(minutes)
        number = stored_notice(database, f"通知{minutes}", f"doc-{minutes}")
        set_review(database, name, number, Review(name, "flagged", f"缺{minutes}页", now()))
    assert told(database, "flag") == [
        ("doc-1", "wang", "12:01", "缺1页"), ("doc-3", "lin", "12:03", "缺3页"), ("doc-5", "lin", "12:05", "缺5页"),
    ]  # fmt: skip
    monkeypatch.setattr(module, "MOST", 2)
    few = found(database, "flag")
    assert (few.count, [each.doc for each in few.items]) == (3, ["doc-1", "doc-3"])


def test_questions_wait_until_somebody_answers(database, at):
    at(0)
    number = stored_notice(database, RAW, "page")
    for name in ("lin", "wang"):
        add_reviewer(database, current_reviewer(), name, "reviewer")
    asked = ask(database, "lin", number, "wang", "这是任务吗?", None)
    at(2)
    ask(database, "wang", number, None, "哪一年?", None)
    assert told(database, "question") == [
        ("page", "wang", "12:00", "lin asks: 这是任务吗?"), ("page", "", "12:02", "wang asks: 哪一年?"),
    ]  # fmt: skip
    answer(database, "wang", number, asked, "是")
    assert [each[2] for each in told(database, "question")] == ["12:02"]


def test_what_two_databases_say_differently_is_stuck(tmp_path):
    with made(tmp_path / "one.db", "lin") as one:
        add_annotation(one, "lin", 1, annotation_of(RAW, 20, 22))
        assert told(one, "conflict") == []
    shutil.copy(tmp_path / "one.db", tmp_path / "other.db")
    for name, iso in (("one", "2023-04-01"), ("other", "2023-04-02")):
        with open_database(tmp_path / f"{name}.db") as database:
            (item,) = notice_annotations(database.connection, 1)
            wanted = replace(item, attributes={**item.attributes, "iso": iso}, updated_at=now())
            change_annotation(database, "lin", 1, item, wanted)
    merged(tmp_path / "one.db", tmp_path / "other.db")
    with open_database(tmp_path / "one.db") as one:
        assert found(one, "conflict").count == 1
        (item,) = found(one, "conflict").items
        assert (item.doc, item.who, item.number) == ("page", "lin", 1)
        assert item.what == f"DATE “{RAW[20:22]}” of lin"
