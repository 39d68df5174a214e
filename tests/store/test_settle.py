"""A conflict that somebody has decided: taken back it is open again, in every database; and who may decide."""

from __future__ import annotations

import shutil

import pytest
from attacking import but_conflicts
from making import RAW, annotation_of, wrong
from merging import ME, exported, findings_but_conflicts, made, merged, sides
from msgspec.structs import replace
from pyroaring import BitMap

from annotations.annotation import Review, now
from store.doctor import findings
from store.edits.annotate import add_annotation, change_annotation, delete_annotation
from store.edits.ask import answer, ask
from store.edits.people import add_reviewer, set_role
from store.edits.review import set_review
from store.edits.settle import settle
from store.edits.undo import redo, undo
from store.errors import RoleError
from store.index.conflicts import conflicts
from store.index.filters import QueueFilter
from store.index.shown import shown_notices
from store.open import open_database
from store.read.notices import notice_annotations


@pytest.fixture
def apart(tmp_path):
    """Three databases: in two of them li has moved the same annotation; the third knows neither."""
    paths = [tmp_path / f"{name}.db" for name in "abc"]
    with made(paths[0], "li", "wang") as database:
        add_reviewer(database, ME, "chen", "adjudicator")
        add_annotation(database, "li", 1, annotation_of(RAW, 3, 6, annotator="li"))
    for path in paths[1:]:
        shutil.copy(paths[0], path)
    for path, end in zip(paths, (7, 8), strict=False):
        move(path, end)
    return paths


def move(path, end):
    with open_database(path) as database:
        (item,) = notice_annotations(database.connection, 1)
        change_annotation(database, "li", 1, item, replace(item, end=end, text=RAW[item.start : end], updated_at=now()))


def open_sides(database):
    return [each.id for conflict in conflicts(database.connection) for each in conflict.sides]


def is_listed(database):
    """Whether the conflict stands in the queue and in what check finds, which are both the same as the log has it."""
    assert but_conflicts(wrong(database)) == []
    with database.read() as connection:
        listed = shown_notices(connection, "li", QueueFilter(merged="contested")) == BitMap([1])
    assert listed == any(each.startswith("conflict: ") for each in findings(database))
    return listed


@pytest.mark.parametrize("shown", [True, False])
@pytest.mark.parametrize("who", ["li", "chen"])
def test_a_decision_that_is_taken_back_opens_the_conflict_again_everywhere(apart, who, shown):
    a, b, c = apart
    merged(a, b)
    with open_database(a) as database:
        before, (conflict,) = open_sides(database), conflicts(database.connection)
        settle(database, who, conflict.sides[0 if shown else 1].id.hex())
        assert not is_listed(database)
    merged(c, a)
    decided = exported(c)
    with open_database(a) as database:
        for _ in range(2):
            reversal = undo(database, who)
            assert reversal.obstacle is None
            assert reversal.is_contested
            assert open_sides(database) == before
            assert is_listed(database)
            reversal = redo(database, who)
            assert reversal.obstacle is None
            assert not reversal.is_contested
            assert notice_annotations(database.connection, 1) == [conflict.sides[0 if shown else 1].change.after]
            assert not is_listed(database)
        assert redo(database, who) is None
        undo(database, who)
    # Who had merged the decision has the conflict again, and decides it once more for all.
    with open_database(c) as database:
        assert not is_listed(database)
    merged(c, a)
    merged(b, c)
    assert sides(a) == sides(b) == sides(c)
    assert exported(a) == exported(b) == exported(c)
    with open_database(a) as database:
        redo(database, who)
    merged(b, a)
    merged(c, b)
    assert exported(a) == exported(b) == exported(c) == decided
    assert sides(c) == set()


def test_a_change_that_ended_a_conflict_opens_it_again_when_it_is_taken_back(apart):
    a, b, c = apart
    merged(a, b)
    with open_database(a) as database:
        before = open_sides(database)
    move(a, 9)
    with open_database(a) as database:
        assert not is_listed(database)
        assert undo(database, "li").is_contested
        assert open_sides(database) == before
        assert not redo(database, "li").is_contested
        assert [each.end for each in notice_annotations(database.connection, 1)] == [9]
        undo(database, "li")
    merged(c, a)
    assert exported(c) == exported(a)
    # What somebody did behind the decision, knowing all sides, stays.
    with open_database(a) as database:
        redo(database, "li")
    merged(b, a)
    move(b, 10)
    with open_database(a) as database:
        undo(database, "li")
    merged(a, b)
    with open_database(a) as database:
        assert [each.end for each in notice_annotations(database.connection, 1)] == [10]
        assert not is_listed(database)
        assert undo(database, "li").obstacle is not None


def test_a_step_that_undo_steps_over_decides_nothing(apart):
    a, b, _ = apart
    merged(a, b)
    with open_database(a) as database:
        before, (conflict,) = open_sides(database), conflicts(database.connection)
        # What is shown is not what li did here, or is: then the step is taken back.
        shown_is_own = conflict.sides[0].origin is None
        assert (undo(database, "li").obstacle is None) == shown_is_own
        assert is_listed(database) != shown_is_own
        if not shown_is_own:
            assert open_sides(database) == before
        else:
            redo(database, "li")
            assert open_sides(database) == before


def test_who_decides_no_longer_takes_no_decision_back_nor_does_it_again(apart):
    a, b, _ = apart
    merged(a, b)
    with open_database(a) as database:
        before = open_sides(database)
        settle(database, "chen", before[0].hex())
        set_role(database, ME, "chen", "reviewer")
        assert "may adjudicate" in undo(database, "chen").obstacle
        assert not is_listed(database)
        set_role(database, ME, "chen", "adjudicator")
        assert redo(database, "chen").obstacle is None
        assert undo(database, "chen").is_contested
        set_role(database, ME, "chen", "reviewer")
        assert "may adjudicate" in redo(database, "chen").obstacle
        assert open_sides(database) == before
        assert but_conflicts(wrong(database)) == []


def test_a_decision_is_not_done_again_where_more_differs_since(apart):
    a, b, c = apart
    move(c, 9)
    merged(a, b)
    with open_database(a) as database:
        settle(database, "li", open_sides(database)[1].hex())
        undo(database, "li")
    merged(a, c)
    with open_database(a) as database:
        assert len(open_sides(database)) == 3
        assert redo(database, "li").obstacle is not None
        assert len(open_sides(database)) == 3
        assert is_listed(database)


def test_whoever_asked_decides_what_was_answered_in_two_places_or_an_adjudicator(apart):
    a, b, c = apart
    with open_database(c) as database:
        question = ask(database, "li", 1, "wang", "是不是命令？", None)
    for path in (a, b):
        merged(path, c)
    for path, said in ((a, "是"), (b, "不是")):
        with open_database(path) as database:
            answer(database, "wang", 1, question, said)
    merged(a, b)
    with open_database(a) as database:
        side = next(each.sides[1].id.hex() for each in conflicts(database.connection) if each.entity == "question")
        for attempt in (lambda: settle(database, "wang", side), lambda: answer(database, "wang", 1, question, "也许")):
            with pytest.raises(RoleError, match="may adjudicate"):
                attempt()
        settle(database, "li", side)
        assert "question" not in {each.entity for each in conflicts(database.connection)}
        assert undo(database, "li").is_contested
        settle(database, "chen", side)
        assert "question" not in {each.entity for each in conflicts(database.connection)}
    merged(b, a)
    assert findings_but_conflicts(b) == []


def test_one_side_deleted_is_open_again_too(apart):
    a, b, c = apart
    with open_database(c) as database:
        delete_annotation(database, "li", 1, *notice_annotations(database.connection, 1))
        set_review(database, "li", 1, Review("li", "done", None, now()))
    merged(a, c)
    with open_database(a) as database:
        before, (conflict,) = open_sides(database), conflicts(database.connection)
        for side in conflict.sides:
            settle(database, "li", side.id.hex())
            assert len(notice_annotations(database.connection, 1)) == (side.change.after is not None)
            assert undo(database, "li").is_contested
            assert open_sides(database) == before
            assert is_listed(database)
    merged(b, a)
    assert findings_but_conflicts(b) == []
