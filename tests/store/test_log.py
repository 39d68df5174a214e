"""The log: append-only, replayable, and the only way to change what is logged about a notice."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from making import RAW, annotation_of, logged, notice_of, stored_notice
from msgspec.structs import replace

from annotations.annotation import Review, now
from annotations.errors import AttributeValueError, LabelError, QuoteError, SpanError
from annotations.normalize import NORMALIZER, normalize
from annotations.origins import in_one_step
from store.doctor import findings
from store.edits.annotate import add_annotation, add_annotations, change_annotation, delete_annotation
from store.edits.assign import assign, unassign
from store.edits.fields import correct_fields
from store.edits.regions import override_region
from store.edits.review import set_review, set_reviews
from store.edits.undo import redo, undo
from store.errors import DatabaseError
from store.log.corrections import Correction
from store.log.events import ConflictError
from store.open import open_database
from store.read.notices import load_notice, notice_annotations, notice_reviews
from store.read.queue import queue_page
from store.write.notices import add_notice


def statements(database, act):
    """What SQLite is asked while something is done, with its values filled in."""
    asked = []
    database.connection.set_trace_callback(asked.append)
    act()
    database.connection.set_trace_callback(None)
    return asked


def test_annotations_that_are_added_together_are_proved_against_one_reading(database):
    number = stored_notice(database)
    items = in_one_step([annotation_of(RAW, start, start + 2) for start in range(20)])
    asked = statements(database, lambda: add_annotations(database, "lin", number, items))
    assert sum("SELECT raw FROM texts" in each for each in asked) == 1
    assert sum("FROM settings" in each for each in asked) == 1
    assert notice_annotations(database.connection, number) == sorted(items, key=lambda item: item.order)


def test_of_annotations_that_are_added_together_all_are_refused_or_none(database):
    number = stored_notice(database)
    items = [annotation_of(RAW, 0, 3), replace(annotation_of(RAW, 3, 5), text="别的")]
    with pytest.raises(QuoteError):
        add_annotations(database, "lin", number, items)
    assert state(database, number) == ([], [])


def state(database, number):
    return notice_annotations(database.connection, number), notice_reviews(database.connection, number)


def test_an_annotation_is_there_after_it_was_added(database):
    number = stored_notice(database)
    item = annotation_of(RAW, 0, 3)
    add_annotation(database, "lin", number, item)
    assert notice_annotations(database.connection, number) == [item]


def test_adding_the_same_annotation_twice_is_once(database):
    number = stored_notice(database)
    item = annotation_of(RAW, 0, 3)
    add_annotation(database, "lin", number, item)
    add_annotation(database, "lin", number, item)
    assert len(logged(database)) == 1


@pytest.mark.parametrize("statement", ["UPDATE events SET actor = 'other'", "DELETE FROM events"])
def test_an_event_is_never_changed_or_deleted(database, statement):
    number = stored_notice(database)
    add_annotation(database, "lin", number, annotation_of(RAW, 0, 3))
    with pytest.raises(DatabaseError, match="append-only"), database.write() as connection:
        connection.execute(statement)


def test_raw_text_is_never_changed(database):
    stored_notice(database)
    with pytest.raises(DatabaseError, match="never changed"), database.write() as connection:
        connection.execute("UPDATE texts SET raw = 'another'")


def test_a_change_of_something_that_changed_meanwhile_is_a_conflict(database):
    number = stored_notice(database)
    item = annotation_of(RAW, 0, 3)
    add_annotation(database, "lin", number, item)
    change_annotation(database, "lin", number, item, replace(item, comment="first", updated_at=now()))
    with pytest.raises(ConflictError, match="changed meanwhile"):
        change_annotation(database, "lin", number, item, replace(item, comment="second", updated_at=now()))
    assert notice_annotations(database.connection, number)[0].comment == "first"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"text": "别的"}, QuoteError),
        ({"end": 10**6}, SpanError),
        ({"start": 3}, SpanError),
        ({"label": "NOSUCH"}, LabelError),
        ({"attributes": {"iso": "2021-02-30"}}, AttributeValueError),
        ({"attributes": {"colour": "red"}}, AttributeValueError),
    ],
)
def test_a_refused_annotation_leaves_nothing(database, changed, error):
    number = stored_notice(database)
    with pytest.raises(error):
        add_annotation(database, "lin", number, replace(annotation_of(RAW, 0, 3), **changed))
    assert state(database, number) == ([], [])
    assert logged(database) == []


def test_undo_takes_back_own_events_only_and_newest_first(database):
    number = stored_notice(database)
    mine, theirs, later = (annotation_of(RAW, 0, 3), annotation_of(RAW, 3, 5, annotator="wu"), annotation_of(RAW, 5, 6))
    add_annotation(database, "lin", number, mine)
    add_annotation(database, "wu", number, theirs)
    add_annotation(database, "lin", number, later)
    assert undo(database, "lin").change.key == later.id
    assert undo(database, "lin").change.key == mine.id
    assert undo(database, "lin") is None
    assert notice_annotations(database.connection, number) == [theirs]


def test_redo_ends_where_something_new_was_done(database):
    number = stored_notice(database)
    first, second = annotation_of(RAW, 0, 3), annotation_of(RAW, 3, 5)
    add_annotation(database, "lin", number, first)
    undo(database, "lin")
    add_annotation(database, "lin", number, second)
    assert redo(database, "lin") is None
    assert undo(database, "lin").change.key == second.id
    assert redo(database, "lin").change.key == second.id


def test_undo_goes_across_notices_and_restarts(tmp_path):
    with open_database(tmp_path / "a.db", create=True) as database:
        numbers = [stored_notice(database, RAW), stored_notice(database, RAW + "又及。\n", "other")]
        for number in numbers:
            add_annotation(database, "lin", number, annotation_of(RAW, 0, 3))
    with open_database(tmp_path / "a.db") as database:
        assert [undo(database, "lin").change.notice for _ in numbers] == numbers[::-1]


def test_a_damaged_state_is_found_by_replay(database):
    number = stored_notice(database)
    add_annotation(database, "lin", number, annotation_of(RAW, 0, 3))
    with database.write() as connection:
        connection.execute("UPDATE annotations SET comment = 'slipped in'")
    assert any("is not what the log says" in each for each in findings(database))


class Reviewing(RuleBasedStateMachine):
    """Two reviewers do and undo anything in any order; a model of two stacks each says what must be there."""

    items = Bundle("items")

    @initialize()
    def open(self):
        self.folder = tempfile.TemporaryDirectory()
        self.database = open_database(Path(self.folder.name) / "zhupi.db", create=True)
        self.number = stored_notice(self.database)
        self.numbers = [self.number, stored_notice(self.database, RAW + "又及。\n", "other")]
        self.items_now = {}
        self.reviews_now = {}
        self.held_now = {}
        self.fields_now = {}
        self.done = {"lin": [], "wu": []}
        self.undone = {"lin": [], "wu": []}

    def teardown(self):
        if hasattr(self, "database"):
            self.database.close()
            self.folder.cleanup()

    def did(self, who, *changes):
        self.done[who].append(changes)
        self.undone[who].clear()
        for key, _, after in changes:
            self.put(key, after)

    def put(self, key, value):
        kind, name = key
        table = {
            "annotation": self.items_now,
            "review": self.reviews_now,
            "assignment": self.held_now,
            "field": self.fields_now,
        }[kind]
        if value is None:
            table.pop(name, None)
        else:
            table[name] = value

    @rule(target=items, who=st.sampled_from(["lin", "wu"]), start=st.integers(0, 30), size=st.integers(1, 8))
    def tag(self, who, start, size):
        item = annotation_of(RAW, start, start + size, annotator=who)
        add_annotation(self.database, who, self.number, item)
        self.did(who, (("annotation", item.id), None, item))
        return item.id

    @rule(item=items, comment=st.text(max_size=5))
    def comment(self, item, comment):
        before = self.items_now.get(item)
        if before is None or before.comment == comment:
            return
        after = replace(before, comment=comment)
        try:
            change_annotation(self.database, before.annotator, self.number, before, after)
        except UnicodeEncodeError:
            return
        self.did(before.annotator, (("annotation", item), before, after))

    @rule(item=items)
    def delete(self, item):
        before = self.items_now.get(item)
        if before is not None:
            delete_annotation(self.database, before.annotator, self.number, before)
            self.did(before.annotator, (("annotation", item), before, None))

    @rule(who=st.sampled_from(["lin", "wu"]), status=st.sampled_from(["open", "done", "flagged"]))
    def review(self, who, status):
        before = self.reviews_now.get((self.number, who))
        after = Review(who, status, None, f"2023-04-12T00:00:00.{len(self.done[who]):03}Z")
        if before != after:
            set_review(self.database, who, self.number, after)
            self.did(who, (("review", (self.number, who)), before, after))

    @rule(who=st.sampled_from(["lin", "wu"]), status=st.sampled_from(["open", "done", "flagged"]))
    def review_all(self, who, status):
        set_reviews(self.database, who, self.numbers, status)
        after = {(number, who): self.stored_review(number, who) for number in self.numbers}
        changes = [
            (("review", place), self.reviews_now.get(place), review)
            for place, review in after.items()
            if self.reviews_now.get(place) != review
        ]
        if changes:
            self.did(who, *changes)

    def stored_review(self, number, who):
        return next((each for each in state(self.database, number)[1] if each.annotator == who), None)

    @rule(who=st.sampled_from(["lin", "wu"]), wanted=st.booleans())
    def assign_all(self, who, wanted):
        # Each to a name of their own, so that neither undoes what the other has changed since.
        (assign if wanted else unassign)(self.database, who, self.numbers, f"{who}s")
        changes = [
            (("assignment", (number, f"{who}s")), not wanted or None, wanted or None)
            for number in self.numbers
            if ((number, f"{who}s") in self.held_now) != wanted
        ]
        if changes:
            self.did(who, *changes)

    @property
    def notice(self):
        return load_notice(self.database.connection, self.number).notice

    @rule(who=st.sampled_from(["lin", "wu"]), value=st.sampled_from(["甲", "乙", None]))
    def correct(self, who, value):
        # Each a field of their own, so that neither undoes what the other has changed since.
        field = "title" if who == "lin" else "source"
        before, after = self.fields_now.get(field), Correction(value, who)
        correct_fields(self.database, who, self.number, self.notice.fields, {field: value})
        if before != after:
            self.did(who, (("field", field), before, after))

    @rule(who=st.sampled_from(["lin", "wu"]))
    def undo(self, who):
        reversal = undo(self.database, who)
        assert (reversal is None) == (not self.done[who])
        if reversal is not None:
            changes = self.done[who].pop()
            assert reversal.size == len(changes)
            self.undone[who].append(changes)
            for key, before, _ in changes:
                self.put(key, before)

    @rule(who=st.sampled_from(["lin", "wu"]))
    def redo(self, who):
        reversal = redo(self.database, who)
        assert (reversal is None) == (not self.undone[who])
        if reversal is not None:
            changes = self.undone[who].pop()
            self.done[who].append(changes)
            for key, _, after in changes:
                self.put(key, after)

    @invariant()
    def the_state_is_what_was_done(self):
        if not hasattr(self, "database"):
            return
        items, _ = state(self.database, self.number)
        assert {item.id: item for item in items} == self.items_now
        reviews = {
            (number, each.annotator): each for number in self.numbers for each in state(self.database, number)[1]
        }
        assert reviews == self.reviews_now
        notice = self.notice
        for field in ("title", "source"):
            correction = self.fields_now.get(field, Correction(None, None))
            assert (notice.fields.of(field), notice.fields_by.of(field)) == (correction.value, correction.set_by)
        rows = queue_page(self.database.connection, "lin").rows
        assert {(row.number, name) for row in rows for name in row.assignees} == self.held_now.keys()

    @invariant()
    def the_log_adds_up_to_the_state(self):
        if hasattr(self, "database"):
            assert [each for each in findings(self.database) if "another version" not in each] == []


TestReviewing = Reviewing.TestCase
TestReviewing.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)


def test_an_overridden_region_takes_its_text_along_and_undo_brings_it_back(database):
    raw = "临江县召开会议\n会议要求,要整改。\n扫一扫在手机打开当前页\n"
    found = normalize(raw)
    with database.write() as connection:
        number = add_notice(connection, "importer", replace(notice_of(raw), **fields_of(found)))
    item = annotation_of(raw, raw.index("会议要求"), raw.index("要整改"))
    add_annotation(database, "lin", number, item)
    at = raw.index("扫一扫")
    override_region(database, "wu", number, at, "body")
    after = load_notice(database.connection, number).notice
    assert after.normalized.endswith("要整改。\n扫一扫在手机打开当前页")
    assert [(region.kind, region.by) for region in after.regions][-1] == ("body", "wu")
    assert notice_annotations(database.connection, number) == [item]
    assert list(findings(database)) == []
    assert undo(database, "lin").change.key == item.id
    assert undo(database, "wu").change.entity == "regions"
    before = load_notice(database.connection, number).notice
    assert (before.normalized, before.regions) == (found.normalized, found.regions)
    assert list(findings(database)) == []


def test_overriding_the_title_changes_the_title_of_the_notice(database):
    raw = "临江县召开会议\n来源:临江县水务局 时间:2023-04-12\n会议要求,要整改。\n"
    with database.write() as connection:
        number = add_notice(connection, "importer", replace(notice_of(raw), **fields_of(normalize(raw))))
    override_region(database, "wu", number, 0, "boilerplate")
    notice = load_notice(database.connection, number).notice
    assert notice.title is None
    assert notice.published == "2023-04-12"
    undo(database, "wu")
    assert load_notice(database.connection, number).notice.title == "临江县召开会议"


def fields_of(found):
    return {
        "title": found.title, "source": found.source, "published": found.published, "normalized": found.normalized,
        "normalizer": NORMALIZER, "regions": found.regions, "alignment": found.alignment,
        "meta": {"flags": list(found.flags)},
    }  # fmt: skip
