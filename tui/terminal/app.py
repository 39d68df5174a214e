"""An app for a terminal that may be far away: it writes little, handles keys in turn, and ends with the terminal.

It knows no screen of zhupi; a subclass tells what the app needs of one.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import traceback
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType
from typing import Any

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.drivers._writer_thread import WriterThread
from textual.filter import LineFilter
from textual.widget import Widget
from textual.widgets import Input

from tui.terminal.driver import LineFilters, terminal_driver, terminal_is_gone
from tui.terminal.keyboard import ALT, half_width, is_modifier, split_unbound_alt

_SETTLE_TIMEOUT = 10.0
"""Seconds that a key waits at most for what came before it, and until the screen on top takes keys."""
_END_TIMEOUT = 20.0
"""Seconds after which a signal ends the process in any case; the writes that are queued take less."""
_LOOK_AT_TERMINAL = 2.0
"""Seconds between two checks that the terminal is still there."""


class TerminalApp(App[None]):
    """The part of an app that deals with its terminal."""

    def __init__(self) -> None:
        super().__init__()
        self.crashed: str | None = None
        """The traceback of the unexpected error that ended the app; None where none did."""
        self._ending = False
        """Whether a signal has asked the app to end; it takes no more keys."""
        self._addressee: Widget | None = None
        """The widget that got the last key or click, and may still be handling it."""
        self._line_filters = LineFilters()
        self._thread_failed_before = threading.excepthook

    # For subclasses

    def readiness(self) -> asyncio.Event | None:
        """The event that is set while the screen on top takes keys; None where it always does."""
        return None

    def note_activity(self) -> None:
        """Called for each key and each mouse button that is pressed."""

    def note_unbound_key(self, event: events.Key) -> None:
        """Called for a key that nothing has taken."""

    def note_foreign_input(self) -> None:
        """Called once, when the terminal has sent what is no UTF-8."""

    def end_soon(self, number: signal.Signals) -> None:
        """Exit soon, for the signal ``number``: the terminal is gone, or the process was asked to end."""
        self.exit(return_code=128 + number)

    # Writing

    def get_driver_class(self) -> type[Driver]:
        """The driver of the terminal, changed so that it reads safely and writes fewer bytes."""
        return terminal_driver(super().get_driver_class())

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The filters that each line passes before it is written."""
        return self._line_filters.of(self, super().get_line_filters)

    # Keys

    async def on_event(self, event: events.Event) -> None:
        """Handle keys, clicks and pastes in turn: each waits until all that came of the one before it is done."""
        if not isinstance(event, events.InputEvent | events.Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        if isinstance(event, events.Key | events.MouseDown):
            self.note_activity()
        if isinstance(event, events.Key):
            await self._take_key(event)
            return
        if isinstance(event, events.MouseDown | events.Paste) and not await self._until_settled():
            return
        await super().on_event(event)
        if isinstance(event, events.Paste):
            self._addressee = self.focused or self.screen
        elif isinstance(event, events.MouseDown | events.MouseUp):
            self._addressee = self._mouse_down_widget

    def on_key(self, event: events.Key) -> None:
        """Note a key that no field has taken, and that nothing is bound to."""
        if event.key not in self.screen.active_bindings and not is_modifier(event.key):
            self.note_unbound_key(event)

    async def _take_key(self, event: events.Key) -> None:
        if not await self._until_settled():
            return
        # The bindings take a while to collect, and only a key with alt needs them.
        bound = self.screen.active_bindings if event.key.startswith(ALT) else ()
        for each in split_unbound_alt(event, bound):
            if not await self._until_settled():
                return
            # In a field a full-width character is text.
            typing = isinstance(self.focused, Input)
            self._addressee = self.focused if typing else None
            await super().on_event(each if typing else half_width(each))

    async def _check_bindings(self, key: str, priority: bool = False) -> bool:  # noqa: FBT001, FBT002  # textual's signature
        """As textual's; notes who gets a key that no binding with priority takes."""
        taken = await super()._check_bindings(key, priority)
        if priority and not taken:
            self._addressee = self.focused or self.screen
        return taken

    @property
    def _is_over(self) -> bool:
        """Whether the app takes no more keys: it has been left, or a signal ends it."""
        return self._ending or self._exit or not self.screen_stack

    async def _until_settled(self) -> bool:
        """Wait until what came before is handled, and the screen on top takes keys; False where the app is over.

        A widget handles its key, and the widgets around it what comes of that, each in a task of its own.  A form that
        is left answers in a callback behind the present event.  Another screen may come on top meanwhile.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _SETTLE_TIMEOUT
        addressee, self._addressee = self._addressee, None
        if addressee is not None:
            await self._until_handled(addressee, deadline)
        while not self._is_over:
            await self._flush_next_callbacks()
            ready = self.readiness() if not self._is_over else None
            if ready is None or ready.is_set() or loop.time() >= deadline:
                break
            await _wait(ready, deadline)
        return not self._is_over

    async def _until_handled(self, addressee: Widget, deadline: float) -> None:
        """Wait until a widget, and all those that it is in, have handled what has been sent to them."""
        for node in addressee.ancestors_with_self:
            handled = asyncio.Event()
            if node is not self and node.call_later(handled.set):
                await _wait(handled, deadline)

    # The end

    async def run_async(self, *, headless: bool = False, **options: Any) -> None:  # noqa: ANN401  # textual's options
        """Run the app; SIGINT, SIGTERM and SIGHUP end it while it runs."""
        loop = asyncio.get_running_loop()
        ends: list[threading.Timer] = []

        def handle(number: int, _: FrameType | None) -> None:
            if ends:
                return
            # Not by the signal handler of asyncio: where many keys wait to be handled, its pipe is full and it hears of
            # no signal.  A terminal that takes nothing any more holds up the loop for good.
            ends.append(threading.Timer(_END_TIMEOUT, os._exit, (128 + number,)))
            ends[0].daemon = True
            ends[0].start()
            loop.call_soon_threadsafe(self._end_on, signal.Signals(number))

        # Under nohup SIGHUP is ignored, and the process would never end.
        before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM)}
        try:
            return await super().run_async(headless=headless, **options)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _end_on(self, number: signal.Signals) -> None:
        self._ending = True
        with self._context():
            # A key may be waiting for a screen that is not there yet.
            ready = self.readiness() if self.screen_stack else None
            if ready is not None:
                ready.set()
            self.end_soon(number)

    def on_mount(self) -> None:
        """Watch the terminal, and hear of errors that textual does not see."""
        asyncio.get_running_loop().set_exception_handler(self._callback_failed)
        threading.excepthook = self._thread_failed
        self.set_interval(_LOOK_AT_TERMINAL, self._look_at_terminal)
        self.app_resume_signal.subscribe(self, self._resumed)

    async def on_unmount(self) -> None:
        """Leave errors in threads to Python again."""
        threading.excepthook = self._thread_failed_before

    def _resumed(self, _: App[Any]) -> None:
        """Paint all of the screen anew behind ctrl+z and fg: textual paints what has changed, and the rest is gone."""
        self.refresh(layout=True)

    def _callback_failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """End on an unexpected error in a callback of the event loop, such as the handler of a signal."""
        error = context.get("exception")
        if error is not None and "handle" in context:
            self.crash(_report(error))
        else:
            loop.default_exception_handler(context)

    def _thread_failed(self, failed: threading.ExceptHookArgs) -> None:
        """End on an unexpected error in a thread; called in that thread."""
        # Without a terminal textual's writer fails as well.
        if failed.exc_value is not None and not isinstance(failed.thread, WriterThread):
            self.call_later(self.crash, _report(failed.exc_value))

    def _look_at_terminal(self) -> None:
        if terminal_is_gone():
            self.end_soon(signal.SIGHUP)

    def crash(self, report: str) -> None:
        """End on an unexpected error.

        Args:
            report: its traceback, without local variables.
        """
        self.crashed = self.crashed or report
        self._return_code = 1
        self._close_messages_no_wait()

    def _fatal_error(self) -> None:
        """Keep the traceback instead of printing it.

        textual would print it with local variables: other people's text, past the display door.
        """
        self.crash(traceback.format_exc())


async def _wait(event: asyncio.Event, deadline: float) -> None:
    """Wait for an event, until ``deadline`` (seconds of the event loop) at most."""
    with suppress(TimeoutError):
        async with asyncio.timeout_at(deadline):
            await event.wait()


def _report(error: BaseException) -> str:
    """The traceback of an error, without local variables."""
    return "".join(traceback.format_exception(error))
