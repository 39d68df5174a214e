"""The footer: which key a click on it presses."""

from __future__ import annotations

import pytest
from idle import idle
from textual.app import App

from tui.keys.keymap import key_of
from tui.widgets.key_bar import KeyBar


class BarApp(App[None]):
    """A footer, and the keys that were pressed."""

    def __init__(self):
        super().__init__()
        self.pressed = []

    def compose(self):
        yield KeyBar([("1-3", "tag"), ("n N", "next"), ("ctrl+↑↓", "day"), ("↓ ↑", "move"), ("?", "help")])

    def on_key(self, event):
        self.pressed.append(event.key)


@pytest.mark.parametrize(
    ("clicked", "within", "key"),
    [
        ("1-3", 0, "1"),
        ("1-3", 2, "3"),
        ("tag", 1, None),
        ("n N", 2, "N"),
        ("next", 3, "n"),
        ("day", 0, None),
        ("↓ ↑", 2, "up"),
        ("help", 0, "question_mark"),
    ],
)
async def test_a_click_presses_the_key_under_it_or_the_first_of_the_entry(clicked, within, key):
    app = BarApp()
    async with app.run_test(size=(80, 2)) as pilot:
        shown = app.query_one(KeyBar).render_line(0).text
        await pilot.click(KeyBar, offset=(shown.index(clicked) + within, 0))
        await idle(pilot)
        assert app.pressed == ([key] if key else [])


async def test_between_the_entries_and_behind_them_nothing_is_pressed():
    app = BarApp()
    async with app.run_test(size=(80, 2)) as pilot:
        for x in (0, 9, 79):
            await pilot.click(KeyBar, offset=(x, 0))
        await idle(pilot)
        assert app.pressed == []


@pytest.mark.parametrize(
    ("shown", "key"),
    [("esc", "escape"), ("<", "less_than_sign"), ("alt+↓", "alt+down"), ("arrows", None)],
)
def test_a_key_as_it_is_shown_is_found_again(shown, key):
    assert key_of(shown) == key
