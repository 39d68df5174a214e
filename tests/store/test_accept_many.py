"""All that a rule has found from a score on: counted, sampled, accepted in turns as one step, and taken back."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from making import normalized_notice, wrong
from msgspec.structs import replace

from annotations.annotation import Annotation, Review, now
from annotations.muting import is_shown_all_the_same
from annotations.origins import decided, suggested
from annotations.proportion import wilson_interval
from annotations.spans import raw_span
from store.db import turns
from store.db.database import Database
from store.edits import accept_many as accepting
from store.edits import long_step
from store.edits.accept_many import AcceptMany
from store.edits.annotate import add_annotation
from store.edits.hide import hide_suggestions
from store.edits.mute import mute
from store.edits.people import add_reviewer
from store.edits.review import set_review
from store.edits.undo import redo, undo
from store.index.filters import QueueFilter
from store.log.events import Change
from store.project.reviewers import current_reviewer
from store.project.settings import labels_of
from store.read import waiting as reading
from store.read.agreement import AgreementFilter, project_agreement
from store.read.calibration import reliability
from store.read.notices import load_notice, notice_annotations
from store.read.waiting import Draw, RuleWaiting, Survey, Wanted
from store.write.notices import add_notice
from store.write.record import record

ME, PAGE = "lin", "临江县河长办公室第{}次会议召开,各乡镇河长出席。\n"
WANTED = Wanted("OFFICIAL", "rule/x", 0.9)


@pytest.fixture
def numbers(database):
    with database.write() as connection:
        return [add_notice(connection, "importer", normalized_notice(PAGE.format(at), str(at))) for at in range(6)]


@pytest.fixture
def short_turns(monkeypatch):
    monkeypatch.setattr(turns, "TURN", 0.0)
    monkeypatch.setattr(accepting, "_AT_ONCE", 1)
    monkeypatch.setattr(long_step, "_PIECE", 1)
    monkeypatch.setattr(reading, "_AT_ONCE", 2)


def suggest(
    database: Database, number: int, start: int, score: float | None, by: str = "rule/x@1", size: int = 2
) -> Annotation:
    label = labels_of(database)["OFFICIAL"]
    notice = load_notice(database.connection, number).notice
    item = suggested(notice, raw_span(start, start + size), label, label.attributes(), by, score, now())
    with database.write() as connection:
        record(connection, "admin", "suggest", Change(number, "annotation", item.id, None, item))
    return item


def survey(database: Database, which: QueueFilter | None = None, annotator: str = ME) -> Survey:
    found = Survey(annotator, QueueFilter() if which is None else which)
    while found.read_on(database.connection):
        pass
    return found


def draw(database: Database, wanted: Wanted = WANTED, size: int = 20, random: Random | None = None) -> Draw:
    drawn = Draw(ME, wanted, survey(database).waiting(wanted).notices, size, random)
    while drawn.read_on(database.connection):
        pass
    return drawn


def accept(database: Database, wanted: Wanted = WANTED, until: str | None = None) -> AcceptMany:
    drawn = draw(database, wanted)
    return AcceptMany(database, ME, wanted, drawn.notices, drawn.count, now() if until is None else until)


def own(database: Database) -> list[tuple[int, int, str, bool]]:
    return [
        (number, item.start, item.status, item.bulk)
        for number in range(1, 7)
        for item in notice_annotations(database.connection, number)
        if item.annotator == ME
    ]


def test_what_waits_is_counted_by_label_and_rule_and_score(database, numbers, short_turns):
    first = suggest(database, 1, 0, 0.95)
    suggest(database, 1, 0, 0.5, "other@2")
    suggest(database, 2, 0, 0.9, "rule/x@2")
    suggest(database, 3, 0, None)
    suggest(database, 4, 0, 0.97, "other@2")
    mine = suggest(database, 5, 0, 0.99)
    add_annotation(database, ME, 5, decided(mine, ME, "rejected"))
    found = survey(database)
    assert (found.looked, found.total) == (4, 4)
    assert {key: (each.count(), sorted(each.notices)) for key, each in found.found.items()} == {
        ("OFFICIAL", None): (4, [1, 2, 3, 4]),
        ("OFFICIAL", "rule/x"): (3, [1, 2, 3]),
        ("OFFICIAL", "other"): (2, [1, 4]),
    }
    one = found.waiting(WANTED)
    assert [one.count(above) for above in (0.0, 0.9, 0.901, 0.95, 0.951)] == [3, 2, 1, 1, 0]
    assert (one.highest, round(one.mean(0.9), 3)) == (0.95, 0.925)
    assert survey(database, annotator="wang").found["OFFICIAL", "rule/x"].count() == 4
    # Of what several found the best is decided, and the filter of the queue holds.
    (place,) = [each for each in draw(database).sample if each.notice == 1]
    assert (place.suggestion, dict(place.found)) == (first.id, {"rule/x": 0.95, "other": 0.5})
    assert survey(database, QueueFilter(search="第3次")).found["OFFICIAL", None].count() == 1
    nothing = survey(database, QueueFilter(search="没有")).waiting(WANTED)
    assert (nothing.count(), nothing.highest, nothing.mean()) == (0, 0.0, 0.0)


def test_a_sample_is_drawn_from_all_alike(database, numbers):
    for number in numbers:
        suggest(database, number, 0, 0.95)
    assert sorted(each.notice for each in draw(database).sample) == numbers
    seen = Counter(each.notice for seed in range(300) for each in draw(database, size=2, random=Random(seed)).sample)
    assert sum(seen.values()) == 600
    assert all(70 < seen[number] < 130 for number in numbers)


def test_all_is_accepted_in_turns_as_one_step(database, numbers, short_turns):
    for number in numbers:
        suggest(database, number, 0, 0.95)
        suggest(database, number, 3, 0.9)
    suggest(database, 1, 8, 0.8)
    suggest(database, 2, 4, 0.91)  # overlaps the one at 3, and is the surer one
    # What overlaps one's own was not counted among those that wait.
    mine = suggest(database, 1, 13, 0.99)
    add_annotation(database, ME, 1, decided(mine, ME, "accepted"))
    suggest(database, 1, 14, 0.99)
    late = now()
    decided_one = suggest(database, 3, 10, 0.99)
    add_annotation(database, ME, 3, decided(decided_one, ME, "rejected"))
    before = own(database)
    edit = accept(database, until=late)
    report = edit.run(lambda: edit.report.done < 6)
    assert (report.total, report.done < 13, 0 < report.changed < 12) == (13, True, True)
    assert edit.left == 13 - report.changed - (report.overlapping - 1)
    report = edit.run()
    assert (report.done, report.changed, report.overlapping, report.overtaken) == (13, 12, 2, 0)
    assert edit.left == 0
    made = [each for each in own(database) if each not in before]
    assert made == [
        (number, start, "accepted", True) for number in numbers for start in ((0, 4) if number == 2 else (0, 3))
    ]
    assert accept(database).run().changed == 0
    assert undo(database, ME).size == 12
    assert own(database) == before
    assert redo(database, ME).size == 12
    assert own(database) == sorted([*before, *made])
    assert wrong(database) == []


def test_what_comes_or_goes_meanwhile_is_left_alone(database, numbers, short_turns):
    items = [suggest(database, number, 0, 0.95) for number in numbers]
    edit = accept(database)
    assert edit.report.total == 6
    late = suggest(database, 1, 10, 0.95)
    # As if it was suggested a minute from now.
    with database.write() as connection:
        after = replace(late, created_at="2999-01-01T00:00:00.000Z")
        record(connection, "admin", "suggest", Change(1, "annotation", late.id, late, after))
    add_annotation(database, ME, 2, decided(items[1], ME, "rejected"))
    add_annotation(database, "wang", 3, decided(items[2], "wang", "rejected"))
    assert edit.run().changed == 5
    assert (2, 0, "rejected", False) in own(database)
    assert [each for each in own(database) if each[1] == 10] == []
    assert wrong(database) == []


def test_a_step_that_was_killed_is_undone_as_far_as_it_went_and_goes_on_anew(database, numbers, short_turns):
    for number in numbers:
        suggest(database, number, 0, 0.95)
    accept(database).run(iter([True, True, True, False]).__next__)
    done = len(own(database))
    assert 0 < done < 6
    rest = accept(database)
    assert rest.report.total == 6 - done
    assert rest.run().changed == 6 - done
    assert undo(database, ME).size == 6 - done
    assert undo(database, ME).size == done
    assert own(database) == []
    assert wrong(database) == []


def test_agreement_and_calibration_leave_it_out(database, numbers):
    items = [suggest(database, number, 0, 0.95) for number in numbers]
    for number in numbers:
        for name in (ME, "wang"):
            set_review_done(database, name, number)
    for number, item in zip(numbers[:2], items, strict=False):
        add_annotation(database, ME, number, decided(item, ME, "accepted"))
    for number, item in zip(numbers, items, strict=True):
        add_annotation(database, "wang", number, decided(item, "wang", "accepted"))
    accept(database).run()
    with database.read() as connection:
        whole = project_agreement(connection, AgreementFilter())
        without = project_agreement(connection, AgreementFilter(leave_out=("bulk",)))
        assert (whole.notices, whole.bulk, without.notices) == (6, 4, 2)
        assert [each.decisions for each in reliability(connection)] == [8]


def set_review_done(database: Database, name: str, number: int) -> None:
    set_review(database, name, number, Review(name, "done", None, now()))


def test_of_the_control_arm_nothing_waits(database, numbers):
    for number in numbers:
        suggest(database, number, 0, 0.95)
    add_reviewer(database, current_reviewer(), ME, "reviewer")
    edit = accept(database)
    hide_suggestions(database, current_reviewer(), 1.0)
    assert survey(database).found == {}
    assert edit.run().changed == 0


def test_of_a_muted_rule_only_what_is_shown_all_the_same_waits(database, numbers):
    items = [suggest(database, number, 0, 0.95) for number in numbers]
    mute(database, current_reviewer(), "rule/x", "OFFICIAL", muted=True)
    shown = sum(is_shown_all_the_same(item.id) for item in items)
    assert survey(database).waiting(WANTED).count() == shown < 6
    suggest(database, 1, 0, 0.5, "other@1")
    assert survey(database).waiting(Wanted("OFFICIAL", "other", 0)).count() == 1


@pytest.mark.parametrize(
    ("hits", "size", "low", "high"),
    [(0, 0, 0, 1), (20, 20, 0.839, 1), (18, 20, 0.699, 0.972), (0, 20, 0, 0.161), (5, 10, 0.237, 0.763)],
)
def test_the_interval_of_a_share(hits, size, low, high):
    assert wilson_interval(hits, size) == pytest.approx((low, high), abs=0.0006)


def test_nothing_has_no_mean():
    assert (RuleWaiting().count(), RuleWaiting().mean(), RuleWaiting().highest) == (0, 0.0, 0.0)
