"""The app: opens the database's screens, knows who works here, and ends so that nothing shown as saved is lost."""

from __future__ import annotations

import asyncio
import gc
import os
import select
import signal
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from msgspec.structs import replace
from rich.segment import Segment
from textual import events, on
from textual.app import App
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.command import Provider
from textual.driver import Driver
from textual.filter import ANSIToTruecolor, LineFilter, NoColor
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input

from store.db.database import Database
from store.errors import RoleError
from store.index.filters import QueueFilter
from store.index.sets import count_notices
from store.project.presence import Present
from store.project.reviewers import current_reviewer, find, require
from store.project.settings import labels_of
from tui.keys.keymap import Keys
from tui.queue.keys import QUEUE_BINDINGS
from tui.review.keys import REVIEW_BINDINGS, label_letters
from tui.session.drafts import Drafts
from tui.session.state import State
from tui.session.watcher import Seen, Watcher
from tui.session.writer import Writer
from tui.terminal.keyboard import ALT, as_meant, half_width, keep_alt
from tui.terminal.sgr import shorten
from tui.terminal.theme import DEFAULT_THEME, IN_256_COLOURS, THEMES
from tui.terminal.width import ambiguous_is_wide, drawable

if TYPE_CHECKING:
    from annotations.errors import ZhupiError
    from tui.notice.model import ReviewModel
    from tui.queue.screen import QueueScreen
    from tui.text.linked_cursor import PaneName

_LAST_WRITES = 10.0
"""Seconds that a hang-up waits for the writes under way."""
_LAST_WORD = 2.0
"""Seconds that the end of the app waits until the others know of it."""
_MOST_WAITED = 10.0
"""Seconds that a key waits for the notice that it is meant for."""
_LOOK_AT_TERMINAL = 2.0
"""Seconds between two looks whether the terminal is still there."""


class _AsciiLines(LineFilter):
    """Draws box lines and blocks in ASCII, for a terminal that would give each two cells."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002  # textual's
        """The segments with every such character replaced."""
        return [Segment(drawable(text), style, control) for text, style, control in segments]


_ASCII_LINES = _AsciiLines()


def _provider(name: str) -> Callable[[], type[Provider]]:
    """A provider of the command palette, imported when the palette is opened."""

    def load() -> type[Provider]:
        from tui import palette  # noqa: PLC0415  # only when asked for

        return cast("type[Provider]", getattr(palette, name))

    return load


PROVIDERS = tuple(map(_provider, ("Actions", "Themes", "Notices")))
"""What the command palette offers."""


class ZhupiApp(App[None]):
    """Review and annotate notices.

    Args:
        database: the open database.
        reviewer: who works here; None is the account of the process.
        confined: whether whoever sits there reached this account by a forced command, and nothing but this app is for
            them: no files of the account, no shell.
        notice: the number of a notice to open at once; None opens the queue where ``state`` says.
        theme: a name of ``THEMES``; None takes that of ``state``.
        state: where the reviewer left off.
        keep: is called off the event loop with what to start from next time.
        keys: what the user has remapped, by the id of the binding.
        drafts_path: the file for what is being typed; None keeps it only while the app runs.
    """

    TITLE = "朱批 zhupi"
    CSS = "CommandPalette SearchIcon { display: none; }"  # a picture that many terminals have no sign for
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {*PROVIDERS}
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
        reviewer: str | None = None,
        confined: bool = False,
        notice: int | None = None,
        theme: str | None = None,
        state: State | None = None,
        keep: Callable[[State], None] | None = None,
        keys: Mapping[str, Sequence[str]] | None = None,
        drafts_path: Path | None = None,
    ) -> None:
        super().__init__()
        self.database = database
        self.reviewer = reviewer if reviewer is not None else current_reviewer()
        self.confined = confined
        known = find(database.connection, self.reviewer)
        self.role = known.role if known is not None else "reviewer"
        """What the reviewer is here, as it was at the start."""
        self._line_filters: tuple[object, Sequence[LineFilter]] | None = None
        self.labels = labels_of(database)
        self.writer = Writer()
        self.crashed: str | None = None
        """The traceback of an error that nobody expected, once there was one."""
        self._first_notice = notice
        self._signals = (signal.SIGHUP, signal.SIGTERM)
        self._state = state if state is not None else State()
        self._keep = keep
        self._keeper = ThreadPoolExecutor(1, thread_name_prefix="zhupi-state")
        self.drafts = Drafts(drafts_path, self._keeper.submit)
        """What is being typed into forms."""
        self.others: tuple[Present, ...] = ()
        """The other sessions that are there."""
        self._watcher = Watcher(database, self.reviewer, self._tell)
        for each in THEMES.values():
            self.register_theme(each)
        wanted = theme if theme is not None else self._state.theme
        self.theme = THEMES[wanted if wanted in THEMES else DEFAULT_THEME].name
        self.keys = Keys(self.all_bindings(), label_letters(self.labels), keys)
        """Which key does what."""
        self.set_keymap(self.keys.keymap)

    @classmethod
    def all_bindings(cls) -> list[Binding]:
        """Every binding that can be remapped."""
        return cast("list[Binding]", [*QUEUE_BINDINGS, *REVIEW_BINDINGS, *cls.BINDINGS])

    def get_driver_class(self) -> type[Driver]:
        """The driver of the terminal, with a parser that keeps alt, and fewer bytes for the same colours."""
        keep_alt()
        driver = super().get_driver_class()

        class Short(driver):  # type: ignore[misc, valid-type]  # which one it is depends on the system
            def write(self, data: str) -> None:
                super().write(shorten(data))

        return Short

    def get_default_screen(self) -> Screen[Any]:
        """The notice that was asked for, else the queue: so that no other screen is laid out before it."""
        if self._first_notice is not None:
            from tui.review.screen import ReviewScreen  # noqa: PLC0415  # who opens the queue must not wait for it

            return ReviewScreen(self._first_notice)
        return self._queue(self._state.filter, self._state.notice)

    def _queue(self, which: QueueFilter, notice: int | None) -> QueueScreen:
        """The queue with the cursor on a notice, or beside where it would be."""
        from tui.queue.screen import QueueScreen  # noqa: PLC0415  # as above
        from tui.queue.window import open_window  # noqa: PLC0415  # who opens a notice must not wait for it

        connection = self.database.connection
        at = () if notice is None else (notice,)
        window = open_window(connection, self.reviewer, which, at, near=True)
        return QueueScreen(count_notices(connection), window, which)

    @property
    def _queue_below(self) -> QueueScreen | None:
        """The queue, if it is open."""
        queue = next((screen for screen in self.screen_stack if hasattr(screen, "look_again")), None)
        return cast("QueueScreen | None", queue)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Without colour the terminal's own theme has none at all, not even greys.

        Asked for by every widget that is drawn, twenty times a key: made again only when need be.
        """
        state = (self.no_color, self.native_ansi_color, self.console.color_system, ambiguous_is_wide(), self.ansi_color)
        if self._line_filters is None or self._line_filters[0] != state:
            self._line_filters = state, self._make_line_filters()
        return self._line_filters[1]

    def _make_line_filters(self) -> Sequence[LineFilter]:
        filters: list[LineFilter] = (
            [NoColor()] if self.no_color and self.native_ansi_color else list(super().get_line_filters())
        )
        # No theme names a colour of the terminal but that which is made of them: a pass over every segment for nothing.
        filters = [each for each in filters if not isinstance(each, ANSIToTruecolor)]
        if self.console.color_system in ("256", "truecolor"):
            filters.append(IN_256_COLOURS)
        return [*filters, _ASCII_LINES] if ambiguous_is_wide() else filters

    def use_theme(self, name: str) -> None:
        """Show another theme of ``THEMES``, from now on."""
        self.theme = THEMES[name].name
        self._remember(replace(self._state, theme=name))

    def told(self, error: ZhupiError) -> str:
        """An error in one line without the path of the database: which one it is stands in the queue's head."""
        path = self.database.path
        return str(error).removeprefix(f"{path}: ").removeprefix(f"{path}.lock: ")

    def brief(self, error: ZhupiError) -> str:
        """As ``told``, less what to do about it: for the few cells at the top right."""
        return self.told(error).partition(";")[0]

    def place_in(self, notice: int) -> int | None:
        """The raw offset at which the reviewer left this notice, if it was the last one that was open."""
        return self._state.at if notice == self._state.notice else None

    @property
    def last_pane(self) -> PaneName:
        """The pane that had the cursor last."""
        return self._state.pane

    def on_mount(self) -> None:
        """Listen for the end of the terminal."""
        self._listen()

    async def on_event(self, event: events.Event) -> None:
        """Take keys and clicks in turn: what is typed ahead waits until the notice that it is meant for is there."""
        if isinstance(event, events.Key | events.MouseDown):
            self._watcher.touch()
        if isinstance(event, events.Key):
            # What is bound takes a while to find out, and only alt asks for it.
            bound = self.screen.active_bindings if event.key.startswith(ALT) else ()
            for each in as_meant(event, bound):
                await self._until_ready()
                # In a field a full-width character is what was meant.
                typing = isinstance(self.focused, Input)
                await super().on_event(each if typing else half_width(each))
            return
        if isinstance(event, events.MouseDown | events.Paste):
            await self._until_ready()
        await super().on_event(event)

    async def _until_ready(self) -> None:
        """Wait until the screen on top takes keys; it may have changed meanwhile."""
        waited: asyncio.Event | None = getattr(self.screen, "ready", None)
        if waited is None or waited.is_set():
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(_MOST_WAITED):
                while (ready := getattr(self.screen, "ready", None)) is not None and not ready.is_set():
                    await ready.wait()

    def on_ready(self) -> None:
        """The first screen is painted: collect garbage again, but do not look through what start-up made."""
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
        self._watcher.start()

    def _tell(self, seen: Seen) -> None:
        """Called in the thread of the watcher."""
        self.post_message(self.SeenOthers(seen))

    @on(SeenOthers)
    def _follow(self, message: SeenOthers) -> None:
        """Show what others did, wherever it is shown."""
        self.others = message.seen.others
        for screen in self.screen_stack:
            follow = getattr(screen, "follow", None)
            if follow is not None:
                follow(message.seen)

    def on_review_screen_loaded(self) -> None:
        """A notice is open."""
        self._remember_place()
        self.tell_place()

    def tell_place(self) -> None:
        """Tell the others which notice is open now, or that it is the queue."""
        for screen in reversed(self.screen_stack):
            # Forms lie over either.
            if screen is self._queue_below or hasattr(screen, "model"):
                self._watcher.at(getattr(screen, "number", None))
                return

    def action_leave(self) -> None:
        """Leave the screen, or the app from the last one."""
        self._remember_place()
        number: int | None = getattr(self.screen, "number", None)
        if self.screen is self._queue_below:
            self.exit()
        elif len(self.screen_stack) > 1:
            # A review screen says which notice was open last, so that the queue can go there.
            self.screen.dismiss(number)
        else:
            # A notice that was opened at once has no queue below it: it comes on top, and stays.
            self.push_screen(self._queue(QueueFilter(), number))
            self.call_after_refresh(self.tell_place)

    def action_help_quit(self) -> None:
        """Textual's answer to ctrl+c: nothing is interrupted, it is told how to leave."""
        say = getattr(self.screen, "say", None)
        if say is not None:
            say(f"{self.keys.shown('app.leave')} goes back and quits; nothing is lost", "dim")

    def action_import_files(self) -> None:
        """Import pages while the app is open."""
        from tui.forms.importing import ImportScreen  # noqa: PLC0415  # only when asked for

        if self.confined:
            self._refuse("import: not from here; an admin imports on the server")
            return
        try:
            require(self.database.connection, self.reviewer, "add notices")
        except RoleError as error:
            self._refuse(str(error))
            return
        self.push_screen(ImportScreen(), self._imported)

    def action_suspend_process(self) -> None:
        """Suspend; where nothing but the app is for whoever sits there, there is no shell to go to."""
        if self.confined:
            self._refuse("suspend: there is nothing but this app here")
        else:
            super().action_suspend_process()

    def _refuse(self, text: str) -> None:
        say = getattr(self.screen, "say", None)
        if say is not None:
            say(text, "warn")

    def _imported(self, added: bool | None) -> None:  # noqa: FBT001  # what the screen is dismissed with
        if added and self._queue_below is not None:
            self._queue_below.look_again()

    def open_notice(self, number: int) -> None:
        """Show a notice, from wherever the reviewer is."""
        load = getattr(self.screen, "load", None)
        if load is not None:
            load(number)
        elif self._queue_below is not None:
            self._queue_below.open_notice(number)

    async def on_unmount(self) -> None:
        """Finish what was queued."""
        self.writer.close()
        self._watcher.end(_LAST_WORD)
        self._keeper.shutdown(wait=True)

    def _remember_place(self) -> None:
        """Keep which notice the reviewer is at, and where in it."""
        state = self._state
        queue = self._queue_below
        if queue is not None and queue.is_mounted:
            at = queue.at
            state = replace(state, filter=queue.filter, notice=at, at=self.place_in(at) if at is not None else None)
        above = self.screen_stack.index(queue) + 1 if queue is not None else 0
        for screen in self.screen_stack[above:]:
            model: ReviewModel | None = getattr(screen, "model", None)
            if model is not None:
                number: int = getattr(screen, "number", 0)
                state = replace(state, notice=number, at=model.raw_cursor.start, pane=model.pane)
        self._remember(state)

    def _remember(self, state: State) -> None:
        if state != self._state:
            self._state = state
            if self._keep is not None:
                self._keeper.submit(self._keep, state)

    def _fatal_error(self) -> None:
        """Textual would print its traceback with local variables: other people's text, past the display door."""
        self.crashed = traceback.format_exc()
        self._close_messages_no_wait()

    def _listen(self) -> None:
        """Take SIGTERM and a hang-up as a wish to leave: finish the writes, then go, and soon."""
        loop = asyncio.get_running_loop()
        for number in self._signals:
            # Under nohup a hang-up is ignored, and the process would stay for ever.
            signal.signal(number, signal.SIG_DFL)
            loop.add_signal_handler(number, self._leave, number)
        self.set_interval(_LOOK_AT_TERMINAL, self._look_at_terminal)

    def _look_at_terminal(self) -> None:
        poll = select.poll()
        poll.register(0, 0)
        if any(state & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, state in poll.poll(0)):
            self._leave(signal.SIGHUP)

    def _leave(self, number: signal.Signals) -> None:
        keep_draft = getattr(self.screen, "keep_draft", None)
        if keep_draft is not None:
            keep_draft()
            self.drafts.save()
        self.writer.finish(_LAST_WRITES)
        self._watcher.end(_LAST_WORD)
        self._remember_place()
        if number == signal.SIGHUP:
            # No terminal is left to restore, and every change was committed when it was made.
            self._keeper.shutdown(wait=True)
            os._exit(128 + number)
        self.exit(return_code=128 + number)
