"""Offers: values that can be taken instead of typing them, in a few rows below a field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.terminal.display import line
from tui.terminal.looks import DIM, PLAIN, ThemeStyle, style_of
from tui.terminal.width import cells

MOST_ROWS = 4
"""Rows of offers that are visible at a time."""

Offered = tuple[str, str]
"""A value and a gloss that explains it; neither need be safe."""


class OfferList(Widget, can_focus=False):
    """Offers, one row each; none is marked until a key marks one.

    Args:
        reserve: rows that the list takes in any case, so that nothing below it moves; 0 takes what the offers need.
        id: the id of the widget.
    """

    DEFAULT_CSS = """
    OfferList {
        height: auto;
    }
    """

    LOOKS: ClassVar[Mapping[str, ThemeStyle]] = {
        "value": PLAIN,
        "gloss": DIM,
        "current": ThemeStyle(ground="panel-lighten-2", attributes="bold"),
        "mark": ThemeStyle("accent", "panel-lighten-2", "bold"),
    }
    """Looks of a row; ``current`` lies over the marked one."""

    ALLOW_SELECT = False

    @dataclass
    class Taken(Message):
        """An offer was clicked."""

        offers: OfferList
        value: str

        @property
        def control(self) -> OfferList:
            """The list, for selectors."""
            return self.offers

    def __init__(self, *, reserve: int = 0, id: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(id=id)
        self._reserve = min(reserve, MOST_ROWS)
        self.display = reserve > 0
        self._offers: list[Offered] = []
        self._at: int | None = None

    def show(self, offers: Sequence[Offered]) -> None:
        """Show these offers, none of them marked."""
        if list(offers) != self._offers or self._at is not None:
            rows = self._rows
            self._offers, self._at = list(offers), None
            self.display = self._rows > 0
            self.refresh(layout=self._rows != rows)

    @property
    def count(self) -> int:
        """How many offers there are."""
        return len(self._offers)

    @property
    def marked(self) -> str | None:
        """The value of the marked offer; None where none is marked."""
        return None if self._at is None else self._offers[self._at][0]

    def move(self, by: int) -> bool:
        """Mark the next (1) or the previous (-1) offer; before the first one, none.  Returns whether the mark moved."""
        at = (-1 if self._at is None else self._at) + by
        if not -1 <= at < len(self._offers):
            return False
        self._at = None if at < 0 else at
        self.refresh()
        return True

    def unmark(self) -> None:
        """Remove the mark."""
        if self._at is not None:
            self._at = None
            self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  # textual's
        """One row per offer, up to ``MOST_ROWS``."""
        return self._rows

    def render_line(self, y: int) -> Strip:
        """Draw one offer."""
        width, index = self.size.width, self._first + y
        if index >= len(self._offers) or width <= 0:
            return Strip.blank(width, self.rich_style)
        over = self._style("current", partial=True) if index == self._at else Style()
        value, gloss = self._offers[index]
        place = self._place(index)
        room = max(0, width - 2 - len(place))
        value = line(value, room)
        gloss = line(f"  {gloss}", room - cells(value)) if gloss else ""
        gap = " " * (room - cells(value) - cells(gloss))
        mark = Segment("▌ ", self._style("mark")) if index == self._at else Segment("  ", self.rich_style)
        dim = self._style("gloss") + over
        parts = [mark, Segment(value, self._style("value") + over), Segment(gloss + gap + place, dim)]
        return Strip(parts).adjust_cell_length(width, self.rich_style)

    def on_click(self, event: events.Click) -> None:
        """Post ``Taken`` for the offer that was clicked."""
        index = self._first + event.y
        if index < len(self._offers):
            event.stop()
            self.post_message(self.Taken(self, self._offers[index][0]))

    def _place(self, index: int) -> str:
        """The end of a row where not all offers are visible: the place of the mark, or how many more there are."""
        count = len(self._offers)
        if count > MOST_ROWS and index == self._at:
            return f" {index + 1}/{count}"
        return f" +{count - MOST_ROWS}" if count > MOST_ROWS == index + 1 and self._at is None else ""

    @property
    def _rows(self) -> int:
        return max(self._reserve, min(len(self._offers), MOST_ROWS))

    @property
    def _first(self) -> int:
        """The index of the first visible offer."""
        return max(0, (self._at or 0) - MOST_ROWS + 1)

    def _style(self, look: str, *, partial: bool = False) -> Style:
        style = style_of(self.app, self.LOOKS[look])
        return style if partial else self.rich_style + style
