"""Which panes of a notice are shown: both, the one with the cursor alone, or one where both texts are the same."""

from __future__ import annotations

import pytest
from idle import idle
from making import normalized_notice, stored_notice
from relabelling import suggest
from reviewing import app_on, said

from store.write.notices import add_notice

SAME = "临江县的通知\n各乡镇要在4月底前完成排查。\n"
APART = "臨江縣(xiàn)的通知\n　　各鄉(xiāng)鎮要在4月底前完成排查。\n掃一掃在手機打開當前頁\n"


@pytest.fixture
def two(database):
    """A notice whose texts are the same, and one whose texts differ."""
    stored_notice(database, SAME)
    with database.write() as connection:
        add_notice(connection, "importer", normalized_notice(APART, "apart"))
    return database


def panes(app):
    return {name: pane for name, pane in app.screen.desk.view.panes.items() if pane.display}


def title(app):
    return next(iter(panes(app).values())).render_line(0).text


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_where_both_texts_are_the_same_one_pane_shows_and_z_splits(two, size):
    app = app_on(two, 1)
    async with app.run_test(size=size) as pilot:
        await idle(pilot)
        assert list(panes(app)) == ["normalized"]
        assert panes(app)["normalized"].size.width == size[0]
        assert title(app).startswith(" raw = normalized 1 of 22 ")
        assert app.screen.query_one("#annotations").display
        await pilot.press("tab")
        assert "both texts are the same: z shows both" in said(app)
        await pilot.press("z")
        await idle(pilot)
        assert len(panes(app)) == 2
        assert title(app).startswith(" raw 1 of 22 ")
        await pilot.press("tab")
        assert app.screen.desk.model.pane == "raw"
        await pilot.press("z")
        await idle(pilot)
        assert list(panes(app)) == ["raw"]
        # What was split is of one notice; the next has its panes, and so has this one again.
        await pilot.press("J")
        await idle(pilot)
        assert len(panes(app)) == 2
        assert title(app).startswith(" raw ")
        await pilot.press("z")
        await idle(pilot)
        assert (list(panes(app)), app.screen.query_one("#annotations").display) == (["normalized"], False)
        await pilot.press("z", "K")
        await idle(pilot)
        assert list(panes(app)) == ["normalized"]


async def test_the_pane_that_the_cursor_goes_to_is_the_one_that_is_shown(two):
    suggest(two, 2, APART.index("掃"), APART.index("打"))
    app = app_on(two, 2)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("escape", "tab", "z")
        await idle(pilot)
        shown = list(panes(app))
        await pilot.press("tab")
        await idle(pilot)
        assert list(panes(app)) != shown
        await pilot.press("g", "n")
        await idle(pilot)
        assert list(panes(app)) == ["raw"]
        assert app.focused is panes(app)["raw"]
