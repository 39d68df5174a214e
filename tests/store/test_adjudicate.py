"""Gold: filled in by rule, decided by adjudicators, undone, and kept when layers change."""

from __future__ import annotations

import pytest
from adjudicating import CHEN, finish, gold, gold_of, said, say, state, with_adjudicator
from making import RAW, logged, stored_notice, wrong
from msgspec.structs import replace

from store.edits.adjudicate import change_gold, complete, decide, fill, reopen
from store.edits.adjudicate_by_rule import Outcome, adjudicate_by_rule
from store.edits.annotate import add_annotation, change_annotation, delete_annotation
from store.edits.labels import change_labels
from store.edits.leases import take_next, take_next_ready
from store.edits.undo import redo, undo
from store.errors import RoleError, StoreError
from store.index.filters import QueueFilter
from store.log.events import ConflictError, annotation_change
from store.open import open_database
from store.project.reviewers import current_reviewer
from store.read.adjudication import open_differences, ready
from store.read.notices import notice_annotations
from store.read.queue import queue_page
from store.write.record import record


@pytest.fixture
def notice(database):
    """The number of a notice, with an adjudicator about."""
    with_adjudicator(database)
    return stored_notice(database)


@pytest.fixture
def differing(database, notice):
    """Two layers: one span agreed, one with another edge, one that only li has; both are finished."""
    say(database, notice, "li", (0, 3), (5, 9), (20, 24))
    say(database, notice, "wang", (0, 3), (5, 10))
    return notice


def opened(database, number, *extra):
    return [(case.kind, (case.about.span.start, case.about.span.end)) for case in state(database, number, *extra).open]


def case_at(database, number, start):
    return next(case for case in state(database, number).cases if case.about.span.start == start)


def take(database, number, start, layer, actor=CHEN):
    """Take a layer's version, as the screen does."""
    case = case_at(database, number, start)
    names = state(database, number).layers
    members = case.about.members[names.index(layer)]
    return decide(database, actor, number, case, [gold_of(item) for item in members], "taken", [layer])


def queued(database, adjudication, who=CHEN):
    page = queue_page(database.connection, who, QueueFilter(adjudication=adjudication))
    return [row.number for row in page.rows]


def test_a_notice_is_ready_once_two_people_have_finished_it(database, notice):
    say(database, notice, "li", (0, 3))
    assert ready(database.connection) == []
    say(database, notice, "wang", (0, 3), done=False)
    assert ready(database.connection) == []
    finish(database, notice, "wang")
    assert ready(database.connection) == [notice]
    assert queued(database, "ready") == [notice]
    finish(database, notice, "wang", status="open")
    assert ready(database.connection) == queued(database, "ready") == []
    assert wrong(database) == []


def test_what_agrees_is_filled_in_as_one_step_that_undo_takes_back(database, differing):
    assert fill(database, CHEN, differing).open
    assert gold(database, differing) == [(0, 3, "DATE")]
    assert opened(database, differing) == [("edge", (5, 10)), ("only", (20, 24))]
    before = len(logged(database))
    fill(database, CHEN, differing)
    assert len(logged(database)) == before
    item = next(each for each in notice_annotations(database.connection, differing) if each.annotator == "gold")
    assert (item.status, item.text) == ("gold", RAW[0:3])
    assert undo(database, CHEN).obstacle is None
    assert gold(database, differing) == []
    assert len(opened(database, differing)) == 3
    assert redo(database, CHEN).obstacle is None
    assert gold(database, differing) == [(0, 3, "DATE")]
    assert wrong(database) == []


def test_the_same_sources_give_the_same_gold_in_every_database(database, differing, tmp_path):
    fill(database, CHEN, differing)
    ids = {item.id for item in notice_annotations(database.connection, differing) if item.annotator == "gold"}
    with open_database(tmp_path / "other.db", create=True) as other:
        with_adjudicator(other, "sun")
        stored_notice(other, RAW + "又及。\n")
        number = stored_notice(other)
        say(other, number, "wang", (0, 3))
        say(other, number, "li", (0, 3))
        fill(other, "sun", number)
        assert {item.id for item in notice_annotations(other.connection, number) if item.annotator == "gold"} == ids


def test_a_difference_is_decided_for_one_layer_for_none_or_by_another_span(database, differing):
    fill(database, CHEN, differing)
    decision = take(database, differing, 5, "wang")
    assert (decision.choice, decision.layers, decision.decided_by) == ("taken", ("wang",), CHEN)
    decide(database, CHEN, differing, case_at(database, differing, 20), [], "none")
    assert gold(database, differing) == [(0, 3, "DATE"), (5, 10, "DATE")]
    assert opened(database, differing) == []
    case = case_at(database, differing, 5)
    moved = replace(case.gold[0], end=11, text=RAW[5:11])
    decide(database, CHEN, differing, case, [moved], "edited")
    assert gold(database, differing) == [(0, 3, "DATE"), (5, 11, "DATE")]
    assert case_at(database, differing, 5).decision.choice == "edited"
    assert {event.actor for event in logged(database) if event.action == "adjudicate"} == {CHEN}
    assert wrong(database) == []
    for expected in ((5, 10), None, None):
        assert undo(database, CHEN).obstacle is None
        assert [span[:2] for span in gold(database, differing) if span[0] == 5] in ([expected], [(5, 10)], [])
    assert opened(database, differing) == [("edge", (5, 10)), ("only", (20, 24))]
    assert wrong(database) == []


def test_both_versions_can_be_taken(database, differing):
    case = case_at(database, differing, 5)
    both = [gold_of(item) for members in case.about.members for item in members]
    decide(database, CHEN, differing, case, both, "taken", ["li", "wang"])
    assert gold(database, differing) == [(5, 9, "DATE"), (5, 10, "DATE")]
    # Decided otherwise, what stood there goes.
    take(database, differing, 5, "li")
    assert gold(database, differing) == [(5, 9, "DATE")]
    assert wrong(database) == []


def test_deciding_the_same_again_adds_nothing_to_the_log(database, differing):
    take(database, differing, 5, "li")
    case, before = case_at(database, differing, 5), len(logged(database))
    decide(database, CHEN, differing, case, case.gold, "taken", ["li"])
    assert len(logged(database)) == before


def test_only_adjudicators_and_admins_make_gold(database, differing):
    case = case_at(database, differing, 20)
    for name in ("li", "nobody"):
        for act in (
            lambda name=name: fill(database, name, differing),
            lambda name=name: decide(database, name, differing, case, [], "none"),
            lambda name=name: complete(database, name, differing),
            lambda name=name: reopen(database, name, differing),
            lambda name=name: list(adjudicate_by_rule(database, name, [differing], "all")),
            lambda name=name: take_next_ready(database, name),
        ):
            with pytest.raises(RoleError, match="only an adjudicator or an admin may adjudicate"):
                act()
    assert gold(database, differing) == []


def test_an_adjudicator_decides_about_gold_and_no_other_layer(database, differing):
    case = case_at(database, differing, 5)
    theirs = case.about.members[0][0]
    with pytest.raises(StoreError, match="none of the layer gold"):
        decide(database, CHEN, differing, case, [theirs], "taken", ["li"])
    with pytest.raises(RoleError, match="cannot change what li said"):
        decide(database, CHEN, differing, replace(case, gold=(theirs,)), [], "none")
    with pytest.raises(RoleError, match="cannot change what gold said"):
        add_annotation(database, "li", differing, gold_of(theirs))


def test_the_second_of_two_adjudicators_is_told(database, differing):
    with_adjudicator(database, "sun")
    case = case_at(database, differing, 5)
    shown = state(database, differing)
    take(database, differing, 5, "li")
    before = gold(database, differing)
    with pytest.raises(ConflictError, match="chen has decided this meanwhile"):
        decide(database, "sun", differing, case, [gold_of(case.about.members[1][0])], "taken", ["wang"])
    assert gold(database, differing) == before
    # What is decided elsewhere in the notice goes on.
    other = next(each for each in shown.cases if each.about.span.start == 20)
    decide(database, "sun", differing, other, [], "none")
    assert wrong(database) == []


def test_a_decision_about_what_a_layer_says_no_longer_is_refused(database, differing):
    case = case_at(database, differing, 5)
    item = case.about.members[0][0]
    change_annotation(database, "li", differing, item, replace(item, end=8, text=RAW[5:8]))
    with pytest.raises(ConflictError, match="what a layer says has changed meanwhile"):
        decide(database, CHEN, differing, case, [gold_of(item)], "taken", ["li"])


def test_what_was_decided_stays_until_a_layer_says_something_else(database, differing):
    fill(database, CHEN, differing)
    take(database, differing, 5, "li")
    decide(database, CHEN, differing, case_at(database, differing, 20), [], "none")
    # Deleted and made again, the same as before.
    item = next(each for each in notice_annotations(database.connection, differing) if each.start == 20)
    delete_annotation(database, "li", differing, item)
    add_annotation(database, "li", differing, said(20, 24, owner="li"))
    assert opened(database, differing) == []
    # Something new is shown, and nothing else; what stood there is what it takes the place of.
    wangs = next(each for each in notice_annotations(database.connection, differing) if each.end == 10)
    change_annotation(database, "wang", differing, wangs, replace(wangs, end=11, text=RAW[5:11]))
    assert opened(database, differing) == [("edge", (5, 11))]
    assert [item.end for item in case_at(database, differing, 5).gold] == [9]
    fill(database, CHEN, differing)
    assert gold(database, differing) == [(0, 3, "DATE"), (5, 9, "DATE")]
    take(database, differing, 5, "wang")
    assert gold(database, differing) == [(0, 3, "DATE"), (5, 11, "DATE")]
    # The first decision is no more, though wang goes back to what they said: its gold is not there.
    change_annotation(database, "wang", differing, replace(wangs, end=11, text=RAW[5:11]), wangs)
    assert opened(database, differing) == [("edge", (5, 10))]
    assert wrong(database) == []


def test_gold_decided_by_hand_gives_way_to_no_agreement_without_a_look(database, differing):
    take(database, differing, 5, "li")
    mine = case_at(database, differing, 5).about.members[0][0]
    change_annotation(database, "li", differing, mine, replace(mine, end=10, text=RAW[5:10]))
    after = fill(database, CHEN, differing)
    assert ("agreed", (5, 10)) in opened(database, differing)
    assert (5, 9, "DATE") in gold(database, differing)
    case = next(each for each in after.open if each.kind == "agreed")
    decide(database, CHEN, differing, case, [gold_of(case.about.members[0][0])], "taken", ["li", "wang"])
    assert gold(database, differing) == [(0, 3, "DATE"), (5, 10, "DATE")]


def test_gold_decided_by_hand_becomes_that_of_an_agreement_that_says_the_same(database, differing):
    take(database, differing, 5, "li")
    wangs = next(each for each in notice_annotations(database.connection, differing) if each.end == 10)
    change_annotation(database, "wang", differing, wangs, replace(wangs, end=9, text=RAW[5:9]))
    ids = [item.id for item in case_at(database, differing, 5).gold]
    fill(database, CHEN, differing)
    assert [item.id for item in case_at(database, differing, 5).gold] == ids
    assert case_at(database, differing, 5).decision.choice == "agreed"
    assert wrong(database) == []


def test_what_was_filled_in_and_is_said_no_longer_is_taken_back(database, differing):
    fill(database, CHEN, differing)
    for item in notice_annotations(database.connection, differing):
        if item.start == 0 and item.annotator in ("li", "wang"):
            delete_annotation(database, item.annotator, differing, item)
    assert [item.start for item in state(database, differing).loose] == [0]
    fill(database, CHEN, differing)
    assert gold(database, differing) == []
    assert undo(database, CHEN).obstacle is None
    assert gold(database, differing) == [(0, 3, "DATE")]
    assert wrong(database) == []


def test_gold_that_no_layer_has_is_added_changed_and_taken_out(database, differing):
    item = gold_of(said(30, 33, owner="li"))
    change_gold(database, CHEN, differing, None, item)
    assert [each.id for each in state(database, differing).loose] == [item.id]
    moved = replace(item, end=34, text=RAW[30:34])
    change_gold(database, CHEN, differing, item, moved)
    with pytest.raises(ConflictError):
        change_gold(database, CHEN, differing, item, None)
    fill(database, CHEN, differing)
    assert gold(database, differing) == [(0, 3, "DATE"), (30, 34, "DATE")]
    change_gold(database, CHEN, differing, moved, None)
    assert gold(database, differing) == [(0, 3, "DATE")]
    with pytest.raises(RoleError):
        change_gold(database, "li", differing, None, item)
    assert wrong(database) == []


def test_gold_of_a_rule_that_somebody_has_changed_is_theirs_and_stays(database, differing):
    fill(database, CHEN, differing)
    for item in notice_annotations(database.connection, differing):
        if item.start == 0 and item.annotator in ("li", "wang"):
            delete_annotation(database, item.annotator, differing, item)
    (item,) = state(database, differing).loose
    change_gold(database, CHEN, differing, item, replace(item, end=4, text=RAW[0:4]))
    fill(database, CHEN, differing)
    assert gold(database, differing) == [(0, 4, "DATE")]
    # Also where the layers say again what the rule would take, under the same id.
    for name in ("li", "wang"):
        say(database, differing, name, (0, 3))
    fill(database, CHEN, differing)
    assert gold(database, differing) == [(0, 4, "DATE")]
    assert ("agreed", (0, 3)) in opened(database, differing)
    case = case_at(database, differing, 0)
    (item,) = case.gold
    change_gold(database, CHEN, differing, item, replace(item, start=12, end=15, text=RAW[12:15]))
    fill(database, CHEN, differing)
    assert gold(database, differing) == [(12, 15, "DATE")]
    assert wrong(database) == []


def from_file(database, number, *items):
    """Gold that no decision here is about, as a file brings it."""
    with database.write() as connection:
        for item in items:
            made = gold_of(said(*item, owner="li"))
            record(connection, current_reviewer(), "import", annotation_change(number, None, made))


def test_gold_from_a_file_stands_as_decided_where_it_says_what_a_layer_says(database, differing):
    from_file(database, differing, (5, 10), (20, 23))
    assert len(state(database, differing).open) == 3
    fill(database, CHEN, differing)
    assert opened(database, differing) == [("only", (20, 24))]
    decision = case_at(database, differing, 5).decision
    assert (decision.choice, decision.layers, decision.decided_by) == ("taken", ("wang",), CHEN)
    assert gold(database, differing) == [(0, 3, "DATE"), (5, 10, "DATE"), (20, 23, "DATE")]
    events = len(logged(database))
    fill(database, CHEN, differing)
    assert len(logged(database)) == events
    # As any decision it holds until a layer says something else.
    item = next(each for each in notice_annotations(database.connection, differing) if each.end == 9)
    change_annotation(database, "li", differing, item, replace(item, end=8, text=RAW[5:8]))
    fill(database, CHEN, differing)
    assert opened(database, differing) == [("edge", (5, 10)), ("only", (20, 24))]
    undo(database, "li")
    assert undo(database, CHEN).obstacle is None
    assert len(state(database, differing).open) == 3
    assert gold(database, differing) == [(5, 10, "DATE"), (20, 23, "DATE")]
    assert wrong(database) == []


def test_gold_from_a_file_that_is_a_part_of_what_a_layer_says_decides_nothing(database, notice):
    say(database, notice, "li", (0, 10))
    say(database, notice, "wang", (0, 4), (5, 10))
    from_file(database, notice, (5, 10))
    fill(database, CHEN, notice)
    assert opened(database, notice) == [("split", (0, 10))]
    from_file(database, notice, (0, 4))
    fill(database, CHEN, notice)
    assert opened(database, notice) == []


def test_a_third_layer_that_differs_opens_what_two_agreed_on(database, differing):
    fill(database, CHEN, differing)
    say(database, differing, "zhao", (0, 4))
    assert ("edge", (0, 4)) in opened(database, differing)
    fill(database, CHEN, differing)
    assert gold(database, differing) == []


def test_suggestions_count_as_layers_if_asked(database, differing):
    fill(database, CHEN, differing)
    take(database, differing, 5, "li")
    for start, end, by in ((5, 11, "dates/day@1"), (30, 33, "dates/day@1"), (30, 34, "a-model")):
        item = replace(said(start, end, owner="li"), annotator=None, status="suggested", suggested_by=by)
        with database.write() as connection:
            record(connection, "importer", "suggest", annotation_change(differing, None, item))
    assert opened(database, differing) == [("only", (20, 24))]
    assert opened(database, differing, "rules") == [("only", (20, 24)), ("only", (30, 33))]
    assert opened(database, differing, "rules", "learned") == [("only", (20, 24)), ("edge", (30, 34))]
    assert open_differences(database.connection, differing) == state(database, differing).open


def test_done_is_refused_while_something_is_open(database, differing, notice):
    with pytest.raises(StoreError, match="3 differences of this notice not decided"):
        complete(database, CHEN, differing)
    lonely = stored_notice(database, RAW + "一。\n")
    say(database, lonely, "li", (0, 3))
    with pytest.raises(StoreError, match="fewer than two people have finished this notice"):
        complete(database, CHEN, lonely)


def decided(database, number):
    """Decide all that is open for the first who says something."""
    fill(database, CHEN, number)
    for case in state(database, number).open:
        members = next(each for each in case.about.members if each)
        decide(database, CHEN, number, case, [gold_of(item) for item in members], "taken", ["li"])


def test_a_notice_is_done_until_a_layer_changes_and_done_again_when_that_is_undone(database, differing):
    decided(database, differing)
    complete(database, CHEN, differing)
    assert (queued(database, "ready"), queued(database, "done")) == ([], [differing])
    assert state(database, differing).complete.decided_by == CHEN
    before = len(logged(database))
    complete(database, CHEN, differing)
    assert len(logged(database)) == before
    item = say(database, differing, "li", (30, 33))[0]
    assert (queued(database, "ready"), queued(database, "done")) == ([differing], [])
    assert wrong(database) == []
    delete_annotation(database, "li", differing, item)
    assert (queued(database, "ready"), queued(database, "done")) == ([], [differing])
    undo(database, "li")
    assert queued(database, "ready") == [differing]
    decided(database, differing)
    complete(database, CHEN, differing)
    assert queued(database, "done") == [differing]
    assert wrong(database) == []
    reopen(database, CHEN, differing)
    assert (queued(database, "ready"), queued(database, "done")) == ([differing], [])
    assert undo(database, CHEN).obstacle is None
    assert queued(database, "done") == [differing]
    assert wrong(database) == []


def test_done_outlasts_another_name_of_a_label(database, differing):
    decided(database, differing)
    complete(database, CHEN, differing)
    change_labels(database, current_reviewer(), None, [("DATE", "DAY")], [], "labels.toml", lambda _: None)
    assert {label for _, _, label in gold(database, differing)} == {"DAY"}
    assert opened(database, differing) == []
    assert queued(database, "done") == [differing]
    assert wrong(database) == []


# By rule


def by_rule(database, numbers, rule, actor=CHEN, **options):
    return sum(adjudicate_by_rule(database, actor, numbers, rule, **options), Outcome())


def test_by_rule_all_takes_what_all_say_and_more_than_half_is_a_majority(database, notice):
    say(database, notice, "li", (0, 3), (5, 9), (20, 24))
    say(database, notice, "wang", (0, 3), (5, 10))
    say(database, notice, "zhao", (0, 3), (5, 10))
    wanted = by_rule(database, [notice], "all", dry_run=True)
    assert gold(database, notice) == []
    assert by_rule(database, [notice], "all") == wanted == Outcome(notices=1, taken=1, settled=1, open=2)
    assert gold(database, notice) == [(0, 3, "DATE")]
    assert by_rule(database, [notice], "majority") == Outcome(notices=1, taken=1, settled=1, open=1)
    assert gold(database, notice) == [(0, 3, "DATE"), (5, 10, "DATE")]
    assert state(database, notice).cases[1].decision.layers == ("wang", "zhao")
    assert opened(database, notice) == [("only", (20, 24))]
    before = len(logged(database))
    assert by_rule(database, [notice], "majority") == Outcome(notices=1, open=1)
    assert len(logged(database)) == before
    # The step of a command is one, over all its notices.
    assert undo(database, CHEN).obstacle is None
    assert gold(database, notice) == [(0, 3, "DATE")]
    assert wrong(database) == []


def test_half_is_no_majority(database, notice):
    for name, end in (("li", 9), ("wang", 9), ("zhao", 10), ("sun", 10)):
        say(database, notice, name, (5, end))
    assert by_rule(database, [notice], "majority") == Outcome(notices=1, open=1)


def test_a_notice_of_which_a_rule_leaves_nothing_open_is_done(database, notice):
    agreeing = stored_notice(database, RAW + "二。\n")
    for number, ends in ((notice, (9, 10)), (agreeing, (9, 9))):
        for name, end in zip(("li", "wang"), ends, strict=True):
            say(database, number, name, (5, end))
    empty = stored_notice(database, RAW + "三。\n")
    finish(database, empty, "li", "wang")
    unfinished = stored_notice(database, RAW + "四。\n")
    outcome = by_rule(database, [notice, agreeing, empty, unfinished], "all")
    assert outcome == Outcome(notices=3, taken=1, settled=1, open=1, completed=2)
    assert (queued(database, "ready"), queued(database, "done")) == ([notice], [agreeing, empty])
    assert undo(database, CHEN).obstacle is None
    assert queued(database, "ready") == [notice, agreeing, empty]
    assert wrong(database) == []


def test_a_rule_over_many_notices_is_undone_in_turns_and_done_again(database, notice):
    numbers = [notice, *(stored_notice(database, f"{RAW}{at}。\n") for at in range(30))]
    for number in numbers:
        for name in ("li", "wang"):
            say(database, number, name, (0, 3))
    outcome = by_rule(database, numbers, "all")
    assert (outcome.taken, outcome.completed) == (31, 31)
    reversal = undo(database, CHEN)
    assert (reversal.size, reversal.obstacle) == (4 * 31, None)
    assert ready(database.connection) == numbers
    assert redo(database, CHEN).obstacle is None
    assert queued(database, "done") == numbers
    assert wrong(database) == []


def test_a_split_that_most_agree_on_wins_with_all_its_parts(database, notice):
    say(database, notice, "li", (4, 12))
    for name in ("wang", "zhao"):
        say(database, notice, name, (4, 7), (8, 12))
    by_rule(database, [notice], "majority")
    assert gold(database, notice) == [(4, 7, "DATE"), (8, 12, "DATE")]


# Leases


def test_check_finds_a_decision_whose_gold_is_missing_and_gold_that_no_event_made(database, differing):
    fill(database, CHEN, differing)
    take(database, differing, 5, "li")
    item = next(each for each in notice_annotations(database.connection, differing) if each.status == "gold")
    with database.write() as connection:
        change = annotation_change(differing, item, None)
        record(connection, CHEN, "adjudicate", change)
    (told,) = wrong(database)
    assert f"gold annotation {item.id} of decision " in told
    with database.write() as connection:
        connection.execute(
            "INSERT INTO annotations SELECT 'forged' AS id, notice, label, start, \"end\", text, attributes, "
            "annotator, status, unsure, comment, created_at, updated_at, suggested_by, score, decides, bulk "
            "FROM annotations WHERE annotator = 'gold'"
        )
    assert any("annotation forged is not what the log says, which has none" in line for line in wrong(database))


def test_ready_notices_are_handed_out_to_one_adjudicator_each(database, notice):
    with_adjudicator(database, "sun")
    second = stored_notice(database, RAW + "五。\n")
    for number in (notice, second):
        say(database, number, "li", (0, 3))
        say(database, number, "wang", (0, 3))
    assert take_next_ready(database, CHEN) == notice
    assert take_next_ready(database, "sun") == second
    assert take_next_ready(database, CHEN, behind=notice) is None
    assert take_next_ready(database, "sun") == second
    fill(database, CHEN, notice)
    complete(database, CHEN, notice)
    assert take_next_ready(database, CHEN) is None


def test_a_lease_of_a_reviewer_and_one_of_an_adjudicator_do_not_clash(database, notice):
    assert take_next(database, "zhao") == notice
    for name in ("li", "wang"):
        say(database, notice, name, (0, 3))
    assert take_next_ready(database, CHEN) == notice
    rows = database.connection.execute("SELECT task, annotator FROM leases ORDER BY task").fetchall()
    assert [tuple(row) for row in rows] == [("adjudicate", CHEN), ("review", "zhao")]
    (row,) = queue_page(database.connection, CHEN).rows
    assert (row.leased_to, row.adjudication) == ("zhao", "ready")
