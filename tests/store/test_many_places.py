"""What one person does to many places of a text at once: found in pages, changed in turns, one step to undo."""

from __future__ import annotations

import pytest
from making import logged, normalized_notice, wrong
from msgspec.structs import replace

from annotations.origins import adjudicated, decided, suggested, tagged
from annotations.spans import raw_span
from store.db import turns
from store.db.database import Database
from store.edits import long_step
from store.edits import places as placing
from store.edits.annotate import add_annotation
from store.edits.hide import hide_suggestions
from store.edits.people import add_reviewer
from store.edits.places import PlacesEdit
from store.edits.undo import redo, undo
from store.errors import HeldError
from store.index.filters import QueueFilter
from store.intake.found import suggest_found
from store.log.events import Change
from store.project.reviewers import current_reviewer
from store.project.settings import labels_of
from store.read.notices import load_notice, notice_annotations
from store.read.places import find_text, said_at, text_page
from store.write.notices import add_notice
from store.write.record import record

ME, TEXT = "lin", "河长"
PAGES = (
    "副县长李河长出席。\n河长讲话。\n",
    "關(guān)於河長(zhǎng)製,河長(zhǎng)會(huì)議。\n",
    "别的。\n",
    "河长,河长,河长。\n",
)


@pytest.fixture
def numbers(database):
    with database.write() as connection:
        return [add_notice(connection, "importer", normalized_notice(raw, str(at))) for at, raw in enumerate(PAGES)]


@pytest.fixture
def short_turns(monkeypatch):
    monkeypatch.setattr(turns, "TURN", 0.0)
    monkeypatch.setattr(placing, "_AT_ONCE", 3)
    monkeypatch.setattr(long_step, "_PIECE", 1)


def targets(database):
    return [
        (each.stored.number, place.span)
        for each in find_text(database, ME, TEXT, QueueFilter())
        for place in each.places
    ]


def said(database, annotator=ME):
    return [
        (number, item.label, item.start, item.status)
        for number in range(1, 5)
        for item in notice_annotations(database.connection, number)
        if item.annotator == annotator
    ]


def put(database, target, label="OFFICIAL", annotator=ME, before=0):
    number, span = target
    notice = load_notice(database.connection, number).notice
    wider = raw_span(span.start - before, span.end)
    item = tagged(notice.raw, wider, label, labels_of(database)[label].attributes(), annotator)
    add_annotation(database, annotator, number, item)
    return item


def suggest_at(database, target, label="OFFICIAL"):
    number, span = target
    notice = load_notice(database.connection, number).notice
    known = labels_of(database)[label]
    item = suggested(notice, span, known, known.attributes(), "rule/x@1", 0.9, "2026-01-01T00:00:00.000Z")
    with database.write() as connection:
        record(connection, "admin", "suggest", Change(number, "annotation", item.id, None, item))
    return item


def test_pages_of_a_text_are_what_all_of_it_is_and_tell_what_is_said(database, numbers):
    whole = [*find_text(database, ME, TEXT, QueueFilter())]
    assert [len(each.places) for each in whole] == [2, 2, 3]
    at, found = 0, []
    while at is not None:
        page = text_page(database.connection, ME, TEXT, QueueFilter(), at, most=1)
        found += page.found
        at = page.behind
    assert found == whole
    assert text_page(database.connection, ME, " ", QueueFilter()).found == ()
    places = {each.stored.number: [place.span for place in each.places] for each in whole}
    own = put(database, targets(database)[0])
    open_one = suggest_at(database, targets(database)[-1], "DATE")
    told = said_at(database.connection, ME, places)
    assert [[list(items) for items in each] for each in told.values()] == [[[own], []], [[], []], [[], [], [open_one]]]
    assert [[place.said for place in each.places] for each in find_text(database, ME, TEXT, QueueFilter())] == [
        *told.values()
    ]


def test_a_tag_takes_what_is_open_and_leaves_what_is_tagged(database, numbers, short_turns):
    where = targets(database)
    put(database, where[0], before=1)  # 李河长, with the same label
    put(database, where[1], "DATE")
    open_one = suggest_at(database, where[2])
    before = said(database)
    label = labels_of(database)["OFFICIAL"]
    report = PlacesEdit(database, ME, where, label).run()
    assert (report.total, report.done, report.changed) == (7, 7, 5)
    assert (report.unchanged, report.otherwise, report.overtaken) == (1, 1, 0)
    made = [item for item in said(database) if item not in before]
    assert [status for *_, status in made] == ["accepted", *["manual"] * 4]
    (accepted,) = [item for item in notice_annotations(database.connection, 2) if item.status == "accepted"]
    assert accepted.id == decided(open_one, ME, "accepted").id
    # Again it finds nothing to do.
    assert PlacesEdit(database, ME, where, label).run().changed == 0
    assert undo(database, ME).size == 5
    assert said(database) == before
    assert redo(database, ME).size == 5
    assert [item for item in said(database) if item not in before] == made
    assert wrong(database) == []


def test_values_are_read_at_each_place(database, numbers):
    where = targets(database)
    PlacesEdit(database, ME, where[:1], labels_of(database)["OFFICIAL"]).run()
    (item,) = [item for item in notice_annotations(database.connection, 1) if item.annotator == ME]
    assert item.attributes["title"] == "河长"
    # One alone is no batch: where its edge is moved next, that is another step.
    assert logged(database)[-1].batch is None


def test_accepting_and_rejecting_many_decides_what_waits_and_a_second_rejection_deletes(database, numbers, short_turns):
    where = targets(database)
    label = labels_of(database)["OFFICIAL"]
    found = find_text(database, "admin", TEXT, QueueFilter())
    assert [*suggest_found(database, "admin", label, TEXT, found)][-1].added == 7
    report = PlacesEdit(database, ME, where[:4], "accept").run()
    assert (report.changed, report.unchanged) == (4, 0)
    assert {status for *_, status in said(database)} == {"accepted"}
    report = PlacesEdit(database, ME, where, "reject").run()
    # What was accepted is taken out of the layer, and waits again.
    assert report.changed == 7
    assert [status for *_, status in said(database)] == ["rejected"] * 3
    assert PlacesEdit(database, ME, where[4:], "reject").run().unchanged == 3
    undo(database, ME)
    assert [status for *_, status in said(database)] == ["accepted"] * 4
    undo(database, ME)
    assert said(database) == []
    assert wrong(database) == []


def test_others_come_between_and_what_they_were_faster_with_is_told(database, numbers, short_turns, monkeypatch):
    where = targets(database)
    items = [put(database, target) for target in where]
    write, turn = Database.write, []

    def interrupted(self):
        turn.append(1)
        if len(turn) == 2:
            with write(self) as connection:
                for item, after in ((items[1], None), (items[2], replace(items[2], comment="?"))):
                    number = where[items.index(item)][0]
                    record(connection, ME, "change", Change(number, "annotation", item.id, item, after))
        return write(self)

    monkeypatch.setattr(Database, "write", interrupted)
    report = PlacesEdit(database, ME, where, "reject").run()
    assert (report.changed, report.unchanged, report.overtaken) == (5, 1, 1)
    monkeypatch.setattr(Database, "write", write)
    assert [item.comment for item in notice_annotations(database.connection, 2)] == ["?"]
    assert wrong(database) == []


def test_what_is_held_up_or_ended_between_two_turns_goes_on_as_the_same_step(
    database, numbers, short_turns, monkeypatch
):
    where = targets(database)
    write, turn = Database.write, []

    def held(self):
        turn.append(1)
        if len(turn) == 3:
            raise HeldError("held")
        return write(self)

    monkeypatch.setattr(Database, "write", held)
    edit = PlacesEdit(database, ME, where, labels_of(database)["OFFICIAL"])
    with pytest.raises(HeldError):
        edit.run()
    assert len(said(database)) == 2
    left = iter([True, True, False])
    edit.run(lambda: next(left, False))
    assert 2 < len(said(database)) < 7
    assert edit.run().changed == len(said(database)) == 7
    assert undo(database, ME).size == 7
    assert said(database) == []
    assert wrong(database) == []


def test_gold_is_told_to_those_who_may_see_the_layers_of_others(database, numbers):
    where = targets(database)[:1]
    gold = adjudicated(load_notice(database.connection, 1).notice.raw, where[0][1], "DATE", {"iso": None})
    gold = replace(gold, attributes=labels_of(database)["DATE"].attributes())
    with database.write() as connection:
        record(connection, current_reviewer(), "adjudicate", Change(1, "annotation", gold.id, None, gold))
    add_reviewer(database, current_reviewer(), ME, "reviewer")
    add_reviewer(database, current_reviewer(), "chen", "adjudicator")
    for who, seen in ((ME, []), ("chen", [gold]), (current_reviewer(), [gold])):
        found = text_page(database.connection, who, TEXT, QueueFilter()).found[0]
        assert [*found.places[0].said] == seen
        assert [*said_at(database.connection, who, {1: [where[0][1]]})[1][0]] == seen


def test_in_the_control_arm_suggestions_are_neither_told_nor_decided(database, numbers):
    first, second = targets(database)[:2]
    suggest_at(database, first)
    suggest_at(database, second)
    hide_suggestions(database, current_reviewer(), 1.0)
    assert [place.said for place in next(find_text(database, ME, TEXT, QueueFilter())).places] == [(), ()]
    assert said_at(database.connection, ME, {1: [first[1]]}) == {1: [()]}
    assert PlacesEdit(database, ME, [first, second], "accept").run().unchanged == 2
    assert PlacesEdit(database, ME, [first], labels_of(database)["OFFICIAL"]).run().changed == 1
    assert said(database) == [(1, "OFFICIAL", first[1].start, "manual")]
    hide_suggestions(database, current_reviewer(), 0.0)
    assert PlacesEdit(database, ME, [second], "accept").run().changed == 1
    assert wrong(database) == []
