"""What the reviewer left is found again; nothing that stands in its place stops the app."""

from __future__ import annotations

import os
import stat

import pytest
from idle import idle, until
from making import RAW, stored_notice

from store.index.filters import QueueFilter
from store.open import open_database
from tui.app import ZhupiApp
from tui.session import state
from tui.session.state import State

KEPT = State(
    notice=7, at=120, pane="raw", filter=QueueFilter(search="河道", status="open", sort="newest"), theme="light"
)


@pytest.fixture
def database(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "zhupi.db"


def test_what_was_saved_is_loaded(database):
    state.save(database, KEPT)
    assert state.load(database) == KEPT


def test_without_a_file_the_defaults(database):
    assert state.load(database) == State()


def test_each_database_has_its_own(database):
    state.save(database, KEPT)
    other = database.with_name("other.db")
    assert state.load(other) == State()
    state.save(other, State(notice=1))
    assert state.load(database) == KEPT


def test_a_relative_path_names_the_same_database(database, monkeypatch):
    state.save(database, KEPT)
    monkeypatch.chdir(database.parent)
    assert state.load(type(database)("zhupi.db")) == KEPT


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_only_its_owner_may_read_it(database, umask):
    before = os.umask(umask)
    try:
        state.save(database, KEPT)
        state.save(database, State())
    finally:
        os.umask(before)
    assert stat.S_IMODE(state.state_path(database).stat().st_mode) == 0o600


def test_the_path_of_the_database_is_not_in_the_name(database):
    assert "zhupi.db" not in state.state_path(database).name


@pytest.mark.parametrize(
    "found",
    [
        b"",
        b"\x00\xff",
        b"[]",
        b'{"notice":',
        b'{"notice":"1"}',
        b'{"notice":-1}',
        b'{"notice":9223372036854775808}',
        b'{"at":1e999}',
        b'{"pane":"both"}',
        b'{"filter":{"status":"lost"}}',
        b'{"filter":{"search":"\\ud800"}}',
        b"[" * 60_000,
        b'{"theme":"' + b"x" * 100_000 + b'"}',
    ],
    ids=range(13),
)
def test_a_broken_file_counts_as_none_and_is_replaced(database, found):
    path = state.state_path(database)
    path.parent.mkdir(parents=True)
    path.write_bytes(found)
    assert state.load(database) == State()
    state.save(database, KEPT)
    assert state.load(database) == KEPT


def test_a_key_of_a_later_version_is_passed_over(database):
    path = state.state_path(database)
    path.parent.mkdir(parents=True)
    path.write_bytes(b'{"notice":3,"mood":"good"}')
    assert state.load(database) == State(notice=3)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file_is_left_alone(database, make):
    path = state.state_path(database)
    path.parent.mkdir(parents=True)
    make(path)
    assert state.load(database) == State()
    state.save(database, KEPT)
    assert not path.is_file()


def test_a_folder_that_cannot_be_made_stops_nothing(database):
    (database.parent / "state").write_text("in the way", encoding="utf-8")
    state.save(database, KEPT)
    assert state.load(database) == State()


@pytest.fixture
def opened(tmp_path):
    with open_database(tmp_path / "zhupi.db", create=True) as database:
        for number in range(1, 5):
            stored_notice(database, RAW.replace("临江县", f"第{number}县"), doc=f"page-{number}")
        yield database


def app_from(database, kept, states, **given):
    app = ZhupiApp(database, state=kept, save_state=states.append, **given)
    app.session.reviewer = "lin"
    return app


async def test_the_app_keeps_the_notice_the_cursor_and_the_filter(opened):
    states = []
    app = app_from(opened, State(filter=QueueFilter(sort="newest")), states)
    async with app.run_test(size=(120, 30)) as pilot:
        await idle(pilot)
        await pilot.press("j", "enter")
        await idle(pilot)
        await until(pilot, lambda: states and states[-1].notice == app.screen.notice, "the notice was not kept")
        await pilot.press("l", "l")
        await idle(pilot)
        number, at = app.screen.notice, app.screen.desk.model.raw_cursor.start
        await pilot.press("q")
        await idle(pilot)
        await pilot.press("q")
    assert states[-1] == State(notice=number, at=at, filter=QueueFilter(sort="newest"))
    assert at > 0


async def test_a_motion_alone_writes_nothing(opened):
    states = []
    app = app_from(opened, State(), states)
    async with app.run_test(size=(120, 30)) as pilot:
        await idle(pilot)
        await pilot.press("enter")
        await idle(pilot)
        await until(pilot, lambda: states and states[-1].notice == app.screen.notice, "the notice was not kept")
        before = len(states)
        await pilot.press("l", "l", "l")
        await idle(pilot)
        assert len(states) == before


async def test_the_queue_opens_at_the_notice_with_its_filter(opened):
    kept = State(notice=3, at=5, filter=QueueFilter(search="第"))
    app = app_from(opened, kept, [])
    async with app.run_test(size=(120, 30)) as pilot:
        await idle(pilot)
        assert (app.screen.listing.current, app.screen.listing.filter) == (3, kept.filter)
        await pilot.press("enter")
        await idle(pilot)
        assert app.screen.desk.model.raw_cursor.start == 5


async def test_a_notice_that_is_asked_for_comes_before_what_is_kept(opened):
    app = app_from(opened, State(notice=3, filter=QueueFilter(search="第3")), [], notice=1)
    async with app.run_test(size=(120, 30)) as pilot:
        await idle(pilot)
        assert app.screen.notice == 1
        await pilot.press("q")
        await idle(pilot)
        assert app.screen.listing.filter == QueueFilter()
        assert app.screen.listing.current == 1


@pytest.mark.parametrize("at", [10_000, 2**63 - 1])
async def test_a_place_behind_the_text_is_its_end(opened, at):
    app = app_from(opened, State(notice=2, at=at), [])
    async with app.run_test(size=(120, 30)) as pilot:
        await idle(pilot)
        await pilot.press("enter")
        await idle(pilot)
        assert app.screen.desk.model.raw_cursor.start == len(RAW) - 1


async def test_a_notice_that_is_gone_is_passed_over(opened):
    app = app_from(opened, State(notice=2**63 - 1, filter=QueueFilter(published_from="when")), [])
    async with app.run_test(size=(120, 30)) as pilot:
        await idle(pilot)
        await pilot.press("escape")
        await idle(pilot)
        assert app.screen.listing.current == 1


async def test_the_pane_is_kept(opened):
    states = []
    app = app_from(opened, State(notice=2, at=3, pane="raw"), states)
    async with app.run_test(size=(120, 30)) as pilot:
        await idle(pilot)
        await pilot.press("enter")
        await idle(pilot)
        assert app.screen.desk.model.pane == "raw"


async def test_a_chosen_theme_is_remembered_and_one_that_was_asked_for_is_not(opened):
    states = []
    app = app_from(opened, State(theme="light"), states, theme="terminal")
    async with app.run_test(size=(120, 30)) as pilot:
        await idle(pilot)
        assert app.theme == "zhupi-terminal"
        await app.action_leave()
        await idle(pilot)
    assert all(state.theme == "light" for state in states)
    app = app_from(opened, State(theme="light"), states)
    async with app.run_test(size=(120, 30)) as pilot:
        assert app.theme == "zhupi-light"
        app.use_theme("high-contrast")
        await idle(pilot)
    assert states[-1].theme == "high-contrast"


async def test_an_unknown_theme_is_passed_over(opened):
    app = app_from(opened, State(theme="solarized"), [])
    async with app.run_test(size=(120, 30)):
        assert app.theme == "zhupi-dark"
