"""A line to type in: safe to show, true to what was typed, and its keys in order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events, on
from textual.app import App

from tui.terminal.display import visible
from tui.terminal.theme import ZHUPI_DARK
from tui.terminal.width import cells
from tui.widgets.field import MOST_CHARACTERS, TextField, one_line

HOSTILE = "\x1b[2J\x1b]0;owned\x07[/b][@click=app.quit]x[/]\u202e\u200b\x9b1m\t临\nu\u0308"


class FieldApp(App[None]):
    """One field, as wide as the screen."""

    def __init__(self, value="", **options):
        super().__init__()
        self.given = value, options
        self.refused = []
        self.values = []
        self.register_theme(ZHUPI_DARK)
        self.theme = ZHUPI_DARK.name

    def compose(self):
        value, options = self.given
        self.field = TextField(value, **options)
        yield self.field

    @on(TextField.Refused)
    def keep(self, message):
        assert message.control is self.field
        self.refused.append(message.reason)

    @on(TextField.Changed)
    def see(self, message):
        self.values.append(message.value)


def shown(app):
    return app.field.render_line(0).text


def cursor_cells(app):
    """The first cell and the cells of what is drawn under the cursor."""
    style = app.field.get_component_rich_style("input--cursor")
    at = 0
    for segment in app.field.render_line(0):
        if segment.style and segment.style.bgcolor == style.bgcolor:
            return at, cells(segment.text)
        at += cells(segment.text)
    raise AssertionError("no cursor is drawn")


async def test_hostile_text_is_shown_as_stand_ins_and_stays_as_it_is():
    app = FieldApp(HOSTILE, placeholder=HOSTILE)
    async with app.run_test(size=(80, 3)) as pilot:
        await pilot.pause()
        assert shown(app).rstrip() == visible(HOSTILE)
        assert app.field.value == HOSTILE
        await pilot.press("a")
        assert app.field.value == HOSTILE + "a"
        app.field.value = ""
        await pilot.pause()
        assert shown(app).rstrip() == visible(HOSTILE)


@pytest.mark.parametrize("bracketed", [HOSTILE, "[red]红[/red]", "[/]"])
async def test_what_is_pasted_is_no_markup(bracketed):
    app = FieldApp()
    async with app.run_test(size=(80, 3)) as pilot:
        app.post_message(events.Paste(bracketed))
        await pilot.pause()
        assert app.field.value == one_line(bracketed)
        assert shown(app).rstrip() == visible(one_line(bracketed))


async def test_several_lines_pasted_become_one():
    app = FieldApp("甲")
    async with app.run_test(size=(80, 3)) as pilot:
        app.post_message(events.Paste("各乡镇\r\n  村委会\u2028Dept\nof Water\n\n"))
        await pilot.pause()
        assert app.field.value == "甲各乡镇村委会 Dept of Water"


async def test_a_field_for_comments_keeps_the_lines_of_what_is_pasted():
    app = FieldApp("甲", lines=True)
    async with app.run_test(size=(80, 3)) as pilot:
        app.post_message(events.Paste("\r\n各乡镇\r\n  村委会\u2028Dept\rof Water\n\n"))
        await pilot.pause()
        assert app.field.value == "甲各乡镇\n  村委会\nDept\nof Water"
        assert shown(app).startswith("甲各乡镇↵  村委会↵Dept↵of Water")


async def test_the_clipboard_of_the_app_takes_the_same_way():
    app = FieldApp()
    async with app.run_test(size=(80, 3)) as pilot:
        app.copy_to_clipboard("要\n整改")
        await pilot.press("ctrl+v")
        assert app.field.value == "要整改"


async def test_half_a_character_is_refused_with_a_line():
    app = FieldApp("甲")
    async with app.run_test(size=(80, 3)) as pilot:
        app.post_message(events.Key("x", "\ud83d"))
        app.post_message(events.Paste("a\udc00b"))
        await pilot.pause()
        assert app.field.value == "甲"
        assert app.refused == ["not taken: it holds half a character, which no file can hold"] * 2


async def test_half_a_character_that_was_there_is_shown_and_can_be_deleted():
    app = FieldApp("\ud800")
    async with app.run_test(size=(80, 3)) as pilot:
        await pilot.pause()
        assert shown(app).rstrip() == "␚"
        await pilot.press("backspace")
        assert app.field.value == ""


async def test_a_paste_without_end_is_refused_and_a_long_value_can_be_made_shorter():
    app = FieldApp("长" * (MOST_CHARACTERS + 5))
    async with app.run_test(size=(80, 3)) as pilot:
        app.post_message(events.Paste("x" * MOST_CHARACTERS))
        await pilot.press("backspace")
        assert len(app.field.value) == MOST_CHARACTERS + 4
        assert len(app.refused) == 1


async def test_what_an_input_method_sends_is_taken_the_wide_space_too():
    app = FieldApp()
    async with app.run_test(size=(80, 3)) as pilot:
        for character in "临江　县，😀\u200d":
            app.post_message(events.Key("x", character))
        await pilot.pause()
        assert app.field.value == "临江　县，😀\u200d"
        assert shown(app).rstrip() == "临江　县，😀¦"


async def test_keys_typed_ahead_are_taken_in_their_order():
    app = FieldApp("ac")
    async with app.run_test(size=(80, 3)) as pilot:
        for key, character in (("left", None), ("b", "b"), ("end", None), ("d", "d"), ("home", None), ("x", "x")):
            app.post_message(events.Key(key, character))
        await pilot.pause()
        assert app.field.value == "xabcd"


async def test_the_cursor_stands_on_both_cells_of_a_wide_character():
    app = FieldApp("a临b")
    async with app.run_test(size=(80, 3)) as pilot:
        await pilot.pause()
        assert cursor_cells(app) == (4, 1)
        assert app.field.cursor_screen_offset.x == 4
        await pilot.press("left", "left")
        assert cursor_cells(app) == (1, 2)
        await pilot.press("home")
        assert cursor_cells(app) == (0, 1)


@pytest.mark.parametrize("width", [6, 7, 9, 10])
async def test_the_cursor_is_whole_at_every_place_of_a_text_wider_than_the_field(width):
    text = "临江县a召开\t会议u\u0308😀b"
    app = FieldApp(text)
    async with app.run_test(size=(width, 3)) as pilot:
        await pilot.pause()
        for direction in ("left", "right"):
            for _ in text:
                await pilot.press(direction)
                await pilot.pause()
                under = visible(text)[app.field.cursor_position : app.field.cursor_position + 1]
                at, wide = cursor_cells(app)
                assert wide == max(1, cells(under))
                assert 0 <= at <= width - wide
                assert app.field.cursor_screen_offset.x == at


async def test_a_letter_and_its_marks_are_one_step():
    app = FieldApp("u\u0308\u0304x")
    async with app.run_test(size=(20, 3)) as pilot:
        await pilot.press("left", "left")
        assert app.field.cursor_position == 0
        await pilot.press("right")
        assert app.field.cursor_position == 3
        await pilot.press("shift+left")
        assert app.field.selected_text == "u\u0308\u0304"
        await pilot.press("right")
        assert app.field.cursor_position == 3


async def test_a_click_chooses_the_character_under_it():
    app = FieldApp("a临\t江b")
    async with app.run_test(size=(20, 3)) as pilot:
        for cell, position in ((0, 0), (1, 1), (2, 1), (3, 2), (4, 3), (5, 3), (6, 4), (7, 5), (15, 5)):
            await pilot.click(app.field, offset=(cell, 0))
            assert app.field.cursor_position == position


async def test_a_field_writes_nothing_while_nobody_types():
    app = FieldApp("临江")
    async with app.run_test(size=(20, 3)) as pilot:
        await pilot.pause()
        assert app.field.cursor_blink is False
        before = cursor_cells(app)
        app.field._toggle_cursor()
        app.field._restart_blink()
        assert cursor_cells(app) == before


@given(st.text(st.sampled_from("ab 临\n\r\t\u2028，"), max_size=20))
def test_one_line_has_no_line_end_and_loses_nothing_else(text):
    joined = one_line(text)
    assert not set(joined) & set("\n\r\u2028")
    kept = {" ", "\t", "\n", "\r", "\u2028"}
    assert [each for each in joined if each not in kept] == [each for each in text if each not in kept]
