"""Long work in many short transactions: one step to undo, and nothing counts that is not committed."""

from __future__ import annotations

import pytest
from adjudicating import CHEN, say, with_adjudicator
from adjudicating import state as gold_state
from making import RAW, annotation_of, logged, stored_notice, wrong
from msgspec.structs import replace

from annotations.errors import QuoteError
from annotations.origins import in_one_step
from annotations.suggest import suggesters
from store.db import turns
from store.db.database import Database
from store.db.turns import in_turns
from store.edits import adjudicate_by_rule as adjudicate_by_rule_module
from store.edits import annotate as annotating
from store.edits import assign as assigning
from store.edits import pieces
from store.edits import undo as undoing
from store.edits.adjudicate import complete, decide, fill
from store.edits.adjudicate_by_rule import Outcome, adjudicate_by_rule
from store.edits.annotate import add_annotation, add_annotations, change_annotation
from store.edits.assign import assign, share_out, unassign
from store.edits.review import set_reviews
from store.edits.undo import redo, undo
from store.errors import HeldError
from store.intake.ingest import ingest
from store.intake.sources import Source
from store.intake.suggest import notices_to_suggest, suggest_stored
from store.read.notices import notice_annotations


@pytest.fixture
def writes(monkeypatch):
    """The transactions since then; each piece of long work gets one of its own."""
    made, write = [], Database.write

    def counted(database):
        made.append(database)
        return write(database)

    monkeypatch.setattr(turns, "TURN", 0.0)
    monkeypatch.setattr(Database, "write", counted)
    return made


@pytest.fixture
def numbers(database):
    return [stored_notice(database, f"{RAW}通知{index}") for index in range(5)]


def state(database):
    rows = database.connection.execute("SELECT notice, annotator FROM assignments ORDER BY 1, 2").fetchall()
    return [tuple(row) for row in rows]


def test_a_turn_ends_when_its_time_is_over(database, monkeypatch):
    clock = iter(range(100))
    monkeypatch.setattr(turns.time, "monotonic", lambda: next(clock) / 100)
    monkeypatch.setattr(turns, "TURN", 0.03)
    assert [*in_turns(database, range(7), lambda _, turn: [*turn])] == [[0, 1, 2], [3, 4, 5], [6]]
    assert [*in_turns(database, (), lambda _, turn: [*turn])] == []


@pytest.mark.parametrize(
    ("behind", "taken"), [(0.03, [8, 8, 8]), (0.11, [8, 4, 4]), (0.16, [8, 5, 5]), (1.0, [8, 8, 8])]
)
def test_a_turn_is_shorter_where_what_comes_behind_it_takes_long(database, monkeypatch, behind, taken):
    """So that people wait no longer; where it takes so long that they wait anyway, there are not many more turns."""
    now = [0.0]
    monkeypatch.setattr(turns, "TURN", 0.075)
    monkeypatch.setattr(turns.time, "monotonic", lambda: now[0])

    def store(_, turn):
        count = 0
        for _ in turn:
            now[0] += 0.01
            count += 1
        now[0] += behind
        return count

    assert [*in_turns(database, range(100), store)][:3] == taken


def test_assignments_of_many_notices_are_one_step_to_undo(database, numbers, writes):
    assert assign(database, "lin", numbers, "chen") == 5
    assert len(writes) == 5
    assigned = state(database)
    assert len(undo(database, "lin").changes) == 5
    assert state(database) == []
    assert len(redo(database, "lin").changes) == 5
    assert state(database) == assigned
    assert undo(database, "lin").size == 5
    assert undo(database, "lin") is None
    assert wrong(database) == []


def test_what_another_session_does_between_two_turns_is_another_step(database, numbers, writes, monkeypatch):
    def interrupted(*arguments):
        for turn, changed in enumerate(in_turns(*arguments)):
            if turn == 1:
                add_annotation(database, "lin", 1, annotation_of(RAW, 0, 3))
            yield changed

    monkeypatch.setattr(assigning, "in_turns", interrupted)
    assign(database, "lin", numbers, "chen")
    assert undo(database, "lin").size == 5
    assert state(database) == []
    assert undo(database, "lin").size == 1
    assert notice_annotations(database.connection, 1) == []
    assert undo(database, "lin") is None
    assert redo(database, "lin").size == 1
    assert redo(database, "lin").size == 5
    assert len(state(database)) == 5
    assert wrong(database) == []


def test_gold_and_its_decision_are_undone_in_one_turn(database, numbers, writes, monkeypatch):
    """Else somebody could decide by gold in between, which the rest of the undo takes away."""
    with_adjudicator(database)
    for number in numbers:
        for owner in ("li", "wang"):
            say(database, number, owner, *((start, start + 2) for start in range(22)))
    made = sum(adjudicate_by_rule(database, CHEN, numbers, "all"), Outcome())
    assert (made.taken, made.completed) == (110, 5)
    torn = []

    def watched(*arguments):
        for result in in_turns(*arguments):
            for number in numbers:
                found = gold_state(database, number)
                if len({found.complete is None, *(not case.gold for case in found.cases)}) > 1:
                    torn.append(number)
            yield result

    monkeypatch.setattr(undoing, "in_turns", watched)
    writes.clear()
    assert undo(database, CHEN).size > 200
    assert len(writes) == 5
    assert redo(database, CHEN).size > 200
    assert torn == []
    assert wrong(database) == []


def test_gold_of_a_long_notice_is_filled_and_undone_in_turns_a_decision_each(database, numbers, writes, monkeypatch):
    for module in (undoing, pieces, adjudicate_by_rule_module):
        monkeypatch.setattr(module, "AT_ONCE", 8)
    with_adjudicator(database)
    number = numbers[0]
    for owner in ("li", "wang"):
        say(database, number, owner, *((start, start + 2) for start in range(10)))
    torn = []

    def watched(*arguments):
        for result in in_turns(*arguments):
            found = gold_state(database, number)
            torn.extend(case for case in found.cases if (case.decision is None) != (not case.gold))
            yield result

    for module in (undoing, adjudicate_by_rule_module):
        monkeypatch.setattr(module, "in_turns", watched)
    for work in (
        lambda: fill(database, CHEN, number),
        lambda: undo(database, CHEN),
        lambda: sum(adjudicate_by_rule(database, CHEN, [number], "all"), Outcome()),
        lambda: undo(database, CHEN),
        lambda: redo(database, CHEN),
    ):
        writes.clear()
        work()
        # One for each of ten decisions, and one for what else there is.
        assert 10 <= len(writes) <= 13
    assert torn == []
    assert gold_state(database, number).complete is not None
    assert undo(database, CHEN).size == 22
    assert undo(database, CHEN) is None
    assert wrong(database) == []


def test_gold_that_was_done_before_is_done_again_and_undone_in_turns(database, numbers, writes, monkeypatch):
    for module in (undoing, pieces, adjudicate_by_rule_module):
        monkeypatch.setattr(module, "AT_ONCE", 8)
    with_adjudicator(database)
    number = numbers[0]
    layers = [say(database, number, owner, *((start, start + 2) for start in range(10))) for owner in ("li", "wang")]
    fill(database, CHEN, number)
    complete(database, CHEN, number)
    for owner, items in zip(("li", "wang"), layers, strict=True):
        for item in items:
            change_annotation(database, owner, number, item, replace(item, unsure=True, label="OFFICIAL"))
    before = gold_state(database, number)
    sum(adjudicate_by_rule(database, CHEN, [number], "all"), Outcome())
    behind = gold_state(database, number)
    assert (before.complete is not None, len(behind.open), behind.complete is not None) == (True, 0, True)
    seen = []

    def watched(*arguments):
        for result in in_turns(*arguments):
            seen.append(gold_state(database, number).complete)
            yield result

    monkeypatch.setattr(undoing, "in_turns", watched)
    for reverse, left in ((undo, before), (redo, behind), (undo, before)):
        writes.clear()
        seen.clear()
        assert reverse(database, CHEN).obstacle is None
        assert len(writes) > 10
        found = gold_state(database, number)
        assert (found.complete, found.decisions) == (left.complete, left.decisions)
        # Nobody takes gold for done that is on its way.
        assert set(seen[:-1]) == {None}
    assert wrong(database) == []


def test_whoever_decides_while_gold_is_filled_in_turns_is_not_overtaken(database, numbers, writes, monkeypatch):
    monkeypatch.setattr(adjudicate_by_rule_module, "AT_ONCE", 2)
    with_adjudicator(database)
    with_adjudicator(database, "zhao")
    number = numbers[0]
    for owner in ("li", "wang"):
        say(database, number, owner, *((start, start + 2) for start in range(0, 12, 3)))

    def interrupted(*arguments):
        for turn, result in enumerate(in_turns(*arguments)):
            yield result
            if turn == 1:
                case = gold_state(database, number).open[-1]
                decide(database, "zhao", number, case, [], "none")

    monkeypatch.setattr(adjudicate_by_rule_module, "in_turns", interrupted)
    filled = fill(database, CHEN, number)
    assert [case.decision.decided_by for case in filled.cases] == [CHEN, CHEN, CHEN, "zhao"]
    assert undo(database, CHEN).size == 6
    assert [case.decision is None for case in gold_state(database, number).cases] == [True, True, True, False]
    assert wrong(database) == []


def test_sharing_out_and_reviews_of_many_are_one_step_each(database, numbers, writes):
    shared = share_out(database, "lin", numbers, ["chen", "wang"], 1)
    assert shared.made == 5
    assert sorted(shared.to.values()) == [2, 3]
    assert set_reviews(database, "lin", numbers, "flagged", "schauen") == 5
    assert len(writes) == 10
    assert [undo(database, "lin").size for _ in range(2)] == [5, 5]
    assert state(database) == []


def test_an_import_that_ends_in_between_has_told_what_it_committed(database, writes, monkeypatch):
    refused = []
    items = [Source(doc=f"p{at}", where=f"p{at}", raw=f"{RAW}第{at}页", encoding="utf-8") for at in range(4)]
    write = Database.write

    def held(each):
        if len(writes) == 2:
            raise HeldError("held")
        return write(each)

    monkeypatch.setattr(Database, "write", held)
    with pytest.raises(HeldError):
        ingest(database, items, "lin", refused.append)
    assert database.connection.execute("SELECT count(*) FROM notices").fetchone()[0] == 2
    monkeypatch.setattr(Database, "write", write)
    report = ingest(database, items, "lin", refused.append)
    assert (report.added, report.existing, refused) == (2, 2, [])


def test_suggestions_are_stored_in_turns(database, numbers, writes):
    using = suggesters(["dates"])
    report = suggest_stored(database, "lin", using, numbers, pytest.fail)
    assert (report.notices, len(writes)) == (5, 5)
    assert report.added == len(logged(database))
    assert notices_to_suggest(database.connection, using) == []


@pytest.fixture
def in_small_turns(writes, monkeypatch):
    """Steps of more than two events are undone in turns of one each."""
    for module in (undoing, annotating):
        monkeypatch.setattr(module, "AT_ONCE", 2)
    return writes


def stopping_after(count, error=HeldError):
    """``in_turns``, ended behind the transaction of that number as a kill would."""

    def stopped(database, pieces, store):
        for turn, result in enumerate(in_turns(database, pieces, store), start=1):
            yield result
            if turn == count:
                raise error("stopped")

    return stopped


def test_many_are_undone_and_redone_in_turns(database, numbers, in_small_turns):
    assign(database, "lin", numbers, "chen")
    before = len(in_small_turns)
    assert undo(database, "lin").size == 5
    assert len(in_small_turns) - before == 5
    assert state(database) == []
    assert redo(database, "lin").size == 5
    assert len(state(database)) == 5
    assert undo(database, "lin").size == 5
    assert undo(database, "lin") is None
    assert wrong(database) == []


def test_many_annotations_of_a_notice_are_one_step_in_turns(database, numbers, in_small_turns):
    items = in_one_step([annotation_of(RAW, start, start + 2) for start in range(5)])
    add_annotations(database, "lin", numbers[0], items)
    assert len(in_small_turns) == 5
    assert notice_annotations(database.connection, numbers[0]) == items
    assert undo(database, "lin").size == 5
    assert notice_annotations(database.connection, numbers[0]) == []
    assert redo(database, "lin").size == 5
    assert wrong(database) == []


def test_of_many_annotations_all_are_refused_or_none(database, numbers, in_small_turns):
    items = [annotation_of(RAW, start, start + 2) for start in range(4)]
    with pytest.raises(QuoteError):
        add_annotations(database, "lin", numbers[0], [*items, replace(annotation_of(RAW, 4, 6), text="别的")])
    assert notice_annotations(database.connection, numbers[0]) == []


def test_many_annotations_that_were_held_up_in_between_are_one_step_once_they_go_on(
    database, numbers, in_small_turns, monkeypatch
):
    items = in_one_step([annotation_of(RAW, start, start + 2) for start in range(5)])
    with monkeypatch.context() as patch:
        patch.setattr(annotating, "in_turns", stopping_after(2))
        with pytest.raises(HeldError):
            add_annotations(database, "lin", numbers[0], items)
    assert len(notice_annotations(database.connection, numbers[0])) == 2
    add_annotations(database, "lin", numbers[0], items)
    assert notice_annotations(database.connection, numbers[0]) == items
    assert undo(database, "lin").size == 5
    assert notice_annotations(database.connection, numbers[0]) == []
    assert wrong(database) == []


@pytest.mark.parametrize("action", [undo, redo])
def test_an_undo_that_was_killed_goes_on_with_the_rest(database, numbers, in_small_turns, monkeypatch, action):
    add_annotation(database, "lin", 1, annotation_of(RAW, 0, 3))
    assign(database, "lin", numbers, "chen")
    if action is redo:
        undo(database, "lin")
    before = state(database)
    with monkeypatch.context() as killed:
        killed.setattr(undoing, "in_turns", stopping_after(2))
        with pytest.raises(HeldError):
            action(database, "lin")
    assert len(state(database)) == (3 if action is undo else 2)
    # The next one is the rest, and one with what came before it.
    assert action(database, "lin").size == 3
    assert len(state(database)) == 5 - len(before)
    other = redo if action is undo else undo
    assert other(database, "lin").size == 5
    assert state(database) == before
    assert undo(database, "lin").size == (5 if action is undo else 1)
    assert wrong(database) == []


def test_what_others_have_changed_is_seen_before_anything_is_undone(database, numbers, in_small_turns):
    assign(database, "lin", numbers, "chen")
    unassign(database, "wang", [3], "chen")
    assign(database, "wang", [3], "chen")
    reversal = undo(database, "lin")
    assert "wang has changed it since, in “" in reversal.obstacle
    assert len(state(database)) == 5
    assert undo(database, "lin") is None
    assert wrong(database) == []


def test_what_others_change_meanwhile_ends_it_and_the_rest_is_stepped_over(
    database, numbers, in_small_turns, monkeypatch
):
    assign(database, "lin", numbers, "chen")

    def disturbed(database, pieces, store):
        for turn, result in enumerate(in_turns(database, pieces, store), start=1):
            yield result
            if turn == 2 and len(pieces) == 5:
                unassign(database, "wang", [2], "chen")
                assign(database, "wang", [2], "chen")

    monkeypatch.setattr(undoing, "in_turns", disturbed)
    reversal = undo(database, "lin")
    assert "”, after 3 of 5" in reversal.obstacle
    assert (len(reversal.changes), [notice for notice, _ in state(database)]) == (5, [1, 2])
    assert undo(database, "lin") is None
    assert redo(database, "lin").size == 5
    assert len(state(database)) == 5
    assert wrong(database) == []


def test_two_sessions_of_one_person_undo_one_step_once(database, numbers, in_small_turns, monkeypatch):
    assign(database, "lin", numbers, "chen")
    sizes = []

    def both(database, pieces, store):
        for turn, result in enumerate(in_turns(database, pieces, store), start=1):
            yield result
            if turn == 2 and len(pieces) == 5:
                monkeypatch.setattr(undoing, "in_turns", in_turns)
                sizes.append(undo(database, "lin").size)

    monkeypatch.setattr(undoing, "in_turns", both)
    assert len(undo(database, "lin").changes) == 5
    assert sizes == [3]
    assert state(database) == []
    assert len([event for event in logged(database) if event.action == "undo"]) == 5
    assert redo(database, "lin").size == 5
    assert wrong(database) == []


def test_a_session_that_comes_second_undoes_the_step_before(database, numbers, in_small_turns, monkeypatch):
    add_annotation(database, "lin", 1, annotation_of(RAW, 0, 3))
    assign(database, "lin", numbers, "chen")

    def second(*arguments):
        monkeypatch.setattr(undoing, "in_turns", in_turns)
        undo(database, "lin")
        yield from in_turns(*arguments)

    monkeypatch.setattr(undoing, "in_turns", second)
    assert undo(database, "lin").size == 1
    assert state(database) == []
    assert notice_annotations(database.connection, 1) == []
    assert wrong(database) == []
