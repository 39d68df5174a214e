"""An app on a terminal that may be far away: it writes little, takes keys in turn, and ends when the terminal does.

It knows no screen of zhupi; what it has to know of one it asks a subclass for.
"""

from __future__ import annotations

import asyncio
import signal
import traceback
from collections.abc import Sequence
from contextlib import suppress

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.filter import LineFilter
from textual.widgets import Input

from tui.terminal.driver import LineFilters, compact_driver, terminal_is_gone
from tui.terminal.keyboard import ALT, half_width, split_unbound_alt

_READY_TIMEOUT = 10.0
"""Seconds that a key waits for the screen that it is meant for."""
_LOOK_AT_TERMINAL = 2.0
"""Seconds between two looks whether the terminal is still there."""


class TerminalApp(App[None]):
    """What an app does with its terminal."""

    def __init__(self) -> None:
        super().__init__()
        self.crashed: str | None = None
        """The traceback of an error that nobody expected, once there was one."""
        self._line_filters = LineFilters()

    # What a subclass tells

    def readiness(self) -> asyncio.Event | None:
        """What is set while keys are for the screen on top; None where they always are."""
        return None

    def note_activity(self) -> None:
        """Somebody has pressed a key or a button."""

    def end_soon(self, number: signal.Signals) -> None:
        """The terminal is gone, or the process is asked to go: finish, and leave."""
        self.exit(return_code=128 + number)

    # Writing

    def get_driver_class(self) -> type[Driver]:
        """The driver of the terminal, made to write less."""
        return compact_driver(super().get_driver_class())

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What each line goes through before it is written."""
        return self._line_filters.of(self, super().get_line_filters)

    # Keys

    async def on_event(self, event: events.Event) -> None:
        """Take keys and clicks in turn: what is typed ahead waits until the screen that it is meant for is there."""
        if isinstance(event, events.Key | events.MouseDown):
            self.note_activity()
        if isinstance(event, events.Key):
            # What is bound takes a while to find out, and only alt asks for it.
            bound = self.screen.active_bindings if event.key.startswith(ALT) else ()
            for each in split_unbound_alt(event, bound):
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
        ready = self.readiness()
        if ready is None or ready.is_set():
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(_READY_TIMEOUT):
                while (ready := self.readiness()) is not None and not ready.is_set():
                    await ready.wait()

    # The end

    def on_mount(self) -> None:
        """Take SIGTERM and a hang-up as a wish to leave."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            # Under nohup a hang-up is ignored, and the process would stay for ever.
            signal.signal(number, signal.SIG_DFL)
            loop.add_signal_handler(number, self.end_soon, number)
        self.set_interval(_LOOK_AT_TERMINAL, self._look_at_terminal)

    def _look_at_terminal(self) -> None:
        if terminal_is_gone():
            self.end_soon(signal.SIGHUP)

    def _fatal_error(self) -> None:
        """Textual would print its traceback with local variables: other people's text, past the display door."""
        self.crashed = traceback.format_exc()
        self._close_messages_no_wait()
