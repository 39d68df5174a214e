"""Assigning and reviewing many notices is one step: in the log each an event, to undo and redo one."""

from __future__ import annotations

import io

import pytest
from making import annotation_of, logged, stored_notice

from annotations.annotation import Review, now
from annotations.formats.choice import ExportOptions
from store.doctor import findings
from store.edits.annotate import add_annotation
from store.edits.assign import assign, unassign
from store.edits.review import set_review, set_reviews
from store.edits.undo import redo, undo
from store.errors import StoreError
from store.intake.ingest import ingest
from store.intake.sources import read_sources
from store.open import open_database
from store.output.export import export
from store.read.notices import notice_reviews
from store.read.queue import assignees, queue_page


@pytest.fixture
def numbers(database):
    return [stored_notice(database, f"通知{index}") for index in range(4)]


def held(database):
    return [row.assignees for row in queue_page(database.connection, "lin").rows]


def statuses(database, who="lin"):
    return [row.status for row in queue_page(database.connection, who).rows]


def sound(database):
    return [line for line in findings(database) if "another version" not in line] == []


def test_of_free_notices_those_that_another_has_got_meanwhile_stay_with_them(database, numbers):
    assign(database, "admin", numbers[:2], "chen")
    # Somebody has looked for the free ones before that.
    assert assign(database, "lin", numbers, "an", beside=["an", "wu"]) == 2
    assert assign(database, "lin", numbers, "wu", beside=["an", "wu"]) == 2
    assert held(database) == [("chen",), ("chen",), ("an", "wu"), ("an", "wu")]
    assert sound(database)


def test_many_notices_are_assigned_at_once_and_each_is_an_event(database, numbers):
    assert assign(database, "admin", numbers[:3], "chen") == 3
    assert assign(database, "admin", numbers[1:2], "an") == 1
    assert held(database) == [("chen",), ("an", "chen"), ("chen",), ()]
    assert assignees(database.connection) == ["an", "chen"]
    found = logged(database)
    assert [(event.action, event.change.notice, event.change.key) for event in found] == [
        ("assign", 1, "chen"), ("assign", 2, "chen"), ("assign", 3, "chen"), ("assign", 2, "an"),
    ]  # fmt: skip
    assert [event.batch - found[0].number for event in found] == [0, 0, 0, 3]
    assert sound(database)


def test_who_has_a_notice_already_keeps_it_as_it_was(database, numbers):
    assign(database, "admin", numbers[:1], "chen")
    assert assign(database, "lin", numbers[:2], "chen") == 1
    assert len(logged(database)) == 2
    assert assign(database, "lin", numbers[:2], "chen") == 0


def test_unassigning_leaves_the_others(database, numbers):
    for name in ("chen", "an"):
        assign(database, "admin", numbers[:2], name)
    assert unassign(database, "admin", numbers, "chen") == 2
    assert held(database) == [("an",), ("an",), (), ()]
    assert assignees(database.connection) == ["an"]
    assert sound(database)


@pytest.mark.parametrize("name", ["gold", "all", "suggested", "", "  "])
def test_nothing_is_assigned_to_a_layer_or_to_nobody(database, numbers, name):
    with pytest.raises(StoreError):
        assign(database, "admin", numbers, name)
    assert logged(database) == []


def test_undo_and_redo_take_a_step_of_many_as_one(database, numbers):
    item = annotation_of("通知0", 0, 2)
    add_annotation(database, "lin", 1, item)
    assign(database, "lin", numbers, "chen")
    set_reviews(database, "lin", numbers[:3], "flagged", "wrong year")
    set_reviews(database, "lin", numbers[2:], "skipped")
    assert statuses(database) == ["flagged", "flagged", "skipped", "skipped"]
    assert undo(database, "lin").size == 2
    assert statuses(database) == ["flagged", "flagged", "flagged", "open"]
    reversal = undo(database, "lin")
    assert (reversal.size, reversal.event.change.notice) == (3, 1)
    assert statuses(database) == ["open"] * 4
    assert undo(database, "lin").size == 4
    assert held(database) == [()] * 4
    assert undo(database, "lin").change.key == item.id
    assert undo(database, "lin") is None
    assert [redo(database, "lin").size for _ in range(4)] == [1, 4, 3, 2]
    assert redo(database, "lin") is None
    assert statuses(database) == ["flagged", "flagged", "skipped", "skipped"]
    assert held(database) == [("chen",)] * 4
    assert undo(database, "lin").size == 2
    assert sound(database)


def test_two_steps_of_one_event_each_are_two_steps(database, numbers):
    assign(database, "lin", numbers[:1], "chen")
    assign(database, "lin", numbers[1:2], "chen")
    assert undo(database, "lin").size == 1
    assert held(database) == [("chen",), (), (), ()]


def test_a_step_is_undone_whole_or_not_at_all(database, numbers):
    assign(database, "lin", numbers, "chen")
    unassign(database, "wu", numbers[2:3], "chen")
    assign(database, "wu", numbers[2:3], "chen")
    assert undo(database, "lin").obstacle == "wu has changed it since, in “page”"
    assert held(database) == [("chen",)] * 4
    assert sound(database)


def test_a_review_that_is_so_already_is_no_event(database, numbers):
    set_review(database, "lin", 1, Review("lin", "flagged", "wrong year", now()))
    assert set_reviews(database, "lin", numbers, "flagged", "wrong year") == 3
    assert set_reviews(database, "lin", numbers, "flagged", "wrong year") == 0
    assert [review.status for review in notice_reviews(database.connection, 4)] == ["flagged"]
    assert statuses(database, "wu") == ["open"] * 4


def test_an_export_does_not_tell_who_is_to_review(database, tmp_path):
    page = tmp_path / "page.txt"
    page.write_text("临江县召开会议\n会议要求,要整改。\n", encoding="utf-8")
    ingest(database, read_sources([page]), "lin", pytest.fail)
    set_reviews(database, "lin", [1], "done")
    before, after, again = io.BytesIO(), io.BytesIO(), io.BytesIO()
    export(database, before, ExportOptions())
    assign(database, "lin", [1], "chen")
    export(database, after, ExportOptions())
    assert before.getvalue() == after.getvalue()
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(after.getvalue())
    with open_database(tmp_path / "other.db", create=True) as other:
        ingest(other, read_sources([copy]), "wu", pytest.fail)
        export(other, again, ExportOptions())
    assert again.getvalue() == before.getvalue()
