"""The last line of a screen: the keys that apply now, the most needed first, as many as fit."""

from __future__ import annotations

from tui.widgets.status_line import Part, StatusLine
from tui.width import cells


class KeyBar(StatusLine):
    """Keys with what they do; keys that do not fit are left out whole."""

    DEFAULT_CSS = """
    KeyBar { background: $surface; }
    """

    def show_keys(self, keys: list[tuple[str, str]]) -> None:
        """Show ``(key, what it does)`` pairs, the most needed first."""
        parts: list[Part] = []
        room = self.size.width
        for key, action in keys:
            gap = "   " if parts else " "
            room -= cells(gap) + cells(key) + 1 + cells(action)
            if room < 0:
                break
            parts += [(f"{gap}{key}", "key"), (f" {action}", "dim")]
        self.show(parts)
