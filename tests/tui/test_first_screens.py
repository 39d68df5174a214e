"""A notice that the app begins with: what is painted first, and what of a long one follows."""

from __future__ import annotations

import pytest
from idle import idle
from making import annotation_of, normalized_notice, stored_notice
from msgspec.structs import replace
from reviewing import app_on
from textual.app import App

from store.edits.annotate import add_annotation
from store.write.notices import add_notice
from tui.session.session import Session
from tui.session.state import State

LINE = "　　第{number}条 各鄉(xiāng)鎮要在{month}月底前完成排查，不得以抽查代替。\n"
LONG = "臨江縣(xiàn)的通知\n" + "".join(LINE.format(number=at, month=1 + at % 12) for at in range(2_000))


@pytest.fixture
def painted(monkeypatch):
    """What the panes show at each paint: the raw title, the visible raw rows, how many rows there are, the list."""
    seen = []
    paint = App._display

    def noted(app, screen, update):
        if update is not None:
            view = screen.desk.view
            pane = view.panes["raw"]
            rows = [pane.render_line(y).text.rstrip() for y in range(pane.size.height)]
            seen.append((rows[:1], rows[1:], len(pane.rows), view._list.virtual_size.height, view.counts.region))
        paint(app, screen, update)

    monkeypatch.setattr(App, "_display", noted)
    return seen


@pytest.fixture
def long(database):
    """The number of a long notice with a tag in each fourth line."""
    notice = normalized_notice(LONG, "long")
    with database.write() as connection:
        number = add_notice(connection, "importer", notice)
    for at in range(0, 2_000, 100):
        start = LONG.index(f"第{at}条")
        add_annotation(database, "lin", number, annotation_of(LONG, start, start + 3))
    return number


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_the_first_paint_has_the_text_and_what_follows_leaves_it_where_it_is(database, long, painted, size):
    app = app_on(database, long)
    async with app.run_test(size=size) as pilot:
        await idle(pilot)
        title, rows, count, listed, counts = painted[0]
        assert title[0].startswith(f" raw 1 of {len(LONG):,} ")
        assert rows[0].endswith("臨江縣(xiàn)的通知")
        assert rows.count("") == 1
        view = app.screen.desk.view
        # The rest of the text and of the list follows, and moves nothing.
        assert count < len(view.panes["raw"].rows) / 4
        assert listed <= len(app.screen.desk.model.items) == view._list.virtual_size.height
        assert [(each[1], each[4]) for each in painted] == [(rows, counts)] * len(painted)
        assert view._pane_rows.until is None


async def test_what_others_do_is_followed_behind_the_first_paint(database, long, painted, monkeypatch):
    start, before = Session.start, []

    def noted(session, seen):
        before.append(len(painted))
        start(session, seen)

    monkeypatch.setattr(Session, "start", noted)
    app = app_on(database, long)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        assert before == [1]
    # In a terminal that is too small for it nothing waits for its text.
    async with app_on(database, long).run_test(size=(30, 8)) as pilot:
        await idle(pilot)
        assert len(before) == 2


async def test_a_long_notice_is_opened_where_it_was_left(database, long, painted):
    at = LONG.index("第700条")
    app = app_on(database, long)
    app.session.state = replace(State(), notice=long, at=at, pane="raw")
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        title, rows, count, *_ = painted[0]
        assert title[0].startswith(f" raw {at + 1:,} of {len(LONG):,} ")
        assert any("第700条" in row for row in rows)
        assert count < len(app.screen.desk.view.panes["raw"].rows) / 2
        assert [each[1] for each in painted] == [rows] * len(painted)
        # Nothing of it is missing once all has been laid out, also where the terminal is another one by then.
        await pilot.resize_terminal(90, 30)
        await pilot.press("G")
        await idle(pilot)
        assert app.screen.desk.model.raw_cursor.start > len(LONG) - 5
        assert "第1999条" in "".join(painted[-1][1])


async def test_a_terminal_that_is_too_small_is_told_so_at_once(database, monkeypatch):
    shown = []
    paint = App._display
    monkeypatch.setattr(
        App,
        "_display",
        lambda app, screen, update: (
            shown.append([line.text for line in screen._compositor.render_strips()]),
            paint(app, screen, update),
        ),
    )
    app = app_on(database, stored_notice(database, "临江县的通知\n"))
    async with app.run_test(size=(30, 8)) as pilot:
        await idle(pilot)
        assert "needs 40x12" in shown[0][0]
        await pilot.resize_terminal(80, 24)
        await idle(pilot)
        assert "临江县的通知" in "".join(shown[-1])
