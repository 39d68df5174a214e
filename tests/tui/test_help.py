"""Help: the keys as they are, the guideline as text, on any terminal."""

from __future__ import annotations

import pytest
from idle import idle
from making import stored_notice
from msgspec.structs import replace
from textual.app import App
from textual.containers import VerticalScroll

from annotations.labels import LabelSet, default_labels
from store.edits.guideline import set_guideline
from tui.app import ZhupiApp
from tui.forms.help import _entry
from tui.queue.keys import QUEUE_KEYS
from tui.review.keys import REVIEW_KEYS
from tui.terminal.width import cells

HOSTILE = (
    "# Title\x1b[2J\n\n[@click=app.quit]press[/] and [a link](javascript:alert) ![x](file:///etc/passwd)\n\n"
    "<script>x</script> \u202e\u2028 [/b]\n\n| a\x1b]0;own\x07 | b |\n| --- | --- |\n| 1 | 2 |\n"
)


def shown(app):
    return ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]


def test_an_action_has_one_name_in_the_help_and_in_the_palette():
    """The palette shows the description of a binding; the help may add to it."""
    names = {binding.id: binding.description for binding in ZhupiApp.all_bindings()}
    for groups in (REVIEW_KEYS, QUEUE_KEYS):
        for _, rows in groups:
            for ids, text in rows:
                if len(ids) == 1:
                    assert text.startswith(names[ids[0]]), ids


def test_keys_that_take_more_than_their_column_do_not_run_into_what_they_do():
    assert [line.plain for line in _entry("a", "grow", 61, 20)] == ["  a                 grow"]
    assert [line.plain for line in _entry("ctrl+underscore f12", "grow", 61, 20)] == [
        "  ctrl+underscore f12",
        " " * 20 + "grow",
    ]


@pytest.mark.parametrize("width", [40, 50, 60, 68, 80, 140])
async def test_what_a_key_does_never_runs_under_the_keys(database, width):
    """Chinese takes two cells a character, and breaks anywhere."""
    labels = [replace(label, description="文件要求谁在什么时候之前做完什么事" * 4) for label in default_labels().label]
    app = ZhupiApp(database, notice=stored_notice(database))
    app.session.labels = LabelSet(labels)
    async with app.run_test(size=(width, 100)) as pilot:
        await idle(pilot)
        await pilot.press("question_mark")
        await idle(pilot)
        page = app.screen.query_one("#help-page")
        column = 20 if width >= 60 else 14
        for line in page.visual.plain.split("\n"):
            assert cells(line) <= page.size.width
            assert len(line) - len(line.lstrip()) in (0, 2, column)


@pytest.mark.parametrize("size", [(140, 40), (80, 24), (40, 12)])
async def test_keys_and_guideline_are_one_key_apart(database, size):
    app = ZhupiApp(database, notice=stored_notice(database), keys={"review.grow": ["W"]})
    async with app.run_test(size=size) as pilot:
        await idle(pilot)
        await pilot.press("question_mark")
        await idle(pilot)
        pages = app.screen.query(VerticalScroll)
        assert sum(page.display for page in pages) == (2 if size[0] >= 120 else 1)
        assert any("Move" in line for line in shown(app))
        await pilot.press("tab")
        await idle(pilot)
        assert any("REQUIREMENT" in line or "Guideline" in line for line in shown(app))
        await pilot.press("pagedown", "j", "tab", "pagedown", "k")
        await idle(pilot)
        await pilot.press("q")
        await idle(pilot)
        assert app.screen.desk.model is not None


async def test_the_help_shows_the_keys_that_the_user_chose(database):
    app = ZhupiApp(database, notice=stored_notice(database), keys={"review.grow": ["W"]})
    async with app.run_test(size=(140, 60)) as pilot:
        await idle(pilot)
        await pilot.press("question_mark")
        await idle(pilot)
        assert any("W S" in line and "grow" in line for line in shown(app))


async def test_a_hostile_guideline_is_only_text(database):
    set_guideline(database, "lin", HOSTILE)
    app = ZhupiApp(database, notice=stored_notice(database))
    async with app.run_test(size=(140, 40)) as pilot:
        await idle(pilot)
        await pilot.press("question_mark")
        await idle(pilot)
        lines = shown(app)
        assert not any(set(line) & {"\x1b", "\x07", "\u202e", "\u2028"} for line in lines)
        assert any("[@click=app.quit]press[/]" in line for line in lines)
        assert app.is_running


async def test_a_screen_is_painted_for_the_size_of_the_terminal_from_the_first(database, monkeypatch):
    painted, display = [], App._display

    def displayed(self, screen, renderable):
        painted.append((type(screen).__name__, {"-narrow", "-wide", "-low", "-high"} & set(screen.classes)))
        display(self, screen, renderable)

    monkeypatch.setattr(App, "_display", displayed)
    app = ZhupiApp(database, notice=stored_notice(database))
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await pilot.press("question_mark")
        await idle(pilot)
        await pilot.press("q", "v", "l", "3", "e")
        await idle(pilot)
    of_help, of_form = (
        [found for name, found in painted if name == which] for which in ("HelpScreen", "AttributeForm")
    )
    assert of_help
    assert of_form
    assert all(found == {"-narrow"} for found in of_help)
    assert all(found == {"-wide", "-high"} for found in of_form)
