"""How the app writes to its terminal: in few bytes, in colours that it has, and whether it is there at all."""

from __future__ import annotations

import select
from collections.abc import Callable, Sequence

from rich.segment import Segment
from textual.app import App
from textual.color import Color
from textual.driver import Driver
from textual.filter import ANSIToTruecolor, LineFilter, NoColor

from tui.terminal.keyboard import keep_alt
from tui.terminal.sgr import shorten
from tui.terminal.theme import IN_256_COLOURS
from tui.terminal.width import ambiguous_is_wide, drawable


class _AsciiLines(LineFilter):
    """Draws box lines and blocks in ASCII, for a terminal that would give each two cells."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002  # textual's
        """The segments with every such character replaced."""
        return [Segment(drawable(text), style, control) for text, style, control in segments]


_ASCII_LINES = _AsciiLines()


def compact_driver(driver: type[Driver]) -> type[Driver]:
    """The driver with a parser that keeps alt, and fewer bytes for the same colours."""
    keep_alt()

    class CompactDriver(driver):  # type: ignore[misc, valid-type]  # which one it is depends on the system
        def write(self, data: str) -> None:
            super().write(shorten(data))

    return CompactDriver


class LineFilters:
    """What each line of the screen goes through before it is written.

    Asked for by every widget that is drawn, twenty times a key: made again only when need be.
    """

    def __init__(self) -> None:
        self._cached: tuple[object, Sequence[LineFilter]] | None = None

    def of(self, app: App[None], defaults: Callable[[], Sequence[LineFilter]]) -> Sequence[LineFilter]:
        """The filters for a terminal.

        Args:
            app: whose terminal it is.
            defaults: gives what textual would take.
        """
        state = (app.no_color, app.native_ansi_color, app.console.color_system, ambiguous_is_wide(), app.ansi_color)
        if self._cached is None or self._cached[0] != state:
            self._cached = state, _filters(app, defaults())
        return self._cached[1]


def terminal_is_gone() -> bool:
    """Whether nothing is left behind standard input: a hang-up that no signal has told of."""
    poll = select.poll()
    poll.register(0, 0)
    return any(state & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, state in poll.poll(0))


def _filters(app: App[None], defaults: Sequence[LineFilter]) -> Sequence[LineFilter]:
    # Without colour the terminal's own theme has none at all, not even greys.
    filters: list[LineFilter] = [NoColor()] if app.no_color and app.native_ansi_color else list(defaults)
    # No theme names a colour of the terminal but that which is made of them: a pass over every segment for nothing.
    filters = [each for each in filters if not isinstance(each, ANSIToTruecolor)]
    if app.console.color_system in ("256", "truecolor"):
        filters.append(IN_256_COLOURS)
    return [*filters, _ASCII_LINES] if ambiguous_is_wide() else filters
