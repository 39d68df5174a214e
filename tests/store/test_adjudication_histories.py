"""Whatever people and adjudicators do to a notice, one after the other: gold, decisions and the queue agree."""

from __future__ import annotations

from contextlib import suppress
from itertools import chain

from adjudicating import CHEN, finish, gold_of, say, state, with_adjudicator
from hypothesis import example, given, settings
from hypothesis import strategies as st
from making import RAW, stored_notice, wrong
from msgspec.structs import replace

from annotations.annotation import GOLD
from store.edits.adjudicate import complete, decide, fill, reopen
from store.edits.adjudicate_by_rule import Outcome, adjudicate_by_rule
from store.edits.annotate import change_annotation, delete_annotation
from store.edits.undo import redo, undo
from store.errors import StoreError
from store.open import open_database
from store.read.adjudication import ready
from store.read.notices import notice_annotations

PEOPLE = ("li", "wang", "zhao")

steps = st.one_of(
    st.tuples(st.just("tag"), st.sampled_from(PEOPLE), st.integers(0, 12), st.integers(1, 5)),
    st.tuples(st.just("move"), st.integers(0, 20), st.integers(1, 5)),
    st.tuples(st.just("delete"), st.integers(0, 20)),
    st.tuples(st.just("finish"), st.sampled_from(PEOPLE), st.sampled_from(["done", "open"])),
    st.tuples(st.just("take"), st.integers(0, 20), st.sampled_from(["first", "last", "all", "none", "edit"])),
    st.tuples(st.just("rule"), st.sampled_from(["all", "majority"])),
    st.tuples(st.sampled_from(["fill", "complete", "reopen"])),
    st.tuples(st.sampled_from(["undo", "redo"]), st.sampled_from([CHEN, *PEOPLE])),
)


def change(database, number, item, end):
    change_annotation(database, item.annotator, number, item, replace(item, end=end, text=RAW[item.start : end]))


def take(database, number, at, how):
    cases = state(database, number).cases
    if not cases:
        return
    case = cases[at % len(cases)]
    versions = [[gold_of(item) for item in members] for members in case.about.members if members]
    gold = {"first": versions[0], "last": versions[-1], "all": [*chain.from_iterable(versions)], "none": []}.get(how)
    if gold is None:
        gold = [replace(item, end=item.end + 1, text=RAW[item.start : item.end + 1]) for item in case.gold]
    choice = {"none": "none", "edit": "edited"}.get(how, "taken")
    decide(database, CHEN, number, case, gold, choice, ["li"] if choice == "taken" else [])


def do(database, number, step):
    what, *rest = step
    items = [each for each in notice_annotations(database.connection, number) if each.annotator not in (None, GOLD)]
    match what:
        case "tag":
            who, start, length = rest
            say(database, number, who, (start, start + length), done=False)
        case "move" if items:
            item = items[rest[0] % len(items)]
            change(database, number, item, item.start + rest[1])
        case "delete" if items:
            item = items[rest[0] % len(items)]
            delete_annotation(database, item.annotator, number, item)
        case "finish":
            finish(database, number, rest[0], status=rest[1])
        case "take":
            take(database, number, *rest)
        case "rule":
            sum(adjudicate_by_rule(database, CHEN, [number], *rest), Outcome())
        case "fill" | "complete" | "reopen":
            {"fill": fill, "complete": complete, "reopen": reopen}[what](database, CHEN, number)
        case "undo" | "redo":
            {"undo": undo, "redo": redo}[what](database, rest[0])


@settings(max_examples=40, deadline=None)
@example(
    [("delete", 8), ("rule", "all"), *[("finish", "li", "done")] * 2, ("delete", 0), ("rule", "all"), ("undo", "li")]
)
@given(st.lists(steps, max_size=14))
def test_gold_decisions_and_the_queue_agree_after_any_history(tmp_path_factory, history):
    with open_database(tmp_path_factory.mktemp("gold") / "a.db", create=True) as database:
        with_adjudicator(database)
        number = stored_notice(database)
        say(database, number, "li", (0, 3))
        say(database, number, "wang", (0, 3), (5, 9))
        for step in history:
            with suppress(StoreError):
                do(database, number, step)
            check_state(database, number)
        assert wrong(database) == []
        filled = fill(database, CHEN, number)
        assert fill(database, CHEN, number) == filled == state(database, number)
        while undo(database, CHEN) is not None:
            pass
        assert [item for item in notice_annotations(database.connection, number) if item.annotator == GOLD] == []
        assert not database.connection.execute("SELECT 1 FROM adjudications").fetchall()
        assert wrong(database) == []


def check_state(database, number):
    found = state(database, number)
    gold = {item.id for item in notice_annotations(database.connection, number) if item.annotator == GOLD}
    shown = [item.id for case in found.cases for item in case.gold] + [item.id for item in found.loose]
    assert sorted(shown) == sorted(gold), "each gold annotation is shown in one place"
    decided = [key for each in found.decisions.values() for key in each.gold]
    assert set(decided) == gold, "each belongs to a decision, and none is missing"
    assert len(decided) == len(gold), "and to one alone"
    layers = {item.annotator for case in found.cases for members in case.about.members for item in members}
    assert layers <= set(found.layers)
    if found.open and found.is_ready:
        assert ready(database.connection) == [number]
