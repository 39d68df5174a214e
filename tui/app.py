"""The app: opens the database's screens, knows who works here, and ends so that nothing shown as saved is lost."""

from __future__ import annotations

import asyncio
import gc
import os
import select
import signal
import traceback
from contextlib import suppress
from typing import ClassVar, cast

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen

from store.database import Database
from store.notices import count_notices
from store.queue import queue_page
from store.reviewers import current_reviewer
from tui.review_keys import label_keymap
from tui.screens.queue import QueueScreen
from tui.theme import ZHUPI_DARK
from tui.writer import Writer

_LAST_WRITES = 10.0
"""Seconds that a hang-up waits for the writes under way."""
_MOST_WAITED = 10.0
"""Seconds that a key waits for the notice that it is meant for."""
_LOOK_AT_TERMINAL = 2.0
"""Seconds between two looks whether the terminal is still there."""


class ZhupiApp(App[None]):
    """Review and annotate notices.

    Args:
        database: the open database.
        notice: the number of a notice to open at once; None opens the queue.
    """

    TITLE = "朱批 zhupi"
    ENABLE_COMMAND_PALETTE = False
    INLINE_PADDING = 0
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+q", "leave", "back or quit", id="app.leave", priority=True)]
    """
    | Key | Does |
    | --- | --- |
    | `ctrl+q` | back, or quit from the queue |
    """

    def __init__(self, database: Database, *, notice: int | None = None) -> None:
        super().__init__()
        self.database = database
        self.reviewer = current_reviewer()
        self.labels = database.labels
        self.writer = Writer()
        self.crashed: str | None = None
        """The traceback of an error that nobody expected, once there was one."""
        self._first_notice = notice
        self._signals = (signal.SIGHUP, signal.SIGTERM)
        self.register_theme(ZHUPI_DARK)
        self.theme = ZHUPI_DARK.name
        self.set_keymap(label_keymap(self.labels))

    def get_default_screen(self) -> Screen[None]:
        """The queue, so that no empty screen is laid out before it."""
        connection = self.database.connection
        return QueueScreen(count_notices(connection), queue_page(connection, self.reviewer, 0))

    def on_mount(self) -> None:
        """Open the notice that was asked for and listen for the end of the terminal."""
        if self._first_notice is not None:
            cast("QueueScreen", self.screen).open_notice(self._first_notice)
        self._listen()

    async def on_event(self, event: events.Event) -> None:
        """Take keys and clicks in turn: what is typed ahead waits until the notice that it is meant for is there."""
        if isinstance(event, events.Key | events.MouseDown | events.Paste):
            ready: asyncio.Event | None = getattr(self.screen, "ready", None)
            if ready is not None and not ready.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(ready.wait(), _MOST_WAITED)
        await super().on_event(event)

    def on_ready(self) -> None:
        """The first screen is painted: collect garbage again, but do not look through what start-up made."""
        if not gc.isenabled():
            gc.freeze()
            gc.enable()

    def action_leave(self) -> None:
        """Leave the screen, or the app from the last one."""
        if len(self.screen_stack) > 1:
            # A review screen says which notice was open last, so that the queue can go there.
            self.screen.dismiss(getattr(self.screen, "number", None))
        else:
            self.exit()

    async def on_unmount(self) -> None:
        """Finish what was queued."""
        self.writer.close()

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
        self.writer.finish(_LAST_WRITES)
        if number == signal.SIGHUP:
            # No terminal is left to restore, and every change was committed when it was made.
            os._exit(128 + number)
        self.exit(return_code=128 + number)
