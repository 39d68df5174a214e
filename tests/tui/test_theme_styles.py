"""Looks: the colours of the theme, and what tells them apart without colours."""

from __future__ import annotations

import pytest
from rich.style import Style
from textual.app import App

from tui.terminal.looks import DIM, KEY, TEXT_LOOKS, ThemeStyle, style_of
from tui.terminal.theme import THEMES, in_256


class Themed(App):
    """An app in a theme of zhupi's."""

    def __init__(self, theme, *, no_color=False):
        super().__init__()
        for each in THEMES.values():
            self.register_theme(each)
        self.theme = THEMES[theme].name
        self.no_color = no_color


async def styles(app, *looks):
    async with app.run_test():
        # textual's colours are one step beside those of the theme; on the screen they are the same of the 256.
        return [in_256(style_of(app, look)) for look in looks]


@pytest.mark.parametrize("theme", ["dark", "light", "high-contrast"])
async def test_a_look_takes_the_colours_of_the_theme_and_leaves_open_what_it_does_not_name(theme):
    key, dim, row = await styles(Themed(theme), KEY, DIM, ThemeStyle(ground="panel", attributes="bold"))
    assert key == in_256(Style(color=THEMES[theme].accent, bold=True))
    assert dim == in_256(Style(color=THEMES[theme].secondary))
    assert row == in_256(Style(bgcolor=THEMES[theme].panel, bold=True))


async def test_in_the_colours_of_the_terminal_what_is_left_out_is_dim():
    removed, cursor = await styles(Themed("terminal"), TEXT_LOOKS["removed"], TEXT_LOOKS["cursor"])
    assert removed == Style(color="default", dim=True)
    assert cursor == Style(color="color(0)", bgcolor="color(1)", bold=True)


async def test_without_colours_the_selection_and_the_cursor_are_reversed_and_what_is_left_out_stays_dim():
    app = Themed("terminal", no_color=True)
    selection, cursor, removed = await styles(app, *(TEXT_LOOKS[name] for name in ("selection", "cursor", "removed")))
    assert selection.reverse
    assert (cursor.reverse, cursor.bold, cursor.underline) == (True, True, True)
    assert removed.dim
    assert not removed.reverse


async def test_another_theme_gives_other_colours():
    app = Themed("dark")
    async with app.run_test() as pilot:
        before = in_256(style_of(app, KEY))
        app.theme = THEMES["light"].name
        await pilot.pause()
        assert in_256(style_of(app, KEY)) == in_256(Style(color=THEMES["light"].accent, bold=True)) != before
