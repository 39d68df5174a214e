"""The adjudicate screen beside others: two adjudicators at once, layers that change, keys of a project and a user."""

from __future__ import annotations

import pytest
from adjudicating import CHEN, finish, gold, gold_of, say, state, with_adjudicator
from idle import idle, until
from making import RAW, stored_notice, wrong
from msgspec.structs import replace
from reviewing import head, said
from textual import events

from annotations.labels import LabelSet, default_labels
from store.edits.adjudicate import complete, decide, fill
from store.edits.annotate import change_annotation
from store.edits.labels import declare_labels
from store.log.events import events_since, last_event
from store.project.presence import running_leases
from store.project.reviewers import current_reviewer
from store.read.notices import notice_annotations
from tui.adjudicate.keys import ADJUDICATE_BINDINGS
from tui.adjudicate.screen import AdjudicateScreen
from tui.adjudicate.versions import Versions
from tui.app import ZhupiApp
from tui.review.keys import REVIEW_BINDINGS
from tui.widgets.difference_list import DifferenceList

DATE = RAW.index("4月底前")
WHO = RAW.index("副县长林知远")


@pytest.fixture
def number(database):
    """A notice with an edge that differs and an official that only li has."""
    number = stored_notice(database)
    say(database, number, "li", (0, 3), (DATE, DATE + 3), (WHO, WHO + 6, "OFFICIAL"))
    say(database, number, "wang", (0, 3), (DATE, DATE + 4))
    with_adjudicator(database)
    with_adjudicator(database, "sun")
    return number


@pytest.fixture
def app(database, number):
    return ZhupiApp(database, notice=number, adjudicate=True, reviewer=CHEN)


def rows(app):
    return [(row.sign, row.kind, row.remark) for row in app.screen.query_one(DifferenceList)._rows]


def case(database, number, kind):
    return next(each for each in state(database, number).cases if each.kind == kind)


async def press(pilot, *keys):
    for key in keys:
        await pilot.press(key)
        await idle(pilot)


async def test_what_another_adjudicator_decides_is_shown_and_the_cursor_stays(app, database, number, watched):
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        edge = case(database, number, "edge")
        decide(database, "sun", number, edge, [gold_of(edge.about.members[1][0])], "taken", ["wang"])
        await until(pilot, lambda: rows(app)[0][0] == "✓", "the watcher reports what sun did")
        assert rows(app)[0] == ("✓", "edge", "wang's by sun")
        assert "sun" in said(app)
        assert app.screen.desk.model.raw_cursor.start == DATE


async def test_the_second_of_two_decisions_is_told_and_the_first_is_shown(app, database, number):
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        edge = case(database, number, "edge")
        decide(database, "sun", number, edge, [gold_of(edge.about.members[1][0])], "taken", ["wang"])
        # Before the watcher has told of it.
        await press(pilot, "1")
        assert "meanwhile" in said(app)
        assert rows(app)[0] == ("✓", "edge", "wang's by sun")
        assert head(app).rstrip().endswith("saved ✓")
    assert (DATE, DATE + 4, "DATE") in gold(database, number)
    assert wrong(database) == []


async def test_a_decision_on_what_a_layer_says_no_longer_is_told(app, database, number):
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        item = next(each for each in notice_annotations(database.connection, number)
                    if (each.annotator, each.start) == ("wang", DATE))  # fmt: skip
        change_annotation(database, "wang", number, item, replace(item, end=DATE + 2, text=RAW[DATE : DATE + 2]))
        await press(pilot, "2")
        assert "changed meanwhile" in said(app)
        assert rows(app)[0] == ("≠", "edge", "li, wang")
    assert not [span for span in gold(database, number) if span[0] == DATE]


async def test_somebody_who_finishes_the_notice_gets_a_column(app, database, number, watched):
    async with app.run_test(size=(120, 30)) as pilot:
        await idle(pilot)
        say(database, number, "zhao", (DATE, DATE + 3))
        await until(pilot, lambda: len(app.screen.query_one(Versions)._versions) == 4, "zhao has a column")
        finish(database, number, "zhao", status="open")
        await until(pilot, lambda: len(app.screen.query_one(Versions)._versions) == 3, "zhao has none")


async def test_undo_goes_to_the_notice_in_which_the_step_was(app, database, number):
    second = stored_notice(database, RAW + "又及。\n", "second")
    for name, end in (("li", 3), ("wang", 4)):
        say(database, second, name, (0, end))
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        await press(pilot, "1", "1", "m")
        assert app.screen.desk.number == second
        await press(pilot, "u")
        assert app.screen.desk.number == number
        assert "undone: gold done, “page”" in said(app)
        assert "○ 1/2" in head(app)
        await press(pilot, "u")
        assert rows(app)[1] == ("·", "only one", "li")
        assert app.screen.desk.model.here == app.screen.desk.model.open[0]
    assert wrong(database) == []


async def test_the_next_notice_is_one_that_nobody_else_was_handed(app, database, number):
    from store.edits.leases import take_next_ready

    for doc in ("second", "third"):
        other = stored_notice(database, f"{RAW}{doc}\n", doc)
        for name, end in (("li", 3), ("wang", 4)):
            say(database, other, name, (0, end))
    assert take_next_ready(database, "sun", behind=number) == 2
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        await press(pilot, "J")
        assert app.screen.desk.number == 3
        held = database.connection.execute(
            "SELECT notice FROM leases WHERE annotator = ? AND task = 'adjudicate' AND until > ? AND until <= ?",
            [CHEN, *running_leases()],
        ).fetchall()
        assert [row[0] for row in held] == [3]
        await press(pilot, "K")
        assert app.screen.desk.number == 2


async def test_a_notice_that_is_done_opens_again_when_a_layer_changes(app, database, number, watched):
    edge, only = case(database, number, "edge"), case(database, number, "only")
    fill(database, "sun", number)
    decide(database, "sun", number, edge, [], "none")
    decide(database, "sun", number, only, [], "none")
    complete(database, "sun", number)
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        assert [row[0] for row in rows(app)] == ["✓", "✓"]
        assert "✓ 1/1" in head(app)
        item = next(each for each in notice_annotations(database.connection, number)
                    if (each.annotator, each.start) == ("wang", DATE))  # fmt: skip
        change_annotation(database, "wang", number, item, replace(item, end=DATE + 2, text=RAW[DATE : DATE + 2]))
        await until(pilot, lambda: rows(app)[0][0] == "≠", "the edge is open again")
        assert rows(app)[1] == ("✓", "only one", "none by sun")
        assert "○ 1/1" in head(app)


async def test_a_click_on_a_row_goes_there_and_one_on_a_version_takes_it(app, database, number):
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        await pilot.click(DifferenceList, offset=(10, 1))
        await idle(pilot)
        assert app.screen.desk.model.cases[app.screen.desk.model.here].kind == "only"
        await pilot.click(Versions, offset=(5, 2))
        await idle(pilot)
        assert rows(app)[1] == ("✓", "only one", "li's by chen")


async def test_full_width_digits_and_signs_are_keys(app, database, number):
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        for character in "１＝":
            app.post_message(events.Key("?", character))
            await idle(pilot)
        assert [row[2] for row in rows(app)] == ["li's by chen", "li's by chen"]


async def test_the_whole_text_has_both_texts_and_rows_to_move_by(app):
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        await press(pilot, "z")
        assert not app.screen.query_one(Versions).display
        await press(pilot, "g", "j", "j")
        model = app.screen.desk.model
        assert model.raw_cursor.start == RAW.index("会议要求")
        await press(pilot, "tab", "z", "n")
        assert model.pane == "raw"
        assert app.screen.query_one(Versions).display
        assert model.here == model.open[0]


@pytest.mark.parametrize("size", [(20, 5), (39, 20), (100, 11)])
async def test_where_nothing_is_shown_no_key_decides(app, database, number, size):
    async with app.run_test(size=size) as pilot:
        await idle(pilot)
        before = last_event(database.connection)
        await press(pilot, "1", "x", "equals_sign", "m", "o")
        assert not list(events_since(database.connection, before, number))
        await pilot.resize_terminal(100, 30)
        await press(pilot, "1")
        assert rows(app)[0] == ("✓", "edge", "li's by chen")


@pytest.mark.parametrize("size", [(60, 20), (40, 12), (80, 24), (200, 60)])
async def test_it_runs_at_every_size(app, size):
    async with app.run_test(size=size) as pilot:
        await idle(pilot)
        await press(pilot, "1", "H", "z", "z", "tab", "L", "question_mark", "escape", "1", "n", "u")
        assert isinstance(app.screen, AdjudicateScreen)


# Keys


def letters(bindings):
    return {key for binding in bindings for key in binding.key.split(",") if len(key) == 1 and key.isalpha()}


def test_a_letter_that_no_label_of_the_review_screen_can_have_is_free_here_too():
    # Label sets are checked against the keys of the review screen; one key here is newer, and gives way.
    assert letters(ADJUDICATE_BINDINGS) - letters(REVIEW_BINDINGS) == {"H"}


async def test_the_key_that_hides_names_gives_way_to_the_letter_of_a_label(database, number):
    first, *rest = default_labels().label
    declare_labels(database, current_reviewer(), LabelSet((replace(first, key="H"), *rest)))
    app = ZhupiApp(database, notice=number, adjudicate=True, reviewer=CHEN)
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        assert "H stays yours" in said(app)
        await press(pilot, "H")
        assert not app.screen.desk.model.names_hidden
        assert (DATE, DATE + 3, "REQUIREMENT") in gold(database, number)
    again = ZhupiApp(database, notice=number, adjudicate=True, reviewer=CHEN, state=app.session.state)
    async with again.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        assert "H stays yours" not in said(again)


async def test_the_key_of_the_queue_gives_way_to_one_of_the_users_own(database, number):
    app = ZhupiApp(database, reviewer=CHEN, keys={"queue.flag": ["a"]})
    assert app.keys.of("queue.adjudicate") == []
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        await press(pilot, "a")
        assert not isinstance(app.screen, AdjudicateScreen)
