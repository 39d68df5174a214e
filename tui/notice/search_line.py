"""The line at the bottom in which a notice is searched, in place of the footer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

from tui.terminal.width import cells
from tui.widgets.key_bar import KeyBar
from tui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from tui.widgets.field import TextField
    from tui.widgets.search_field import Searched

_SLASH, _LEAST_FIELD = 3, 16
"""Cells of the sign of a search, and those that the field has in any case."""
_KEYS = [("enter", "stay"), ("esc", "back"), ("↓ ↑", "hits")]
"""The keys that end the search or go on with it, the most needed first."""


class SearchLine(Widget):
    """A field, and how many hits there are; both are made when the first search begins.

    Args:
        id: the id of the widget.
    """

    DEFAULT_CSS = """
    SearchLine {
        layout: horizontal;
        height: 1;
        display: none;
        background: $surface;
        & > #search-slash { width: 3; }
        & > TextField { width: 1fr; }
        &.-typing { display: block; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(id=id)
        self._slash = StatusLine(id="search-slash")
        self._found = StatusLine(id="search-found")
        self._found_cells = 0
        self._keys = KeyBar(_KEYS, id="search-keys")

    @property
    def is_typing(self) -> bool:
        """Whether a search is being typed."""
        return self.has_class("-typing")

    async def begin(self, text: str, searched: Searched) -> None:
        """Show the field with a text, which typing replaces, and give it the focus."""
        from tui.widgets.search_field import SearchField  # noqa: PLC0415  # slow to import, and the first paint needs none

        if not self.query(SearchField):
            self._slash.show([(" / ", "key")])
            await self.mount(self._slash, SearchField(searched, id="search-field"), self._found, self._keys)
        field = self.query_one(SearchField)
        field.searched = searched
        with field.prevent(SearchField.Changed):
            field.value = text
        self.add_class("-typing")
        self.tell("")
        # At once: keys that were typed ahead are meant for the field.
        self.screen.set_focus(field)

    def end(self) -> None:
        """Hide the field; whoever ends the search gives the focus to something else."""
        self.remove_class("-typing")

    def tell(self, text: str, look: str = "dim") -> None:
        """Tell what was found."""
        shown = f"  {text} " if text else ""
        self._found.styles.width = self._found_cells = cells(shown)
        self._found.show([(shown, look)])
        self._fit()

    def on_text_field_refused(self, message: TextField.Refused) -> None:
        """Tell why the field refused what was typed."""
        message.stop()
        self.tell(message.reason, "bad")

    def on_resize(self) -> None:
        """Name as many keys as there is room for."""
        self._fit()

    def _fit(self) -> None:
        room = self.app.size.width - _SLASH - _LEAST_FIELD - self._found_cells
        parts, _ = self._keys.fitting(max(0, room))
        self._keys.styles.width = sum(cells(text) for text, _ in parts) + 1
