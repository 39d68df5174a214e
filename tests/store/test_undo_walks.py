"""Random walks of two and three people on the same notices, with undo and redo, imports and other normalizers between.

Whatever happened, the undo of each of them reaches the bottom of what they did, redo the top, and the log adds up to
the state at each step.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from making import annotation_of, made_by_an_older_normalizer, wrong
from msgspec.structs import replace

from annotations.annotation import Review, now
from annotations.labels import default_labels
from annotations.origins import tagged
from annotations.regions import REGION_KINDS, overlay, region_at
from annotations.spans import raw_span
from annotations.values import read_values
from store.edits import undo as undoing
from store.edits.annotate import add_annotation, add_annotations, change_annotation, delete_annotation
from store.edits.assign import assign, share_out, unassign
from store.edits.fields import correct_fields
from store.edits.labels import change_labels
from store.edits.regions import override_region
from store.edits.review import set_review, set_reviews
from store.edits.undo import redo, undo
from store.intake.ingest import ingest
from store.intake.renormalize import renormalize_older
from store.intake.sources import Source
from store.log.events import Change, annotation_change, last_event
from store.log.rows import load_regions
from store.open import open_database
from store.project.settings import labels_of
from store.read.notices import load_notice, notice_annotations
from store.write.record import record

PAGE = (
    "临江县召开河长制工作会\n来源:临江县水务局 时间:2023-04-12\n"
    "会议要求,各乡镇要于4月底前完成排查。3月8日,副县长林知远出席。\n扫一扫在手机打开当前页\n"
)
DATED = ("4月底前", "3月8日")
NOTICES = [1, 2]
PEOPLE = ("lin", "wu", "chen")

notices = st.sampled_from(NOTICES)
of_notices = st.lists(notices, min_size=1, max_size=2, unique=True)
people = st.integers(0, 2)
offsets = st.integers(0, len(PAGE) - 1)
sizes = st.lists(st.integers(1, 6), min_size=1, max_size=3)
fields = st.dictionaries(
    st.sampled_from(["title", "source", "published"]), st.sampled_from(["2021-09-01", "2022-12-01", None]), min_size=1
)


class Walk(RuleBasedStateMachine):
    """People who do and undo anything in any order; ``done`` and ``undone`` count the steps of each."""

    several: int

    @initialize(at_once=st.sampled_from([undoing.AT_ONCE, 1]))
    def open(self, at_once):
        # With 1 each step of several events is undone in turns.
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(undoing, "AT_ONCE", at_once)
        self.folder = tempfile.TemporaryDirectory()
        self.database = open_database(Path(self.folder.name) / "zhupi.db", create=True)
        pages = [Source(doc, PAGE + doc, "utf-8", doc) for doc in ("one", "two")]
        ingest(self.database, pages, "importer", pytest.fail)
        self.done, self.undone = dict.fromkeys(PEOPLE, 0), dict.fromkeys(PEOPLE, 0)
        self.kept = []  # whatever annotations there were, for imports

    def teardown(self):
        if hasattr(self, "database"):
            self.database.close()
            self.folder.cleanup()
            self.patch.undo()

    def name(self, who):
        return PEOPLE[who % self.several]

    def step(self, who, act):
        """Somebody does something; a step of undo where the log has grown."""
        before = last_event(self.database.connection)
        act()
        if last_event(self.database.connection) > before:
            self.done[who] += 1
            self.undone[who] = 0

    def items(self, number):
        return notice_annotations(self.database.connection, number)

    def own(self, who, number, which):
        own = [item for item in self.items(number) if item.annotator == who]
        return own[which % len(own)] if own else None

    # What people do

    @rule(
        who=people, number=notices, start=st.integers(0, 40), sizes=st.lists(st.integers(1, 6), min_size=1, max_size=3)
    )
    def tag(self, who, number, start, sizes):
        who = self.name(who)
        items = [annotation_of(PAGE, start, start + size, annotator=who) for size in sizes]
        self.kept += [(number, item) for item in items]
        add = add_annotation if len(items) == 1 else add_annotations
        self.step(who, lambda: add(self.database, who, number, items[0] if len(items) == 1 else items))

    @rule(who=people, number=notices, quote=st.sampled_from(DATED))
    def tag_what_stands_on_the_date(self, who, number, quote):
        who, at = self.name(who), PAGE.index(quote)
        notice, labels = load_notice(self.database.connection, number).notice, default_labels()
        span = raw_span(at, at + len(quote))
        values = read_values(labels["DATE"], notice, span, labels.lexicon, ())
        item = tagged(notice.raw, span, "DATE", values, who)
        self.kept.append((number, item))
        self.step(who, lambda: add_annotation(self.database, who, number, item))

    @rule(who=people, number=notices, which=st.integers(0, 9), comment=st.sampled_from(["?", "!", None]))
    def change(self, who, number, which, comment):
        who = self.name(who)
        before = self.own(who, number, which)
        if before is not None and before.comment != comment:
            after = replace(before, comment=comment)
            self.kept.append((number, after))
            self.step(who, lambda: change_annotation(self.database, who, number, before, after))

    @rule(who=people, number=notices, which=st.integers(0, 9))
    def delete(self, who, number, which):
        who = self.name(who)
        item = self.own(who, number, which)
        if item is not None:
            self.step(who, lambda: delete_annotation(self.database, who, number, item))

    @rule(who=people, numbers=of_notices, status=st.sampled_from(["open", "done", "flagged"]))
    def review(self, who, numbers, status):
        who = self.name(who)
        if len(numbers) == 1:
            review = Review(who, status, None, now())
            self.step(who, lambda: set_review(self.database, who, numbers[0], review))
        else:
            self.step(who, lambda: set_reviews(self.database, who, numbers, status))

    @rule(who=people, numbers=of_notices, to=people, wanted=st.booleans())
    def give(self, who, numbers, to, wanted):
        who, to = self.name(who), self.name(to)
        self.step(who, lambda: (assign if wanted else unassign)(self.database, who, numbers, to))

    @rule(who=people, overlap=st.integers(1, 2))
    def share(self, who, overlap):
        who = self.name(who)
        self.step(who, lambda: share_out(self.database, who, NOTICES, PEOPLE[: self.several], overlap))

    @rule(who=people, number=notices, wanted=fields)
    def correct(self, who, number, wanted):
        who = self.name(who)
        seen = load_notice(self.database.connection, number).notice.fields
        self.step(who, lambda: correct_fields(self.database, who, number, seen, wanted))

    @rule(who=people, number=notices, at=offsets, kind=st.sampled_from(REGION_KINDS))
    def override(self, who, number, at, kind):
        who = self.name(who)
        self.step(who, lambda: override_region(self.database, who, number, at, kind))

    # What happens to them

    @precondition(lambda self: self.kept)
    @rule(who=people, which=st.integers(0, 99))
    def import_an_earlier_state(self, who, which):
        number, item = self.kept[which % len(self.kept)]
        current = next((each for each in self.items(number) if each.id == item.id), None)
        with self.database.write() as connection:
            record(connection, self.name(who), "import", annotation_change(number, current, item))

    @rule(number=notices, at=st.integers(1, len(PAGE) - 1))
    def other_rules_divide_the_page_otherwise(self, number, at):
        with self.database.write() as connection:
            before = load_regions(connection, number)
            bare = tuple(replace(region, by=None) for region in before)
            cut = region_at(bare, at)
            if cut.start < at:
                bare = tuple(
                    part
                    for region in bare
                    for part in ([replace(cut, end=at), replace(cut, start=at)] if region is cut else [region])
                )
            after = overlay(bare, [region for region in before if region.by is not None])
            record(connection, "importer", "normalize", Change(number, "regions", str(number), before, after))

    @rule()
    def another_normalizer(self):
        made_by_an_older_normalizer(self.database)
        list(renormalize_older(self.database, "importer"))

    @rule()
    def another_name_for_a_label(self):
        names = {label.name for label in labels_of(self.database)}
        pair = ("DATE", "DAY") if "DATE" in names else ("DAY", "DATE")
        change_labels(self.database, "importer", None, [pair], (), "test", lambda labels: labels)

    # Undo and redo

    @rule(who=people)
    def undo(self, who):
        who = self.name(who)
        reversal = undo(self.database, who)
        assert (reversal is not None) == (self.done[who] > 0)
        if reversal is not None:
            self.done[who] -= 1
            self.undone[who] += 1

    @rule(who=people)
    def redo(self, who):
        who = self.name(who)
        reversal = redo(self.database, who)
        assert (reversal is not None) == (self.undone[who] > 0)
        if reversal is not None:
            self.undone[who] -= 1
            self.done[who] += 1

    @rule(order=st.permutations(PEOPLE), again=st.booleans())
    def everybody_undoes_all(self, order, again):
        for who in order:
            for _ in range(self.done[who]):
                assert undo(self.database, who) is not None
            assert undo(self.database, who) is None
            self.undone[who] += self.done[who]
            self.done[who] = 0
            self.the_log_adds_up_to_the_state()
        if again:
            for who in reversed(order):
                for _ in range(self.undone[who]):
                    assert redo(self.database, who) is not None
                assert redo(self.database, who) is None
                self.done[who] = self.undone[who]
                self.undone[who] = 0

    @rule(who=people)
    def all_that_one_undoes_alone_comes_back(self, who):
        """Undo to the bottom and redo to the top leave what was there, where nothing was in the way."""
        who = self.name(who)
        before = self.all_there_is()
        undos = [undo(self.database, who) for _ in range(self.done[who])]
        redos = [redo(self.database, who) for _ in undos]
        if all(each.obstacle is None and self.changed_all(each) for each in [*undos, *redos]):
            assert self.all_there_is() == before

    @staticmethod
    def changed_all(reversal):
        """Whether nothing of it was so already."""
        return all(change.before != change.after for change in reversal.changes)

    def all_there_is(self):
        connection = self.database.connection
        tables = ("annotations", "reviews", "assignments", "corrections")
        rows = [sorted(map(tuple, connection.execute(f"SELECT * FROM {table}")), key=repr) for table in tables]
        return rows, [load_notice(connection, number).notice for number in NOTICES]

    @invariant()
    def the_log_adds_up_to_the_state(self):
        if hasattr(self, "database"):
            assert wrong(self.database) == []


class TwoPeople(Walk):
    several = 2


class ThreePeople(Walk):
    several = 3


TestTwoPeople = TwoPeople.TestCase
TestThreePeople = ThreePeople.TestCase
TestTwoPeople.settings = TestThreePeople.settings = settings(max_examples=20, stateful_step_count=25)
