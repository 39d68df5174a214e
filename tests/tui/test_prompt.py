"""One line of text, asked for in a box."""

from __future__ import annotations

from typing import ClassVar

import pytest
from forms import HOSTILE, UNSAFE, FormApp, drawn
from textual import events
from textual.binding import Binding

from tui.forms.prompt import PromptScreen
from tui.terminal.display import visible
from tui.widgets.offer_list import MOST_ROWS, OfferList


def prompt_app(*arguments, **options):
    return FormApp(lambda: PromptScreen(*arguments, **options))


async def test_enter_gives_the_text_and_typing_goes_on_behind_what_was_there():
    app = prompt_app("Comment", "看不")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("清", "enter")
        assert app.answers == ["看不清"]
        assert len(app.screen_stack) == 1


async def test_no_text_is_an_answer_and_leaving_is_none():
    app = prompt_app("Comment", "x")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("backspace", "enter")
        assert app.answers == [""]
        app.push_screen(app.make(), app.answers.append)
        await pilot.press("a", "escape")
        assert app.answers == ["", None]


async def test_a_search_replaces_what_was_there():
    app = prompt_app("Search", "生态", replace=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("水", "enter")
        assert app.answers == ["水"]


async def test_letters_are_letters():
    app = prompt_app("Comment")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("q", "j", "question_mark", "1", "enter")
        assert app.answers == ["qj?1"]


async def test_keys_typed_ahead_are_all_in_the_answer():
    app = prompt_app("Comment")
    async with app.run_test(size=(80, 24)) as pilot:
        app.type_ahead(*"abcdef", "left", "left", "x", "enter")
        await pilot.pause()
        assert app.answers == ["abcdxef"]


class WaitingApp(FormApp):
    """Opens the form with a key, and holds keys back while a screen is not ready, as the app does."""

    BINDINGS: ClassVar = [Binding("e", "open", priority=True)]

    def on_mount(self, event):
        event.prevent_default()

    def check_action(self, action, parameters):
        return action != "open" or len(self.screen_stack) == 1

    def action_open(self):
        self.push_screen(self.make(), self.answers.append)

    async def on_event(self, event):
        if isinstance(event, events.Key) and isinstance(self.screen, PromptScreen):
            await self.screen.ready.wait()
        await super().on_event(event)


async def test_keys_typed_ahead_of_the_form_reach_it_and_not_the_next():
    app = WaitingApp(lambda: PromptScreen("Comment"))
    async with app.run_test(size=(80, 24)) as pilot:
        app.type_ahead("e", "a", "e", "tab", "b", "enter", "e", "left", "c", "enter", "e", "d", "escape", "e", "enter")
        await pilot.pause()
        await pilot.pause()
        assert app.answers == ["aeb", "c", None, ""]


async def test_offers_are_those_that_hold_what_was_typed():
    app = prompt_app("Assign to", offers=["bai.lin", "lin.wei", "zhao", "chen.li", "wu", "he"])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.screen.query_one(OfferList).size.height == MOST_ROWS
        assert any("chen.li" in row and "+2" in row for row in drawn(app))
        await pilot.press("l", "i")
        assert [value for value, _ in app.screen.query_one(OfferList)._offers] == ["lin.wei", "bai.lin", "chen.li"]
        await pilot.press("down", "down", "enter")
        assert app.answers == ["bai.lin"]


async def test_tab_completes_and_enter_without_a_mark_gives_what_was_typed():
    app = prompt_app("Assign to", offers=["lin.wei", "zhao"])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("z", "tab", "x", "enter")
        assert app.answers == ["zhaox"]


async def test_marks_stop_at_both_ends_and_all_offers_can_be_reached():
    app = prompt_app("Assign to", offers=[f"r{number}" for number in range(9)])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*["down"] * 20)
        assert app.screen.query_one(OfferList).marked == "r8"
        assert any("r8" in row and "9/9" in row for row in drawn(app))
        await pilot.press(*["up"] * 20)
        assert app.screen.query_one(OfferList).marked is None
        await pilot.press("ctrl+n", "enter")
        assert app.answers == ["r0"]


async def test_an_offer_can_be_clicked():
    app = prompt_app("Assign to", offers=["lin.wei", "zhao"])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.click(OfferList, offset=(4, 1))
        assert app.answers == ["zhao"]


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 12), (20, 5)])
async def test_hostile_text_is_shown_as_stand_ins_and_given_back_as_it_was(size):
    app = prompt_app(HOSTILE, HOSTILE, hint=HOSTILE, offers=[HOSTILE + "x", HOSTILE])
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        rows = drawn(app)
        assert not set("".join(rows)) & UNSAFE
        if size[0] > 80:
            assert sum(visible(HOSTILE) in row for row in rows) >= 3
        await pilot.press("enter")
        assert app.answers == [HOSTILE]


async def test_what_is_refused_is_said_below_the_field():
    app = prompt_app("Comment", hint="one line")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.post_message(events.Paste("\ud800"))
        await pilot.pause()
        assert any("it holds half a character" in row for row in drawn(app))
        await pilot.press("a")
        assert any("one line" in row for row in drawn(app))
