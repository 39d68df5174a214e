"""The line below the head of the queue: the search, the filters that are set, and how many notices were found.

While a search is being typed, a field takes the left part.  The line decides nothing; the screen gets the messages of
the field.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import events
from textual.app import ComposeResult
from textual.widget import Widget

from store.index.filters import QueueFilter
from tui.keys.keymap import Keys
from tui.terminal.width import cells
from tui.widgets.filter_parts import filter_parts
from tui.widgets.status_line import Part, StatusLine

if TYPE_CHECKING:
    from tui.widgets.field import TextField

_ROOMY = 100
"""Cells from which filters that are not set are named too."""
_FIELD = 24
"""Cells that the field keeps at least while a search is being typed."""


class FilterLine(Widget):
    """The search and the filters of the queue.

    Args:
        me: the reviewer who looks.
        keys: the keymap.
        id: the id of the widget.
    """

    DEFAULT_CSS = """
    FilterLine {
        layout: horizontal;
        height: 1;
        & > #filter-slash { display: none; }
        & > TextField { width: 1fr; display: none; }
        & > #filter-summary { width: 1fr; }
        &.-searching > #filter-slash { display: block; }
        &.-searching > TextField { display: block; }
    }
    """

    def __init__(self, me: str, keys: Keys, *, id: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(id=id)
        self._me = me
        self._keys = keys
        self._queue_filter = QueueFilter()
        self._found = ""

    def compose(self) -> ComposeResult:
        """The summary; the field is added when the first search begins."""
        yield StatusLine(id="filter-summary")

    @property
    def field(self) -> TextField:
        """The field of the search; it does not exist before the first ``begin``."""
        return cast("TextField", self.query_one("#filter-field"))

    @property
    def searching(self) -> bool:
        """Whether a search is being typed."""
        return self.has_class("-searching")

    async def begin(self, text: str) -> None:
        """Show the field, with ``text`` in it."""
        if not self.query("#filter-field"):
            from tui.widgets.field import TextField  # noqa: PLC0415  # slow to import, and the first paint does not need it

            slash, key = StatusLine(id="filter-slash"), self._key("queue.search")
            slash.show([(key, "key")])
            slash.styles.width = cells(key)
            field = TextField(placeholder="search titles and texts", select_on_focus=True, id="filter-field")
            await self.mount(slash, field, before=0)
        self.field.value = text
        self.add_class("-searching")
        self._show_line()

    def end(self) -> None:
        """Hide the field."""
        self.remove_class("-searching")
        self._show_line()

    def show(self, queue_filter: QueueFilter, found: str) -> None:
        """Show the search and the filters, and ``found`` as the number of notices."""
        self._queue_filter, self._found = queue_filter, found
        self._show_line()

    def on_resize(self) -> None:
        """Show as many filters as fit."""
        self._show_line()

    def on_click(self, event: events.Click) -> None:
        """Search, or behind what is searched for: filter."""
        if not self.searching:
            words = cells(self._key("queue.search")) + cells(self._queue_filter.search or "search")
            for key in self._keys.of("queue.search" if event.x < words else "queue.filter")[:1]:
                self.app.simulate_key(key)

    def _show_line(self) -> None:
        summary = self.query_one("#filter-summary", StatusLine)
        right = filter_parts(self._queue_filter, self._me, wide=self.size.width >= _ROOMY)
        if self._found:
            right.append((f"{self._found} ", "plain"))
        if self.searching:
            room = max(0, self.size.width - _FIELD)
            width = sum(cells(text) for text, _ in right)
            if width > room:
                right = [(f"{self._found} ", "plain")] if self._found else []
            right = [("  ", "dim"), *right]
            summary.styles.width = min(room, sum(cells(text) for text, _ in right))
            summary.show([], right)
            return
        summary.styles.width = "1fr"
        search = self._queue_filter.search
        slash: Part = self._key("queue.search"), "key"
        left: list[Part] = [slash, (search, "strong") if search else ("search", "dim")]
        if not search and not self._queue_filter.narrows and self.size.width < _ROOMY:
            left = [slash, ("search   ", "dim"), (self._key("queue.filter").lstrip(), "key"), ("filter", "dim")]
        summary.show(left, right)

    def _key(self, binding_id: str) -> str:
        return f" {self._keys.shown(binding_id)} "
