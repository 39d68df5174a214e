"""Offers after a tag: the same words elsewhere in the notice, as a state that follows from the layer."""

from __future__ import annotations

import pytest
from idle import idle
from making import annotation_of, stored_notice
from msgspec.structs import replace
from reviewing import app_on, said

from store.edits.annotate import add_annotation, delete_annotation
from store.log.events import annotation_change
from store.read.notices import notice_annotations
from store.read.queue import queue_page
from store.write.record import record
from tui.widgets.key_bar import KeyBar

RAW = "副县长林知远出席会议。\n7月9日,林知远要求抓好落实。\n林知远强调,林知远指出。\n"
TAG = ("v", *"lllll", "2")


def own(database, number=1):
    return [item for item in notice_annotations(database.connection, number) if item.annotator == "lin"]


def offers(app):
    return [item.start for item in app.screen.desk.model.offers]


@pytest.fixture
def number(database):
    return stored_notice(database, RAW)


PLACES = [RAW.index("林知远要求"), RAW.index("林知远强调"), RAW.index("林知远指出")]


async def test_a_tag_says_how_many_more_there_are_and_one_key_takes_them_in_one_step(database, number):
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press(*TAG)
        await idle(pilot)
        assert "tagged: OFFICIAL “副县长林知远” · 3 more here: + takes them" in said(app)
        assert "1 yours · 3 offered" in said(app)
        assert "take 3 more" in app.screen.query_one("#review-keys", KeyBar).render_line(0).text
        assert offers(app) == PLACES
        assert len(own(database)) == 1
        assert queue_page(database.connection, "lin").rows[0].suggestions == 0
        await pilot.press("plus")
        await idle(pilot)
        assert "taken: 3 more of OFFICIAL “林知远”; u takes them back" in said(app)
        assert app.screen.desk.model.current.start == 0
        made = own(database)
        assert [item.start for item in made] == [0, *PLACES]
        assert {(item.status, item.suggested_by) for item in made[1:]} == {("accepted", "propagation/same-words@1")}
        assert [(item.attributes["title"], item.attributes["mention"]) for item in made[1:]] == [("副县长", "bare")] * 3
        await pilot.press("u")
        await idle(pilot)
        assert (len(own(database)), offers(app)) == (1, PLACES)
        await pilot.press("u", "plus")
        await idle(pilot)
        assert "nothing is offered here" in said(app)


async def test_offers_go_with_their_tag_and_come_back_with_it(database, number):
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press(*TAG)
        await idle(pilot)
        for keys, left in ((["u"], []), (["ctrl+r"], PLACES), (["x"], []), (["u"], PLACES)):
            await pilot.press(*keys)
            await idle(pilot)
            assert offers(app) == left, keys


async def test_offers_are_there_again_when_the_notice_is(database, number):
    stored_notice(database, RAW + "第二页\n", "other")
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press(*TAG, "J")
        await idle(pilot)
        assert (app.screen.notice, offers(app)) == (2, [])
        await pilot.press("K")
        await idle(pilot)
        assert (app.screen.notice, offers(app)) == (1, PLACES)


async def test_what_another_session_tags_and_deletes_is_followed(database, number):
    item = replace(annotation_of(RAW, 0, 6, "OFFICIAL"), attributes={
        **annotation_of(RAW, 0, 6, "OFFICIAL").attributes, "name": "林知远",
    })  # fmt: skip
    add_annotation(database, "lin", number, item)
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        assert offers(app) == PLACES
        delete_annotation(database, "lin", number, item)
        app.screen.desk.mark_stale("changed in another session of yours")
        app.screen.desk.catch_up()
        await idle(pilot)
        assert offers(app) == []


async def test_n_goes_to_the_offers_next_and_to_other_suggestions_behind_them(database, number):
    day = replace(annotation_of(RAW, 12, 16), annotator=None, status="suggested", suggested_by="hand 1", score=0.5)
    with database.write() as connection:
        record(connection, "hand", "import", annotation_change(number, None, day))
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        assert app.screen.desk.model.current == day
        await pilot.press("escape", "g", *TAG)
        await idle(pilot)
        for start in (*PLACES, 12):
            await pilot.press("n")
            await idle(pilot)
            assert app.screen.desk.model.current.start == start
        await pilot.press("N", "x")
        await idle(pilot)
        # A rejected offer stays away.
        await pilot.press("n", "a")
        await idle(pilot)
        assert [item.status for item in own(database)].count("rejected") == 1


async def test_offers_of_another_tag_are_left_alone(database):
    raw = "副县长林知远、副县长储亦农出席。\n林知远要求。储亦农强调。林知远指出。\n"
    number = stored_notice(database, raw)
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press(*TAG, "escape", *"ll", "v", *"lllll", "2")
        await idle(pilot)
        assert "tagged: OFFICIAL “副县长储亦农” · 1 more here: + takes it" in said(app)
        assert len(offers(app)) == 3
        await pilot.press("plus")
        await idle(pilot)
        assert "taken: 1 more of OFFICIAL “储亦农”" in said(app)
        assert [raw[at : at + 3] for at in offers(app)] == ["林知远", "林知远"]
        # Where the cursor is on no tag, all that is offered is taken.
        await pilot.press("G", "plus")
        await idle(pilot)
        assert offers(app) == []
        assert len(own(database, number)) == 5


async def test_a_warning_comes_before_what_is_offered(database, number):
    add_annotation(database, "lin", number, annotation_of(RAW, 3, 5, "OFFICIAL"))
    app = app_on(database, number)
    async with app.run_test(size=(160, 40)) as pilot:
        await idle(pilot)
        await pilot.press(*TAG)
        await idle(pilot)
        assert "it overlaps another OFFICIAL, “林知”; tagged: OFFICIAL “副县长林知远” · 3 more here" in said(app)
