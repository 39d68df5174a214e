"""The command palette: every action, themes, notices by title; hostile titles are text."""

from __future__ import annotations

from idle import idle, until
from making import RAW, notice_of
from msgspec.structs import replace
from textual.command import CommandList, CommandPalette

from store.read.notices import find_titles
from store.write.notices import add_notice
from tui.app import ZhupiApp
from tui.forms.importing import ImportScreen
from tui.forms.notice_fields import NoticeFieldsForm
from tui.review.screen import ReviewScreen

HOSTILE = "生态\x1b[2J[/b][@click=app.quit]x[/]\u202e"


def add(database, title, doc):
    with database.write() as connection:
        return add_notice(connection, "importer", replace(notice_of(f"{RAW}{doc}\n", doc), title=title))


async def run(pilot, text, *, enters=2):
    await pilot.press("ctrl+p")
    await idle(pilot)
    await pilot.press(*text)
    await until(pilot, lambda: pilot.app.screen.query_one(CommandList).option_count, f"nothing is found for {text}")
    shown = [
        "".join(segment.text for segment in strip) for strip in pilot.app.screen._compositor.render_strips()
    ]  # fmt: skip
    await pilot.press(*["enter"] * enters)
    await idle(pilot)
    return shown


async def test_a_notice_is_opened_by_its_title_from_queue_and_review(database):
    add(database, "河长制会议", "one")
    number = add(database, "湿地修复方案", "two")
    app = ZhupiApp(database)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await run(pilot, "湿地修复")
        assert isinstance(app.screen, ReviewScreen)
        assert app.screen.notice == number
        await run(pilot, "河长制会")
        assert app.screen.notice == 1


async def test_hostile_titles_are_shown_as_text(database):
    number = add(database, HOSTILE, "one")
    app = ZhupiApp(database)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        shown = await run(pilot, "生态")
        assert not any(set(line) & {"\x1b", "\u202e"} for line in shown)
        assert any("[/b][@click=app.quit]x" in line for line in shown)
        assert app.screen.notice == number


async def test_actions_themes_and_import_are_there(database):
    add(database, "湿地修复方案", "one")
    app = ZhupiApp(database)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await run(pilot, "theme: light")
        assert app.theme == "zhupi-light"
        await run(pilot, "open")
        assert isinstance(app.screen, ReviewScreen)
        await run(pilot, "grow selection")
        assert app.screen.desk.model.anchor is not None
        await run(pilot, "import files")
        assert isinstance(app.screen, ImportScreen)
        await pilot.press("escape")
        await idle(pilot)
        assert not isinstance(app.screen, CommandPalette | ImportScreen)


async def test_an_action_whose_key_gave_way_is_there(database):
    app = ZhupiApp(database, notice=add(database, "湿地修复方案", "one"), keys={"review.flag": ["T"]})
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        shown = await run(pilot, "title, source", enters=1)
        assert not any("no_key" in line for line in shown)
        assert isinstance(app.screen, NoticeFieldsForm)


def test_titles_are_found_by_simplified_traditional_doc_and_literally(database):
    add(database, "湿地100%修复", "page_1")
    add(database, "湿地修复", "pageX1")
    connection = database.connection
    assert [number for number, _ in find_titles(connection, "濕地", 9)] == [1, 2]
    assert [number for number, _ in find_titles(connection, "100%修", 9)] == [1]
    assert [number for number, _ in find_titles(connection, "page_", 9)] == [1]
    assert find_titles(connection, "湿地", 1) == [(1, "湿地100%修复")]


def listed(app):
    """What the list shows, each as name and key."""
    options = app.screen.query_one(CommandList).options
    return [tuple(part.strip() for part in str(option.prompt).partition("  ")[::2]) for option in options]


async def test_acts_stand_before_motions_and_labels_have_their_names(database):
    number = add(database, "湿地修复方案", "one")
    app = ZhupiApp(database, notice=number)
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: app.screen.query_one(CommandList).option_count, "nothing is listed")
        await idle(pilot)
        names = [name for name, _ in listed(app)]
        assert names.index("tag REQUIREMENT") < names.index("export") < names.index("theme: dark") < names.index("down")
        assert not any(name.startswith("label ") for name in names)
        assert names[-1] in ("extend up", "other pane")


async def test_what_the_shell_does_is_named_with_its_command_and_not_for_those_without_one(database):
    add(database, "湿地修复方案", "one")
    app = ZhupiApp(database)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        shown = await run(pilot, "export", enters=1)
        assert any("export" in line and "zhupi export -o FILE" in line for line in shown)
        assert "zhupi export -o FILE --db" in app.screen.listing.position_line.text
    confined = ZhupiApp(database, reviewer="lin", confined=True)
    async with confined.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: confined.screen.query_one(CommandList).option_count, "nothing is listed")
        await idle(pilot)
        assert not any("zhupi" in key or "import" in name for name, key in listed(confined))
