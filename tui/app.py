"""The app puts the session, the screens and the terminal together, and decides which screen is opened and left."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from msgspec.structs import replace
from textual import events, on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen, ScreenResultType
from textual.theme import Theme
from textual.worker import WorkType

from annotations.errors import LabelError
from annotations.labels import LabelSet
from store.db.database import Database
from store.db.stops import STOPS
from store.errors import RoleError
from store.index.filters import QueueFilter
from store.index.numbers import count_notices
from store.project.reviewers import require
from store.read.queue import ALL, FILTERED_ROWS
from tui.adjudicate.keys import ADJUDICATE_BINDINGS, gold_letters
from tui.everywhere.keys import EVERYWHERE_BINDINGS, SAMPLE_BINDINGS, everywhere_letters
from tui.garbage import collect
from tui.keys.keymap import KeymapError, Keys, key_shown
from tui.progress.keys import PROGRESS_BINDINGS
from tui.queue.keys import QUEUE_BINDINGS
from tui.review.keys import REVIEW_BINDINGS, label_letters
from tui.screen import PlaceScreen, ZhupiScreen
from tui.session.session import Session
from tui.session.state import State
from tui.session.watcher import Seen
from tui.terminal.app import TerminalApp
from tui.terminal.driver import in_loop, terminal_is_gone
from tui.terminal.theme import DEFAULT_THEME, TERMINAL_THEME, THEMES

if TYPE_CHECKING:
    from annotations.spans import RawSpan
    from tui.forms.unsaved import Answer
    from tui.queue.screen import QueueScreen

_QUIT_PATIENCE = 3.0
"""Seconds that quitting waits for changes to be saved before it asks."""


def _letters(labels: LabelSet) -> dict[str, str]:
    """The letters of labels, by the ids of the bindings that give them on each screen.

    Raises:
        LabelError: a letter is a key already.
    """
    return {**label_letters(labels), **gold_letters(labels), **everywhere_letters(labels)}


class ZhupiApp(TerminalApp):
    """The app in which people review and annotate notices.

    Args:
        database: the open database.
        notice: the number of the notice to open first; None opens the queue at the place that ``state`` remembers.
        adjudicate: whether that notice is opened to be adjudicated.
        importing: whether the form that imports is shown first.
        theme: a key of ``THEMES``; None takes the theme of ``state``.
        keys: the keys that the user has remapped, by the id of the binding.
        reviewer: as for ``Session``; so are all arguments below.
        confined: as for ``Session``.
        state: as for ``Session``.
        save_state: as for ``Session``.
        drafts_path: as for ``Session``.
        hints: as for ``Session``.
    """

    TITLE = "朱批 zhupi"
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
        """The watcher has seen what other sessions did."""

        def __init__(self, seen: Seen) -> None:
            super().__init__()
            self.seen = seen

    class SavingTurned(Message):
        """Changes are held up, or they are saved after that."""

    def __init__(  # noqa: PLR0913  # a session has these parts
        self,
        database: Database,
        *,
        notice: int | None = None,
        adjudicate: bool = False,
        importing: bool = False,
        theme: str | None = None,
        keys: Mapping[str, Sequence[str]] | None = None,
        reviewer: str | None = None,
        confined: bool = False,
        state: State | None = None,
        save_state: Callable[[State], None] | None = None,
        drafts_path: Path | None = None,
        hints: bool = False,
    ) -> None:
        super().__init__()
        self.session = Session(
            database,
            reviewer=reviewer,
            confined=confined,
            state=state,
            save_state=save_state,
            drafts_path=drafts_path,
            hints=hints,
        )
        self.keys = Keys(self.all_bindings(), _letters(self.session.labels), keys)
        """The keymap of this session."""
        self.set_keymap(self.keys.keymap)
        self._first_notice = notice
        self._adjudicates_first = adjudicate
        self._imports_first = importing
        self._queue: QueueScreen | None = None
        for each in THEMES.values():
            self.register_theme(each)
        wanted = theme if theme is not None else self.session.state.theme
        if self.no_color:
            # It tells by reversed and underlined text what the other themes tell by colours.
            wanted = TERMINAL_THEME
        self._begin_in(THEMES[wanted if wanted in THEMES else DEFAULT_THEME])

    def _begin_in(self, theme: Theme) -> None:
        """Take the first theme.  Setting ``theme`` would have textual parse its style sheet once more at the start."""
        self.set_reactive(ZhupiApp.theme, theme.name)
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_class(theme.dark, "-dark-mode", update=False)
        self.set_class(not theme.dark, "-light-mode", update=False)

    @classmethod
    def all_bindings(cls) -> list[Binding]:
        """All bindings that the user can remap."""
        screens = [
            *QUEUE_BINDINGS,
            *REVIEW_BINDINGS,
            *ADJUDICATE_BINDINGS,
            *EVERYWHERE_BINDINGS,
            *SAMPLE_BINDINGS,
            *PROGRESS_BINDINGS,
        ]
        return cast("list[Binding]", [*screens, *cls.BINDINGS])

    # Screens

    def get_default_screen(self) -> Screen[Any]:
        """The screen to start with: the notice that was asked for, else the queue.

        Only one of the two is laid out, since the other would delay the first paint.
        """
        if self._first_notice is not None and self._adjudicates_first:
            return self._adjudication(self._first_notice)
        if self._first_notice is not None:
            return self._review(self._first_notice)
        return self._open_queue(self.session.state.filter, self.session.state.notice)

    def _review(self, number: int, queue: QueueFilter = ALL, place: RawSpan | None = None) -> PlaceScreen[int]:
        from tui.review.screen import ReviewScreen  # noqa: PLC0415  # slow to import, and the queue does not need it

        return ReviewScreen(self.session, self, self.keys, number, queue, place)

    def _adjudication(self, number: int, queue: QueueFilter = ALL) -> PlaceScreen[int]:
        from tui.adjudicate.screen import AdjudicateScreen  # noqa: PLC0415  # as for the review screen

        return AdjudicateScreen(self.session, self, self.keys, number, queue)

    def _open_queue(self, queue_filter: QueueFilter, notice: int | None) -> QueueScreen:
        """Make the queue screen, the cursor on a notice, or next to it where the filter hides the notice."""
        from tui.queue.screen import QueueScreen  # noqa: PLC0415  # slow to import, and a notice does not need it
        from tui.queue.window import open_window  # noqa: PLC0415  # as above

        connection = self.session.database.connection
        at = () if notice is None else (notice,)
        # A screen is shown of it at once; the list asks for more as the cursor comes near to an end.
        window = open_window(connection, self.session.reviewer, queue_filter, at, near=True, limit=FILTERED_ROWS)
        self._queue = QueueScreen(self.session, self, self.keys, count_notices(connection), window, queue_filter)
        return self._queue

    @property
    def _places(self) -> Iterator[PlaceScreen[Any]]:
        """The screens where the reviewer is, the topmost first; forms are left out."""
        return (screen for screen in reversed(self.screen_stack) if isinstance(screen, PlaceScreen))

    def open_notice(self, number: int, queue: QueueFilter = ALL, place: RawSpan | None = None) -> None:
        """Open a notice on top of the screen, as ``Host`` has it."""
        self._open(self._review(number, queue, place))

    def open_adjudication(self, number: int, queue: QueueFilter = ALL) -> None:
        """Open a notice to be adjudicated; ``queue`` is the filter that the notices that are ready come from."""
        self._open(self._adjudication(number, queue))

    def open_progress(self) -> None:
        """Show how far the project is, on top of the queue."""
        from tui.progress.screen import ProgressScreen  # noqa: PLC0415  # slow to import, and the queue does not need it

        self._open(ProgressScreen(self.session, self, self.keys))

    def open_everywhere(self, text: str, queue: QueueFilter = ALL) -> None:
        """Show every place of a text in the notices that a filter shows."""
        from tui.everywhere.screen import EverywhereScreen  # noqa: PLC0415  # as for the review screen

        self._open(EverywhereScreen(self.session, self, self.keys, text, queue))

    def open_sample(self, queue: QueueFilter = ALL) -> None:
        """Show a sample of what a rule has found, to accept all of it."""
        from tui.everywhere.sample_screen import SampleScreen  # noqa: PLC0415  # as for the review screen

        self._open(SampleScreen(self.session, self, self.keys, queue))

    def _open(self, screen: PlaceScreen[Any]) -> None:
        self.push_screen(screen, partial(self._returned, next(self._places, None)))

    def _returned(self, below: PlaceScreen[Any] | None, number: int | None) -> None:
        """Have the screen below show what was done; called when the screen on it is dismissed.

        Args:
            below: the screen below.
            number: the notice that was open last; None where none was.
        """
        if below is not None and below.is_attached:
            below.returned(number)
        self.call_after_refresh(self._announce_place)

    def go_to_notice(self, number: int) -> None:
        """Open a notice from the screen where the reviewer is, which may lie below a form."""
        if isinstance(self.screen, PlaceScreen):
            self.screen.go_to_notice(number)
        elif self._queue is not None:
            self._queue.go_to_notice(number)

    def ask(self, form: Screen[ScreenResultType], then: Callable[[ScreenResultType | None], None]) -> Awaitable[None]:
        """Show a form; ``then`` gets the answer, or None where the form was cancelled."""
        return self.push_screen(form, then)

    def leave(self) -> None:
        """Leave the screen on top; where only one screen is left, quit the app."""
        self._remember()
        screen = self.screen
        if screen is self._queue:
            self.quit()
        elif len(self.screen_stack) > 1:
            # The queue moves its cursor to the notice that was open last.
            screen.dismiss(screen.notice if isinstance(screen, PlaceScreen) else None)
        elif isinstance(screen, PlaceScreen):
            # Where the app was started on a notice, no queue lies below it yet: it comes on top, and stays.
            self.push_screen(self._open_queue(QueueFilter(), screen.notice))
            self.call_after_refresh(self._announce_place)

    def quit(self) -> None:
        """Quit once all changes are saved; where somebody else holds the database, ask first."""
        if self.session.writer.pending:
            work: WorkType[None] = self._quit_when_saved
            self.run_worker(work, group="quit", exclusive=True)
        else:
            self.exit()

    async def _quit_when_saved(self) -> None:
        writer = self.session.writer
        if writer.hindrance is None and await asyncio.to_thread(writer.finish, _QUIT_PATIENCE):
            self.exit()
        elif self._queue is not None:
            from tui.forms.unsaved import UnsavedScreen  # noqa: PLC0415  # seldom needed

            held = self._queue.listing.saving.status if writer.hindrance is not None else None
            self.push_screen(UnsavedScreen(held), self._quit_all_the_same)

    def _quit_all_the_same(self, answer: Answer | None) -> None:
        if answer == "quit":
            self.session.give_up()
            self.exit()

    # Where the reviewer is, and what others do

    def place_changed(self) -> None:
        """Remember where the reviewer is for the next start, and announce it to the other sessions."""
        self._remember()
        self._announce_place()

    def _announce_place(self) -> None:
        place = next(self._places, None)
        # While the app quits, no screen is left.
        if place is not None:
            self.session.watcher.set_notice(place.notice)

    def _remember(self) -> None:
        state, places = self.session.state, list(self._places)
        if self._queue in places:
            # What lies below the queue was left before the queue was opened.
            places = places[: places.index(self._queue) + 1]
        for place in reversed(places):
            state = place.remember(state)
        self.session.remember(state)

    def _post_seen(self, seen: Seen) -> None:
        """Post what the watcher has seen; called in the thread of the watcher."""
        self.post_message(self.SeenOthers(seen))

    def _post_saving_turned(self) -> None:
        """Post that changes are held up, or no longer; called in the thread of the writer."""
        self.post_message(self.SavingTurned())

    @on(SavingTurned)
    def _saving_turned(self) -> None:
        """Show that changes are held up, or that they are saved after that."""
        for place in self._places:
            if place.is_mounted and place.is_running:
                place.saving_turned()

    @on(SeenOthers)
    def _seen_others(self, message: SeenOthers) -> None:
        """Show what other sessions did, as far as it is on the screen."""
        self.session.others = message.seen.others
        if message.seen.labels != self.session.labels:
            self._use_labels(message.seen.labels)
        place = next(self._places, None)
        # The screen may still be starting, or the app may be quitting and have no screen left.
        if place is not None and place.is_mounted and place.is_running:
            place.follow(message.seen)

    def _use_labels(self, labels: LabelSet) -> None:
        """Go on with another label set: an admin has changed the one of the project."""
        self.session.labels = labels
        try:
            self.keys.use_letters(_letters(labels))
        except (LabelError, KeymapError):
            # A key of the reviewer's own is one of these letters, which the next start tells; the digits tag meanwhile.
            self.keys.use_letters({})
        self.set_keymap(self.keys.keymap)
        for screen in self.screen_stack:
            if isinstance(screen, ZhupiScreen):
                screen.use_labels(labels)

    # Actions of every screen

    async def action_leave(self) -> None:
        """Leave the screen, or quit the app from the last one; what is typed into a form is kept."""
        kept = isinstance(self.screen, ZhupiScreen) and self.screen.set_aside()
        self.leave()
        place = next(self._places, None)
        if kept and place is not None:
            place.tell_set_aside()

    def action_help_quit(self) -> None:
        """Answer ctrl+c with a message that says how to leave; nothing is interrupted."""
        self._say(f"{self.keys.shown('app.leave')} goes back and quits; nothing is lost", "dim")

    def action_command_palette(self) -> None:
        """Open the palette with every action, the themes and the notices."""
        from tui.palette import open_palette  # noqa: PLC0415  # only when asked for

        open_palette(self, self)

    def action_suspend_process(self) -> None:
        """Suspend the process; a confined session has no shell to return to and is told so."""
        if self.session.confined:
            self._say("suspend: there is nothing but this app here", "warn")
        else:
            super().action_suspend_process()

    def action_import_files(self) -> None:
        """Open the form that imports pages."""
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

    def _imported(self, added: bool | None) -> None:  # noqa: FBT001  # textual hands the result of the screen over by position
        if added and self._queue is not None:
            self._queue.reread()

    def tell_command(self, command: str) -> None:
        """Say that a command is to be run in a shell, with the database that is open."""
        import shlex  # noqa: PLC0415  # only when asked for

        self._say(f"in a shell:  {command} --db {shlex.quote(str(self.session.database.path))}", "plain")

    def use_theme(self, name: str) -> None:
        """Switch to a theme of ``THEMES``, and remember it for the next start."""
        self.theme = THEMES[name].name
        self.session.remember(replace(self.session.state, theme=name))

    def copy(self, text: str) -> str:
        """Copy a text to the clipboard; returns the message to show."""
        from tui.terminal.clipboard import copy  # noqa: PLC0415  # only when asked for

        return copy(self, text, confined=self.session.confined)

    def _say(self, text: str, look: str) -> None:
        if isinstance(self.screen, ZhupiScreen):
            self.screen.say(text, look)

    # Beginning and end

    def readiness(self) -> asyncio.Event | None:
        """The event that is set while the screen on top takes keys; None where it always does."""
        return self.screen.waits_for if isinstance(self.screen, ZhupiScreen) else None

    def note_activity(self) -> None:
        """Tell the watcher that somebody is at work, so that notices handed out to them stay theirs."""
        self.session.watcher.touch()
        if isinstance(self.screen, ZhupiScreen):
            self.screen.forget_said()

    def note_unbound_key(self, event: events.Key) -> None:
        """Say that a key does nothing here, by its name."""
        character = event.character if event.is_printable and event.character else ""
        self._say(f"{character.strip() or key_shown(event.key)} does nothing here", "dim")

    def note_foreign_input(self) -> None:
        """Say that the terminal sends another encoding, whose bytes are left out."""
        self._say("your terminal sends no UTF-8, which is left out; set it to UTF-8", "warn")

    def on_ready(self) -> None:
        """Begin to handle stops, and behind the first paint to collect garbage and to follow what others do."""
        # The driver handles stops by now, and what it does waits until no thread holds the write lock.
        STOPS.defer(in_loop)
        self.session.writer.on_turn = self._post_saving_turned
        if isinstance(self.screen, ZhupiScreen):
            self.screen.once_painted(self._go_on)
        else:
            self._go_on()
        if self._imports_first:
            self.action_import_files()

    def _go_on(self) -> None:
        collect()
        self.session.start(self._post_seen)

    def end_soon(self, number: signal.Signals) -> None:
        """Finish the writes that are queued, then exit."""
        # The screen may not be there yet.
        screen = self.screen_stack[-1] if self.screen_stack else None
        if isinstance(screen, ZhupiScreen):
            screen.hang_up()
        self.session.hang_up()
        self._remember()
        if number == signal.SIGHUP and terminal_is_gone():
            # Nothing is left to restore, and every change was committed when it was made.
            self.session.flush()
            os._exit(128 + number)
        super().end_soon(number)

    async def on_unmount(self) -> None:
        """Finish the writes that are queued."""
        self.session.close()
