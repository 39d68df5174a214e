"""What ``L`` shows of others is noted in the log, once it is shown and never before."""

from __future__ import annotations

import pytest
from adjudicating import CHEN, say, with_adjudicator
from idle import idle
from making import RAW, annotation_of, stored_notice, wrong
from reviewing import app_on, head

from store.edits.annotate import add_annotation
from store.edits.people import add_reviewer
from store.log.events import events_since, last_event
from store.log.seen_layers import sights
from store.project.settings import labels_of
from tui.app import ZhupiApp
from tui.session.watcher import Seen


@pytest.fixture
def number(database):
    number = stored_notice(database)
    add_annotation(database, "wang", number, annotation_of(RAW, 0, 3, annotator="wang"))
    add_reviewer(database, "root", "lin", "adjudicator")
    return number


def seen(database):
    return [(each.viewer, each.notice, each.layers.annotators) for each in sights(database.connection)]


async def tags(pilot, database, number, name):
    """Somebody else tags in the open notice, and the app is told."""
    last = last_event(database.connection)
    add_annotation(database, name, number, annotation_of(RAW, 4, 6, annotator=name))
    events = tuple(events_since(database.connection, last, number))
    seen = Seen((), many=False, events=events, others=(), total=1, labels=labels_of(database))
    pilot.app.post_message(pilot.app.SeenOthers(seen))
    await idle(pilot)


async def test_the_layers_that_are_shown_are_noted_once(database, number):
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        assert seen(database) == []
        await pilot.press("L")
        await idle(pilot)
        assert "saved" in head(app)
        await pilot.press("L", "L")
        await idle(pilot)
        assert seen(database) == [("lin", number, ("wang",))]
        # What another tags while layers are shown is shown too.
        await tags(pilot, database, number, "chen")
        assert seen(database) == [("lin", number, ("wang",)), ("lin", number, ("chen", "wang"))]
        await pilot.press("L")
        await tags(pilot, database, number, "zhao")
        assert len(seen(database)) == 2
    assert wrong(database) == []


async def test_where_nobody_has_tagged_nothing_is_noted(database):
    number = stored_notice(database)
    add_reviewer(database, "root", "lin", "adjudicator")
    async with app_on(database, number).run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("L")
        await idle(pilot)
    assert seen(database) == []


async def test_whoever_may_not_see_them_is_not_noted(database, number):
    add_reviewer(database, "root", "chen", "reviewer")
    async with app_on(database, number, "chen").run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("L")
        await idle(pilot)
    assert seen(database) == []


async def test_the_adjudicate_screen_notes_whose_layers_it_shows_once(database, number):
    for name in ("li", "wang"):
        say(database, number, name, (0, 3, "DATE"))
    with_adjudicator(database)
    for _ in range(2):
        app = ZhupiApp(database, notice=number, adjudicate=True, reviewer=CHEN)
        async with app.run_test(size=(120, 40)) as pilot:
            await idle(pilot)
    assert seen(database) == [(CHEN, number, ("li", "wang"))]
    assert wrong(database) == []
