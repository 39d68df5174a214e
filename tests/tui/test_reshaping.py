"""New ends for a span: a selection begins as the span, motions and searches move its ends, and a key keeps them."""

from __future__ import annotations

import pytest
from idle import idle
from making import RAW, annotation_of, stored_notice
from msgspec.structs import replace
from reviewing import app_on, said

from store.edits.annotate import add_annotation
from store.log.events import annotation_change
from store.read.notices import notice_annotations
from store.write.record import record
from tui.widgets.key_bar import KeyBar


@pytest.fixture
def number(database):
    return stored_notice(database)


def own(database, number):
    items = (item for item in notice_annotations(database.connection, number) if item.annotator == "lin")
    return [(item.label, item.start, item.end) for item in items]


async def test_a_selection_begins_as_the_chosen_span_and_enter_keeps_its_new_ends(database, number):
    add_annotation(database, "lin", number, annotation_of(RAW, 4, 8))
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        model = app.screen.desk.model

        async def press(*keys):
            await pilot.press(*keys)
            await idle(pilot)
            return said(app)

        def selected():
            return (model.selection.start, model.selection.end) if model.selection is not None else None

        assert "v again selects from the cursor" in await press("n", "v")
        assert selected() == (4, 8)
        assert "keep ends" in app.screen.query_one("#review-keys", KeyBar).render_line(0).text
        await press("l", "l", "V", "h")
        assert selected() == (3, 10)
        # Nothing is accepted, deleted or left by the way: it is kept, or dropped.
        assert "new ends: DATE" in await press("enter")
        assert (own(database, number), selected()) == ([("DATE", 3, 10)], None)
        await press("u")
        assert own(database, number) == [("DATE", 4, 8)]
        assert "its ends are as they were" in await press("n", "v", "enter")
        # Again, it is a selection from the cursor as it was; after a motion, it is dropped.
        await press("v", "v")
        assert selected() == (7, 8)
        # Where the cursor has moved within the span, something inside it is meant.
        await press("escape", "n", "l", "v")
        assert selected() == (5, 6)
        await press("escape", "n", "v", "l", "v")
        assert selected() is None
        await press("n", "v", "W", "2")
        assert "relabelled, new ends: OFFICIAL" in said(app)
        [(label, start, end)] = own(database, number)
        assert (label, start) == ("OFFICIAL", 4)
        assert end > 8
        # A selection that only happens to be on a span is no part of it.
        await press("escape", "home", "h", "h", "shift+right", "3")
    assert len(own(database, number)) == 2


async def test_a_search_moves_the_end_and_a_suggestion_is_accepted_with_its_new_ends(database, number):
    item = replace(annotation_of(RAW, 12, 16), annotator=None, status="suggested", suggested_by="hand 1")
    with database.write() as connection:
        record(connection, "hand", "import", annotation_change(number, None, item))
    app = app_on(database, number)
    word = "水务"
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("v", "slash", *word, "enter")
        await idle(pilot)
        model = app.screen.desk.model
        assert (model.selection.start, model.selection.end) == (12, RAW.index(word, 12) + 2)
        await pilot.press("a")
        await idle(pilot)
        assert "its new ends are not kept yet: enter keeps them, esc drops them" in said(app)
        await pilot.press("3")
        await idle(pilot)
        assert "accepted, new ends: DATE" in said(app)
    assert own(database, number) == [("DATE", 12, RAW.index(word, 12) + 2)]
