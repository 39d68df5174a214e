"""A key that nothing is bound to says that it does nothing; what is pressed together with others stays silent."""

from __future__ import annotations

from idle import idle
from making import stored_notice
from reviewing import app_on, said
from textual import events
from textual.containers import Vertical

from tui.app import ZhupiApp
from tui.widgets.status_line import StatusLine

SILENT = ("left_shift", "right_control", "iso_level3_shift", "caps_lock", "<ignore>")


async def test_in_a_notice(database):
    app = app_on(database, stored_notice(database))
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        for key, told in (("Z", "Z does nothing here"), ("f5", "F5 does nothing here"), ("的", "的 does nothing here")):
            await pilot.press(key)
            await idle(pilot)
            assert told.lower() in said(app).lower()
            await pilot.press("l")
            assert "does nothing" not in said(app)
        for key in SILENT:
            app.post_message(events.Key(key, None))
            await idle(pilot)
            assert "does nothing" not in said(app)
        await pilot.press("9")
        assert "no label is 9: there are 3 labels" in said(app)
        # There and back: textual would move the focus alone, and leave the cursor where it was.
        await pilot.press("z")
        await idle(pilot)
        pane = app.screen.desk.model.pane
        await pilot.press("shift+tab")
        assert app.screen.desk.model.pane != pane
        assert app.focused is app.screen.desk.pane
        await pilot.press("shift+tab")
        assert app.screen.desk.model.pane == pane


async def test_in_the_queue_and_while_a_search_is_typed(database):
    stored_notice(database)
    app = ZhupiApp(database)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)

        def position():
            return app.screen.query_one("#queue-position", StatusLine).text

        await pilot.press("Z")
        assert "Z does nothing here" in position()
        await pilot.press("j")
        assert "does nothing" not in position()
        await pilot.press("slash", "down", "pagedown", "Z")
        await idle(pilot)
        assert "does nothing" not in position()


async def test_in_forms(database):
    app = app_on(database, stored_notice(database))
    async with app.run_test(size=(120, 40)) as pilot:
        for opened in (["f"], ["T"], ["B"], ["c"]):
            await idle(pilot)
            below = len(app.screen_stack)
            await pilot.press(*opened)
            await idle(pilot)
            assert len(app.screen_stack) == below + 1
            box = app.screen.query_one(Vertical)
            heading = str(box.border_title)
            await pilot.press("f7")
            await idle(pilot)
            assert "f7 does nothing here" in str(box.border_title)
            await pilot.press("end" if opened != ["B"] else "f8")
            await idle(pilot)
            assert "f7" not in str(box.border_title)
            assert str(box.border_title).split("[")[0].rstrip() == heading.split("[", maxsplit=1)[0].rstrip()
            await pilot.press("escape")
