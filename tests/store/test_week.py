"""A week of a team: who is slow, who disagrees on what, what is stuck, computed a second time from the raw events.

Nothing here shares code with the figures but the clock.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

import msgspec
import pytest
from agreeing import f1
from clock import set_clock
from week import FAST, LEFT, NEW, SLOW, a_week, text_of

from store.read import working_time
from store.read.stats import stats

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def week(database, monkeypatch):
    monkeypatch.setenv("TZ", str(ZONE))
    time.tzset()
    working_time._day_of_quarter.cache_clear()
    a_week(database, lambda moment: set_clock(monkeypatch, moment))
    yield database
    monkeypatch.undo()
    time.tzset()
    working_time._day_of_quarter.cache_clear()


def events_of(database, name):
    rows = database.connection.execute(
        "SELECT at, notice, entity, before, after FROM events WHERE actor = ? AND entity IN ('annotation', 'review') "
        "ORDER BY number",
        [name],
    ).fetchall()
    return [
        (datetime.fromisoformat(at), notice, entity, *map(decoded, (one, other)))
        for at, notice, entity, one, other in rows
    ]


def decoded(text):
    return None if text is None else json.loads(text)


def naive(database, name):
    """Minutes by notice, label and day, second by second where a day ends; tags made one by one less undone ones."""
    notices, labels, days = defaultdict(float), defaultdict(float), defaultdict(float)
    events = events_of(database, name)
    for (before, *_), (at, notice, entity, one, other) in pairwise(events):
        gap = (at - before).total_seconds()
        if gap > 300:
            continue
        notices[notice] += gap / 60
        if entity == "annotation":
            labels[(other or one)["label"]] += gap / 60
        moment = before
        while moment < at:
            step = min(timedelta(seconds=1), at - moment)
            days[moment.astimezone(ZONE).date()] += step.total_seconds() / 60
            moment += step
    made = defaultdict(int)
    actions = database.connection.execute(
        "SELECT action, batch, coalesce(after, before) FROM events WHERE actor = ? AND entity = 'annotation' "
        "AND action IN ('tag', 'undo')",
        [name],
    ).fetchall()
    batches = [batch for action, batch, _ in actions if batch is not None]
    for action, batch, what in actions:
        if batch is None or batches.count(batch) == 1:
            made[json.loads(what)["label"]] += 1 if action == "tag" else -1
    return notices, labels, days, made


def test_the_figures_of_a_week_are_those_of_the_raw_events(week):
    found = stats(week)
    by_name = {one.annotator: one for one in found.reviewers}
    assert set(by_name) == {FAST, SLOW, NEW}
    for name, one in by_name.items():
        notices, labels, days, made = naive(week, name)
        done = {
            row[0]
            for row in week.connection.execute(
                "SELECT notice FROM reviews WHERE annotator = ? AND status = 'done'", [name]
            )
        }
        total = sum(notices.values())
        pace = one.pace
        assert pace.minutes == pytest.approx(total, abs=0.06)
        assert pace.minutes_per_notice == pytest.approx(median(notices[number] for number in done), abs=0.06)
        assert pace.notices_per_hour == pytest.approx(len(done) * 60 / total, rel=0.01)
        assert pace.spans == sum(made.values())
        assert pace.spans_per_hour == pytest.approx(sum(made.values()) * 60 / total, rel=0.01)
        assert {each.label: each.spans for each in pace.labels if each.spans} == {
            key: n for key, n in made.items() if n
        }
        of_labels = {each.label: each.minutes for each in pace.labels if each.minutes}
        assert of_labels == pytest.approx(dict(labels), abs=0.06)
        assert {each.day: each.minutes for each in one.days if each.minutes} == pytest.approx(dict(days), abs=0.06)
        assert sum(each.done for each in one.days) == one.done == len(done)
    # Who is slow, and who got suggestions in one step.
    assert by_name[SLOW].pace.minutes_per_notice > 3 * by_name[FAST].pace.minutes_per_notice
    assert by_name[NEW].rejected
    # Two windows at once, over midnight: ten minutes less the last step, on both days.
    assert sum(each.minutes for each in found.days) == pytest.approx(
        sum(one.pace.minutes for one in found.reviewers), abs=1
    )


def test_who_disagrees_on_what_is_seen(week):
    found = stats(week).agreement
    layers = defaultdict(set)
    for notice, name, label, start, end in week.connection.execute(
        'SELECT notice, annotator, label, "start", "end" FROM annotations WHERE annotator IS NOT NULL AND status <> ?',
        ["rejected"],
    ):
        layers[notice, name].add((label, start, end))
    done = defaultdict(set)
    for name, notice in week.connection.execute("SELECT annotator, notice FROM reviews WHERE status = 'done'"):
        done[name].add(notice)
    for pair in found.pairs:
        one, other = pair.annotators
        both = [
            (len(text_of(number)), layers[number, one], layers[number, other]) for number in done[one] & done[other]
        ]
        assert pair.notices == len(both)
        for row in pair.agreement.labels:
            wanted = f1(both, {row.label} if row.label else {"REQUIREMENT", "DATE", "OFFICIAL"})
            value = msgspec.to_builtins(row.f1_exact)
            assert ("undefined" in value) if wanted is None else value["value"] == pytest.approx(float(wanted))
    worst = min(
        ((row.f1_exact.value, pair.annotators, row.label) for pair in found.pairs for row in pair.agreement.labels[1:]),
    )
    assert worst[0] == 0.0
    assert NEW in worst[1]


def test_what_waits_is_seen(week):
    kinds = {some.kind: some for some in stats(week).stuck}
    (flag,) = kinds["flag"].items
    assert (flag.number, flag.who, flag.what) == (16, NEW, "缺第二页")
    assert {(each.number, each.who) for each in kinds["lease"].items} >= {(LEFT, FAST)}
    assert kinds["conflict"].count == 0
