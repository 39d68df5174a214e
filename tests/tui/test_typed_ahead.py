"""Keys typed ahead: whatever comes at once, as over a slow line, ends as it would with a pause behind each key."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import shutil
from pathlib import Path

import pytest
from adjudicating import CHEN, finish, with_adjudicator
from idle import idle, until
from making import annotation_of, logged, stored_notice
from textual import events
from textual.keys import _character_to_key
from textual.screen import Screen
from textual.widget import Widget

import tui
from annotations.suggest.registry import RULES, suggesters
from store.edits.annotate import add_annotation
from store.intake.ingest import ingest
from store.intake.sources import Source
from store.intake.suggest import suggest_stored
from store.open import open_database
from tui.app import ZhupiApp
from tui.palette import Palette
from tui.screen import PlaceScreen
from tui.widgets.status_line import StatusLine

RAW = (
    "临江县召开河长制工作会\n来源:临江县水务局 时间:2023-04-12\n"
    "会议要求,各乡镇要于4月底前完成排查。3月8日,副县长林知远到云溪镇调研。\n林知远强调,各乡镇要抓好落实。\n"
)
OTHER = "泊云县开展湿地修复\n2021-05-06\n副县长庾长泽要求,各镇要于5月底前报送方案。\n"
FOLLOWED = ("v", "l", "1")
"""Keys that tag where the cursor is: what came before them must be over."""

REVIEW = {
    "search": ("slash", *"3月8日", "enter", "1"),
    "search left": ("slash", *"3月8日", "escape", *FOLLOWED),
    "search of nothing": ("slash", *"不在", "enter", *FOLLOWED),
    "search, next hit": ("slash", *"各乡镇", "enter", "full_stop", "3"),
    "offers": ("slash", *"林知远", "enter", "2", "plus", "u", *FOLLOWED),
    "next, over offers": ("slash", *"林知远", "enter", "2", "n", "a", *FOLLOWED),
    "fields": ("T", *"甲", "enter", *FOLLOWED),
    "a wrong field": ("T", "tab", "tab", *"x", "enter", "escape", *FOLLOWED),
    "another date": ("slash", *"3月8日", "enter", "1", "T", "tab", "tab", *"2021-09-01", "enter", "U"),
    "kind of a region": ("tab", "G", "B", "4", "k", *FOLLOWED),
    "no kind of a region": ("B", "escape", *FOLLOWED),
    "comment": ("n", "c", *"好", "enter", "U", *FOLLOWED),
    "attributes": ("n", "a", "e", "x", "enter", "U"),
    "attributes, and next": ("n", "e", "ctrl+s", "U"),
    "flag": ("f", *"缺", "enter", *FOLLOWED),
    "help": ("question_mark", "tab", "j", "escape", *FOLLOWED),
    "help left by q": ("question_mark", "q", "j", *FOLLOWED),
    "palette": ("ctrl+p", *"other pane", "enter", *FOLLOWED),
    "palette, second": ("ctrl+p", "down", "enter", "escape", *FOLLOWED),
    "palette left": ("ctrl+p", *"mark", "escape", *FOLLOWED),
    "palette to a form": ("ctrl+p", *"title, source", "enter", *"甲", "enter", *FOLLOWED),
    "palette to a notice": ("ctrl+p", *"泊云", "enter", *FOLLOWED),
    "done": ("m", "m", *FOLLOWED),
    "next, previous": ("J", *FOLLOWED, "K", *FOLLOWED, "u", "u", "ctrl+r"),
    "to the queue": ("q", "j", "enter", *FOLLOWED),
    "all of a rule": ("n", "A", "A", "u", "n", "x"),
    "escape and a key": ("slash", "x", "alt+v", "l", "1"),
}  # fmt: skip

QUEUE = {
    "search": ("slash", *"泊云", "enter", "enter", *FOLLOWED),
    "search dropped": ("slash", *"泊云", "escape", "enter", *FOLLOWED),
    "search, and down": ("slash", *"会", "down", "enter", "enter", *FOLLOWED),
    "filter": ("f", "s", "s", "s", "enter", "enter", *FOLLOWED),
    "filter left": ("f", "s", "escape", "enter", *FOLLOWED),
    "filter by date": ("f", "d", *"2021", "enter", "enter", *FOLLOWED),
    "filter by date, left": ("f", "d", *"2021", "escape", "enter", "enter", *FOLLOWED),
    "flag": ("F", *"缺", "enter", "enter", *FOLLOWED),
    "flag several": ("space", "space", "F", "tab", *"缺", "enter", "j", "enter", *FOLLOWED),
    "assign": ("A", *"wang", "enter", "j", "A", *"lin", "enter", "u", "enter", *FOLLOWED),
    "free": ("n", *FOLLOWED, "q", "n", *FOLLOWED),
    "order": ("S", "n", "enter", *FOLLOWED, "q", "j", "enter", *FOLLOWED),
    "help": ("question_mark", "enter", "enter", *FOLLOWED),
    "palette": ("ctrl+p", *"sort", "enter", "n", "enter", *FOLLOWED),
    "notice and back": ("enter", *FOLLOWED, "q", "j", "j", "enter", *FOLLOWED),
    "import": ("ctrl+p", *"import files", "enter", *"/nowhere", "escape", "enter", *FOLLOWED),
}

GOLD = {
    "search": ("slash", *"各乡镇", "enter", "v", "l", "alt+1"),
    "decide and done": ("1", "2", "m", "n"),
    "attributes": ("1", "N", "e", "enter", "U"),
    "whole text": ("z", "G", "v", "h", "alt+1", "u"),
    "to the queue": ("q", "j", "a", "1"),
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory, empty_database):
    """A database with three pages, of which two people have said different things about the first."""
    path = Path(shutil.copy(empty_database, tmp_path_factory.mktemp("ahead")))
    with open_database(path) as database:
        pages = [
            Source("one", RAW, "utf-8", "one.txt"),
            Source("two", OTHER, "utf-8", "two.txt"),
            Source("three", RAW + "又及。\n", "utf-8", "three.txt"),
        ]
        ingest(database, pages, "importer", pytest.fail)
        suggest_stored(database, "importer", suggesters(RULES), [1, 2, 3], pytest.fail)
        with_adjudicator(database)
        # Gold in a notice of its own, on which nobody else works here.
        number = stored_notice(database, "某市部署工作。4月底前完成排查,5月初验收。\n", "four")
        for owner, end in (("li", 9), ("wang", 10)):
            raw = "某市部署工作。4月底前完成排查,5月初验收。\n"
            add_annotation(database, owner, number, annotation_of(raw, 7, end, annotator=owner))
        finish(database, number, "li", "wang")
    return path


class SlowThreads:
    """Has what runs in a thread come back only when all keys that do not wait for it have been taken."""

    def __init__(self, monkeypatch):
        self._to_thread = asyncio.to_thread
        monkeypatch.setattr(asyncio, "to_thread", self._late)

    async def _late(self, function, *args):
        result = await self._to_thread(function, *args)
        for _ in range(500):
            await asyncio.sleep(0)  # because others run then
        return result


def key_of(name):
    """The event of a key as the driver posts it."""
    if len(name) == 1:
        return events.Key(_character_to_key(name), name)
    characters = {"space": " ", "slash": "/", "full_stop": ".", "plus": "+", "question_mark": "?", "enter": "\r"}
    return events.Key(name, name[-1] if name.startswith("alt+") else characters.get(name))


def without_ids(value):
    """What an event says, without ids and times, which each run makes anew."""
    if hasattr(value, "__struct_fields__"):
        names = [name for name in value.__struct_fields__ if name not in ("id", "gold") and not name.endswith("at")]
        return type(value).__name__, [(name, without_ids(getattr(value, name))) for name in names]
    return [without_ids(each) for each in value] if isinstance(value, list | tuple) else value


def is_shown(widget):
    return all(each.display for each in widget.ancestors_with_self if isinstance(each, Widget))


def outcome(app, before):
    """Where the reviewer is, what was done, and what stands there."""
    places = [(type(each).__name__, getattr(each, "notice", None)) for each in app.screen_stack]
    done = [
        (each.actor, each.action, each.change.notice, each.change.entity, without_ids(each.change.after))
        for each in logged(app.session.database)[before:]
        if each.actor == app.session.reviewer
    ]
    shown = [line.text for line in app.screen.query(StatusLine) if is_shown(line)]
    place = app.screen
    at = place.desk.model.raw_cursor if isinstance(place, PlaceScreen) and hasattr(place, "desk") else None
    return places, done, at, shown


async def handled(pilot):
    """Return when all keys that were posted have been handled."""
    taken = asyncio.Event()
    pilot.app.call_later(taken.set)
    await until(pilot, taken.is_set, "all keys are handled")


async def start_over(pilot, notice):
    """Undo all that was done, and go back to the first notice, or to the top of the whole queue."""
    app = pilot.app
    while not isinstance(app.screen, PlaceScreen):
        app.post_message(key_of("escape"))
        await handled(pilot)
    if notice is None and len(app.screen_stack) > 1:
        app.post_message(key_of("q"))
        await handled(pilot)
    count = None
    while count != (count := len(logged(app.session.database))):
        app.post_message(key_of("u"))
        await handled(pilot)
    if notice is not None and app.screen.notice == notice:
        app.screen.desk.reload(("", "plain"))
    elif notice is not None:
        app.go_to_notice(notice)
    else:
        for key in ("escape", "escape", "escape", "g"):
            app.post_message(key_of(key))
    await handled(pilot)


async def ends_of(filled, folder, cases, *, at_once, notice=None, **options):
    """What each sequence of keys comes to."""
    ends = {}
    folder.mkdir()
    with open_database(Path(shutil.copy(filled, folder / "zhupi.db"))) as database:
        app = ZhupiApp(database, notice=notice, **options)
        async with app.run_test(size=(80, 24)) as pilot:
            await idle(pilot)
            for name, keys in cases.items():
                before = len(logged(database))
                for key in keys:
                    app.post_message(key_of(key))
                    if not at_once:
                        await handled(pilot)
                await handled(pilot)
                await until(pilot, lambda: not app.session.writer.pending, "all is written")
                ends[name] = outcome(app, before)
                await start_over(pilot, notice)
    return ends


@pytest.mark.parametrize(
    ("cases", "options"),
    [
        (REVIEW, {"notice": 1, "reviewer": "lin"}),
        (QUEUE, {"reviewer": "lin"}),
        (GOLD, {"notice": 4, "adjudicate": True, "reviewer": CHEN}),
    ],
    ids=["notice", "queue", "adjudication"],
)
async def test_what_is_typed_ahead_ends_as_with_a_pause_behind_each_key(filled, tmp_path, monkeypatch, cases, options):
    expected = await ends_of(filled, tmp_path / "slow", cases, at_once=False, **options)
    with monkeypatch.context() as patch:
        SlowThreads(patch)
        found = await ends_of(filled, tmp_path / "quick", cases, at_once=True, **options)
    for name in cases:
        for part, wanted in zip(found[name], expected[name], strict=True):
            assert part == wanted, name


def test_every_key_of_every_screen_is_run_by_the_app():
    """Without priority a screen would run it, in a task of its own, while the app takes the next key."""
    for module in pkgutil.walk_packages(tui.__path__, "tui."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    screens, left = set(), [Screen]
    while left:
        found = left.pop()
        left += found.__subclasses__()
        if found.__module__.startswith("tui."):
            screens.add(found)
    assert Palette in screens
    slow = [(each, binding) for each in screens for binding in vars(each).get("BINDINGS", ()) if not binding.priority]
    assert slow == []
