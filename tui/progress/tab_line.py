"""The names of the tables in one line; a click on one shows it."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message

from tui.progress.tabs import TABS, Tab
from tui.terminal.width import cells
from tui.widgets.status_line import StatusLine


class TabLine(StatusLine):
    """The tables, each with its digit; the one that is shown stands in brackets."""

    @dataclass
    class Chosen(Message):
        """A table was clicked."""

        tab: Tab

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(id=id)
        self._names: list[str] = []

    def show_tabs(self, shown: Tab, counts: dict[Tab, int]) -> None:
        """Show which table is shown, and how much there is in some of them.

        Where room is short, digits stand for the others.
        """
        names = [
            f"{number} {tab}{f' {counts[tab]:,}' if counts.get(tab) else ''}" for number, tab in enumerate(TABS, 1)
        ]
        # A name stands between brackets or blanks, with a blank before it.
        if 0 < self.size.width < sum(cells(name) + 3 for name in names):
            names = [name if tab == shown else str(TABS.index(tab) + 1) for tab, name in zip(TABS, names, strict=True)]
        # The brackets tell without colour.
        self._names = [f"[{name}]" if tab == shown else f" {name} " for tab, name in zip(TABS, names, strict=True)]
        parts = [(" ", "dim")]
        for tab, told in zip(TABS, self._names, strict=True):
            parts += [(told, "brand" if tab == shown else "dim"), (" ", "dim")]
        self.show(parts)

    def on_click(self, event: events.Click) -> None:
        """Tell which table was clicked."""
        at = 1
        for tab, told in zip(TABS, self._names, strict=False):
            if at <= event.x < at + cells(told):
                event.stop()
                self.post_message(self.Chosen(tab))
            at += cells(told) + 1
