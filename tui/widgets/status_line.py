"""One line with a left and a right part, for heads, rules and counts.

Where room is short the left part is cut; one that has fewer words for that is cut last.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from tui.terminal.display import line, visible
from tui.terminal.looks import BAD, DIM, GOOD, KEY, PLAIN, STRONG, WARN, ThemeStyle, style_of
from tui.terminal.width import cells

Part = tuple[str, str]
"""A text and the name of its look; the text need not be safe."""
Fitted = tuple[list[Part], list[Part]]
"""The left and the right parts of a line as they are drawn."""


class StatusLine(Widget):
    """A line of parts; it is redrawn only as far as its text changes.

    Args:
        id: the id of the widget.
        fill: the character between the left and the right part.
    """

    DEFAULT_CSS = """
    StatusLine {
        height: 1;
    }
    """

    LOOKS: ClassVar[Mapping[str, ThemeStyle]] = {
        "plain": PLAIN,
        "strong": STRONG,
        "brand": KEY,
        "dim": DIM,
        "good": GOOD,
        "bad": BAD,
        "warn": WARN,
        "key": KEY,
    }
    """The looks of a part."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, fill: str = " ") -> None:  # noqa: A002  # textual's name
        super().__init__(id=id)
        self._left: tuple[Part, ...] = ()
        self._right: tuple[Part, ...] = ()
        self._short: tuple[Part, ...] | None = None
        self._fill = fill
        self._styles: dict[str, Style] = {}

    def show(
        self,
        left: list[Part],
        right: list[Part] | None = None,
        *,
        short: list[Part] | None = None,
    ) -> None:
        """Show other parts.

        Args:
            left: the left parts.
            right: the right parts.
            short: the left parts in fewer words, where the others do not fit.
        """
        parts = tuple(left), tuple(right or ()), None if short is None else tuple(short)
        if parts != (self._left, self._right, self._short):
            width = self.size.width
            before = self.fitting(width)
            self._left, self._right, self._short = parts
            self.refresh(Region(0, 0, _changed_cells(before, self.fitting(width), width), 1))

    def fitting(self, width: int) -> Fitted:
        """The parts as they are drawn in ``width`` cells: made safe, and cut so that they fit."""
        right = _cut(self._right, self.room_beside(width))
        used = sum(cells(text) for text, _ in right)
        room = max(0, width - used - (1 if used else 0))
        left = self._left
        if self._short is not None and sum(cells(visible(text)) for text, _ in left) > room:
            left = self._short
        return _cut(left, room), right

    def room_beside(self, width: int) -> int:
        """Cells that the right parts may take of ``width``: half at least, more beside few words of the left ones."""
        if self._short is None:
            return width
        return max(width // 2, width - 1 - sum(cells(visible(text)) for text, _ in self._short))

    @property
    def text(self) -> str:
        """The text of the line, without styles."""
        return "".join(text for text, _ in (*self._left, *self._right))

    def notify_style_update(self) -> None:
        """Drop the styles of the old theme."""
        super().notify_style_update()
        self._styles.clear()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  # textual's
        """One row."""
        return 1

    def render_line(self, y: int) -> Strip:
        """Draw the line."""
        width = self.size.width
        if y or not width:
            return Strip.blank(width, self.rich_style)
        left, right = self.fitting(width)
        gap = width - sum(cells(text) for text, _ in (*left, *right))
        segments = [
            *(Segment(text, self._style(look)) for text, look in left),
            Segment(self._fill * gap, self._style("dim")),
            *(Segment(text, self._style(look)) for text, look in right),
        ]
        return Strip(segments, width)

    def _style(self, look: str) -> Style:
        if look not in self._styles:
            # textual makes the style of the widget anew each time, from those of all around it; "" is that style.
            self._styles[look] = self._style("") + style_of(self.app, self.LOOKS[look]) if look else self.rich_style
        return self._styles[look]


def _changed_cells(before: Fitted, after: Fitted, width: int) -> int:
    """Cells from the left that have to be redrawn: textual writes a line from its start to the last changed cell."""
    (old, old_right), (new, new_right) = before, after
    ends = [0, *accumulate(cells(text) for text, _ in new)]
    if old_right != new_right or ends != [0, *accumulate(cells(text) for text, _ in old)]:
        return width
    return max((end for end, one, other in zip(ends[1:], old, new, strict=True) if one != other), default=0)


def _cut(parts: tuple[Part, ...], width: int) -> list[Part]:
    """The parts made safe and cut to ``width`` cells in all."""
    result: list[Part] = []
    for text, look in parts:
        shown = line(text, width)
        width -= cells(shown)
        result.append((shown, look))
        # Where the ellipsis is before half a wide character, a cell is left over: nothing else belongs there.
        if width <= 0 or len(shown) < len(text):
            break
    return result
