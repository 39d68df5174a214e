"""The app while somebody else holds the database: nothing is given up, and the head says who and since when."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
from idle import PATIENCE, idle
from making import RAW, annotation_of, stored_notice
from msgspec.structs import replace
from reviewing import app_on, head, said
from waiting import until_shown

from annotations.annotation import now
from annotations.errors import LabelError
from store.db.lock import Work, write_lock
from store.edits.annotate import add_annotation, change_annotation
from store.errors import DiskFullError, StoreError
from store.log.events import ConflictError
from store.read.notices import notice_annotations, notice_reviews
from tui import app as apps
from tui.app import ZhupiApp
from tui.forms.conflict import ConflictScreen
from tui.forms.unsaved import UnsavedScreen
from tui.session.writer import Writer
from tui.widgets.status_line import StatusLine
from tui.widgets.text_rows import TextRows

HELD = r"not saved: {}, wang's import holds the database since \d\d:\d\d"
FOREIGN = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN IMMEDIATE")
print("begun", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def app(database):
    stored_notice(database, RAW + "第二页", doc="second")
    app = app_on(database, stored_notice(database))
    database.patience = 0.0
    return app


@contextmanager
def held(database):
    with write_lock(database.path, Work("wang", "import")):
        yield


@contextmanager
def foreign_program(database):
    command = [sys.executable, "-c", FOREIGN, database.path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"begun\n"
        yield


def told(app):
    """What the form says that is on top; "" while it is not there yet."""
    return "".join(row.text for row in app.screen.query(TextRows))


async def until_held(app, changes):
    await until_shown(lambda: re.search(HELD.format(changes), head(app)), "the head does not say it")


async def test_changes_are_counted_while_the_database_is_held_and_saved_when_it_is_free(app, database):
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        with held(database):
            await pilot.press("v", "l", "3")
            await until_held(app, "1 change")
            # The second is about the annotation that is not stored yet.
            await pilot.press("1", "l", "l", "l", "v", "l", "3")
            await until_held(app, "3 changes")
            assert "2 yours" in said(app)
        await idle(pilot)
        assert head(app).rstrip().endswith("saved ✓")
        assert not isinstance(app.screen, ConflictScreen)
        assert [item.label for item in notice_annotations(database.connection, 2)] == ["REQUIREMENT", "DATE"]


async def test_a_foreign_program_that_holds_the_database_is_waited_for_as_well(app, database):
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        with foreign_program(database):
            await pilot.press("v", "l", "3")
            await until_shown(
                lambda: "not saved: 1 change, another program holds the database" in head(app), "not said"
            )
        await idle(pilot)
        assert head(app).rstrip().endswith("saved ✓")
        assert len(notice_annotations(database.connection, 2)) == 1


async def test_a_notice_that_is_opened_again_shows_what_is_not_saved_yet(app, database):
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        with held(database):
            await pilot.press("v", "l", "3")
            await until_held(app, "1 change")
            await pilot.press("K")
            await until_shown(lambda: "0 yours" in said(app), "the other notice was not opened")
            await pilot.press("J")
            await until_shown(lambda: "1 yours" in said(app), "the change is gone")
            await pilot.press("1")
            await until_held(app, "2 changes")
        await idle(pilot)
        [item] = notice_annotations(database.connection, 2)
        assert item.label == "REQUIREMENT"
        assert not isinstance(app.screen, ConflictScreen)
        assert "another session" not in said(app)


async def test_keys_go_on_while_an_undo_or_a_review_waits(app, database):
    add_annotation(database, "lin", 2, annotation_of(RAW, 0, 3))
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        with held(database):
            await pilot.press("u")
            await until_held(app, "1 change")
            await pilot.press("l", "l", "l", "l", "v", "l", "3")
            await until_held(app, "2 changes")
        await idle(pilot)
        assert [item.start for item in notice_annotations(database.connection, 2)] == [4]
        assert "1 yours" in said(app)
        with held(database):
            await pilot.press("m")
            await until_shown(lambda: "m again" in said(app) or "not saved" in head(app), "m was not taken")
            if "not saved" not in head(app):
                await pilot.press("m")
            await until_held(app, "1 change")
            await pilot.press("K")
            await until_shown(lambda: "0 yours" in said(app), "the other notice was not opened")
        await idle(pilot)
        assert [review.status for review in notice_reviews(database.connection, 2)] == ["done"]
        assert "done: “" in said(app)


async def test_quitting_asks_and_loses_nothing_unless_told_so(database):
    number = stored_notice(database)
    app = ZhupiApp(database)
    app.session.reviewer = "lin"
    database.patience = 0.0

    def queue_head():
        return app.screen_stack[0].query_one("#queue-head", StatusLine).text

    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        with held(database):
            await pilot.press("enter")
            await until_shown(lambda: app.screen.query("#review-head"), "no notice was opened")
            await pilot.press("v", "l", "3")
            await until_held(app, "1 change")
            # All of it has room at 80 columns, beside the end of the title.
            await pilot.press("q")
            await until_shown(lambda: re.search(HELD.format("1 change"), queue_head()), "the queue does not say it")
            await pilot.press("q")
            await until_shown(lambda: isinstance(app.screen, UnsavedScreen), "nothing was asked")
            await until_shown(lambda: "; saved once it is free" in told(app), "it does not say until when")
            await pilot.press("escape")
            await until_shown(lambda: not isinstance(app.screen, UnsavedScreen), "the form stays")
            assert app.is_running
        await until_shown(lambda: queue_head().rstrip().endswith("saved ✓"), "it is not saved")
        assert len(notice_annotations(database.connection, number)) == 1
        with held(database):
            await pilot.press("enter")
            await until_shown(lambda: app.screen.query("#review-head"), "no notice was opened")
            await pilot.press("1")
            await until_held(app, "1 change")
            await pilot.press("q", "q")
            await until_shown(lambda: isinstance(app.screen, UnsavedScreen), "nothing was asked")
            await pilot.press("2", "enter")
            await until_shown(lambda: app._exit, "it did not quit")
    assert app.session.lost == 1


async def test_what_stands_on_a_change_that_failed_fails_with_it_and_is_no_conflict(app, database, monkeypatch):
    release = threading.Event()

    def fail(*_):
        release.wait(10)
        raise DiskFullError(f"{database.path}: no room on disk")

    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        with monkeypatch.context() as patch:
            patch.setattr("tui.review.layer.add_annotation", fail)
            await pilot.press("v", "l", "3", "1")
            release.set()
            await idle(pilot)
        assert not isinstance(app.screen, ConflictScreen)
        assert "not saved: no room on disk" in head(app)
        await pilot.press("v", "l", "3")
        await idle(pilot)
        assert head(app).rstrip().endswith("saved ✓")
        assert [item.label for item in notice_annotations(database.connection, 2)] == ["DATE"]


async def test_a_change_of_what_was_refused_is_no_conflict_with_another_session(app, database, monkeypatch):
    release = threading.Event()

    def refuse(*_):
        release.wait(10)
        raise LabelError("label DATE is hidden")

    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        with monkeypatch.context() as patch:
            patch.setattr("tui.review.layer.add_annotation", refuse)
            await pilot.press("v", "l", "3", "1")
            release.set()
            await idle(pilot)
        assert not isinstance(app.screen, ConflictScreen)
        assert "not saved: a change that this one stands on was not saved" in head(app)
        assert notice_annotations(database.connection, 2) == []


async def test_what_another_session_changed_is_still_a_conflict(app, database):
    item = annotation_of(RAW, 0, 3)
    add_annotation(database, "lin", 2, item)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        change_annotation(database, "lin", 2, item, replace(item, comment="anders", updated_at=now()))
        await pilot.press("1")
        await idle(pilot)
        assert isinstance(app.screen, ConflictScreen)


async def test_changes_behind_a_failure_fail_until_the_screen_has_shown_it():
    writer, done = Writer(), []

    def fail():
        raise DiskFullError("no room on disk")

    futures = [writer.submit(fail), writer.submit(done.append, 1)]
    results = await asyncio.gather(*futures, return_exceptions=True)
    assert [type(each) for each in results] == [DiskFullError, DiskFullError]
    with pytest.raises(DiskFullError):
        await writer.submit(done.append, 2)
    writer.settle()
    await writer.submit(done.append, 3)
    assert done == [3]
    assert writer.close(0) == 0


@pytest.mark.parametrize("error", [StoreError("refused"), ConflictError("changed meanwhile")])
async def test_a_change_that_is_refused_takes_no_other_with_it(error):
    writer, done = Writer(), []

    def refuse():
        raise error

    refused, other = writer.submit(refuse), writer.submit(done.append, 1)
    with pytest.raises(type(error)):
        await refused
    await other
    assert done == [1]
    writer.close(0)


async def test_quitting_within_a_long_change_says_that_it_is_being_saved(database, monkeypatch):
    stored_notice(database)
    monkeypatch.setattr(apps, "_QUIT_PATIENCE", 0.0)
    app, gate = ZhupiApp(database), threading.Event()
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        # A step on thousands of notices holds the database by turns, and nobody else does.
        app.session.writer.submit(gate.wait, PATIENCE)
        await pilot.press("q")
        await until_shown(lambda: isinstance(app.screen, UnsavedScreen), "nothing was asked")
        await until_shown(
            lambda: told(app) == "the last changes are still being saved; that may take a while",
            "it says something else",
        )
        gate.set()
        await pilot.press("escape")
