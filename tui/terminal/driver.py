"""The driver: writes the app to its terminal in few bytes and in colours that it has, and tells whether it is there."""

from __future__ import annotations

import asyncio
import os
import select
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress

from rich.segment import Segment
from textual.app import App
from textual.color import Color
from textual.driver import Driver
from textual.filter import ANSIToTruecolor, LineFilter, NoColor

from tui.terminal.input import tokens_of
from tui.terminal.keyboard import KeyParser
from tui.terminal.sgr import shorten
from tui.terminal.theme import IN_256_COLOURS
from tui.terminal.width import ambiguous_is_wide, drawable


class _AsciiLines(LineFilter):
    """Draws box lines and blocks in ASCII, for a terminal that would draw each of them two cells wide."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002  # textual's
        """The segments with box lines and blocks replaced."""
        return [Segment(drawable(text), style, control) for text, style, control in segments]


_ASCII_LINES = _AsciiLines()


class _Continued:
    """The part of a driver that takes the terminal again where the process goes on behind a stop.

    The signal comes between any two instructions, and textual would take there what the main thread may hold.
    """

    suspend_application_mode: Callable[[], None]
    resume_application_mode: Callable[[], None]
    _must_signal_resume: bool
    """textual's: whether it has left the terminal alone, and will tell the app that it has it again."""

    def _sigcont_application(self, *_: object) -> None:
        in_loop(self._go_on)

    def _go_on(self) -> None:
        if not self._must_signal_resume:
            # It was stopped without being told, by SIGSTOP, and the shell has had the terminal meanwhile.
            self.suspend_application_mode()
            self._must_signal_resume = True
        self.resume_application_mode()


def terminal_driver(driver: type[Driver]) -> type[Driver]:
    """A subclass of the driver that reads whole tokens, writes few bytes, and asks the terminal how large it is.

    The app has to be a ``TerminalApp``.

    Args:
        driver: textual's driver for the system.
    """

    class TerminalDriver(_Continued, driver):  # type: ignore[misc, valid-type]  # the base class depends on the system
        def write(self, data: str) -> None:
            super().write(shorten(data))

        def _get_terminal_size(self) -> tuple[int, int]:
            """The columns and rows; the variables COLUMNS and LINES count only where the terminal does not tell."""
            return terminal_size() or super()._get_terminal_size()

        def _query_in_band_window_resize(self) -> None:
            """Ask nothing: with such reports textual would want the mouse in pixels, too many for a slow line."""

        def _run_input_thread(self) -> None:
            """Read until the driver stops; textual would show the traceback of an error and exit with 0."""
            try:
                self.run_input_thread()
            except Exception:  # noqa: BLE001  # whatever it is, the app reports it and ends
                self._app.call_later(self._app.crash, traceback.format_exc())

        def run_input_thread(self) -> None:
            """Read what the terminal sends, and post the events."""
            parser = KeyParser()
            for token in tokens_of(self.fileno, self.exit_event, self._note_foreign):
                for message in parser.messages(token) if isinstance(token, str) else [token]:
                    self.process_message(message)

        def _note_foreign(self) -> None:
            self._app.call_later(self._app.note_foreign_input)

    return TerminalDriver


def in_loop(call: Callable[[], None]) -> None:
    """Call something in the running event loop, where nothing is half done; nothing where no loop runs.

    For handlers of signals.
    """
    with suppress(RuntimeError):
        asyncio.get_running_loop().call_soon_threadsafe(call)


def terminal_size() -> tuple[int, int] | None:
    """The columns and rows of the terminal of this process; None where no standard stream tells them."""
    for stream in range(3):
        with suppress(OSError):
            size = os.get_terminal_size(stream)
            if size.columns > 0 and size.lines > 0:
                return size.columns, size.lines
    return None


class LineFilters:
    """The filters that each line of the screen passes before it is written.

    Every widget that is drawn asks for them, some twenty times a key, so that they are cached.
    """

    def __init__(self) -> None:
        self._cached: tuple[object, Sequence[LineFilter]] | None = None

    def of(self, app: App[None], defaults: Callable[[], Sequence[LineFilter]]) -> Sequence[LineFilter]:
        """The filters for the terminal of an app.

        Args:
            app: the app.
            defaults: gives textual's own filters.
        """
        state = (app.no_color, app.native_ansi_color, app.console.color_system, ambiguous_is_wide(), app.ansi_color)
        if self._cached is None or self._cached[0] != state:
            self._cached = state, _filters(app, defaults())
        return self._cached[1]


def terminal_is_gone() -> bool:
    """Whether the terminal at standard input is gone, for a hang-up without a signal."""
    poll = select.poll()
    poll.register(0, 0)
    return any(state & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, state in poll.poll(0))


def _filters(app: App[None], defaults: Sequence[LineFilter]) -> Sequence[LineFilter]:
    # Without colour there are no greys either, which textual would send.
    filters: list[LineFilter] = [NoColor()] if app.no_color else list(defaults)
    # Only the theme ``terminal`` names colours of the terminal, and it wants them as they are: textual's filter would
    # go through every segment in vain.
    filters = [each for each in filters if not isinstance(each, ANSIToTruecolor)]
    if app.console.color_system in ("256", "truecolor"):
        filters.append(IN_256_COLOURS)
    return [*filters, _ASCII_LINES] if ambiguous_is_wide() else filters
