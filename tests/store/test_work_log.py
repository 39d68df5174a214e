"""The working time that the log tells of: by hand, by whom, as one reads on, and when another log is merged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from adjudicating import said, say, with_adjudicator
from clock import set_clock
from making import RAW, annotation_of, stored_notice
from msgspec.structs import replace

from annotations.annotation import Review, now, timestamp
from annotations.labels import default_labels
from store.edits.adjudicate import complete, fill
from store.edits.annotate import add_annotation, add_annotations, delete_annotation, move_edge
from store.edits.ask import ask
from store.edits.review import set_review
from store.edits.undo import redo, undo
from store.errors import DamageError
from store.log.chain import newest
from store.log.events import Event, annotation_change
from store.log.origins import Origin
from store.read.pace import Day, LabelPace, WorkLog, days_of, done_by_person, pace
from store.read.working_time import WorkingTime
from store.write.append import append_merged

BEGUN = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch):
    """Sets the clock of this host, to so many minutes behind the beginning."""

    def behind(minutes):
        set_clock(monkeypatch, BEGUN + timedelta(minutes=minutes))

    behind(-60)
    return behind


@pytest.fixture
def numbered(at, database):
    """A notice that was made an hour before."""
    return stored_notice(database)


def read(database, log=None):
    log = log or WorkLog()
    with database.read() as connection:
        log.read(connection)
    return log


def pace_of(database, name, log=None):
    worked = (log or read(database)).people.get(name, WorkingTime())
    with database.read() as connection:
        return pace(connection, name, worked, default_labels())


def test_what_is_done_by_hand_counts_and_nothing_else(at, database, numbered):
    at(0)
    first = annotation_of(RAW, 20, 22)
    add_annotation(database, "lin", numbered, first)
    at(2)
    add_annotation(database, "lin", numbered, annotation_of(RAW, 23, 25, "OFFICIAL"))
    at(3)
    delete_annotation(database, "lin", numbered, first)
    at(3.5)
    undo(database, "lin")
    at(4)
    set_review(database, "lin", numbered, Review("lin", "done", None, now()))
    found = pace_of(database, "lin")
    assert (found.minutes, found.notices, found.minutes_per_notice) == (4.0, 1, 4.0)
    assert (found.spans, found.spans_per_hour, found.notices_per_hour) == (2, 30.0, 15.0)
    assert [(each.label, each.minutes, each.spans) for each in found.labels] == [("OFFICIAL", 2.0, 1), ("DATE", 1.5, 1)]
    # The import of the notice, and who joined, are no work.
    assert list(read(database).people) == ["lin"]


def test_less_than_a_minute_has_no_pace(at, database, numbered):
    for moment, start in ((0, 20), (0.001, 23)):
        at(moment)
        add_annotation(database, "lin", numbered, annotation_of(RAW, start, start + 2))
    assert pace_of(database, "lin").labels == (LabelPace("DATE", 0.0, 2, None),)
    at(0.001 + 59 / 60)
    set_review(database, "lin", numbered, Review("lin", "done", None, now()))
    found = pace_of(database, "lin")
    assert (found.minutes, found.spans_per_hour, found.notices_per_hour) == (1.0, None, None)
    at(5)
    ask(database, "lin", numbered, None, "哪一年?", None)
    assert pace_of(database, "lin").minutes == 5.0
    undo(database, "lin")
    undo(database, "lin")
    undo(database, "lin")
    assert pace_of(database, "lin").spans == 1
    redo(database, "lin")
    assert pace_of(database, "lin").spans == 2


def test_what_is_taken_in_one_step_is_in_bulk_and_a_moved_edge_is_not(at, database, numbered):
    at(0)
    items = [annotation_of(RAW, start, start + 2) for start in (0, 4, 8)]
    add_annotations(database, "lin", numbered, items)
    at(1)
    one = annotation_of(RAW, 20, 22)
    move_edge(database, "lin", numbered, None, one)
    move_edge(database, "lin", numbered, one, replace(one, end=23, text=RAW[20:23]))
    assert (pace_of(database, "lin").spans, pace_of(database, "lin").in_bulk) == (1, 3)
    undo(database, "lin")
    assert (pace_of(database, "lin").spans, pace_of(database, "lin").in_bulk) == (0, 3)
    undo(database, "lin")
    assert (pace_of(database, "lin").spans, pace_of(database, "lin").in_bulk) == (0, 0)


def test_gold_is_the_time_of_whoever_makes_it(at, database, numbered):
    at(0)
    say(database, numbered, "lin", (20, 22))
    say(database, numbered, "wang", (20, 22))
    chen = with_adjudicator(database)
    add_annotation(database, chen, numbered, said(23, 25, owner=chen))
    at(2)
    fill(database, chen, numbered)
    at(3)
    complete(database, chen, numbered)
    found = pace_of(database, chen)
    assert (found.minutes, found.adjudicating, found.spans) == (0.0, 3.0, 1)
    assert "gold" not in read(database).people


def test_reading_on_is_as_reading_anew(at, database, numbered):
    log = WorkLog()
    for minutes in range(8):
        at(minutes * minutes / 4)
        add_annotation(database, "lin", numbered, annotation_of(RAW, minutes, minutes + 2))
        read(database, log)
    assert vars(log.people["lin"]) == vars(read(database).people["lin"])


def test_what_was_dropped_half_way_is_read_anew(at, database, numbered, monkeypatch):
    monkeypatch.setattr("store.read.pace._AT_ONCE", 2)
    for minutes in range(8):
        at(minutes)
        add_annotation(database, "lin", numbered, annotation_of(RAW, minutes, minutes + 2))

    def drop(read):
        if read > 4:
            raise KeyboardInterrupt

    log = WorkLog()
    with database.read() as connection, pytest.raises(KeyboardInterrupt):
        log.read(connection, drop)
    assert vars(read(database, log).people["lin"]) == vars(read(database).people["lin"])
    assert log.people["lin"].spans == {"DATE": 8}


def test_a_log_that_was_kept_at_the_same_time_is_put_in_its_place(at, database, numbered):
    log = WorkLog()
    for minutes in (0, 4):
        at(minutes)
        add_annotation(database, "lin", numbered, annotation_of(RAW, minutes, minutes + 2))
    assert pace_of(database, "lin", read(database, log)).minutes == 4.0
    elsewhere = [
        Event(
            0, timestamp(BEGUN + timedelta(minutes=minutes)), "lin", "tag",
            annotation_change(numbered, None, annotation_of(RAW, minutes, minutes + 1)), None, None, None, b"",
            Origin(bytes([minutes] * 32), "there", ()),
        )
        for minutes in (2, 6)
    ]  # fmt: skip
    with database.write() as connection:
        append_merged(connection, newest(connection), elsewhere)
    assert pace_of(database, "lin", read(database, log)).minutes == 6.0
    assert vars(log.people["lin"]) == vars(read(database).people["lin"])


def test_days_are_those_on_which_something_was_done(at, database, numbered):
    for days in (0, 3):
        at(days * 24 * 60)
        set_review(database, "lin", stored_notice(database, f"第{days}号"), Review("lin", "done", None, now()))
        at(days * 24 * 60 + 3)
        add_annotation(database, "lin", numbered, annotation_of(RAW, 20, 22))
    days = [(BEGUN + timedelta(days=days)).astimezone().date() for days in (0, 3)]
    with database.read() as connection:
        done = done_by_person(connection)
    assert days_of(done["lin"], read(database).people["lin"]) == [Day(days[0], 1, 3.0), Day(days[1], 1, 3.0)]
    assert days_of({}, None) == []


def test_a_time_that_is_none_is_damage(at, database, numbered):
    at(0)
    add_annotation(database, "lin", numbered, annotation_of(RAW, 20, 22))
    connection = database.connection
    connection.execute("DROP TRIGGER events_are_final")
    connection.execute("UPDATE events SET at = 'yesterday' WHERE actor = 'lin'")
    connection.commit()
    with pytest.raises(DamageError, match="of the log is damaged"):
        read(database)
