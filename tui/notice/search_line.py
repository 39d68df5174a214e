"""The line at the bottom in which a notice is searched, in place of the footer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

from tui.terminal.width import cells
from tui.widgets.status_line import Part, StatusLine

if TYPE_CHECKING:
    from tui.widgets.field import TextField
    from tui.widgets.search_field import Searched

_LEAST_FIELD = 16
"""Cells that the field has in any case."""
_KEYS: list[Part] = [("   enter", "key"), (" stay", "dim"), ("   ↓↑", "key"), (" hits", "dim"), ("   esc", "key"),
                     (" back ", "dim")]  # fmt: skip


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
        self._told: Part = ("", "dim")

    @property
    def is_typing(self) -> bool:
        """Whether a search is being typed."""
        return self.has_class("-typing")

    async def begin(self, text: str, searched: Searched) -> None:
        """Show the field with a text, which typing replaces, and give it the focus."""
        from tui.widgets.search_field import SearchField  # noqa: PLC0415  # slow to import, and the first paint needs none

        if not self.query(SearchField):
            self._slash.show([(" / ", "key")])
            await self.mount(self._slash, SearchField(searched, id="search-field"), self._found)
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
        self._told = f"  {text} " if text else "", look
        self._show()

    def on_text_field_refused(self, message: TextField.Refused) -> None:
        """Tell why the field refused what was typed."""
        message.stop()
        self.tell(message.reason, "bad")

    def on_resize(self) -> None:
        """Name as many keys as there is room for."""
        self._show()

    def _show(self) -> None:
        parts = [self._told]
        for key, action in zip(_KEYS[::2], _KEYS[1::2], strict=True):
            wider = [*parts, key, action]
            if sum(cells(text) for text, _ in wider) > self.size.width - self._slash.size.width - _LEAST_FIELD:
                break
            parts = wider
        self._found.styles.width = sum(cells(text) for text, _ in parts)
        self._found.show([], parts)
