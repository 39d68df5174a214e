"""What is said of whole notices in the app: the form, both screens, the filter, and other label sets."""

from __future__ import annotations

import pytest
from adjudicating import CHEN, finish, with_adjudicator
from forms import HOSTILE, UNSAFE, FormApp, drawn
from idle import idle, until
from making import stored_notice, wrong
from merging import ME
from msgspec.structs import replace
from reviewing import app_on, said

from annotations.annotation import GOLD
from annotations.notice_attributes import NoticeAttribute
from store.edits.labels import change_labels
from store.edits.review import set_notice_attributes
from store.project.settings import labels_of
from store.read.notices import notice_reviews
from tui.app import ZhupiApp
from tui.forms.notice_attributes import NoticeAttributesForm
from tui.widgets.filter_parts import filter_parts
from tui.widgets.key_bar import KeyBar
from tui.widgets.text_rows import TextRows

DECLARED = (
    NoticeAttribute("topic", "choice", ("水", "大气"), "What it is about."),
    NoticeAttribute("audience", "several", ("县", "市", "省")),
    NoticeAttribute("reference", "text"),
    NoticeAttribute("in_force", "date"),
    NoticeAttribute("urgent", "boolean"),
)


def form_app(values=(), notes=(), declared=DECLARED):
    return FormApp(lambda: NoticeAttributesForm(declared, dict(values), dict(notes)))


def hint(app):
    return app.screen.query_one("#notice-hint", TextRows).text


@pytest.fixture
def number(database):
    wanted = replace(labels_of(database), notice=DECLARED)
    change_labels(database, ME, wanted, [], [], "labels.toml", lambda _: None)
    return stored_notice(database)


def attributes(database, number, annotator="lin"):
    return {each.annotator: each.attributes for each in notice_reviews(database.connection, number)}.get(annotator)


async def test_digits_choose_one_or_turn_several_and_enter_answers_with_what_was_changed():
    app = form_app({"urgent": True})
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("2", "tab", "3", "1", "2", "2", "tab", *"临环1号", "tab", *"２０２１-０９-２６", "enter")
        assert app.answers == [
            {"topic": "大气", "audience": ("县", "省"), "reference": "临环1号", "in_force": "2021-09-26"}
        ]


async def test_arrows_and_space_turn_choices_and_zero_unsets_them():
    app = form_app({"topic": "水", "audience": ("县", "市"), "reference": "1号"})
    async with app.run_test(size=(80, 24)) as pilot:
        # The first that is unset has the focus.
        assert app.screen._current.declared.name == "in_force"
        await pilot.press("shift+tab", "shift+tab", "right", "right", "space", "left", "space")
        assert app.screen._current.editor.chosen == ("县", "省")
        await pilot.press("0", "up", "backspace", "down", "down", "backspace", "enter")
        assert app.answers == [{"topic": None, "audience": None, "reference": None}]


async def test_a_wrong_date_is_told_and_not_taken_and_escape_leaves():
    app = form_app(notes={"topic": "li 水 · wang —"})
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert hint(app) == "li 水 · wang —  What it is about."
        bar = app.screen.query_one(KeyBar)
        assert "1-9 choose" in "".join(text for text, _ in bar.fitting(bar.size.width)[0])
        await pilot.press("up", "up", *"2021-2-30", "up", "enter")
        assert (app.answers, app.screen._current.declared.name) == ([], "in_force")
        assert hint(app) == "! in_force: it is a date, 2021-09-26 or 2021-09-26T11:56"
        await pilot.press("escape")
        assert app.answers == [None]


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 12), (20, 5)])
async def test_hostile_choices_are_text_at_any_size(size):
    choices = (HOSTILE, *(f"选项{at}" for at in range(12)))
    declared = (NoticeAttribute("topic", "choice", choices, HOSTILE), NoticeAttribute("all", "several", choices))
    app = form_app({"all": (HOSTILE, "选项3")}, {"topic": HOSTILE}, declared)
    async with app.run_test(size=size) as pilot:
        await pilot.press("1", "tab", "right", "space")
        assert not UNSAFE & set("".join(drawn(app)))
        await pilot.press("enter")
        assert app.answers == [{"topic": HOSTILE, "all": (HOSTILE, "选项0", "选项3")}]


async def test_a_key_says_what_a_notice_is_about_and_undo_takes_it_back(database, number, watched):
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(app)
        assert "notice 0/5" in said(app)
        await pilot.press("m")
        assert "nothing said of the whole notice (M)" in said(app)
        await pilot.press("M", "1", "enter")
        await idle(app)
        assert "notice 1/5" in said(app)
        assert "said of the notice: topic 水" in said(app)
        assert attributes(database, number) == {"topic": "水"}
        await pilot.press("M", "enter")
        assert "nothing was changed" in said(app)
        await pilot.press("u")
        await until(pilot, lambda: "undone: topic of" in said(app), "it is shown")
        assert "notice 0/5" in said(app)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "redone: topic of" in said(app), "it is shown")
        # A comment or another status keeps it.
        await pilot.press("c", *"看", "enter", "m")
        await idle(app)
        assert attributes(database, number) == {"topic": "水"}
        # Another session of the same person says more.
        set_notice_attributes(database, "lin", number, "lin", {"urgent": True})
        await until(pilot, lambda: "notice 2/5" in said(app), "it is shown")
    assert wrong(database) == []


async def test_without_declared_attributes_the_key_says_where_they_come_from(database):
    number = stored_notice(database)
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(app)
        assert "notice" not in said(app)
        await pilot.press("M")
        assert "the label set declares nothing of whole notices" in said(app)


async def test_an_adjudicator_sees_what_each_says_and_decides_what_differs(database, number):
    with_adjudicator(database)
    for who, urgent in (("li", True), ("wang", False)):
        set_notice_attributes(database, who, number, who, {"topic": "水", "urgent": urgent})
        finish(database, number, who)
    app = ZhupiApp(database, notice=number, adjudicate=True, reviewer=CHEN)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(app)
        await pilot.press("m")
        assert "they differ on urgent of the notice: M decides it" in said(app)
        await pilot.press("M", "up")
        assert "li yes · wang no" in hint(app)
        await pilot.press("2", "enter")
        await idle(app)
        assert attributes(database, number, GOLD) == {"urgent": False}
        await pilot.press("m")
        await idle(app)
        assert attributes(database, number, GOLD) == {"urgent": False, "topic": "水"}
    assert wrong(database) == []


async def test_the_queue_is_filtered_by_what_was_said_and_forgets_what_is_declared_no_more(database, number, watched):
    other = stored_notice(database, "另一则通知。\n", "other")
    app = ZhupiApp(database, reviewer="lin")
    set_notice_attributes(database, "lin", other, "lin", {"topic": "大气"})
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(app)
        await pilot.press("f", "m", "m", "enter")
        await idle(app)
        assert app.screen.listing.filter.attribute == "topic=大气"
        assert "topic 大气" in "".join(text for text, _ in filter_parts(app.screen.listing.filter, "lin", wide=True))
        assert app.screen.listing.current == other
        await pilot.press("f", "m")
        await idle(app)
        assert app.screen.queue_filter.attribute == "topic="
        set_notice_attributes(database, "lin", other, "lin", {"topic": None})
        change_labels(database, ME, replace(labels_of(database), notice=()), [], [], "labels.toml", lambda _: None)
        await until(pilot, lambda: app.screen.queue_filter.attribute is None, "it is shown")
