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
        & > #filter-told { width: 1fr; }
        &.-searching > #filter-slash { display: block; }
        &.-searching > TextField { display: block; }
    }
    """

    def __init__(self, labels: LabelSet, me: str, keys: Keys, *, id: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(id=id)
        self._labels = labels
        self._me = me
        self._keys = keys
        self._which = QueueFilter()
        self._found = ""

    def compose(self) -> ComposeResult:
        """What is told; the field comes when it is asked for."""
        yield StatusLine(id="filter-told")

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
        self._tell()

    def end(self) -> None:
        """No more is typed."""
        self.remove_class("-searching")
        self._tell()

    def show(self, which: QueueFilter, found: str) -> None:
        """Show the search and the filters of ``which``, and how many were found."""
        self._which, self._found = which, found
        self._tell()

    def on_resize(self) -> None:
        """More or fewer filters have room."""
        self._tell()

    def _tell(self) -> None:
        told = self.query_one("#filter-told", StatusLine)
        right = self._filters(wide=self.size.width >= _ROOMY)
        if self.searching:
            room = max(0, self.size.width - _FIELD)
            width = sum(cells(text) for text, _ in right)
            if width > room:
                right = [(f"{self._found} ", "plain")] if self._found else []
            right = [("  ", "dim"), *right]
            told.styles.width = min(room, sum(cells(text) for text, _ in right))
            told.show([], right)
            return
        told.styles.width = "1fr"
        search = self._which.search
        slash: Part = self._key("queue.search"), "key"
        left: list[Part] = [slash, (search, "strong") if search else ("search", "dim")]
        if not search and not self._which.narrows and self.size.width < _ROOMY:
            left = [slash, ("search   ", "dim"), (self._key("queue.filter").lstrip(), "key"), ("filter", "dim")]
        told.show(left, right)

    def _key(self, binding_id: str) -> str:
        return f" {self._keys.shown(binding_id)} "

    def _filters(self, *, wide: bool) -> list[Part]:
        which = self._which
        held = {None: "anyone", "": "nobody", self._me: "you"}.get(which.assignee, which.assignee or "")
        label = which.label or "any"
        shown = [
            ("status", which.status or "any", which.status is not None),
            ("label", label, which.label is not None),
            ("held", held, which.assignee is not None),
        ]
        parts: list[Part] = []
        for name, value, is_set in shown:
            if wide:
                parts += [(f"{name} ", "dim"), (f"{value} ▾   ", "warn" if is_set else "dim")]
            elif is_set:
                parts.append((f"{value}  ", "warn"))
        if which.suggestions:
            parts.append(("to accept ▾   " if wide else "to accept  ", "warn"))
        if which.published_from or which.published_to:
            dates = f"{which.published_from or ''}…{which.published_to or ''}"
            parts.append((f"{dates} ▾   " if wide else f"{dates}  ", "warn"))
        if wide or which.sort != "imported":
            parts.append((f"{which.sort}{' ▾' if wide else ''}   ", "warn" if which.sort != "imported" else "dim"))
        return [*parts, (f"{self._found} ", "plain")] if self._found else parts
