"""What all parts of the queue screen stand on: its state, and what the lines around the rows say of it.

Nothing here reads or writes.
"""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING, cast

from textual.screen import Screen

from store.db.cancel import Cancel
from store.index.filters import QueueFilter
from store.read.queue import ALL
from tui.queue.filter_line import FilterLine
from tui.queue.list import NoticeList
from tui.queue.window import Window
from tui.terminal.display import line
from tui.widgets.key_bar import KeyBar
from tui.widgets.status_line import Part, StatusLine

if TYPE_CHECKING:
    from tui.app import ZhupiApp

_BAR = 10
_MOST_HERE, _NAME_CELLS = 3, 12
"""How many others the head names, and cells of a name."""
_WITH_COMPANY, _WIDE = 60, 100
"""Cells of a screen from which the head says more than one's own name, and from which it names several others."""


class QueueBase(Screen[None]):
    """The rows, and what is said about them.

    Args:
        total: how many notices there are.
        opened: the window to begin with and the row of the cursor, as ``open_window`` gives them, so that the first
            paint has something to show.
        which: the filter that it was opened with.
    """

    def __init__(self, total: int, opened: tuple[Window, int], which: QueueFilter = ALL) -> None:
        super().__init__()
        self.ready = asyncio.Event()
        """Set while keys are for the rows that are shown; the app holds them back meanwhile."""
        self.ready.set()
        self.selected: set[int] = set()
        """Numbers of the notices that are selected."""
        self._filter = which
        self._total = total
        self._done: int | None = None
        self._window, self._start = opened
        self._found: int | None = self._window.total()
        self._turn = 0
        self._cancels: dict[str, Cancel] = {}
        self._opening = False
        self._screen_row: int | None = None
        self._more: set[int] = set()
        self._left = 0
        self._problem: str | None = None
        self._said: Part | None = None

    @property
    def zhupi(self) -> ZhupiApp:
        """The app, typed."""
        return cast("ZhupiApp", self.app)

    @property
    def filter(self) -> QueueFilter:
        """What is shown, and in which order."""
        return self._filter

    @property
    def at(self) -> int | None:
        """The number of the notice under the cursor; None where there is none."""
        row = self.notices.row_at(self.notices.cursor)
        return row.number if row is not None else None

    @cached_property
    def notices(self) -> NoticeList:
        """The list of notices."""
        return NoticeList(self.zhupi.labels, self.zhupi.reviewer, id="queue-list")

    @cached_property
    def line(self) -> FilterLine:
        """The line of the search and the filters."""
        return FilterLine(self.zhupi.labels, self.zhupi.reviewer, id="queue-filter")

    @cached_property
    def progress(self) -> StatusLine:
        """The line of the place, of what is done, and of what the last key did."""
        return StatusLine(id="queue-progress")

    @property
    def status(self) -> str:
        """What stands at the top right: ``saved ✓`` or what hinders it."""
        if self.zhupi.writer.pending:
            return "saving…"
        return f"not saved: {self._problem}" if self._problem is not None else "saved ✓"

    # What is shown around the rows

    def _show_rows(self) -> None:
        """Show what the rows are, and what to do where there are none."""
        empty = not self._window.rows
        self.set_class(empty, "-empty")
        if empty:
            what, hint = self._emptiness()
            self.query_one("#queue-empty", StatusLine).show([(what, "strong")])
            self.query_one("#queue-empty-hint", StatusLine).show([(hint, "dim")])
        self._show_found()
        self._show_progress()
        self._show_keys()

    def _emptiness(self) -> tuple[str, str]:
        if not self._filter.narrows:
            return "No notices yet", "quit and run  zhupi import PATH"
        without = self._filter.search and QueueFilter(search=self._filter.search, sort=self._filter.sort)
        if without == self._filter:
            return f"Nothing found: {self._filter.search}", "esc clears the search"
        if self._filter.search:
            return (
                f"Nothing found: {self._filter.search}",
                "the filter hides more; esc clears the search, esc again the filter",
            )
        return "The filter hides every notice", "esc clears it   f changes it"

    def _show_found(self) -> None:
        found = ""
        if self._filter.narrows:
            found = f"{self._found:,} found" if self._found is not None else f"{len(self._window.rows):,}+ found"
        self.line.show(self._filter, found)

    def _show_head(self) -> None:
        look = "bad" if self._problem is not None and not self.zhupi.writer.pending else "good"
        self.query_one("#queue-head", StatusLine).show(
            [(" 朱批 zhupi", "brand"), (f" · {self.zhupi.database.path.name}", "dim")],
            [(f"{self._people()}   ", "dim"), (f"{self.status} ", look)],
        )

    def _people(self) -> str:
        """Who looks, and who else has the app open, as far as there is room: ``li.wei reviewer · wang, chen here``."""
        me = line(self.zhupi.reviewer, _NAME_CELLS)
        if self.size.width < _WITH_COMPANY:
            return me
        names = sorted({each.annotator for each in self.zhupi.others} - {self.zhupi.reviewer})
        if not names:
            return f"{me} {self.zhupi.role}"
        most = _MOST_HERE if self.size.width >= _WIDE else 1
        more = f" +{len(names) - most}" if len(names) > most else ""
        return f"{me} {self.zhupi.role} · {', '.join(line(name, _NAME_CELLS) for name in names[:most])}{more} here"

    def _show_progress(self) -> None:
        if not self._total:
            return
        total = self._found if self._filter.narrows else self._total
        index = self.notices.cursor
        place = self._window.place(index, total) if index < len(self._window.rows) else None
        # The place comes first and keeps its width: a step then redraws no more than that.
        width = len(f"{self._total:,}")
        of = f"{total:,}" if total is not None else "…"
        parts: list[Part] = [(" ", "dim")]
        if self._window.rows:
            parts.append((f"{f'{place + 1:,}' if place is not None else '·':>{width}}/{of}  ", "dim"))
        if self.selected:
            parts.append((f"{len(self.selected):,} selected  ", "key"))
        if self._done is not None:
            filled = -(-_BAR * self._done // self._total)
            parts += [
                (f"done {self._done:,} of {self._total:,} ", "dim"),
                ("▰" * filled, "good"),
                ("▱" * (_BAR - filled), "dim"),
            ]
        said = [(f"{self._said[0]} ", self._said[1])] if self._said is not None else []
        self.progress.show(parts, said)

    def _show_keys(self) -> None:
        self.query_one(KeyBar).show_keys(self._keys())

    def _keys(self) -> list[tuple[str, str]]:
        """The keys that apply now, the most needed first."""
        if self.line.searching:
            return [("enter", "to the hits"), ("esc", "clear"), ("↓ ↑", "move")]
        ends = [("?", "help"), ("q", "quit")]
        if not self._window.rows:
            return [("esc", "clear"), ("/", "search"), ("f", "filter"), *ends] if self._filter.narrows else ends
        if self.selected:
            return [("F", "flag"), ("A", "assign"), ("space", "select"), ("esc", "drop"), ("u", "undo"), *ends]
        keys = [("enter", "open"), ("n", "next free"), ("/", "search"), ("f", "filter")]
        if self._filter.narrows:
            keys = [("enter", "open"), ("esc", "clear"), ("n", "next free"), ("/", "search"), ("f", "filter")]
        if self.size.width >= 100:
            keys += [("S", "sort"), ("space", "select"), ("F", "flag"), ("u", "undo")]
        elif not self._filter.narrows:
            keys.append(("space", "select"))
        return [*keys, *ends]

    def say(self, text: str, look: str = "plain") -> None:
        """Say one thing in the line of progress, until the next key."""
        self._said = (text, look)
        self._show_progress()

    def _hush(self) -> None:
        """What was said about the last key is no longer true of this one."""
        if self._said is not None:
            self._said = None
            self._show_progress()
