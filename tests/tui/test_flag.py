"""Flag or skip notices with a reason: the common case is the reason and one key."""

from __future__ import annotations

import pytest
from forms import HOSTILE, UNSAFE, FormApp, drawn

from tui.forms.flag import Flagged, FlagScreen
from tui.widgets.choice_field import ChoiceField


def flag_app(*arguments, **options):
    return FormApp(lambda: FlagScreen(*arguments, **options))


async def test_a_reason_and_enter_flag():
    app = flag_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("乱", "码", "enter")
        assert app.answers == [Flagged("flagged", "乱码")]


async def test_tab_and_enter_skip_without_a_reason():
    app = flag_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "enter")
        assert app.answers == [Flagged("skipped", None)]


async def test_escape_leaves_it():
    app = flag_app("flagged", "重复")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "tab", "escape")
        assert app.answers == [None]


async def test_an_open_notice_cannot_be_opened():
    app = flag_app("open")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert not any("open again" in row for row in drawn(app))
        await pilot.press("tab", "tab", "enter")
        assert app.answers == [Flagged("flagged", None)]


@pytest.mark.parametrize(
    ("status", "first", "after_shift_tab"),
    [
        ("done", "flagged", "open"),
        ("flagged", "flagged", "open"),
        ("skipped", "skipped", "flagged"),
        (None, "flagged", "open"),
    ],
)
async def test_it_begins_with_what_the_notice_is_and_can_open_it_again(status, first, after_shift_tab):
    app = flag_app(status, "重复")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        app.push_screen(app.make(), app.answers.append)
        await pilot.press("shift+tab", "enter")
        assert app.answers == [Flagged(first, "重复"), Flagged(after_shift_tab, "重复")]


async def test_keys_typed_ahead_are_all_in_the_answer():
    app = flag_app()
    async with app.run_test(size=(80, 24)) as pilot:
        app.type_ahead("a", "b", "tab", "c", "home", "x", "enter")
        await pilot.pause()
        assert app.answers == [Flagged("skipped", "xabc")]


async def test_a_click_chooses_and_the_reason_keeps_the_focus():
    app = flag_app("done")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.click(ChoiceField, offset=(20, 0))
        await pilot.press("x", "enter")
        assert app.answers == [Flagged("open", "x")]


async def test_it_says_how_many_notices_it_is_about():
    app = flag_app(None, count=1200)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert any("1,200 notices" in row for row in drawn(app))


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 12), (20, 5)])
async def test_a_hostile_reason_is_shown_as_stand_ins(size):
    app = flag_app("flagged", HOSTILE)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert not set("".join(drawn(app))) & UNSAFE
        await pilot.press("enter")
        assert app.answers == [Flagged("flagged", HOSTILE)]
