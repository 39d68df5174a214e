"""A short text in a few rows: a quote above a form, or what is wrong with a field below it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from tui.terminal.display import ELLIPSIS
from tui.terminal.looks import BAD, DIM, PLAIN, WARN, ThemeStyle, style_of
from tui.terminal.width import cells, prefix
from tui.text.wrap import broken


class TextRows(Widget):
    """A text in rows of its own, broken by the rules of Chinese typesetting; what does not fit is cut with ``…``.

    Args:
        text: the text; need not be safe.
        most: rows at most.
        id: the id of the widget.
        classes: the classes of the widget.
    """

    DEFAULT_CSS = """
    TextRows {
        height: auto;
    }
    """

    LOOKS: ClassVar[Mapping[str, ThemeStyle]] = {
        "plain": PLAIN,
        "dim": DIM,
        "bad": BAD,
        "warn": WARN,
    }
    """The looks of the text."""

    ALLOW_SELECT = False

    def __init__(
        self,
        text: str = "",
        *,
        most: int = 2,
        id: str | None = None,  # noqa: A002  # textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.text = text
        self._look = "plain"
        self.most = most
        """Rows at most."""

    def show(self, text: str, look: str = "plain") -> None:
        """Show another text; ``look`` is the name of a look."""
        if (text, look) != (self.text, self._look):
            grows = len(self.shown_rows(self.size.width)) != len(self._rows(text, self.size.width))
            self.text, self._look = text, look
            self.refresh(layout=grows and self.styles.auto_dimensions)

    def shown_rows(self, width: int) -> list[str]:
        """The rows as they are drawn in ``width`` cells."""
        return self._rows(self.text, width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  # textual's
        """As many rows as the text takes, one at least."""
        return max(1, len(self.shown_rows(width)))

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        width = self.size.width
        shown = self.shown_rows(width)
        if y >= len(shown):
            return Strip.blank(width, self.rich_style)
        style = self.rich_style + style_of(self.app, self.LOOKS[self._look])
        return Strip([Segment(shown[y], style)]).adjust_cell_length(width, self.rich_style)

    def _rows(self, text: str, width: int) -> list[str]:
        if width <= 0:
            return []
        # The text is cut to what can be visible: a character takes two cells at most, a mark none.
        found = broken(text[: self.most * width * 2 + 1], width)
        if len(found) > self.most:
            last = found[self.most - 1]
            found = [*found[: self.most - 1], last[: prefix(last, width - cells(ELLIPSIS))] + ELLIPSIS]
        return found
