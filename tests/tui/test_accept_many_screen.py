"""Accept many: a sample is decided one by one, the rest follows as one step, and one undo takes it back."""

from __future__ import annotations

import pytest
from forms import drawn
from idle import idle, press, until
from making import normalized_notice, wrong
from places import app_of, line

from annotations.annotation import now
from annotations.origins import decided, suggested
from annotations.spans import raw_span
from store.db import turns
from store.edits import accept_many as accepting
from store.edits.accept_many import AcceptMany
from store.edits.annotate import add_annotation
from store.errors import DiskFullError
from store.log.events import Change
from store.project.settings import labels_of
from store.read import waiting
from store.read.notices import load_notice, notice_annotations
from store.read.waiting import Survey
from store.write.notices import add_notice
from store.write.record import record
from tui.everywhere.columns import columns, set_row
from tui.everywhere.sample_screen import SampleScreen
from tui.forms.prompt import PromptScreen
from tui.queue.screen import QueueScreen
from tui.review.screen import ReviewScreen
from tui.widgets.offer_list import OfferList

ME, PAGE = "lin", "[b]临江县[/b]第{}次会议\n会议要求,河长林知远\x1b[2J出席,河长周明达主持。\n"


@pytest.fixture
def filled(database):
    label = labels_of(database)["OFFICIAL"]
    with database.write() as connection:
        for at in range(30):
            number = add_notice(connection, "importer", normalized_notice(PAGE.format(at), f"doc-{at}"))
            notice = load_notice(connection, number).notice
            for name, score in (("河长林知远", 0.95), ("河长周明达", 0.8)):
                start = notice.raw.index(name)
                span = raw_span(start, start + len(name))
                item = suggested(notice, span, label, label.attributes(), "officials/x[b]@1", score, now())
                record(connection, "rules", "suggest", Change(number, "annotation", item.id, None, item))
    return database


@pytest.fixture
def app(filled):
    return app_of(filled, ME)


def own(database):
    items = [item for number in range(1, 31) for item in notice_annotations(database.connection, number)]
    return [(item.status, item.bulk) for item in items if item.annotator == ME]


async def asked(pilot, app, title):
    await until(
        pilot, lambda: isinstance(app.screen, PromptScreen) and title in str(app.screen.heading(80)), "the screen"
    )


async def sampled(pilot, app, *score):
    """Take the only rule that is offered, from this score on; the listing with the sample."""
    await asked(pilot, app, "Accept many")
    await press(pilot, "down", "enter")
    await asked(pilot, app, "from which score")
    await press(pilot, *score, "enter")
    await until(
        pilot,
        lambda: (
            isinstance(app.screen, SampleScreen) and bool(app.screen.listing.rows) and not app.screen.listing.reading
        ),
        "a sample",
    )
    return app.screen.listing


async def test_what_is_not_there_is_told_before_it_is_looked_for(app, filled):
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "plus")
        await asked(pilot, app, "Accept many")
        assert app.screen.query_one(OfferList).count == 1
        await press(pilot, *"nothing", "enter")
        assert "nothing of that name waits" in app.screen.query_one("#prompt-hint").text
        await press(pilot, *["backspace"] * 7, "enter")
        assert "choose one" in app.screen.query_one("#prompt-hint").text
        await press(pilot, "down", "enter")
        await asked(pilot, app, "from which score")
        await press(pilot, *"much", "enter")
        assert "a number from 0 to 1" in app.screen.query_one("#prompt-hint").text
        await press(pilot, *["backspace"] * 4, *"0.99", "enter")
        assert "the highest score is 0.95" in app.screen.query_one("#prompt-hint").text
        await press(pilot, "escape")
        await asked(pilot, app, "Accept many")


@pytest.mark.parametrize("size", [(60, 20), (120, 40)])
async def test_a_sample_is_decided_one_by_one(app, filled, size):
    async with app.run_test(size=size) as pilot:
        await press(pilot, "plus")
        listing = await sampled(pilot, app)
        assert "OFFICIAL officials/x[b] from 0.95" in line(app, "head")
        assert (len(listing.rows), listing.rest, listing.judged) == (20, 10, (0, 0))
        assert {row.text for row in listing.rows} == {"河长林知远"}
        parts, _ = set_row(listing.rows[0], columns(120), ME, at_cursor=False, ticked=False)
        assert parts[-1][0].strip() == "OFFICIAL 0.95?"
        await press(pilot, "plus")
        assert "still to decide in the sample: 20" in line(app, "position")
        await press(pilot, "x", *["a"] * 18)
        await judged(pilot, listing, 18, 1)
        assert own(filled).count(("accepted", False)) == 18
        await press(pilot, "n", "enter")
        await until(pilot, lambda: isinstance(app.screen, ReviewScreen), "the notice")
        await idle(pilot)
        # Behind the first suggestion none is chosen, and digits would tag the hit: accept comes first all the same.
        desk = app.screen.desk
        desk.model.chosen = None
        desk.moved()
        assert drawn(app)[-1].startswith(" a accept   1 requirement")
        # Another end than was suggested is not what was suggested.
        await press(pilot, "<")
        await press(pilot, "q")
        await until(pilot, lambda: isinstance(app.screen, SampleScreen), "the sample")
        await judged(pilot, listing, 18, 2)
        assert "18 of 20 were right. Of the other 10, 0 to 4 would be wrong" in listing.told.text
        await press(pilot, "u")
        await judged(pilot, listing, 18, 1)
        await press(pilot, "n", "a")
        await judged(pilot, listing, 19, 1)
        assert "19 right · 1 wrong · 0 to decide" in line(app, "found")


async def judged(pilot, listing, right, wrong):
    await until(pilot, lambda: listing.judged == (right, wrong), f"{right} right, {wrong} wrong")


async def test_the_rest_is_one_step_and_one_undo(app, filled):
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "plus")
        listing = await sampled(pilot, app)
        await press(pilot, *["a"] * 20)
        await judged(pilot, listing, 20, 0)
        assert "20 of 20 were right. Of the other 10, 0 to 2 would be wrong" in listing.told.text
        shown = {row.number for row in listing.rows}
        other = next(number for number in range(1, 31) if number not in shown)
        mine = next(item for item in notice_annotations(filled.connection, other) if item.score == 0.95)
        add_annotation(filled, ME, other, decided(mine, ME, "rejected"))
        await press(pilot, "plus")
        assert "accept 10 unseen" in line(app, "position")
        await press(pilot, "j", "plus")
        assert own(filled).count(("accepted", True)) == 0
        await press(pilot, "plus")
        await until(pilot, lambda: listing.taken is not None, "the rest")
        await idle(pilot)
        assert (own(filled).count(("accepted", True)), own(filled).count(("rejected", False))) == (9, 1)
        assert "9 suggestions accepted, as bulk" in listing.told.text
        await press(pilot, "plus")
        assert "nothing is left to accept" in line(app, "position")
        await press(pilot, "u")
        await until(pilot, lambda: listing.is_taken_back, "undone")
        assert own(filled).count(("accepted", True)) == 0
        await press(pilot, "ctrl+r")
        await until(pilot, lambda: not listing.is_taken_back, "redone")
        assert own(filled).count(("accepted", True)) == 9
        # Who chooses nothing else keeps the sample, with what was done of it.
        await press(pilot, "c")
        await asked(pilot, app, "Accept many")
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(app.screen, SampleScreen) and not listing.is_choosing, "the sample")
        assert (len(listing.rows), listing.rest, listing.taken is None) == (20, 10, False)
        assert "9 suggestions accepted, as bulk" in listing.told.text
        await press(pilot, "c")
        assert await sampled(pilot, app, *"0.7") is listing
        assert (len(listing.rows), listing.rest, listing.taken) == (20, 10, None)
        assert {row.text for row in listing.rows} == {"河长周明达"}
        await press(pilot, "q")
        assert isinstance(app.screen, QueueScreen)
    assert wrong(filled) == []


async def test_what_was_stopped_goes_on_as_the_same_step(app, filled, monkeypatch):
    monkeypatch.setattr(accepting, "_AT_ONCE", 1)
    monkeypatch.setattr(turns, "TURN", 0.0)
    stored, seen = AcceptMany._store, []

    def stopping(step, connection, turn):
        seen.append(app.screen)
        if len(seen) == 3:
            app.call_from_thread(app.screen.action_clear)
        if len(seen) == 6:
            raise DiskFullError("the disk is full")
        return stored(step, connection, turn)

    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "plus")
        listing = await sampled(pilot, app)
        await press(pilot, *["a"] * 20)
        await judged(pilot, listing, 20, 0)
        monkeypatch.setattr(AcceptMany, "_store", stopping)
        await press(pilot, "plus", "plus")
        await until(pilot, lambda: listing.taken is not None, "stopped")
        assert own(filled).count(("accepted", True)) == 3
        assert "3 suggestions accepted, as bulk; + goes on with the other 7" in listing.told.text
        assert "stopped, 7 still wait" in line(app, "position")
        await press(pilot, "plus")
        assert "accept 7 unseen" in line(app, "position")
        await press(pilot, "plus")
        await until(pilot, lambda: "the disk is full" in line(app, "position"), "refused")
        assert own(filled).count(("accepted", True)) == 5
        await press(pilot, "plus", "plus")
        await until(pilot, lambda: listing.left == 0, "done")
        assert own(filled).count(("accepted", True)) == 10
        await press(pilot, "u")
        await until(pilot, lambda: listing.is_taken_back, "undone")
        assert own(filled).count(("accepted", True)) == 0
        await press(pilot, "plus", "plus")
        await until(pilot, lambda: not listing.is_taken_back, "accepted anew")
        assert own(filled).count(("accepted", True)) == 10
    assert wrong(filled) == []


async def test_reading_can_be_stopped_and_a_disk_that_fails_is_told(app, filled, monkeypatch):
    monkeypatch.setattr(waiting, "_AT_ONCE", 1)
    read_on, reads = Survey.read_on, []

    def stopping(survey, connection):
        reads.append(survey)
        if len(reads) == 3:
            app.call_from_thread(app.screen.action_clear)
        if len(reads) == 5:
            raise DiskFullError("the disk is full")
        return read_on(survey, connection)

    monkeypatch.setattr(Survey, "read_on", stopping)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "plus")
        await until(pilot, lambda: isinstance(app.screen, SampleScreen) and app.screen.listing.is_stopped, "stopped")
        assert ("Not all was read" in line(app, "empty"), "begins anew" in line(app, "position")) == (True, True)
        await press(pilot, "c")
        await until(pilot, lambda: "the disk is full" in line(app, "position"), "told")
        await press(pilot, "c")
        sample = await sampled(pilot, app)
        assert sample.rest == 10
        # Who reads again what is said of a sample is not put out by another one that is drawn meanwhile.
        places = {row.number: [row] for row in sample.rows}
        sample.draw_anew()
        with filled.read() as connection:
            assert app.screen._reader.said(connection, places).keys() == places.keys()


async def test_where_nothing_waits_it_says_so_and_leaves(app, filled):
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "slash", *"没有这样的", "enter", "plus")
        await until(
            pilot, lambda: isinstance(app.screen, SampleScreen) and not app.screen.listing.reading, "the screen"
        )
        assert "No suggestion waits for you in the notices that the queue shows" in line(app, "empty")
        await press(pilot, "plus", "a", "u", "q")
        assert isinstance(app.screen, QueueScreen)
        await press(pilot, "escape", *"/第3次", "enter", "plus")
        listing = await sampled(pilot, app, "0")
        assert (len(listing.rows), listing.rest) == (2, 0)
        await press(pilot, "a", "a")
        await judged(pilot, listing, 2, 0)
        assert "nothing is left to accept" in listing.told.text
        await press(pilot, "plus")
        assert "nothing is left to accept" in line(app, "position")
        await press(pilot, "c")
        await until(pilot, lambda: "no suggestion waits for you any more" in line(app, "position"), "told")
        assert len(listing.rows) == 2
        await press(pilot, "q")
        # A form that is left leads back to the queue.
        await press(pilot, "escape", "plus")
        await asked(pilot, app, "Accept many")
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(app.screen, QueueScreen), "the screen")
