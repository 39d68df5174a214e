"""Active minutes of made-up logs: pauses, midnight, two sessions at once, clocks that go back, logs that are merged."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.read import working_time as module
from store.read.working_time import PAUSE, Act, WorkingTime, working_time

BEGUN = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = 60_000


def act(minutes, notice=1, label=None, spans=0, task="review", bulk=False, begun=BEGUN):
    at = begun + timedelta(minutes=minutes)
    return Act(round(at.timestamp() * 1000), notice, task, label, spans, bulk)


@pytest.fixture
def zone(monkeypatch):
    """Sets the time zone of this host."""

    def set_zone(name):
        monkeypatch.setenv("TZ", name)
        time.tzset()
        module._day_of_quarter.cache_clear()

    yield set_zone
    monkeypatch.undo()
    time.tzset()
    module._day_of_quarter.cache_clear()


def test_what_lies_before_an_act_counts_for_what_it_is_about():
    found = working_time([act(0), act(1, 1, "DATE", 1), act(3, 1, "OFFICIAL", 1), act(4, 2, "DATE", 1), act(4.5, 2)])
    assert found.by_notice == {1: 3 * MINUTE, 2: 1.5 * MINUTE}
    assert found.by_label == {"DATE": 2 * MINUTE, "OFFICIAL": 2 * MINUTE}
    assert found.by_task == {"review": 4.5 * MINUTE}
    assert found.spans == {"DATE": 2, "OFFICIAL": 1}


def test_a_gap_of_five_minutes_counts_and_a_longer_one_is_a_pause():
    assert working_time([act(0), act(PAUSE)]).by_task["review"] == PAUSE * MINUTE
    found = working_time([act(0), act(PAUSE + 0.001, 2), act(PAUSE + 1.001, 2)])
    assert found.by_task["review"] == MINUTE
    assert found.by_notice == {1: 0, 2: MINUTE}


def test_one_act_alone_is_a_notice_without_time():
    found = working_time([act(0, 7)])
    assert (found.by_notice, dict(found.by_task)) == ({7: 0}, {})
    assert working_time([]).last is None


def test_two_sessions_at_once_are_one_persons_time():
    one, other = [act(at, 1) for at in range(0, 9, 2)], [act(at, 2) for at in range(1, 9, 2)]
    found = working_time([*one, *other])
    assert found.by_task["review"] == 8 * MINUTE
    assert found.by_notice == {1: 4 * MINUTE, 2: 4 * MINUTE}
    # A second window that only stands open adds nothing, and neither does doing the same twice at one moment.
    assert working_time([*one, *one]).by_task == working_time(one).by_task


def test_the_order_in_which_logs_come_does_not_matter():
    acts = [act(at, at % 3, "DATE", 1) for at in (0, 4, 5, 30, 31)]
    assert vars(working_time(acts[::-1])) == vars(working_time(acts))
    # A clock that was set back for a while: the log has its times as they were, and no time is counted twice.
    assert working_time([act(10), act(11), act(9), act(10.5)]).by_task["review"] == 2 * MINUTE
    with pytest.raises(ValueError, match="in the order of their times"):
        for each in (act(1), act(0)):
            found = WorkingTime()
            found.add(act(1))
            found.add(each)


@pytest.mark.parametrize("name", ["UTC", "Asia/Shanghai", "America/St_Johns", "Asia/Kathmandu"])
def test_what_goes_on_over_midnight_belongs_to_both_days(zone, name):
    zone(name)
    midnight = datetime(2026, 3, 3).astimezone(UTC)
    found = working_time([act(-2, begun=midnight), act(1, begun=midnight), act(7, begun=midnight)])
    assert found.by_day == {date(2026, 3, 2): 2 * MINUTE, date(2026, 3, 3): MINUTE}


def test_a_day_on_which_the_clocks_change_has_its_hours(zone):
    zone("Europe/Berlin")
    begun = datetime(2026, 3, 28, 23, tzinfo=UTC)
    found = working_time([act(at, begun=begun) for at in range(0, 24 * 60, 5)])
    assert found.by_day == {date(2026, 3, 29): 23 * 60 * MINUTE, date(2026, 3, 30): 55 * MINUTE}


def test_what_was_taken_in_one_step_is_counted_apart_and_what_was_undone_is_not():
    several = [act(2, 1, "DATE", 1, bulk=True)] * 3
    found = working_time([act(0), act(1, 1, "DATE", 1), *several, act(3, 1, "DATE", -1), act(4, 1, "DATE", 1)])
    assert (found.spans, found.in_bulk) == ({"DATE": 1}, 3)


def test_making_gold_is_time_of_its_own():
    found = working_time([act(0), act(1), act(2, task="adjudicate", label="DATE", spans=0), act(3)])
    assert found.by_task == {"review": 2 * MINUTE, "adjudicate": MINUTE}
    assert found.by_notice == {1: 2 * MINUTE}
    assert found.by_label == {}
    assert sum(found.by_day.values()) == 3 * MINUTE


@given(st.lists(st.tuples(st.integers(0, 3_000_000), st.integers(1, 3)), max_size=40))
def test_time_is_never_more_than_the_clock_went_on_and_adds_up(drawn):
    acts = [Act(at, notice) for at, notice in drawn]
    found = working_time(acts)
    total = found.by_task["review"]
    times = sorted(each.at for each in acts)
    assert total == sum(gap for gap in (b - a for a, b in pairwise(times)) if gap <= PAUSE * MINUTE)
    assert total == sum(found.by_notice.values()) == sum(found.by_day.values())
