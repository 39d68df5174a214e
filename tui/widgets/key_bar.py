"""The footer: keys that apply now, the most needed first, as many as fit; a click on an entry presses its key."""

from __future__ import annotations

import re
from typing import Final

from textual import events

from tui.keys.keymap import key_of
from tui.terminal.width import cells
from tui.widgets.status_line import Fitted, Part, StatusLine

_RUN: Final = r"(.*)([0-9])-([0-9])"
"""Keys from one digit to another, as ``1-3``."""


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

    def on_click(self, event: events.Click) -> None:
        """Press the key that was clicked; behind it, on what it does, the first one of its entry."""
        key = self._key_at(event.x)
        if key is not None:
            event.stop()
            self.app.simulate_key(key)

    def _key_at(self, x: int) -> str | None:
        """The key of the entry at a cell, under textual's name; None where there is none, or none by itself."""
        parts, _ = self.fitting(self.size.width)
        at = 0
        for (shown, _), (action, _) in zip(parts[::2], parts[1::2], strict=True):
            start, keys = at + cells(shown) - cells(shown.lstrip()), shown.split()
            at += cells(shown) + cells(action)
            if start <= x < at and keys:
                return self._clicked(keys, x - start)
        return None

    @staticmethod
    def _clicked(keys: list[str], x: int) -> str | None:
        """The one of some keys, a blank between them, that is ``x`` cells from the start; behind them the first."""
        chosen, at = keys[0], 0
        for key in keys:
            run = re.fullmatch(_RUN, key)
            if at <= x < at + cells(key):
                chosen = key if run is None else run[1] + (run[2] if x < at + cells(run[1]) + 1 else run[3])
            at += cells(key) + 1
        return key_of(chosen)
