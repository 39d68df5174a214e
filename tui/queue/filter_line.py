"""The line below the head of the queue: what is searched for, which filters hold, how many notices were found.

While something is typed into the search, the left of it is a field.  It decides nothing: what was typed and how it
ended is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.widget import Widget

from annotations.labels import LabelSet
from store.index.filters import QueueFilter
from tui.keys.keymap import Keys
from tui.terminal.width import cells
from tui.widgets.status_line import Part, StatusLine

if TYPE_CHECKING:
    from tui.widgets.field import TextField

_ROOMY = 100
"""Cells from which the filters that are not set are named too."""
_FIELD = 24
"""Cells that the search keeps at least while it is typed."""


class FilterLine(Widget):
    """The search and the filters of the queue.

    Args:
        labels: of the project.
        me: who looks.
        keys: which key does what.
        id: its id.
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

    def __init__(self, labels: LabelSet, me: str, keys: Keys, *, id: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(id=id)
        self._labels = labels
        self._me = me
        self._keys = keys
        self._queue_filter = QueueFilter()
        self._found = ""

    def compose(self) -> ComposeResult:
        """What is told; the field comes when it is asked for."""
        yield StatusLine(id="filter-summary")

    @property
    def field(self) -> TextField:
        """Where a search is typed; there is none before ``begin``."""
        return cast("TextField", self.query_one("#filter-field"))

    @property
    def searching(self) -> bool:
        """Whether a search is being typed."""
        return self.has_class("-searching")

    async def begin(self, text: str) -> None:
        """Let a search be typed, beginning with ``text``."""
        if not self.query("#filter-field"):
            from tui.widgets.field import TextField  # noqa: PLC0415  # the first paint must not wait for it

            slash, key = StatusLine(id="filter-slash"), self._key("queue.search")
            slash.show([(key, "key")])
            slash.styles.width = cells(key)
            field = TextField(placeholder="search titles and texts", select_on_focus=True, id="filter-field")
            await self.mount(slash, field, before=0)
        self.field.value = text
        self.add_class("-searching")
        self._show_line()

    def end(self) -> None:
        """No more is typed."""
        self.remove_class("-searching")
        self._show_line()

    def show(self, queue_filter: QueueFilter, found: str) -> None:
        """Show the search and the filters of ``queue_filter``, and how many were found."""
        self._queue_filter, self._found = queue_filter, found
        self._show_line()

    def on_resize(self) -> None:
        """More or fewer filters have room."""
        self._show_line()

    def _show_line(self) -> None:
        summary = self.query_one("#filter-summary", StatusLine)
        right = self._filters(wide=self.size.width >= _ROOMY)
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

    def _filters(self, *, wide: bool) -> list[Part]:
        queue_filter = self._queue_filter
        held = {None: "anyone", "": "nobody", self._me: "you"}.get(queue_filter.assignee, queue_filter.assignee or "")
        label = queue_filter.label or "any"
        shown = [
            ("status", queue_filter.status or "any", queue_filter.status is not None),
            ("label", label, queue_filter.label is not None),
            ("held", held, queue_filter.assignee is not None),
        ]
        parts: list[Part] = []
        for name, value, is_set in shown:
            if wide:
                parts += [(f"{name} ", "dim"), (f"{value} ▾   ", "warn" if is_set else "dim")]
            elif is_set:
                parts.append((f"{value}  ", "warn"))
        if queue_filter.suggestions:
            parts.append(("to accept ▾   " if wide else "to accept  ", "warn"))
        if queue_filter.published_from or queue_filter.published_to:
            dates = f"{queue_filter.published_from or ''}…{queue_filter.published_to or ''}"
            parts.append((f"{dates} ▾   " if wide else f"{dates}  ", "warn"))
        if wide or queue_filter.sort != "imported":
            parts.append(
                (f"{queue_filter.sort}{' ▾' if wide else ''}   ", "warn" if queue_filter.sort != "imported" else "dim")
            )
        return [*parts, (f"{self._found} ", "plain")] if self._found else parts
