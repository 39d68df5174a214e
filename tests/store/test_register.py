"""What the log of one subject adds up to, in many histories: logs and reports in any order, undo and redo.

Here is no database: a log is a list of events, and merged as ``store.intake.merge`` does it.  So it is quick.
"""

from __future__ import annotations

import hashlib
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from annotations.annotation import Review
from annotations.labels import default_labels
from store.log.corrections import Correction
from store.log.events import REOPEN, Change, Event
from store.log.origins import Origin
from store.log.register import Register
from store.log.states import content

LABELS = default_labels()
WHAT = ("change", "change", "undo", "undo", "undo", "redo", "redo", "settle", "report", "take", "merge", "merge")
PROJECTS = ("a", "b", "c")
EXAMPLES = 150


class Log:
    """What one database has of a subject, and what its only user undoes there."""

    def __init__(self, project, entity, clock):
        self.project, self.entity, self._clock = project, entity, clock
        self.events = []

    @property
    def register(self):
        register = Register(self.entity, LABELS)
        for each in self.events:
            register.take(each)
        return register

    @property
    def said(self):
        """What it says: the state, and all that its sides say."""
        register = self.register
        return content(register.state), frozenset(content(each.change.after) for each in register.sides)

    @property
    def held(self):
        return {content(each.change.after) for each in self.events}

    def add(self, action, after, undoes=None, redoes=None):
        before = self.register.state
        number = len(self.events) + 1
        made = hashlib.sha256(f"{self.project} {next(self._clock)}".encode()).digest()
        change = Change(1, self.entity, "li", before, after)
        self.events.append(Event(number, "", "li", action, change, undoes, redoes, None, made, None))

    def change(self, status):
        at = f"{next(self._clock):06}"
        state = Review("li", status, None, at) if self.entity == "review" else Correction(status, "li")
        if state != self.register.state:
            self.add("change", state)

    def settle(self, which):
        sides = self.register.sides
        if len(sides) > 1:
            self.add("settle", sides[which % len(sides)].change.after)

    def undo(self, *, again=False):
        """Take back the newest own step, or do it again, as ``store.edits.undo`` does."""
        done, undone = [], []
        for each in (each for each in self.events if each.origin is None):
            if each.undoes is not None:
                undone.append((done.pop()[0], each.number))
            elif each.redoes is not None:
                done.append((undone.pop()[0], each.number))
            else:
                done.append((each, each.number))
                undone = []
        steps = undone if again else done
        if not steps:
            return
        first, number = steps[-1]
        register, taken = self.register, (None, number) if again else (number, None)
        wanted, known = (first.change.after, first.change.before)[:: 1 if again else -1]
        reopened = register.reopened(number)
        if reopened is not None:
            self.add(REOPEN, reopened.state, *taken)
        elif again and register.was_reopened(number) and not register.is_newest(number):
            self.add("redo", register.state, *taken)
        else:
            decides = again and register.was_reopened(number) and first.action == "settle"
            after = wanted if register.state in (wanted, known) else register.state
            self.add("settle" if decides and after == wanted else "redo" if again else "undo", after, *taken)

    def report(self):
        """Its state as an export tells it."""
        state = self.register.state
        if state is None:
            return None
        told = hashlib.sha256(repr(state).encode()).digest()
        return Event(
            0, "", "me", "import", Change(1, self.entity, "li", None, state), None, None, None, told, Origin(told, "")
        )

    def take(self, *others):
        for each in others:
            if each.id not in {known.id for known in self.events}:
                self.events.append(replace(each, number=len(self.events) + 1))

    def merge(self, other):
        heads, ids = {}, {each.number: each.id for each in other.events}
        for each in other.events:
            follows = tuple(sorted(heads)) if each.origin is None else each.origin.follows
            for below in follows:
                heads.pop(below, None)
            heads[each.id] = None
            numbers = {known.id: known.number for known in self.events}
            if each.id not in numbers:
                undoes, redoes = (numbers.get(ids.get(one)) for one in (each.undoes, each.redoes))
                origin = each.origin or Origin(each.id, other.project, follows)
                self.events.append(
                    replace(each, number=len(self.events) + 1, origin=origin, undoes=undoes, redoes=redoes)
                )


def worked(random, entity, *, apart):
    """Three logs after a history, of one beginning or ``apart``, and the reports of them that were made meanwhile."""
    clock = count(1)
    logs, reports = [Log(project, entity, clock) for project in PROJECTS], []
    logs[0].change("done")
    for each in logs[1:]:
        if not apart:
            each.events = [*logs[0].events]
    for _ in range(random.randint(3, 30)):
        log, other, what = random.choice(logs), random.choice(logs), random.choice(WHAT)
        match what:
            case "change":
                log.change(random.choice(("done", "open", "flagged")))
            case "undo" | "redo":
                log.undo(again=what == "redo")
            case "settle":
                log.settle(random.randrange(2))
            case "report":
                reports.append(log.report())
            case "take" if reports and random.random() < 0.5:
                report = random.choice(reports)
                log.take(*([] if report is None else [report]))
            case "merge" if other is not log:
                log.merge(other)
    return logs, [each for each in (*reports, *(log.report() for log in logs)) if each is not None]


def gathered(entity, *sources):
    into = Log("all", entity, count(1))
    for each in sources:
        into.merge(each) if isinstance(each, Log) else into.take(each)
    return into


@pytest.mark.parametrize("entity", ["review", "field"])
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.explicit, Phase.generate])
@given(random=st.randoms(use_true_random=False), apart=st.booleans())
def test_one_subject_is_the_same_in_any_order_with_reports_and_without(entity, random, apart):
    logs, reports = worked(random, entity, apart=apart)
    plain = gathered(entity, *logs)
    for _ in range(3):
        everything = [*logs, *reports]
        random.shuffle(everything)
        pair = gathered(entity, *everything[:2])
        assert gathered(entity, pair, *everything[2:]).said == plain.said
    # An export of its own is no news to a log.
    for log in logs:
        said, report = log.said, log.report()
        log.take(*([] if report is None else [report]))
        assert log.said == said
    # Whoever takes a decision back has all sides again.
    if len(plain.register.sides) > 1:
        said = plain.said
        plain.settle(random.randrange(2))
        decided = plain.said
        assert len(decided[1]) == 1
        for again, expected in ((False, said), (True, decided), (False, said)):
            plain.undo(again=again)
            assert plain.said == expected
    state, sides = plain.said
    for log in (log for log in logs if log.events):
        says = log.said[0]
        others = [other for other in logs if other is not log]
        assert says == state or says in sides or any(says in other.held for other in others)


def logs_of(*projects):
    clock = count(1)
    return [Log(project, "review", clock) for project in projects]


def contents(*logs):
    return {content(log.register.state) for log in logs}


def test_whoever_goes_on_from_a_report_has_known_what_the_log_held():
    a, b, c = logs_of(*PROJECTS)
    c.change("open")
    a.take(c.report())
    a.change("done")
    b.take(a.report())
    b.change("flagged")
    # By way of a, and only so, b has known what c says.
    assert gathered("review", a, b).said[1] == contents(b)
    assert gathered("review", b, c).said[1] == contents(b, c)
    assert gathered("review", a, b, c).said[1] == contents(b)


def test_whoever_went_back_to_what_a_report_tells_has_changed_it_all_the_same():
    a, b, c = logs_of(*PROJECTS)
    c.change("open")
    for each in (a, b):
        each.take(c.report())
        each.change("done" if each is a else "flagged")
    a.undo()
    assert gathered("review", a, b).said[1] == contents(a, b)


def test_a_report_of_what_was_there_twice_does_not_tell_what_came_between():
    a, b, c = logs_of(*PROJECTS)
    a.change("open")
    b.merge(a)
    a.change("done")
    b.change("flagged")
    a.merge(b)
    said, flagged = a.said, content(b.register.state)
    other = next(each for each, side in enumerate(a.register.sides) if content(side.change.after) != flagged)
    # The report may be of before the decision, or of the decision, and c has changed what it tells.
    a.settle(other)
    c.take(a.report())
    c.change("open")
    a.undo()
    assert a.said == said
    assert gathered("review", a, b, c).said[1] == {flagged, *contents(c)}


def test_whoever_goes_on_from_a_report_of_a_decision_has_known_all_sides():
    a, b, c = logs_of(*PROJECTS)
    a.change("open")
    b.merge(a)
    a.change("done")
    b.change("flagged")
    a.merge(b)
    a.change("skipped")
    c.take(a.report())
    c.change("open")
    a.undo()
    assert len(a.said[1]) == 2
    assert gathered("review", a, b, c).said[1] == contents(c)


def test_a_decision_that_is_taken_back_leaves_reports_what_they_were():
    a, b, c = logs_of(*PROJECTS)
    a.change("done")
    first = a.report()
    b.take(first)
    b.change("open")
    told = b.report()
    b.undo()
    c.take(first)
    c.change("flagged")
    both = gathered("review", a, b, c, told)
    said = both.said
    assert said[1] == contents(b, c)
    # What is decided has the state of a report, and knows of another.
    for side in range(2):
        both.settle(side)
        both.undo()
        assert both.said == said


def test_a_state_that_came_back_decides_nothing_between_what_was_there_and_what_was_done_elsewhere():
    a, b, _ = logs_of(*PROJECTS)
    a.change("open")
    b.merge(a)
    a.change("done")
    a.undo()
    b.change("flagged")
    both = gathered("review", a, b)
    assert both.said[1] == contents(a, b)
    both.take(a.report())
    assert both.said[1] == contents(a, b)


@pytest.mark.parametrize("first", range(8))
def test_what_undo_steps_over_decides_nothing(first):
    a, b = (Log(project, "review", clock) for clock in [count(first)] for project in "ab")
    a.change("open")
    b.merge(a)
    a.change("done")
    b.change("flagged")
    a.merge(b)
    said, shown = a.said, a.register.sides[0]
    a.undo()
    if shown.origin is not None:
        assert a.said == said
    else:
        # Its own side was shown, so that it is taken back: a change.
        assert len(a.said[1]) == 1
        a.undo(again=True)
        assert a.said == said
