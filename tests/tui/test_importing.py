"""Import from within the app: progress, refusals, cancelling, and the queue that follows."""

from __future__ import annotations

import threading

import pytest
from idle import idle
from making import stored_notice
from textual.widgets import Static

from store.index.numbers import count_notices
from store.intake import sources
from tui.app import ZhupiApp
from tui.forms.importing import ImportScreen


def message(app):
    return str(app.screen.query_one(Static).content)


@pytest.fixture
def app(database):
    stored_notice(database)
    return ZhupiApp(database)


async def start(pilot, text):
    pilot.app.action_import_files()
    await idle(pilot)
    await pilot.press(*text, "enter")


async def test_what_is_imported_is_in_the_queue_and_what_is_refused_is_named(app, tmp_path):
    (tmp_path / "good.txt").write_text("临江县通知\n各乡镇要排查。\n", encoding="utf-8")
    (tmp_path / "empty\x1b[2J.txt").write_text("", encoding="utf-8")
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await start(pilot, str(tmp_path))
        await idle(pilot)
        assert "1 added, 0 already there, 1 refused" in message(app)
        assert "empty" in message(app)
        assert "\x1b" not in message(app)
        await pilot.press("enter")
        await idle(pilot)
        assert app.screen.listing.notices.row_at(1).title == "临江县通知"


async def test_a_running_import_is_cancelled_and_keeps_what_it_has(app, tmp_path, monkeypatch):
    going, release = threading.Event(), threading.Event()
    read = sources.read_sources

    def slow(*arguments, **options):
        for item in read(*arguments, **options):
            going.set()
            release.wait(10)
            yield item

    monkeypatch.setattr(sources, "read_sources", slow)
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text(f"第{number}号通知\n各乡镇要排查。\n", encoding="utf-8")
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await start(pilot, str(tmp_path))
        assert going.wait(10)
        await pilot.press("escape")
        release.set()
        await idle(pilot)
        assert "cancelled: " in message(app)
        assert count_notices(app.session.database.connection) < 4
        await pilot.press("escape")
        await idle(pilot)
        assert not isinstance(app.screen, ImportScreen)


@pytest.mark.parametrize(
    ("typed", "line"), [("", "name a file or a folder"), ('"open', "cannot be read as names"), ("nosuch", "1 refused")]
)
async def test_what_cannot_be_imported_is_told(app, typed, line):
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await start(pilot, typed)
        await idle(pilot)
        assert line in message(app)


async def test_tab_completes_the_path(app, tmp_path, monkeypatch):
    (tmp_path / "notices").mkdir()
    for name in ("one.txt", "other\x1b[2J.txt"):
        (tmp_path / "notices" / name).touch()
    monkeypatch.chdir(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        pilot.app.action_import_files()
        await idle(pilot)
        await pilot.press(*"not", "tab", "tab")
        await idle(pilot)
        assert app.screen.first.value == "notices/o"
        assert "one.txt" in message(app)
        assert "\x1b" not in message(app)
        await pilot.press("x", "tab")
        await idle(pilot)
        assert app.screen.first.value == "notices/ox"
        assert "no path begins so" in message(app)


async def test_a_name_that_was_refused_can_be_mended(app, tmp_path):
    (tmp_path / "good.txt").write_text("临江县通知\n各乡镇要排查。\n", encoding="utf-8")
    async with app.run_test(size=(80, 24)) as pilot:
        await start(pilot, str(tmp_path / "god.txt"))
        await idle(pilot)
        assert "god.txt" in message(app)
        await pilot.press(*["left"] * 5, *"o", "enter")
        await idle(pilot)
        assert "1 added" in message(app)
        await pilot.press("enter")
        await idle(pilot)
        assert app.screen.listing.notices.row_at(1).title == "临江县通知"
