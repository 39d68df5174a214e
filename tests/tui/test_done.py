"""Marking a notice done: what is open is said first, and the same list filters the queue."""

from __future__ import annotations

import pytest
from idle import idle
from making import RAW, annotation_of, stored_notice
from msgspec.structs import replace
from reviewing import app_on, said

from annotations.annotation import Review, now
from store.edits.annotate import add_annotation
from store.edits.review import set_review
from store.index.filters import QueueFilter
from store.log.events import annotation_change
from store.read.notices import notice_reviews
from store.read.queue import numbers_in_queue
from store.write.record import record


def own(start, end, **changes):
    item = annotation_of(RAW, start, end)
    values = {**item.attributes, "iso": "2023-04-30"}
    return replace(item, attributes=values, **changes)


def suggest(database, number, start, end):
    item = replace(annotation_of(RAW, start, end), annotator=None, status="suggested", suggested_by="hand 1")
    with database.write() as connection:
        record(connection, "hand", "import", annotation_change(number, None, item))


def status(database, number):
    return [review.status for review in notice_reviews(database.connection, number)]


@pytest.fixture
def number(database):
    return stored_notice(database)


async def test_what_is_open_is_said_first_and_the_second_press_marks_it_done(database, number):
    for item in (
        own(0, 3, unsure=True), own(2, 5), annotation_of(RAW, 20, 22), own(9, 13), own(30, 33, comment="看一下"),
    ):  # fmt: skip
        add_annotation(database, "lin", number, item)
    suggest(database, number, 40, 42)
    suggest(database, number, 44, 46)
    kinds = {
        kind for kind in ("undecided", "unsure", "gap", "warning", "commented", "flagged")
        if numbers_in_queue(database.connection, "lin", QueueFilter(open_point=kind))
    }  # fmt: skip
    app = app_on(database, number)
    async with app.run_test(size=(140, 40)) as pilot:
        await idle(pilot)
        await pilot.press("m")
        await idle(pilot)
        told = (
            "2 undecided · 1 unsure · 1 gap · 1 overlap · 1 across a line · 1 edge on white space · 1 comment: "
            "m again marks it done"
        )
        assert told in said(app)
        assert kinds == {"undecided", "unsure", "gap", "warning", "commented"}
        assert status(database, number) == []
        await pilot.press("m")
        await idle(pilot)
        assert "done: no free notice is left; J opens the next of the queue" in said(app)
    assert status(database, number) == ["done"]


async def test_a_key_in_between_or_another_state_asks_again(database, number):
    suggest(database, number, 40, 42)
    suggest(database, number, 44, 46)
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("m", "l", "m")
        await idle(pilot)
        assert "2 undecided: m again marks it done" in said(app)
        await pilot.press("n", "a", "m")
        await idle(pilot)
        assert "1 undecided" in said(app)
        assert status(database, number) == []
        await pilot.press("n", "a")
        await idle(pilot)
        # The last of them is accepted with a gap.
        await pilot.press("m")
        await idle(pilot)
        assert "2 gaps: m again marks it done" in said(app)
        await pilot.press("m")
        await idle(pilot)
    assert status(database, number) == ["done"]


async def test_a_notice_with_no_more_than_a_comment_is_done_at_once(database, number):
    add_annotation(database, "lin", number, own(0, 3, comment="看一下"))
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("m")
        await idle(pilot)
    assert status(database, number) == ["done"]


async def test_the_reason_of_a_flag_is_said_before_it_is_dropped(database, number):
    set_review(database, "lin", number, Review("lin", "flagged", "看不清", now()))
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("m")
        await idle(pilot)
        assert "flagged: “看不清”: m again marks it done" in said(app)
        assert status(database, number) == ["flagged"]
        await pilot.press("m")
        await idle(pilot)
    assert status(database, number) == ["done"]


async def test_what_the_second_press_does_is_on_the_screen_however_much_is_open(database, number):
    for item in (own(0, 3, unsure=True), own(2, 5), annotation_of(RAW, 20, 22), own(9, 13), own(30, 34, comment="看")):
        add_annotation(database, "lin", number, item)
    set_review(database, "lin", number, Review("lin", "flagged", "看不清" * 20, now()))
    app = app_on(database, number)
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await pilot.press("m")
        await idle(pilot)
        shown = app.screen.query_one("#annotations-head").render_line(0).text
        assert "1 unsure · 1 gap · 1 overlap" in shown
        assert "…: m again marks it done" in shown
