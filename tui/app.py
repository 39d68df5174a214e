"""The app: where session, screens and terminal are put together.  It decides what is opened and left."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from msgspec.structs import replace
from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen, ScreenResultType

from store.db.database import Database
from store.errors import RoleError
from store.index.filters import QueueFilter
from store.index.sets import count_notices
from store.project.reviewers import require
from store.read.queue import ALL
from tui.keys.keymap import Keys
from tui.queue.keys import QUEUE_BINDINGS
from tui.review.keys import REVIEW_BINDINGS, label_letters
from tui.screen import PlaceScreen, ZhupiScreen
from tui.session.session import Session
from tui.session.state import State
from tui.session.watcher import Seen
from tui.terminal.app import TerminalApp
from tui.terminal.theme import DEFAULT_THEME, THEMES

if TYPE_CHECKING:
    from tui.queue.screen import QueueScreen


class ZhupiApp(TerminalApp):
    """Review and annotate notices.

    Args:
        database: the open database.
        notice: the number of a notice to open at once; None opens the queue where ``state`` says.
        theme: a name of ``THEMES``; None takes that of ``state``.
        keys: what the user has remapped, by the id of the binding.
        reviewer: as for ``Session``, and all that follow.
        confined: see there.
        state: see there.
        keep: see there.
        drafts_path: see there.
    """

    TITLE = "朱批 zhupi"
    CSS = "CommandPalette SearchIcon { display: none; }"  # a picture that many terminals have no sign for
    INLINE_PADDING = 0
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", "back or quit", id="app.leave", priority=True),
        Binding("ctrl+p", "command_palette", "every action by name", id="app.command_palette", priority=True),
        Binding("ctrl+z", "suspend_process", "suspend", id="app.suspend", priority=True),
    ]
    """
    | Key | Does |
    | --- | --- |
    | `ctrl+q` | back, or quit from the queue |
    | `ctrl+p` | every action by name, themes, import, go to a notice |
    | `ctrl+z` | suspend, as in any program of the shell |
    """

    class SeenOthers(Message):
        """The watcher has seen something."""

        def __init__(self, seen: Seen) -> None:
            super().__init__()
            self.seen = seen

    def __init__(  # noqa: PLR0913  # what a session is made of
        self,
        database: Database,
        *,
        notice: int | None = None,
        theme: str | None = None,
        keys: Mapping[str, Sequence[str]] | None = None,
        reviewer: str | None = None,
        confined: bool = False,
        state: State | None = None,
        save_state: Callable[[State], None] | None = None,
        drafts_path: Path | None = None,
    ) -> None:
        super().__init__()
        self.session = Session(
            database, reviewer=reviewer, confined=confined, state=state, save_state=save_state, drafts_path=drafts_path
        )
        self.keys = Keys(self.all_bindings(), label_letters(self.session.labels), keys)
        """Which key does what."""
        self.set_keymap(self.keys.keymap)
        self._first_notice = notice
        self._queue: QueueScreen | None = None
        for each in THEMES.values():
            self.register_theme(each)
        wanted = theme if theme is not None else self.session.state.theme
        self.theme = THEMES[wanted if wanted in THEMES else DEFAULT_THEME].name

    @classmethod
    def all_bindings(cls) -> list[Binding]:
        """Every binding that can be remapped."""
        return cast("list[Binding]", [*QUEUE_BINDINGS, *REVIEW_BINDINGS, *cls.BINDINGS])

    # Screens

    def get_default_screen(self) -> Screen[Any]:
        """The notice that was asked for, else the queue: so that no other screen is laid out before it."""
        if self._first_notice is not None:
            return self._review(self._first_notice)
        return self._open_queue(self.session.state.filter, self.session.state.notice)

    def _review(self, number: int, queue: QueueFilter = ALL) -> PlaceScreen[int]:
        from tui.review.screen import ReviewScreen  # noqa: PLC0415  # who opens the queue must not wait for it

        return ReviewScreen(self.session, self, self.keys, number, queue)

    def _open_queue(self, queue_filter: QueueFilter, notice: int | None) -> QueueScreen:
        """The queue with the cursor on a notice, or beside where it would be."""
        from tui.queue.screen import QueueScreen  # noqa: PLC0415  # who opens a notice must not wait for it
        from tui.queue.window import open_window  # noqa: PLC0415  # as above

        connection = self.session.database.connection
        at = () if notice is None else (notice,)
        window = open_window(connection, self.session.reviewer, queue_filter, at, near=True)
        self._queue = QueueScreen(self.session, self, self.keys, count_notices(connection), window, queue_filter)
        return self._queue

    @property
    def _places(self) -> Iterator[PlaceScreen[Any]]:
        """Where the reviewer is, the topmost first, without the forms over it."""
        return (screen for screen in reversed(self.screen_stack) if isinstance(screen, PlaceScreen))

    def open_notice(self, number: int, queue: QueueFilter = ALL) -> None:
        """Show a notice over the queue; the next ones come from what ``queue`` lets through."""
        self.push_screen(self._review(number, queue), self._returned)

    def _returned(self, number: int | None) -> None:
        """A notice was left: the queue goes to the last one that was open."""
        if self._queue is not None:
            self._queue.returned(number)
        self.call_after_refresh(self._announce_place)

    def go_to_notice(self, number: int) -> None:
        """Show a notice, from wherever the reviewer is; what a form is about stays open below it."""
        if isinstance(self.screen, PlaceScreen):
            self.screen.go_to_notice(number)
        elif self._queue is not None:
            self._queue.go_to_notice(number)

    def ask(self, form: Screen[ScreenResultType], then: Callable[[ScreenResultType | None], None]) -> Awaitable[None]:
        """Show a form; ``then`` gets the answer, None where it was left."""
        return self.push_screen(form, then)

    def leave(self) -> None:
        """Leave the screen on top, or the app from the last one."""
        self._remember()
        screen = self.screen
        if screen is self._queue:
            self.exit()
        elif len(self.screen_stack) > 1:
            # A notice says that it was open last, so that the queue can go there.
            screen.dismiss(screen.notice if isinstance(screen, PlaceScreen) else None)
        elif isinstance(screen, PlaceScreen):
            # A notice that was opened at once has no queue below it: it comes on top, and stays.
            self.push_screen(self._open_queue(QueueFilter(), screen.notice))
            self.call_after_refresh(self._announce_place)

    # Where the reviewer is, and what others do

    def place_changed(self) -> None:
        """Remember where the reviewer is, and tell the others."""
        self._remember()
        self._announce_place()

    def _announce_place(self) -> None:
        place = next(self._places, None)
        # No screen is left while the app goes.
        if place is not None:
            self.session.watcher.set_notice(place.notice)

    def _remember(self) -> None:
        state, places = self.session.state, list(self._places)
        if self._queue in places:
            # What lies below the queue was left before.
            places = places[: places.index(self._queue) + 1]
        for place in reversed(places):
            state = place.remember(state)
        self.session.remember(state)

    def _post_seen(self, seen: Seen) -> None:
        """Called in the thread of the watcher."""
        self.post_message(self.SeenOthers(seen))

    @on(SeenOthers)
    def _seen_others(self, message: SeenOthers) -> None:
        """Show what others did, where it is on the screen."""
        self.session.others = message.seen.others
        place = next(self._places, None)
        # It may be on its way in, or the app on its way out, with no screen left.
        if place is not None and place.is_mounted and place.is_running:
            place.follow(message.seen)

    # Actions of every screen

    def action_leave(self) -> None:
        """Leave the screen, or the app from the last one."""
        self.leave()

    def action_help_quit(self) -> None:
        """Textual's answer to ctrl+c: nothing is interrupted, it is told how to leave."""
        self._say(f"{self.keys.shown('app.leave')} goes back and quits; nothing is lost", "dim")

    def action_command_palette(self) -> None:
        """Every action by name, themes, notices."""
        from tui.palette import open_palette  # noqa: PLC0415  # only when asked for

        open_palette(self, self)

    def action_suspend_process(self) -> None:
        """Suspend; where nothing but the app is for whoever sits there, there is no shell to go to."""
        if self.session.confined:
            self._say("suspend: there is nothing but this app here", "warn")
        else:
            super().action_suspend_process()

    def action_import_files(self) -> None:
        """Import pages while the app is open."""
        from tui.forms.importing import ImportScreen  # noqa: PLC0415  # only when asked for

        session = self.session
        if session.confined:
            self._say("import: not from here; an admin imports on the server", "warn")
            return
        try:
            require(session.database.connection, session.reviewer, "add notices")
        except RoleError as error:
            self._say(str(error), "warn")
            return
        self.push_screen(ImportScreen(session), self._imported)

    def _imported(self, added: bool | None) -> None:  # noqa: FBT001  # what the screen is dismissed with
        if added and self._queue is not None:
            self._queue.reread()

    def use_theme(self, name: str) -> None:
        """Show another theme of ``THEMES``, from now on."""
        self.theme = THEMES[name].name
        self.session.remember(replace(self.session.state, theme=name))

    def copy(self, text: str) -> str:
        """Copy a text for other programs; what to tell about it."""
        from tui.terminal.clipboard import copy  # noqa: PLC0415  # only when asked for

        return copy(self, text, confined=self.session.confined)

    def _say(self, text: str, look: str) -> None:
        if isinstance(self.screen, ZhupiScreen):
            self.screen.say(text, look)

    # Beginning and end

    def readiness(self) -> asyncio.Event | None:
        """What is set while keys are for the screen on top."""
        return self.screen.ready if isinstance(self.screen, ZhupiScreen) else None

    def note_activity(self) -> None:
        """Somebody is at work: what was handed to them stays theirs."""
        self.session.watcher.touch()

    def on_ready(self) -> None:
        """The first screen is painted: collect garbage again, but do not look through what start-up made."""
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
        self.session.start(self._post_seen)

    def end_soon(self, number: signal.Signals) -> None:
        """Finish the writes, then go, and soon."""
        if isinstance(self.screen, ZhupiScreen):
            self.screen.hang_up()
        self.session.hang_up()
        self._remember()
        if number == signal.SIGHUP:
            # No terminal is left to restore, and every change was committed when it was made.
            self.session.flush()
            os._exit(128 + number)
        super().end_soon(number)

    async def on_unmount(self) -> None:
        """Finish what was queued."""
        self.session.close()
