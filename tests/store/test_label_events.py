"""Labels that change after work has begun: an event that the state follows, and nothing is lost."""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from making import RAW, annotation_of, logged, stored_notice, wrong
from msgspec.structs import replace
from relabelling import LABELS, exported, give, indexed, made_anew, stored, suggest, with_attributes, without

from annotations.annotation import now
from annotations.errors import AttributeValueError, LabelError
from annotations.labels import Attribute, LabelSet
from annotations.origins import changed, decided, suggested
from annotations.relabelling import followed, relabelled
from annotations.spans import raw_span
from store.db.turns import in_turns
from store.edits import labels as changing
from store.edits.annotate import add_annotation, add_annotations, change_annotation, delete_annotation
from store.edits.labels import change_labels
from store.edits.undo import redo, undo
from store.edits.withdraw import withdraw_labels
from store.index.filters import QueueFilter, with_present_label
from store.log.events import PROJECT, annotation_change, touches_since
from store.open import open_database
from store.project.settings import labels_of
from store.read.notices import load_notice
from store.read.queue import queue_page
from store.write.record import record


@pytest.fixture
def number(database):
    return stored_notice(database)


def test_a_change_of_labels_is_an_event_about_no_notice(database, number):
    before, after = give(database, renames=[("DATE", "DAY")])
    (event,) = logged(database)
    assert (event.actor, event.action, event.change.entity) == ("lin", "labels", "labels")
    assert (event.change.before, event.change.after) == (before, after) == (LABELS, labels_of(database))
    assert event.change.notice == PROJECT
    assert [touch.notice for touch in touches_since(database.connection, event.number - 1, 9)] == [PROJECT]
    assert database.connection.execute("SELECT notice FROM events").fetchone()[0] is None
    assert wrong(database) == []


def test_the_same_labels_again_are_no_event(database, number):
    assert give(database) == give(database, LABELS) == (LABELS, LABELS)
    assert logged(database) == []


def test_annotations_suggestions_and_filters_follow_a_new_name_and_the_log_keeps_the_old_one(database, number):
    item = annotation_of(RAW, 0, 3)
    add_annotation(database, "lin", number, item)
    suggestion = suggest(database, number, 3, 5)
    give(database, renames=[("DATE", "DAY")])
    assert stored(database) == [replace(item, label="DAY"), replace(suggestion, label="DAY")]
    rows = queue_page(database.connection, "lin", QueueFilter(label="DAY")).rows
    assert [(row.number, row.counts) for row in rows] == [(number, {"DAY": 1})]
    # A session that has not seen the new name yet means the same label.
    assert queue_page(database.connection, "lin", QueueFilter(label="DATE")).rows == rows
    names = [event.change.after.label for event in logged(database) if event.change.entity == "annotation"]
    assert names == ["DATE", "DATE"]
    assert wrong(database) == []


def test_undo_and_redo_go_across_a_new_name(database, number):
    item = annotation_of(RAW, 0, 3)
    add_annotation(database, "lin", number, item)
    second = changed(item, RAW, attributes=LABELS["DATE"].attributes({"iso": "2023-04-12"}))
    change_annotation(database, "lin", number, item, second)
    delete_annotation(database, "lin", number, second)
    give(database, renames=[("DATE", "DAY")])
    assert undo(database, "lin").change.after == replace(second, label="DAY")
    assert stored(database) == [replace(second, label="DAY")]
    give(database, renames=[("DAY", "TIME")])
    undo(database, "lin")
    assert stored(database) == [replace(item, label="TIME")]
    undo(database, "lin")
    assert stored(database) == []
    redo(database, "lin")
    redo(database, "lin")
    assert stored(database) == [replace(second, label="TIME")]
    assert wrong(database) == []


def test_what_an_open_session_still_calls_by_the_old_name_is_stored_under_the_new_one(database, number):
    item = annotation_of(RAW, 0, 3)
    add_annotation(database, "lin", number, item)
    give(database, renames=[("DATE", "DAY")])
    add_annotations(database, "lin", number, [annotation_of(RAW, 3, 5), annotation_of(RAW, 5, 7)])
    change_annotation(database, "lin", number, item, replace(item, comment="?", updated_at=now()))
    assert [(each.label, each.comment) for each in stored(database)] == [("DAY", "?"), ("DAY", None), ("DAY", None)]
    delete_annotation(database, "lin", number, followed(stored(database)[1], LABELS))
    assert len(stored(database)) == 2
    assert wrong(database) == []


def test_no_annotation_gets_a_label_that_never_was(database, number):
    with pytest.raises(LabelError, match="unknown label NOSUCH"), database.write() as connection:
        item = replace(annotation_of(RAW, 0, 3), label="NOSUCH")
        record(connection, "lin", "import", annotation_change(number, None, item))
    assert stored(database) == []


def test_a_label_in_use_is_not_lost(database, number):
    add_annotation(database, "lin", number, annotation_of(RAW, 0, 3))
    suggest(database, number, 3, 5)
    told = r"label DATE would be lost, and 2 annotations with it, suggestions included; say --rename DATE=NEW or --hide"
    with pytest.raises(LabelError, match=told):
        give(database, without("DATE"))
    assert labels_of(database) == LABELS


def test_a_label_that_undo_can_bring_back_is_not_lost(database, number):
    add_annotation(database, "lin", number, annotation_of(RAW, 0, 3))
    undo(database, "lin")
    with pytest.raises(LabelError, match="undo can bring back"):
        give(database, without("DATE"))
    give(database, renames=[("DATE", "DAY")])
    with pytest.raises(LabelError, match="label DAY would be lost, and undo can bring back"):
        give(database, without("DAY", labels_of(database)))
    redo(database, "lin")
    assert [each.label for each in stored(database)] == ["DAY"]


def test_a_label_that_nothing_ever_had_goes(database, number):
    add_annotation(database, "lin", number, annotation_of(RAW, 0, 3, "OFFICIAL"))
    _, after = give(database, without("DATE"))
    assert "DATE" not in after
    assert wrong(database) == []


@pytest.mark.parametrize("undone", [False, True], ids=["in use", "in the log"])
def test_a_label_that_comes_into_use_while_the_log_is_looked_through_is_not_lost(database, number, monkeypatch, undone):
    add_annotation(database, "lin", number, annotation_of(RAW, 0, 3, "OFFICIAL"))
    forget_seen = changing._forget_seen

    def meanwhile(database):
        forget_seen(database)
        add_annotation(database, "wang", number, annotation_of(RAW, 0, 3, annotator="wang"))
        if undone:
            undo(database, "wang")

    monkeypatch.setattr(changing, "_forget_seen", meanwhile)
    with pytest.raises(LabelError, match="label DATE would be lost"):
        give(database, without("DATE"))
    assert labels_of(database) == LABELS
    assert wrong(database) == []


def test_which_notices_suggesters_have_seen_is_forgotten_in_turns(database, number, monkeypatch):
    numbers = [number, *(stored_notice(database, f"{RAW}通知{index}") for index in range(4))]
    with database.write() as connection:
        connection.executemany(
            "INSERT INTO suggested (notice, suggester, version) VALUES (?, 'dates', '1')", [(each,) for each in numbers]
        )
    turns = []
    monkeypatch.setattr(changing, "_AT_ONCE", 2)
    monkeypatch.setattr(changing, "in_turns", lambda *given: map(turns.append, in_turns(*given)))
    monkeypatch.setattr("store.db.turns.TURN", 0.0)
    give(database, without("DATE"))
    assert len(turns) == 3
    assert database.connection.execute("SELECT count(*) FROM suggested").fetchone()[0] == 0


def test_a_value_in_use_is_not_lost(database, number):
    item = replace(annotation_of(RAW, 0, 3), attributes=LABELS["DATE"].attributes({"mod": "before", "part": "AM"}))
    add_annotations(database, "lin", number, [item, replace(item, id="2", start=3, end=6, text=RAW[3:6])])
    add_annotation(database, "lin", number, replace(item, id="3", attributes=LABELS["DATE"].attributes({"part": "PM"})))
    with pytest.raises(LabelError, match=r"label DATE: mod would be lost, and 2 annotations .*; keep what is in use"):
        give(database, with_attributes("DATE", *(each for each in LABELS["DATE"].attribute if each.name != "mod")))
    narrower = [replace(each, choices=("AM",)) if each.name == "part" else each for each in LABELS["DATE"].attribute]
    with pytest.raises(LabelError, match="part=PM would be lost, and 1 annotation with it"):
        give(database, with_attributes("DATE", *narrower))
    assert labels_of(database) == LABELS
    assert wrong(database) == []


def test_attributes_come_and_go_where_they_are_unset_and_undo_goes_across(database, number):
    item = replace(annotation_of(RAW, 0, 3), attributes=LABELS["DATE"].attributes({"mod": "before"}))
    add_annotation(database, "lin", number, item)
    bare = changed(item, RAW, attributes=LABELS["DATE"].attributes())
    change_annotation(database, "lin", number, item, bare)
    give(database, with_attributes("DATE", Attribute("certain", "boolean"), Attribute("iso", "period")))
    assert [list(each.attributes.items()) for each in stored(database)] == [[("certain", None), ("iso", None)]]
    assert wrong(database) == []
    # The value that the label no longer takes stays in the log.
    undo(database, "lin")
    assert stored(database)[0].attributes == {"certain": None, "iso": None}
    undo(database, "lin")
    redo(database, "lin")
    assert len(stored(database)) == 1
    assert wrong(database) == []


def test_values_of_an_open_session_are_checked_by_the_present_labels(database, number):
    give(database, with_attributes("DATE", Attribute("iso", "period")))
    item = annotation_of(RAW, 0, 3)
    add_annotation(database, "lin", number, item)
    assert stored(database)[0].attributes == {"iso": None}
    wanted = replace(item, id="2", attributes=LABELS["DATE"].attributes({"mod": "before"}))
    with pytest.raises(AttributeValueError, match="DATE has no attribute mod"):
        add_annotation(database, "lin", number, wanted)
    assert len(stored(database)) == 1


def test_with_a_hidden_label_nobody_tags_and_what_has_it_goes_on(database, number):
    item, suggestion = annotation_of(RAW, 0, 3), suggest(database, number, 3, 5)
    add_annotation(database, "lin", number, item)
    give(database, hide=["DATE"])
    with pytest.raises(LabelError, match="label DATE is hidden"):
        add_annotation(database, "lin", number, annotation_of(RAW, 5, 7))
    other = annotation_of(RAW, 5, 7, "OFFICIAL")
    add_annotation(database, "lin", number, other)
    with pytest.raises(LabelError, match="label DATE is hidden"):
        change_annotation(
            database, "lin", number, other, replace(other, label="DATE", attributes=LABELS["DATE"].attributes())
        )
    change_annotation(database, "lin", number, item, changed(item, RAW, comment="still"))
    add_annotation(database, "lin", number, decided(suggestion, "lin", "accepted"))
    assert sorted((each.label, each.status) for each in stored(database)) == [
        ("DATE", "accepted"), ("DATE", "manual"), ("DATE", "suggested"), ("OFFICIAL", "manual"),
    ]  # fmt: skip
    assert wrong(database) == []


def test_suggestions_of_a_hidden_label_are_withdrawn_but_for_those_that_somebody_decided(database, number):
    kept, gone = suggest(database, number, 0, 3), suggest(database, number, 3, 5)
    official = suggest(database, number, 5, 7, "OFFICIAL")
    add_annotation(database, "lin", number, decided(kept, "lin", "rejected"))
    assert withdraw_labels(database, "lin", ["DATE"]) == 1
    assert gone.id not in {each.id for each in stored(database)}
    assert {kept.id, official.id} < {each.id for each in stored(database)}
    assert withdraw_labels(database, "lin", ["DATE"]) == 0
    assert wrong(database) == []


def test_suggesters_look_again_where_they_would_find_something_else(database, number):
    def seen():
        return database.connection.execute("SELECT count(*) FROM suggested").fetchone()[0]

    with database.write() as connection:
        connection.execute("INSERT INTO suggested (notice, suggester, version) VALUES (?, 'dates', '1')", [number])
    give(database, renames=[("DATE", "DAY")])
    assert seen() == 1
    give(database, hide=["DAY"])
    assert seen() == 0


def test_a_suggestion_keeps_its_id_under_a_new_name(database, number):
    first = suggest(database, number)
    give(database, renames=[("DATE", "DAY")])
    notice, label = load_notice(database.connection, number).notice, labels_of(database)["DAY"]
    again = suggested(notice, raw_span(0, 3), label, label.attributes(), "hand/rule@1", 0.5, now())
    assert (again.id, again.label) == (first.id, "DAY")


def test_a_filter_that_was_kept_follows_its_label(database):
    give(database, renames=[("DATE", "DAY")])
    labels = labels_of(database)
    assert with_present_label(QueueFilter(label="DATE"), labels) == QueueFilter(label="DAY")
    assert with_present_label(QueueFilter(label="DAY"), labels) == QueueFilter(label="DAY")
    assert with_present_label(QueueFilter(label="NOSUCH", sort="newest"), labels) == QueueFilter(sort="newest")


def test_a_set_that_the_app_refuses_changes_nothing(database):
    def refuse(_):
        raise LabelError("its key is taken")

    with pytest.raises(LabelError, match="its key is taken"):
        change_labels(database, "lin", None, [("DATE", "DAY")], [], "f.toml", refuse)
    assert labels_of(database) == LABELS


def test_check_finds_labels_that_the_log_does_not_tell(database, number):
    give(database, renames=[("DATE", "DAY")])
    with database.write() as connection:
        connection.execute("UPDATE settings SET value = ? WHERE name = 'labels'", [LABELS.to_json().decode()])
    assert wrong(database) == ["log: the label set is not what the log says"]


class Relabelling(RuleBasedStateMachine):
    """Whatever two people tag, change, undo and redo while an admin renames, hides and extends labels.

    The model is by the first name of each label: what was done is always what is there, under the present names.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.database = open_database(Path(self.folder.name) / "zhupi.db", create=True)
        self.number = 0
        self.names = self.made = 0
        self.now: dict = {}
        self.done: dict = {"lin": [], "wu": []}
        self.undone: dict = {"lin": [], "wu": []}

    @initialize()
    def begin(self):
        self.number = stored_notice(self.database)

    def teardown(self):
        if self.number:
            self.it_is_like_a_database_made_anew()
        self.database.close()
        self.folder.cleanup()

    @property
    def labels(self):
        return labels_of(self.database)

    def first(self, item):
        return None if item is None else replace(item, label=self.labels[item.label].first_name)

    def present(self, item):
        return followed(item, self.labels)

    def did(self, who, key, before, after):
        self.done[who].append((key, before, after))
        self.undone[who].clear()
        self.put(key, after)

    @property
    def own(self):
        return sorted(key for key, item in self.now.items() if item.annotator is not None)

    def put(self, key, state):
        self.now.pop(key, None)
        if state is not None:
            self.now[key] = state

    @rule(who=st.sampled_from(["lin", "wu"]), at=st.integers(0, 20), label=st.integers(0, 8), stale=st.booleans())
    def tag(self, who, at, label, stale):
        shown = self.labels.shown
        chosen = shown[label % len(shown)]
        item = replace(annotation_of(RAW, at, at + 3, annotator=who), label=chosen.name, attributes=chosen.attributes())
        # A session that has not seen the last name yet.
        given = replace(item, label=chosen.former_names[-1]) if stale and chosen.former_names else item
        add_annotation(self.database, who, self.number, given)
        self.did(who, item.id, None, self.first(item))

    @rule(at=st.integers(0, 20), label=st.integers(0, 8))
    def suggest(self, at, label):
        shown = self.labels.shown
        chosen = shown[label % len(shown)]
        place = (at, chosen.first_name)
        if all(item.annotator is not None or (item.start, item.label) != place for item in self.now.values()):
            item = self.first(suggest(self.database, self.number, at, at + 3, chosen.name))
            self.now[item.id] = item

    @rule(data=st.data(), who=st.sampled_from(["lin", "wu"]), status=st.sampled_from(["accepted", "rejected"]))
    def decide(self, data, who, status):
        waiting = sorted(
            key for key, item in self.now.items() if item.annotator is None and f"{key}.{who}" not in self.now
        )
        if waiting:
            item = decided(self.present(self.now[data.draw(st.sampled_from(waiting))]), who, status)
            add_annotation(self.database, who, self.number, item)
            self.did(who, item.id, None, self.first(item))

    @rule(data=st.data(), label=st.integers(0, 8))
    def relabel(self, data, label):
        if not self.own:
            return
        key = data.draw(st.sampled_from(self.own))
        shown = self.labels.shown
        chosen = shown[label % len(shown)]
        before = self.present(self.now[key])
        after = replace(before, label=chosen.name, attributes=chosen.attributes(), comment=str(len(self.done["lin"])))
        if before != after:
            change_annotation(self.database, before.annotator, self.number, before, after)
            self.did(before.annotator, key, self.first(before), self.first(after))

    @rule(data=st.data())
    def delete(self, data):
        if self.own:
            key = data.draw(st.sampled_from(self.own))
            before = self.present(self.now[key])
            delete_annotation(self.database, before.annotator, self.number, before)
            self.did(before.annotator, key, self.now[key], None)

    @rule(who=st.sampled_from(["lin", "wu"]))
    def undo(self, who):
        assert (undo(self.database, who) is None) == (not self.done[who])
        if self.done[who]:
            self.undone[who].append(self.done[who].pop())
            self.put(*self.undone[who][-1][:2])

    @rule(who=st.sampled_from(["lin", "wu"]))
    def redo(self, who):
        assert (redo(self.database, who) is None) == (not self.undone[who])
        if self.undone[who]:
            self.done[who].append(self.undone[who].pop())
            key, _, after = self.done[who][-1]
            self.put(key, after)

    @rule(label=st.integers(0, 8), back=st.booleans())
    def rename(self, label, back):
        chosen = self.labels.label[label % len(self.labels.label)]
        others = [name for name in chosen.former_names if name != chosen.name]
        self.names += 1
        give(self.database, renames=[(chosen.name, others[0] if back and others else f"NAME{self.names}")])

    @rule(label=st.integers(0, 8))
    def hide(self, label):
        if len(self.labels.shown) > 1:
            give(self.database, hide=[self.labels.shown[label % len(self.labels.shown)].name])

    @rule()
    def show_all(self):
        give(self.database, LabelSet(tuple(replace(each, hidden=False) for each in self.labels)))

    @rule(label=st.integers(0, 8))
    def extend(self, label):
        chosen = self.labels.label[label % len(self.labels.label)]
        self.names += 1
        more = (Attribute(f"more{self.names}", "text"), *chosen.attribute)
        give(self.database, with_attributes(chosen.name, *more, base=self.labels))

    @rule(label=st.integers(0, 8), kept=st.integers(0, 3))
    def shorten(self, label, kept):
        chosen = self.labels.label[label % len(self.labels.label)]
        give(self.database, with_attributes(chosen.name, *chosen.attribute[:kept], base=self.labels))

    @rule()
    def it_is_like_a_database_made_anew(self):
        self.made += 1
        anew = made_anew(self.database, Path(self.folder.name) / f"anew{self.made}.db")
        try:
            assert exported(anew) == exported(self.database)
            assert indexed(anew) == indexed(self.database)
        finally:
            anew.close()

    @invariant()
    def the_state_is_what_was_done_under_the_present_names(self):
        there = {item.id: item for item in stored(self.database, self.number)} if self.number else {}
        assert there == {key: self.present(item) for key, item in self.now.items()}
        for item in there.values():
            item.check_attributes(self.labels)

    @invariant()
    def the_log_adds_up_to_the_state(self):
        assert wrong(self.database) == []


TestRelabelling = Relabelling.TestCase
TestRelabelling.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)


def test_many_changes_of_labels_are_one_to_whoever_follows_late():
    labels = LABELS
    for old, new in (("DATE", "DAY"), ("DAY", "TIME"), ("TIME", "DATE"), ("OFFICIAL", "PERSON")):
        wanted = LabelSet(tuple(replace(each, name=new if each.name == old else each.name) for each in labels))
        labels = relabelled(labels, wanted, [(old, new)], [], "f.toml")
    names = {name: followed(replace(annotation_of(RAW, 0, 3), label=name), labels).label for name in ("DATE", "TIME")}
    assert names == {"DATE": "DATE", "TIME": "DATE"}
    assert msgspec.json.decode(labels.to_json(), type=LabelSet) == labels
