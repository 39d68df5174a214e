"""In the demo the first acts have a hint each: once, and never over what has to be seen."""

from __future__ import annotations

import pytest
from idle import idle
from making import RAW, annotation_of, stored_notice
from msgspec.structs import replace
from reviewing import said

from store.log.events import annotation_change
from store.write.record import record
from tui.app import ZhupiApp
from tui.session.state import State


@pytest.fixture
def begun(database):
    """Starts the app on a database where something is suggested; the states that it saves are kept."""
    for doc in ("a", "b"):
        number = stored_notice(database, f"{RAW}{doc}\n", doc)
        for at in (4, 12, 17):
            item = replace(annotation_of(RAW, at, at + 2), annotator=None, status="suggested", suggested_by="hand 1")
            with database.write() as connection:
                record(connection, "hand", "import", annotation_change(number, None, item))
    states = [State()]

    def begin(*, hints=True):
        return ZhupiApp(database, reviewer="lin", state=states[-1], save_state=states.append, hints=hints)

    return begin, states


HINTS = {
    "open": "a accepts the marked one, x rejects it",
    "decide": "e edits its values, u takes a step back",
    "select": "l W move the end, a digit tags it",
    "tag": "< > move its end, c comments on it",
    "done": "? tells all keys, q goes back",
}


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 20)])
async def test_each_of_the_first_acts_has_a_hint_once(begun, size):
    begin, states = begun
    async with (app := begin()).run_test(size=size) as pilot:
        await idle(pilot)

        async def press(*keys):
            await pilot.press(*keys)
            await idle(pilot)
            # What is counted is always there.
            assert "yours" in said(app)
            return {act for act, hint in HINTS.items() if hint in said(app)}

        assert await press("enter") == {"open"}
        assert await press("n") == set()
        assert await press("a") == {"decide"}
        assert await press("x") == set()
        assert await press("escape", "v") == {"select"}
        assert await press("l") == set()
        assert await press("v", "v") == set()
        assert await press("1") == {"tag"}
        assert await press("u") == set()
        # The first press of m says what is open, and has done nothing yet.
        assert await press("m") == set()
        assert await press("m") == {"done"}
        assert "done: “" in said(app) or size[0] < 80
        assert await press("J", "K", "a") == set()
    assert set(states[-1].hinted) == set(HINTS)
    async with (app := begin()).run_test(size=size) as pilot:
        await idle(pilot)
        await pilot.press("enter", "a")
        await idle(pilot)
        assert not any(hint in said(app) for hint in HINTS.values())


async def test_elsewhere_there_are_none_and_what_asks_for_a_second_press_still_takes_it(begun):
    begin, states = begun
    async with (app := begin(hints=False)).run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await pilot.press("enter", "a")
        await idle(pilot)
        assert not any(hint in said(app) for hint in HINTS.values())
        assert states[-1].hinted == ()
    async with (app := begin()).run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await pilot.press("enter", "escape", "g", "a")
        await idle(pilot)
        assert "a again accepts it" in said(app)
        await pilot.press("a")
        await idle(pilot)
        assert HINTS["decide"] in said(app)
