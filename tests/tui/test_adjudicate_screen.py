"""The adjudicate screen: what each key makes of gold, and what the log has of it."""

from __future__ import annotations

import pytest
from adjudicating import CHEN, finish, gold, say, state, with_adjudicator
from idle import idle
from making import RAW, annotation_of, stored_notice, wrong
from reviewing import head, said

from annotations.annotation import GOLD
from store.edits.annotate import add_annotation, delete_annotation
from store.index.filters import QueueFilter
from store.log.events import events
from store.read.notices import notice_annotations, notice_reviews
from tui.adjudicate.screen import AdjudicateScreen
from tui.adjudicate.versions import Versions
from tui.app import ZhupiApp
from tui.session.state import State
from tui.widgets.difference_list import DifferenceList
from tui.widgets.key_bar import KeyBar

DATE = RAW.index("4月底前")
WHO = RAW.index("副县长林知远")
TASK = RAW.index("各乡镇要于4月底前完成排查")
AGREED = (0, 3, "DATE")
LI = (AGREED, (DATE, DATE + 3, "DATE"), (WHO, WHO + 6, "OFFICIAL"), (TASK, TASK + 13, "REQUIREMENT"))
WANG = (AGREED, (DATE, DATE + 4, "DATE"), (TASK, TASK + 13, "REQUIREMENT"))
EDGE, ONLY = (DATE, DATE + 4), (WHO, WHO + 6)


@pytest.fixture
def number(database):
    """A notice that li and wang have finished: two cases agree, an edge and an official differ."""
    number = stored_notice(database)
    say(database, number, "li", *LI)
    say(database, number, "wang", *WANG)
    with_adjudicator(database)
    return number


@pytest.fixture
def app(database, number):
    return ZhupiApp(database, notice=number, adjudicate=True, reviewer=CHEN)


def rows(app):
    """The list of differences: sign, kind and remark of each row."""
    return [(row.sign, row.kind, row.remark) for row in app.screen.query_one(DifferenceList)._rows]


def headings(app):
    """The heads of the versions."""
    return ["".join(text for text, _ in version.heading) for version in app.screen.query_one(Versions)._versions]


def footer(app):
    bar = app.screen.query_one(KeyBar)
    return "".join(text for text, _ in bar.fitting(bar.size.width)[0])


def text_of(app):
    """What the versions draw."""
    return [strip.text.rstrip() for strip in app.screen.query_one(Versions)._drawn().rows]


async def press(pilot, *keys):
    for key in keys:
        await pilot.press(key)
        await idle(pilot)


def steps(database):
    """What chen has done: action, entity and, of a decision, what was chosen."""
    found = []
    for event in events(database.connection, actor=CHEN):
        after = event.change.after
        found.append((event.action, event.change.entity, getattr(after, "choice", None)))
    return found


async def test_what_all_agree_on_is_gold_when_the_notice_opens_and_undo_takes_it_back(app, database, number):
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        assert gold(database, number) == [AGREED, (TASK, TASK + 13, "REQUIREMENT")]
        assert said(app).startswith(" ≠ 1 differ   · 1 only one   = 2 agreed")
        assert "2 agreed taken into gold; u takes them back" in said(app)
        await press(pilot, "u")
        assert gold(database, number) == []
        assert "undone: 2 decisions on gold, “page”" in said(app)
        assert rows(app)[0] == ("=", "agreed", "li, wang")
        await press(pilot, "ctrl+r")
        assert gold(database, number) == [AGREED, (TASK, TASK + 13, "REQUIREMENT")]
    assert wrong(database) == []


async def test_the_first_difference_is_open_with_a_column_for_each_layer_and_gold(app):
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        assert rows(app) == [("≠", "edge", "li, wang"), ("·", "only one", "li")]
        assert headings(app) == ["1 li", "2 wang", "gold open"]
        assert app.screen.desk.model.here == app.screen.desk.model.open[0]
        assert head(app).rstrip().endswith("saved ✓")


@pytest.mark.parametrize(("key", "end"), [("1", 3), ("2", 4)])
async def test_a_digit_takes_the_version_of_that_layer_and_goes_on(app, database, number, key, end):
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        await press(pilot, key)
        who = ("li", "wang")[int(key) - 1]
        assert (DATE, DATE + end, "DATE") in gold(database, number)
        assert rows(app) == [("✓", "edge", f"{who}'s by chen"), ("·", "only one", "li")]
        assert app.screen.desk.model.here == app.screen.desk.model.open[0]
        assert f"{who}'s: DATE" in said(app)
    decision = next(case.decision for case in state(database, number).cases if case.kind == "edge")
    assert (decision.choice, decision.layers, decision.decided_by) == ("taken", (who,), CHEN)


async def test_the_list_takes_the_rows_that_it_has_and_the_text_the_rest(database):
    raw = "临江县召开会议\n" + "\n".join(f"第{at:02}段各乡镇要完成" for at in range(60))
    number = stored_notice(database, raw)
    for owner, length in (("li", 3), ("wang", 4)):
        for place in (raw.index(f"第{at:02}段") for at in range(0, 60, 4)):
            add_annotation(database, owner, number, annotation_of(raw, place, place + length, "DATE", owner))
        finish(database, number, owner)
    with_adjudicator(database)
    app = ZhupiApp(database, notice=number, adjudicate=True, reviewer=CHEN)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        screen = app.screen
        heights = [screen.query_one(name).size.height for name in ("#panes", "#versions", "#differences")]
        assert heights[2] == 14  # a third of the screen at most, though there are 15
        assert sum(heights) == 40 - 3
        # The text was laid out before the list took its rows.
        await press(pilot, "N")
        pane = screen.desk.pane
        assert pane.top <= pane.row_of(screen.desk.model.offset) < pane.top + pane.page_rows()


async def test_a_layer_that_says_nothing_is_a_version_too(app, database, number):
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        await press(pilot, "n", "2")
        assert rows(app)[1] == ("✓", "only one", "wang's by chen")
        assert "wang's: nothing there" in said(app)
    assert (WHO, WHO + 6, "OFFICIAL") not in gold(database, number)


async def test_all_and_none_are_decisions_and_a_second_one_takes_the_place_of_the_first(app, database, number):
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        await press(pilot, "equals_sign")
        assert {(DATE, DATE + 3, "DATE"), (DATE, DATE + 4, "DATE")} <= set(gold(database, number))
        assert rows(app)[0] == ("✓", "edge", "li + wang by chen")
        await press(pilot, "k", "x")
        assert not {(DATE, DATE + 3, "DATE"), (DATE, DATE + 4, "DATE")} & set(gold(database, number))
        assert rows(app)[0] == ("✓", "edge", "none by chen")
        await press(pilot, "k", "2", "u")
        assert rows(app)[0] == ("✓", "edge", "none by chen")
        assert "undone: gold of wang, “page”" in said(app)
        await press(pilot, "u", "u")
        assert rows(app)[0] == ("≠", "edge", "li, wang")
    assert wrong(database) == []
    assert ("adjudicate", "adjudication", "none") in steps(database)


async def test_keys_typed_at_once_decide_the_same_case_twice_without_a_conflict(app, database, number):
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        await pilot.press("1", "k", "2", "k", "x", "k", "1")
        await idle(pilot)
        assert head(app).rstrip().endswith("saved ✓")
        assert rows(app)[0] == ("✓", "edge", "li's by chen")
    assert (DATE, DATE + 3, "DATE") in gold(database, number)


async def test_an_edge_is_moved_in_place_and_that_decides(app, database, number):
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        await press(pilot, "greater_than_sign", "greater_than_sign")
        assert rows(app)[0] == ("✓", "edge", "edited by chen")
        assert (DATE, DATE + 5, "DATE") in gold(database, number)
        assert app.screen.desk.model.here == 1 or app.screen.desk.model.current.label == "DATE"
        await press(pilot, "u", "u")
        assert rows(app)[0] == ("≠", "edge", "li, wang")
    assert [item for item in notice_annotations(database.connection, number) if item.annotator == "li"]


async def test_an_edge_is_moved_again_and_again_without_a_conflict(app, database, number):
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        await pilot.press(*["greater_than_sign"] * 5, *["less_than_sign"] * 2, "left_square_bracket", "o", "d")
        await idle(pilot)
        assert head(app).rstrip().endswith("saved ✓")
        assert "meanwhile" not in said(app)
        assert (DATE - 1, DATE + 6, "DATE") in gold(database, number)
    assert wrong(database) == []


async def test_an_edit_that_is_undone_is_shown_as_it_was_before_it(app, database, number):
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        await press(pilot, "greater_than_sign", "greater_than_sign", "u")
        model = app.screen.desk.model
        assert [item.text for item in model.cases[model.here].gold] == [RAW[DATE : DATE + 4]]
        assert "undone: gold edited" in said(app)
        await press(pilot, "ctrl+r", "less_than_sign")
        assert head(app).rstrip().endswith("saved ✓")
        assert "meanwhile" not in said(app)
    assert (DATE, DATE + 4, "DATE") in gold(database, number)


async def test_a_label_letter_relabels_gold_and_tags_a_selection(app, database, number):
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        await press(pilot, "o")
        assert (DATE, DATE + 3, "OFFICIAL") in gold(database, number)
        assert rows(app)[0] == ("✓", "edge", "edited by chen")
        await press(pilot, "slash", *"会议要求", "enter", "v", "l", "l", "l", "d")
        start = RAW.index("会议要求")
        assert (start, start + 4, "DATE") in gold(database, number)
        # It is about no case: what is open stays open.
        assert rows(app)[1] == ("·", "only one", "li")
        await press(pilot, "x")
        assert (start, start + 4, "DATE") not in gold(database, number)
    assert wrong(database) == []


async def test_attributes_are_edited_in_the_form_and_that_decides(app, database, number):
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        await press(pilot, "e", *"2023-04-30", "enter")
        assert rows(app)[0] == ("✓", "edge", "edited by chen")
    item = next(each for each in notice_annotations(database.connection, number)
                if each.annotator == GOLD and each.start == DATE)  # fmt: skip
    assert item.attributes["iso"] == "2023-04-30"


async def test_names_are_hidden_and_stay_so(app, database):
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        await press(pilot, "1", "H")
        order = app.screen.desk.model.layers
        assert headings(app)[:2] == ["1 A", "2 B"]
        letter = "AB"[order.index("li")]
        assert rows(app) == [("✓", "edge", f"{letter}'s"), ("·", "only one", letter)]
        shown = "\n".join(text_of(app)) + said(app)
        assert "wang" not in shown
        assert "li" not in shown.replace("hidden", "").replace("only", "")
        assert app.session.state.names_hidden
        await press(pilot, "H")
        assert headings(app)[:2] == ["1 li", "2 wang"]


async def test_a_notice_is_done_only_when_nothing_is_open(app, database, number):
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        await press(pilot, "m")
        assert "2 differences to decide" in said(app)
        await press(pilot, "1", "1", "m")
        assert "adjudicated: “page”; no other notice is ready" in said(app)
        assert "✓ 1/1" in head(app)
    review = next(each for each in notice_reviews(database.connection, number) if each.annotator == GOLD)
    assert review.status == "done"


async def test_the_footer_offers_what_is_left_to_do_and_the_letters_of_labels(app, database, number):
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        assert footer(app).startswith(" 1 li   2 wang   = both   x none   e edit   n next   ? help")
        await press(pilot, "1", "1")
        assert footer(app).startswith(" m done   1 li")
        await press(pilot, "v")
        assert footer(app).startswith(" r requirement   o official   d date")


async def test_n_names_the_next_notice_and_goes_there_at_the_second_press(app, database, number):
    second = stored_notice(database, RAW + "临江县水务局\n", "second")
    say(database, second, "li", (0, 3))
    say(database, second, "wang", (0, 4))
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        await press(pilot, "1", "1", "n")
        assert "no difference is left; “second” is ready" in said(app)
        await press(pilot, "n")
        assert app.screen.desk.number == second
        assert rows(app) == [("≠", "edge", "li, wang")]
        await press(pilot, "1", "m")
        # The first one is not marked done, so it is the next again.
        assert app.screen.desk.number == number


async def test_what_a_layer_changes_afterwards_is_shown_and_nothing_else(app, database, number):
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        await press(pilot, "1", "1", "m")
        item = next(each for each in notice_annotations(database.connection, number)
                    if (each.annotator, each.start) == ("wang", DATE))  # fmt: skip
        delete_annotation(database, "wang", number, item)
        app.screen.desk.mark_stale("wang changed this notice")
        app.screen.desk.catch_up()
        await idle(pilot)
        assert rows(app) == [("·", "only one", "li"), ("✓", "only one", "li's by chen")]


async def test_rules_count_as_a_layer_when_asked(app, database, number):
    from annotations.suggest import RULES, suggester_of
    from store.intake.suggest import suggest_stored

    suggest_stored(database, "rule", [suggester_of(name) for name in RULES], [number], lambda _: None)
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        assert len(headings(app)) == 3
        await press(pilot, "L")
        assert "rules" in headings(app)[2]
        assert "rules count as layers" in said(app)
        await press(pilot, "L", "L", "L")
        assert len(headings(app)) == 3
        assert "only people count" in said(app)


async def test_a_reviewer_is_told_that_the_notice_is_not_filled_and_can_decide_nothing(database, number):
    app = ZhupiApp(database, notice=number, adjudicate=True, reviewer="li")
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        assert "adjudicat" in said(app)
        await press(pilot, "1")
        assert "not saved" in head(app)
    assert gold(database, number) == []


async def test_a_notice_that_one_has_finished_says_what_is_missing(database):
    number = stored_notice(database)
    say(database, number, "li", *LI)
    with_adjudicator(database)
    app = ZhupiApp(database, notice=number, adjudicate=True, reviewer=CHEN)
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        assert rows(app) == []
        await press(pilot, "1", "x", "e", "m", "n", "equals_sign")
        assert isinstance(app.screen, AdjudicateScreen)
    assert gold(database, number) == []


async def test_the_queue_opens_the_notice_at_the_cursor_for_adjudicators_alone(database, number):
    app = ZhupiApp(database, reviewer="li")
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        await press(pilot, "a")
        assert not isinstance(app.screen, AdjudicateScreen)
    app = ZhupiApp(database, reviewer=CHEN)
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        await press(pilot, "a")
        assert isinstance(app.screen, AdjudicateScreen)
        await press(pilot, "q")
        assert app.screen is app._queue


async def test_in_the_queue_of_what_is_ready_the_next_free_one_is_adjudicated(database, number):
    stored_notice(database, RAW + "又及。\n", "second")
    app = ZhupiApp(database, reviewer=CHEN, state=State(filter=QueueFilter(adjudication="ready")))
    async with app.run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        await press(pilot, "n")
        assert isinstance(app.screen, AdjudicateScreen)
        assert app.screen.desk.number == number
        await press(pilot, "1", "1", "m", "q", "n")
        assert not isinstance(app.screen, AdjudicateScreen)
        assert "no notice is ready" in app._queue.listing.position_line.text
