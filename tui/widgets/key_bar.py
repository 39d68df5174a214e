"""The footer: keys that apply now, the most needed first, as many as fit."""

from __future__ import annotations

from tui.terminal.width import cells
from tui.widgets.status_line import Fitted, Part, StatusLine


class KeyBar(StatusLine):
    """Keys with what they do; an entry that does not fit is left out whole.

    Args:
        keys: pairs of a key and what it does, the most needed first.
        id: the id of the widget.
    """

    DEFAULT_CSS = """
    KeyBar { background: $surface; }
    """

    def __init__(self, keys: list[tuple[str, str]] | None = None, *, id: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(id=id)
        self._keys = keys or []

    def show_keys(self, keys: list[tuple[str, str]]) -> None:
        """Show other keys."""
        if keys != self._keys:
            self._keys = keys
            self.refresh()

    def fitting(self, width: int) -> Fitted:
        """The entries that fit into ``width`` cells."""
        parts: list[Part] = []
        room = width
        for key, action in self._keys:
            gap = "   " if parts else " "
            room -= cells(gap) + cells(key) + 1 + cells(action)
            if room < 0:
                break
            parts += [(f"{gap}{key}", "key"), (f" {action}", "dim")]
        return parts, []
