"""The facets of the filter, one row each: key, name, the values that can be chosen, the chosen value marked.

Labels and names of people are other people's text and pass the display door here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import msgspec
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.terminal.display import line
from tui.terminal.looks import DIM, KEY, STRONG, ThemeStyle, style_of
from tui.terminal.width import cells

_NAME_CELLS = 11
"""Cells of the name of a facet."""
_OPTION_CELLS = 20
"""Cells of one value at most."""
_KEY_CELLS = 4


class Facet(msgspec.Struct, frozen=True):
    """A facet of the filter: its id, its key, its name, and its values in order, as ``(value, word)``.

    The first value leaves out nothing.
    """

    name: str
    key: str
    title: str
    options: list[tuple[str | None, str]]

    def next(self, value: str | None, by: int) -> str | None:
        """The value that is ``by`` places behind ``value``, in a circle."""
        values = [each for each, _ in self.options]
        at = values.index(value) if value in values else 0
        return values[(at + by) % len(values)]


class FilterRows(Widget, can_focus=True, inherit_bindings=False):
    """The rows of the facets; it draws them and decides nothing.

    Args:
        facets: the facets.
    """

    DEFAULT_CSS = """
    FilterRows {
        height: auto;
    }
    """

    LOOKS: ClassVar[Mapping[str, ThemeStyle]] = {
        "key": KEY,
        "dim": DIM,
        "now": ThemeStyle("background", "warning"),
        "any": STRONG,
        "chosen": STRONG,
        "mark": KEY,
    }
    """Looks: ``now`` is a chosen value, ``any`` one that leaves out nothing, ``chosen`` the marked facet."""

    ALLOW_SELECT = False

    @dataclass
    class Pressed(Message):
        """A row was clicked: one of its values, or its name, which turns it."""

        facet: Facet
        value: str | None

    def __init__(self, facets: list[Facet]) -> None:
        super().__init__()
        self._facets = facets
        self._values: dict[str, str | None] = {}
        self._row = 0

    @property
    def chosen(self) -> str:
        """The id of the marked facet."""
        return self._facets[self._row].name

    def offer(self, facets: list[Facet]) -> None:
        """Offer these facets, as many as before, with other values."""
        self._facets = facets
        self.refresh()

    def show(self, values: dict[str, str | None]) -> None:
        """Show the chosen values, by the id of the facet."""
        self._values = values
        self.refresh()

    def choose(self, name: str) -> None:
        """Mark a facet."""
        self._row = next(at for at, facet in enumerate(self._facets) if facet.name == name)
        self.refresh()

    def step(self, by: int) -> bool:
        """Mark the next (1) or the previous (-1) facet; returns False behind the last one."""
        if self._row + by >= len(self._facets):
            return False
        self._row = max(0, self._row + by)
        self.refresh()
        return True

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  # textual's
        """One row per facet."""
        return len(self._facets)

    def render_line(self, y: int) -> Strip:
        """Draw one facet."""
        width = self.size.width
        if y >= len(self._facets):
            return Strip.blank(width, self.rich_style)
        facet = self._facets[y]
        chosen = y == self._row and self.has_focus
        segments = [
            Segment("▌ " if chosen else "  ", self._style("mark")),
            Segment(facet.key, self._style("key")),
            Segment(f" {facet.title:<{_NAME_CELLS}}", self._style("chosen" if chosen else "dim")),
            *self._options(facet, width - _KEY_CELLS - _NAME_CELLS),
        ]
        return Strip(segments).adjust_cell_length(width, self.rich_style).apply_style(self.rich_style)

    def on_click(self, event: events.Click) -> None:
        """Post which value was clicked."""
        if event.y >= len(self._facets):
            return
        facet = self._facets[event.y]
        value, at = facet.next(self._values.get(facet.name), 1), _KEY_CELLS + _NAME_CELLS
        for each, word in self._words(facet, self.size.width - at):
            if at <= event.x < at + cells(word):
                value = each
            at += cells(word)
        self.post_message(self.Pressed(facet, value))

    def _words(self, facet: Facet, room: int) -> list[tuple[str | None, str]]:
        """All values of a facet as they stand side by side; none where they do not fit."""
        words = [(value, f" {line(word, _OPTION_CELLS)} ") for value, word in facet.options]
        return words if sum(cells(word) for _, word in words) <= room else []

    def _options(self, facet: Facet, room: int) -> list[Segment]:
        """All values of a facet; where they do not fit, the chosen one and its place among them."""
        now = self._values.get(facet.name)
        words = self._words(facet, room)
        if words:
            return [
                Segment(word, self._look(facet, value) if value == now else self._style("dim")) for value, word in words
            ]
        at = next((at for at, (value, _) in enumerate(facet.options) if value == now), 0)
        count = f" {at + 1} of {len(facet.options)}"
        word = f" {line(facet.options[at][1], max(1, room - cells(count) - 2))} "
        return [Segment(word, self._look(facet, now)), Segment(count, self._style("dim"))]

    def _look(self, facet: Facet, value: str | None) -> Style:
        return self._style("any" if value == facet.options[0][0] else "now")

    def _style(self, look: str) -> Style:
        return style_of(self.app, self.LOOKS[look])
