"""Controllers: installed on whatever screen, one owner for each action, and at work without a terminal."""

from __future__ import annotations

import asyncio
from typing import ClassVar

import pytest
from idle import idle
from making import RAW, annotation_of, stored_notice
from textual.app import App
from textual.binding import Binding

from store.edits.annotate import add_annotation
from store.read.notices import notice_annotations
from tui.app import ZhupiApp
from tui.keys.keymap import Keys
from tui.notice.desk import Desk
from tui.notice.moving import Moving
from tui.notice.searching import Searching
from tui.notice.tagging import Tagging
from tui.notice.view import NoticeView
from tui.review.layer import ReviewLayer
from tui.screen import Controller, PlaceScreen
from tui.session.session import Session
from tui.terminal.theme import ZHUPI_DARK


class Reading(PlaceScreen[None]):
    """A second screen with a notice on it: it moves and searches, and can change nothing."""

    BINDINGS: ClassVar = [
        Binding("l", "characters(1)", "right", priority=True),
        Binding("v", "select", "select", priority=True),
        Binding("slash", "search", "search", priority=True),
        Binding("full_stop", "hit(1)", "next hit", priority=True),
        Binding("1", "tag(0)", "tag", priority=True),
    ]

    def __init__(self, session, host, keys, number):
        super().__init__(session, host)
        self.number = number
        self.view = NoticeView(session.labels, keys, session.reviewer)
        self.desk = Desk(session, host, self.view, self.ready, self.start)
        self.install(Moving(self.desk), Searching(self.desk))

    def compose(self):
        yield self.view

    def on_mount(self):
        self.desk.load(self.number)

    def on_unmount(self):
        self.desk.close()

    @property
    def takes_actions(self):
        return self.desk.is_open


class Place(App[None]):
    """An app of five lines that shows it; not that of zhupi."""

    def __init__(self, database, number):
        super().__init__()
        self.register_theme(ZHUPI_DARK)
        self.theme = ZHUPI_DARK.name
        self.session = Session(database, reviewer="lin")
        self.reading = Reading(self.session, self, Keys(ZhupiApp.all_bindings()), number)

    def get_default_screen(self):
        return self.reading

    def ask(self, form, then):
        return self.push_screen(form, then)

    def place_changed(self):
        pass


async def test_moving_and_searching_work_on_a_second_screen_that_cannot_tag(database):
    app = Place(database, stored_notice(database))
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        model = app.reading.desk.model
        await pilot.press("l", "l")
        assert model.offset == 2
        await pilot.press("v", "l")
        assert model.selection.of(RAW) == RAW[2:4]
        await pilot.press("slash", *"排查", "enter")
        await idle(pilot)
        assert model.selection.of(RAW) == RAW[2 : RAW.index("排查") + 2]
        await pilot.press("1")
        await idle(pilot)
        assert model.items == []
        app.session.close()
    assert notice_annotations(database.connection, 1) == []


async def test_the_mouse_moves_on_a_second_screen_too(database):
    number = stored_notice(database)
    item = annotation_of(RAW, 0, 3)
    add_annotation(database, "lin", number, item)
    app = Place(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        app.reading.view.pointing.annotation_pressed(item.id)
        assert app.reading.desk.model.chosen == item.id
        app.session.close()


class Left(Controller):
    def action_go(self):
        return "left"


class Right(Controller):
    ALWAYS = frozenset({"look"})

    def action_look(self):
        return "seen"

    def action_go(self):
        return "right"


class Looking(Controller):
    ALWAYS = frozenset({"look"})

    def action_look(self):
        return "seen"


class Bare(PlaceScreen[None]):
    """A screen with nothing on it."""

    open = False

    def __init__(self):
        super().__init__(None, None)

    @property
    def takes_actions(self):
        return self.open

    def action_own(self):
        return "own"


def test_two_owners_of_one_action_are_refused_by_name():
    screen = Bare()
    screen.install(Left())
    with pytest.raises(ValueError, match="Right: somebody else does go already"):
        screen.install(Right())


def test_an_action_of_the_screen_itself_has_an_owner_already():
    class Own(Controller):
        def action_own(self):
            return None

    with pytest.raises(ValueError, match="Own: somebody else does own already"):
        Bare().install(Own())


def test_where_nothing_is_open_only_what_always_works_works():
    screen = Bare()
    screen.install(Left(), Looking())
    assert (screen.action_go(), screen.action_look()) == (None, "seen")
    screen.open = True
    assert screen.action_go() == "left"


class Shown:
    """Stands for a view and a host: keeps what it is told."""

    def __init__(self):
        self.said = []
        self.pointing = None
        self.model = None
        self.alone = False

    def open(self, model, said=None):
        self.model = model

    def say(self, text, look="plain"):
        self.said.append(text)

    def moved(self, pointed=None):
        pass

    def once_painted(self, callback):
        callback()

    def show_notice_values(self, *_):
        pass

    def show_head(self, *_):
        pass

    def quote(self, item):
        return item.text

    def place_changed(self):
        pass


async def test_a_tag_is_made_without_a_terminal_and_without_an_app(database):
    number = stored_notice(database)
    session, shown, running = Session(database, reviewer="lin"), Shown(), set()

    def start(function, name):
        running.add(asyncio.get_running_loop().create_task(function(), name=name))

    async def all_done():
        while running:
            await running.pop()

    desk = Desk(session, shown, shown, asyncio.Event(), start)
    desk.load(number)
    await all_done()
    moving, tagging = Moving(desk), Tagging(desk, ReviewLayer(desk))
    moving.action_select()
    moving.action_unit("word", 1)
    tagging.action_tag(2)
    assert desk.saving.status == "saving…"
    await all_done()
    assert desk.saving.status == "saved ✓"
    (stored,) = notice_annotations(database.connection, number)
    assert (stored.label, stored.annotator, stored.start) == ("DATE", "lin", 0)
    assert desk.model.own == [stored]
    tagging.action_tag(0)
    await all_done()
    assert shown.said[-1].startswith("relabelled: REQUIREMENT")
    session.close()
