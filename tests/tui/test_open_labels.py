"""Sessions that are open while the labels change: they show the new ones, and write no label that is not there."""

from __future__ import annotations

import pytest
from idle import idle, until
from making import RAW, annotation_of, stored_notice, wrong
from msgspec.structs import replace
from reviewing import app_on, said

from annotations.labels import Attribute, LabelSet, default_labels
from store.edits.annotate import add_annotation
from store.edits.labels import change_labels
from store.index.filters import QueueFilter
from store.project.settings import labels_of
from store.read.notices import notice_annotations
from tui.app import ZhupiApp
from tui.forms.filter import FilterScreen
from tui.session.state import State
from tui.session.watcher import Seen

LABELS = default_labels()


def give(database, wanted=None, renames=(), hide=()):
    change_labels(database, "root", wanted, renames, hide, "f.toml", lambda _: None)


async def seen(app, pilot, database):
    """What the watcher posts after a commit."""
    app.post_message(app.SeenOthers(Seen((), many=False, events=(), others=(), total=1, labels=labels_of(database))))
    await idle(pilot)


def screen_text(app):
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())


def stored(database):
    return [(item.label, item.start, item.attributes) for item in notice_annotations(database.connection, 1)]


@pytest.fixture
def number(database):
    return stored_notice(database)


async def test_an_open_notice_shows_the_new_name_and_tags_with_it(database, number):
    add_annotation(database, "lin", number, annotation_of(RAW, 0, 3))
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("v", "l")
        await idle(pilot)
        assert "date" in screen_text(app)
        give(database, renames=[("DATE", "DAY")])
        await seen(app, pilot, database)
        assert "an admin has changed the labels" in said(app)
        assert [item.label for item in app.screen.desk.model.items] == ["DAY"]
        assert app.screen.desk.model.selection is not None
        assert " day" in screen_text(app)
        assert " date" not in screen_text(app)
        await pilot.press("escape", "G", "v", "h", "d")
        await idle(pilot)
    assert [label for label, *_ in stored(database)] == ["DAY", "DAY"]
    assert wrong(database) == []


async def test_what_is_tagged_before_the_change_was_seen_has_the_new_name(database, number):
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        give(database, renames=[("DATE", "DAY")])
        await pilot.press("v", "l", "l", "3")
        await idle(pilot)
        assert "saved" in screen_text(app)
        await seen(app, pilot, database)
        await pilot.press("u")
        await idle(pilot)
        assert "undone: tag DAY" in said(app)
    assert stored(database) == []
    assert wrong(database) == []


async def test_what_is_tagged_with_a_label_that_was_hidden_meanwhile_is_told_and_goes(database, number):
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        give(database, hide=["DATE"])
        await pilot.press("v", "l", "l", "3")
        await idle(pilot)
        assert "label DATE is hidden" in said(app)
        assert app.screen.desk.model.items == []
        await seen(app, pilot, database)
        # The third digit has no label now, and neither has the letter.
        await pilot.press("v", "l", "3", "d")
        await idle(pilot)
    assert stored(database) == []


async def test_a_comment_that_was_being_typed_meanwhile_is_kept_and_nobody_else_is_told_to_have_changed_it(
    database, number
):
    add_annotation(database, "lin", number, annotation_of(RAW, 0, 3))
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("c", "w", "h", "y")
        await idle(pilot)
        give(database, renames=[("DATE", "DAY")])
        await seen(app, pilot, database)
        await pilot.press("enter")
        await idle(pilot)
        model = app.screen.desk.model
        assert [(item.label, item.comment) for item in model.items] == [("DAY", "why")]
        assert model.items == notice_annotations(database.connection, number)


async def test_offers_after_a_tag_follow_a_new_name_and_go_with_a_hidden_label(database):
    number = stored_notice(database, "会议在2023年4月12日召开。\n通知2023年4月12日印发,2023年4月12日起实行。\n")
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("l", "l", "l", "v", *("l" * 9), "d")
        await idle(pilot)
        model = app.screen.desk.model
        assert [item.label for item in model.offers] == ["DATE", "DATE"]
        give(database, renames=[("DATE", "DAY")])
        await seen(app, pilot, database)
        assert [item.label for item in model.items] == ["DAY", "DAY", "DAY"]
        give(database, hide=["DAY"])
        await seen(app, pilot, database)
        assert [(item.label, item.status) for item in model.items] == [("DAY", "manual")]


async def test_digits_and_letters_are_those_of_the_new_labels(database, number):
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        place = replace(LABELS["DATE"], name="PLACE", sign="P", key="p", reader=None, attribute=())
        give(database, LabelSet((place, *LABELS.label)))
        await seen(app, pilot, database)
        await pilot.press("v", "l", "p")
        await pilot.press("escape", "G", "v", "h", "2")
        await idle(pilot)
        assert app.keys.shown("review.tag_1", every=True) == "1 p"
    assert [label for label, *_ in stored(database)] == ["PLACE", "REQUIREMENT"]


async def test_a_new_attribute_is_there_in_the_form_and_an_own_key_keeps_its_place(database, number):
    add_annotation(database, "lin", number, annotation_of(RAW, 0, 3))
    app = ZhupiApp(database, notice=number, keys={"review.done": ["p"]}, reviewer="lin")
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        more = replace(LABELS["DATE"], key="p", attribute=(*LABELS["DATE"].attribute, Attribute("certain", "boolean")))
        give(database, LabelSet((*LABELS.label[:2], more)))
        await seen(app, pilot, database)
        assert app.keys.shown("review.done") == "p"
        assert app.keys.shown("review.tag_3", every=True) == "3"
        await pilot.press("home", "e")
        await idle(pilot)
        assert "certain" in screen_text(app)
    assert stored(database)[0][2]["certain"] is None


async def test_the_queue_counts_and_filters_by_the_new_name(database, number):
    add_annotation(database, "lin", number, annotation_of(RAW, 0, 3))
    app = ZhupiApp(database, reviewer="lin", state=State(filter=QueueFilter(label="DATE")))
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        assert "D1" in screen_text(app)
        give(database, LabelSet((*LABELS.label[:2], replace(LABELS["DATE"], name="DAY", sign="Y"))), [("DATE", "DAY")])
        await seen(app, pilot, database)
        assert app.screen.listing.filter == QueueFilter(label="DAY")
        assert "Y1" in screen_text(app)
        assert "label DAY" in screen_text(app)
    again = ZhupiApp(database, reviewer="lin", state=State(filter=QueueFilter(label="DATE")))
    assert again.session.state.filter.label == "DAY"


async def test_an_open_filter_form_offers_the_new_name_and_goes_back_to_it(database, number):
    add_annotation(database, "lin", number, annotation_of(RAW, 0, 3))
    app = ZhupiApp(database, reviewer="lin", state=State(filter=QueueFilter(label="DATE")))
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("f")
        await until(pilot, lambda: isinstance(app.screen, FilterScreen), "the form never came")
        give(database, renames=[("DATE", "DAY")])
        await seen(app, pilot, database)
        assert " DAY " in screen_text(app)
        # The queue below reads itself anew, behind the form.
        await until(pilot, lambda: " DATE " not in screen_text(app), "the old name stays")
        assert app.screen.queue_filter == QueueFilter(label="DAY")
        # In a circle: any, and from there back.
        await pilot.press("l", "L")
        await idle(pilot)
        assert app.screen.queue_filter == QueueFilter(label="DAY")
        await pilot.press("l", "escape")
        await idle(pilot)
        assert app.screen.listing.filter == QueueFilter(label="DAY")
        assert "1 found" in screen_text(app)


async def test_an_open_help_shows_the_new_labels_and_their_keys(database, number):
    app = app_on(database, number)
    async with app.run_test(size=(120, 100)) as pilot:
        await idle(pilot)
        await pilot.press("question_mark")
        await idle(pilot)
        assert "3 d DATE" in screen_text(app)
        give(database, LabelSet((*LABELS.label[:2], replace(LABELS["DATE"], name="DAY", key="t"))), [("DATE", "DAY")])
        await seen(app, pilot, database)
        assert "3 t DAY" in screen_text(app)
        assert "3 d DATE" not in screen_text(app)
        await pilot.press("q")
        await idle(pilot)
        assert app.screen.desk.is_open
