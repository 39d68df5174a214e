"""Searching in a notice: live, in a line at the bottom, and with what the queue was searched for."""

from __future__ import annotations

import pytest
from idle import idle, press
from making import stored_notice
from reviewing import app_on, said

from store.index.filters import QueueFilter
from tui.app import ZhupiApp

LINE = "各级河长要带头巡河,河长制办公室通报排查情况。\n"
RAW = "临江县召开河长制工作会\n" + LINE * 3


@pytest.fixture
def app(database):
    return app_on(database, stored_notice(database, RAW))


def last_line(app):
    line = app.screen._compositor.render_strips()[-1]
    return "".join(segment.text for segment in line)


def marked(app):
    """The hits that are painted in each pane."""
    return [
        [span[:2] for span in pane._spans.all if span.style == "hit"] for pane in app.screen.desk.view.panes.values()
    ]


@pytest.mark.parametrize("size", [(120, 40), (60, 20)])
async def test_hits_are_marked_while_the_query_is_typed_and_esc_goes_back(app, size):
    hits = [(at, at + 2) for at in range(len(RAW)) if RAW.startswith("河长", at)]
    async with app.run_test(size=size) as pilot:
        await idle(pilot)
        desk = app.screen.desk
        await press(pilot, "w", "w", "slash")
        origin = desk.model.raw_cursor.start
        assert "/" in last_line(app)
        await press(pilot, "河")
        assert [len(each) for each in marked(app)] == [10, 10]
        await press(pilot, "长")
        assert marked(app) == [hits, hits]
        assert desk.model.raw_cursor.start == next(start for start, _ in hits if start >= origin)
        assert f"1 of {len(hits)}" in last_line(app) or f"2 of {len(hits)}" in last_line(app)
        # Letters and keys of the screen are text.
        await press(pilot, "m", "x")
        assert "not in this notice" in last_line(app)
        assert marked(app) == [[], []]
        assert desk.model.raw_cursor.start == origin
        await press(pilot, "backspace", "backspace", "down", "ctrl+n", "up")
        assert len(marked(app)[0]) == len(hits)
        await press(pilot, "escape")
        assert marked(app) == [[], []]
        assert desk.model.raw_cursor.start == origin
        assert "help" in last_line(app)
        await press(pilot, "l")
        assert desk.model.raw_cursor.start == origin + 1


async def test_keys_typed_ahead_are_meant_for_what_is_found(app):
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        desk = app.screen.desk
        for key in ("slash", "排", "查", "enter", "full_stop", "v", "l", "1"):
            app.simulate_key(key)
        await idle(pilot)
        assert [item.text for item in desk.model.own] == ["排查"]
        assert desk.model.own[0].start == [at for at in range(len(RAW)) if RAW.startswith("排查", at)][1]
        # An empty query clears the hits; the last one is offered again.
        await press(pilot, "slash")
        assert app.screen.focused.value == "排查"
        await press(pilot, "backspace", "enter")
        assert marked(app) == [[], []]
        await press(pilot, "full_stop")
        assert "nothing searched" in said(app)
        await press(pilot, "slash", *"没有", "enter")
        assert "not in this notice: 没有" in said(app)


async def test_a_selection_reaches_to_the_hit_once_the_query_is_taken(app):
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        desk = app.screen.desk
        await press(pilot, "j", "v", "slash", *"巡河")
        assert len(desk.model.selection) == 1
        await press(pilot, "enter")
        assert desk.model.selection.of(RAW).endswith("带头巡河")


async def test_a_click_into_the_text_ends_the_search_there(app):
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await press(pilot, "slash", *"河长")
        await pilot.click("#normalized", offset=(9, 2))
        await idle(pilot)
        assert not app.screen.desk.view.search_line.is_typing
        assert len(marked(app)[0]) == 7
        await press(pilot, "v")
        assert app.screen.desk.model.anchor is not None


async def test_of_a_common_character_some_hits_are_marked_while_typing_and_all_behind_enter(database):
    app = app_on(database, stored_notice(database, "河水的事。\n" * 2_000))
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await press(pilot, "slash", "的")
        assert len(marked(app)[0]) == 500
        assert "more than 500" in last_line(app)
        await press(pilot, "enter")
        assert len(marked(app)[0]) == 2_000
        assert "1 of 2,000: 的" in said(app)


async def test_the_search_of_the_queue_goes_along_into_each_notice(database):
    for doc in ("a", "b"):
        stored_notice(database, f"{doc}\n{RAW}", doc)
    app = ZhupiApp(database, reviewer="lin")
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await press(pilot, "slash", *"巡河 排查", "enter", "enter")
        desk = app.screen.desk
        text = desk.model.notice.raw
        hits = [(at, at + 2) for at in range(len(text)) if text[at : at + 2] in ("巡河", "排查")]
        assert marked(app) == [hits, hits]
        assert desk.model.raw_cursor.start == hits[0][0]
        assert "1 of 6: 巡河 排查" in said(app)
        await press(pilot, "full_stop")
        assert desk.model.raw_cursor.start == hits[1][0]
        # Read again, as after a change of somebody else, it keeps its place and its hits.
        desk.reload(("read again", "dim"))
        await idle(pilot)
        assert marked(app) == [hits, hits]
        assert desk.model.raw_cursor.start == hits[1][0]
        await press(pilot, "escape")
        assert marked(app) == [[], []]
        desk.reload(("read again", "dim"))
        await idle(pilot)
        assert marked(app) == [[], []]
        # Left and opened again under the same search it is where it was, under another one at its first hit.
        await press(pilot, "g", "w", "q", "enter")
        desk = app.screen.desk
        assert desk.model.raw_cursor.start < hits[0][0]
        await press(pilot, "q", "slash", *"排查", "enter", "enter")
        desk = app.screen.desk
        assert desk.number == 1
        assert desk.model.raw_cursor.start == next(start for start, _ in hits if text.startswith("排查", start))
        assert "1 of 3: 排查" in said(app)
        await press(pilot, "q", "slash", *"巡河 排查", "enter", "enter")
        desk = app.screen.desk
        await press(pilot, "J")
        assert desk.number == 2
        assert len(marked(app)[0]) == 6
        assert app.screen.desk.queue == QueueFilter(search="巡河 排查")


async def test_a_search_typed_ahead_while_the_notice_opens_is_not_lost(database):
    stored_notice(database, RAW)
    app = ZhupiApp(database, reviewer="lin")
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        for key in ("enter", "slash", "巡"):
            app.simulate_key(key)
        await idle(pilot)
        assert app.screen.desk.view.search_line.is_typing
        assert app.screen.focused.value == "巡"
        assert len(marked(app)[0]) == 3
        await press(pilot, "escape", "q")
        for key in ("enter", "slash", "巡", "河", "enter", "full_stop"):
            app.simulate_key(key)
        await idle(pilot)
        assert "2 of 3: 巡河" in said(app)
        # What was searched for is offered again, with its hits.
        await press(pilot, "slash")
        assert "2 of 3" in last_line(app)
        await press(pilot, "down")
        assert "3 of 3" in last_line(app)
