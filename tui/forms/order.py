"""The form that asks for the order of the queue; one key answers."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from store.index.filters import QUEUE_SORTS, QueueSort
from tui.forms.form import StandingScreen
from tui.screen import ZhupiScreen

_MEANINGS: Final[dict[QueueSort, str]] = {
    "imported": "as they were imported",
    "newest": "by date, the newest first",
    "oldest": "by date, the oldest first",
    "unsure": "what suggestions are unsure of",
    "disagreement": "what rules and models differ on",
    "source": "one of each source in turn",
    "month": "one of each month in turn",
    "length": "one of each length in turn",
    "suspects": "likely errors, likeliest first",
}

_LETTERS: Final[dict[QueueSort, str]] = {**{sort: sort[0] for sort in QUEUE_SORTS}, "suspects": "w"}
"""The letter of each; that of suspects is the one that they have in the filter."""


class OrderScreen(StandingScreen[QueueSort | None], ZhupiScreen[QueueSort | None]):
    """Asks for the order of the queue; dismissed with the answer, or None where it was cancelled.

    Args:
        sort: the order as it is.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(f"{digit},{_LETTERS[sort]}", f"choose('{sort}')", sort, id=f"order.{sort}", priority=True)
            for digit, sort in enumerate(QUEUE_SORTS, 1)
        ),
        Binding("escape,enter,q,ctrl+q", "dismiss", "leave it", id="order.leave", priority=True),
    ]
    """
    | Key | Does |
    | --- | --- |
    | `1` … `9`, or `i` `n` `o` `u` `d` `s` `m` `l` `w` | choose the order |
    | `esc`, `enter` | leave it as it is |
    """

    DEFAULT_CSS = """
    OrderScreen > Vertical { width: 60; }
    OrderScreen.-below > Vertical { width: 100%; }
    """

    def __init__(self, sort: QueueSort) -> None:
        super().__init__()
        self._sort = sort

    def rows_below(self, size: Size) -> int:
        """Frame, a row an order, what leaves it."""
        del size
        return 2 + len(QUEUE_SORTS)

    def heading(self, room: int) -> Content:
        """What it is."""
        del room
        return Content(" First in the queue ")

    def compose(self) -> ComposeResult:
        """One line an order."""
        with Vertical():
            yield Static(self._page())

    def on_mount(self) -> None:
        """Take keys."""
        self.ready.set()

    def on_click(self, event: events.Click) -> None:
        """Choose the order in whose row the mouse was; anywhere else leave it."""
        page = self.query_one(Static).region
        row = event.screen_y - page.y
        on_page = page.contains(event.screen_x, event.screen_y)
        self.dismiss(QUEUE_SORTS[row] if on_page and row < len(QUEUE_SORTS) else None)

    def action_choose(self, sort: QueueSort) -> None:
        """Answer with an order."""
        self.dismiss(sort)

    def _page(self) -> Content:
        lines = []
        for digit, sort in enumerate(QUEUE_SORTS, 1):
            now = sort == self._sort
            lines.append(
                Content.assemble(
                    (f" {digit} {_LETTERS[sort]} ", "bold $accent"),
                    (sort.ljust(14), "bold" if now else ""),
                    (_MEANINGS[sort], "$secondary"),
                    ("  now" if now else "", "$accent"),
                )
            )
        return Content("\n").join([*lines, Content.styled(" esc leaves it as it is", "$secondary")])
