"""Clocks that are wrong: nothing waits for a time that may never come, and the log does not run backwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from making import RAW, annotation_of, logged, stored_notice, wrong

from annotations.annotation import timestamp
from store.edits.annotate import add_annotation
from store.edits.leases import take_next
from store.project import clock
from store.project.presence import LEASE, SILENT, announce, present
from store.read.queue import queue_page

FAR = timedelta(days=400)


@pytest.fixture
def at(monkeypatch):
    """Sets the clock of this host."""

    def set_clock(ahead):
        class Clock(datetime):
            @classmethod
            def now(cls, tz=None):
                return datetime.now(tz) + ahead

        for module in ("annotations.annotation", "store.project.clock", "store.project.presence", "store.edits.leases"):
            monkeypatch.setattr(f"{module}.datetime", Clock)

    return set_clock


def times(database):
    return [event.at for event in logged(database)]


def tag(database, number):
    add_annotation(database, "lin", number, annotation_of(RAW, 0, 3))


def test_times_of_the_log_never_run_backwards(database, at):
    number = stored_notice(database)
    for ahead in (120, 60, 0, 180, -60):
        at(timedelta(seconds=ahead))
        tag(database, number)
    found = times(database)
    assert found == sorted(found)
    assert found[0] == found[1] == found[2]
    assert found[3] == found[4]


def test_a_last_event_far_ahead_is_not_believed_and_named(database, at):
    number = stored_notice(database)
    at(FAR)
    tag(database, number)
    at(timedelta())
    [line] = wrong(database)
    (event,) = logged(database)
    assert line.startswith(f"log: event {event.number} is of {event.at}, and the clock of this host says ")
    tag(database, number)
    assert times(database)[1] < timestamp(datetime.now(UTC) + timedelta(seconds=1))
    assert wrong(database) == []


def test_a_lease_far_ahead_has_expired(database, at):
    number = stored_notice(database)
    at(FAR)
    assert take_next(database, "wang") == number
    at(timedelta())
    assert queue_page(database.connection, "chen").rows[0].leased_to is None
    assert take_next(database, "chen") == number
    assert queue_page(database.connection, "wang").rows[0].leased_to == "chen"


def test_a_lease_of_a_clock_that_is_a_little_ahead_holds(database, at):
    number = stored_notice(database)
    at(clock.SKEW - timedelta(seconds=10))
    assert take_next(database, "wang") == number
    at(timedelta())
    assert take_next(database, "chen") is None
    at(LEASE + clock.SKEW)
    assert take_next(database, "chen") == number


@pytest.mark.parametrize(("ahead", "there"), [(FAR, 0), (timedelta(minutes=4), 1), (-SILENT, 0)])
def test_a_session_far_ahead_has_ended(database, at, ahead, there):
    at(ahead)
    with database.write() as connection:
        announce(connection, "a", "wang", None)
    at(timedelta())
    assert len(present(database.connection)) == there
    with database.write() as connection:
        announce(connection, "b", "chen", None)
    assert database.connection.execute("SELECT count(*) FROM presence").fetchone()[0] == there + 1


def test_a_time_that_is_none_stops_nobody(database):
    number = stored_notice(database)
    tag(database, number)
    with database.write() as connection:
        connection.execute("DROP TRIGGER events_are_final")
        connection.execute("UPDATE events SET at = 'tomorrow'")
    tag(database, number)
    assert times(database)[1] < timestamp(datetime.now(UTC) + timedelta(seconds=1))
