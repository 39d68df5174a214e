"""The queue as it is shown: which rows are at hand, what is selected, and what the lines around the rows say of it.

Nothing here reads rows.  Every controller of the queue works on the listing.
"""

from __future__ import annotations

import asyncio
from typing import Final

from store.index.filters import QueueFilter
from tui.keys.keymap import FooterKey, Keys
from tui.queue.filter_line import FilterLine
from tui.queue.list import NoticeList
from tui.queue.preview import PreviewRows
from tui.queue.window import Window
from tui.screen import Host
from tui.session.reads import Start
from tui.session.saving import Saving
from tui.session.session import Session
from tui.terminal.display import line
from tui.widgets.key_bar import KeyBar
from tui.widgets.status_line import Part, StatusLine

_BAR: Final = 10
_MOST_HERE, _NAME_CELLS = 3, 12
"""How many others the head names, and cells of a name."""
_WITH_COMPANY, _WIDE = 60, 100
"""Cells of a screen from which the head says more than one's own name, and from which all lines say more."""

_OPEN: Final[FooterKey] = ("queue.open",), "open"
_SEARCH: Final[FooterKey] = ("queue.search",), "search"
_FILTER: Final[FooterKey] = ("queue.filter",), "filter"
_CLEAR: Final[FooterKey] = ("queue.clear",), "clear"
_SELECT: Final[FooterKey] = ("queue.select",), "select"
_FLAG: Final[FooterKey] = ("queue.flag",), "flag"
_UNDO: Final[FooterKey] = ("queue.undo",), "undo"
_ENDS: Final[list[FooterKey]] = [(("queue.help",), "help"), (("queue.back",), "quit")]


class Listing:
    """The rows, and what is said about them.

    Args:
        session: who looks at what.
        host: what is asked for notices and forms.
        keys: which key does what.
        ready: set while keys are for the rows that are shown.
        start: runs a coroutine beside everything else.
        total: how many notices there are.
        window: the rows to begin with, so that the first paint has something to show.
        queue_filter: the filter that they were read with.
    """

    def __init__(
        self,
        session: Session,
        host: Host,
        keys: Keys,
        ready: asyncio.Event,
        start: Start,
        total: int,
        window: Window,
        queue_filter: QueueFilter,
    ) -> None:
        self.session: Final = session
        self.host: Final = host
        self.keys: Final = keys
        self.ready: Final = ready
        self.saving: Final = Saving(session, start, self.show_head)
        self.filter = queue_filter
        """What is shown, and in which order."""
        self.total = total
        """How many notices there are."""
        self.done: int | None = None
        """How many of them the reviewer has done; None until they are counted."""
        self.window = window
        """The rows at hand."""
        self.found = window.total()
        """How many the filter shows; None until they are counted."""
        self.selected: set[int] = set()
        """Numbers of the notices that are selected."""
        self._message: Part | None = None
        self.head: Final = StatusLine(id="queue-head")
        self.line: Final = FilterLine(session.labels, session.reviewer, keys, id="queue-filter")
        """The line of the search and the filters."""
        self.notices: Final = NoticeList(session.labels, session.reviewer, id="queue-list")
        """The list of notices."""
        self.empty: Final = StatusLine(id="queue-empty")
        self.empty_hint: Final = StatusLine(id="queue-empty-hint")
        self.preview: Final = PreviewRows(id="queue-preview")
        """The text under the cursor."""
        self.position_line: Final = StatusLine(id="queue-position")
        """The line of the place, of what is done, and of what the last key did."""
        self.key_bar: Final = KeyBar(id="queue-keys")

    @property
    def current(self) -> int | None:
        """The number of the notice under the cursor; None where there is none."""
        row = self.notices.row_at(self.notices.cursor)
        return row.number if row is not None else None

    @property
    def _width(self) -> int:
        """Cells of the screen; 0 while it is not there."""
        return self.notices.screen.size.width if self.notices.is_attached else 0

    @property
    def targets(self) -> list[int]:
        """The numbers of the notices that a key is about: those selected, else the one under the cursor."""
        current = self.current
        return sorted(self.selected) or ([current] if current is not None else [])

    def select(self, numbers: set[int]) -> None:
        """Select these notices and no others."""
        self.selected = numbers
        self.notices.select(numbers)
        self.show_position()
        self.show_keys()

    # What is shown around the rows

    def show_rows(self) -> None:
        """Show what the rows are, and what to do where there are none."""
        empty = not self.window.rows
        self.notices.screen.set_class(empty, "-empty")
        if empty:
            what, hint = self._empty_texts()
            self.empty.show([(what, "strong")])
            self.empty_hint.show([(hint, "dim")])
        self.show_found()
        self.show_position()
        self.show_keys()

    def _empty_texts(self) -> tuple[str, str]:
        if not self.filter.narrows:
            return "No notices yet", "quit and run  zhupi import PATH"
        clear = self.keys.shown("queue.clear")
        without = self.filter.search and QueueFilter(search=self.filter.search, sort=self.filter.sort)
        if without == self.filter:
            return f"Nothing found: {self.filter.search}", f"{clear} clears the search"
        if self.filter.search:
            return (
                f"Nothing found: {self.filter.search}",
                f"the filter hides more; {clear} clears the search, {clear} again the filter",
            )
        return "The filter hides every notice", f"{clear} clears it   {self.keys.shown('queue.filter')} changes it"

    def show_found(self) -> None:
        """Show the filter, and how many it finds."""
        found = ""
        if self.filter.narrows:
            found = f"{self.found:,} found" if self.found is not None else f"{len(self.window.rows):,}+ found"
        self.line.show(self.filter, found)

    def show_head(self) -> None:
        """Show the database, who is here, and whether everything is saved."""
        look = "bad" if self.saving.problem is not None and not self.saving.under_way else "good"
        self.head.show(
            [(" 朱批 zhupi", "brand"), (f" · {self.session.database.path.name}", "dim")],
            [(f"{self._people()}   ", "dim"), (f"{self.saving.status} ", look)],
        )

    def _people(self) -> str:
        """Who looks, and who else has the app open, as far as there is room: ``li.wei reviewer · wang, chen here``."""
        session, width = self.session, self._width
        me = line(session.reviewer, _NAME_CELLS)
        if width < _WITH_COMPANY:
            return me
        names = sorted({each.annotator for each in session.others} - {session.reviewer})
        if not names:
            return f"{me} {session.role}"
        most = _MOST_HERE if width >= _WIDE else 1
        more = f" +{len(names) - most}" if len(names) > most else ""
        return f"{me} {session.role} · {', '.join(line(name, _NAME_CELLS) for name in names[:most])}{more} here"

    def show_position(self) -> None:
        """Show the place of the cursor, what is selected, and how many are done."""
        if not self.total:
            return
        total = self.found if self.filter.narrows else self.total
        index = self.notices.cursor
        place = self.window.place(index, total) if index < len(self.window.rows) else None
        # The place comes first and keeps its width: a step then redraws no more than that.
        width = len(f"{self.total:,}")
        out_of = f"{total:,}" if total is not None else "…"
        parts: list[Part] = [(" ", "dim")]
        if self.window.rows:
            parts.append((f"{f'{place + 1:,}' if place is not None else '·':>{width}}/{out_of}  ", "dim"))
        if self.selected:
            parts.append((f"{len(self.selected):,} selected  ", "key"))
        if self.done is not None:
            filled = -(-_BAR * self.done // self.total)
            parts += [
                (f"done {self.done:,} of {self.total:,} ", "dim"),
                ("▰" * filled, "good"),
                ("▱" * (_BAR - filled), "dim"),
            ]
        said = [(f"{self._message[0]} ", self._message[1])] if self._message is not None else []
        self.position_line.show(parts, said)

    def show_keys(self) -> None:
        """Show the keys that apply now."""
        keys = self.keys.footer(self._footer())
        # In the search the arrows move whatever is bound to moving: letters are letters there.
        self.key_bar.show_keys([*keys, ("↓ ↑", "move")] if self.line.searching else keys)

    def _footer(self) -> list[FooterKey]:
        """The keys that apply now, the most needed first."""
        if self.line.searching:
            return [(("queue.open",), "to the hits"), _CLEAR]
        if not self.window.rows:
            return [_CLEAR, _SEARCH, _FILTER, *_ENDS] if self.filter.narrows else _ENDS
        if self.selected:
            return [_FLAG, (("queue.assign",), "assign"), _SELECT, (("queue.clear",), "drop"), _UNDO, *_ENDS]
        narrows, wide = self.filter.narrows, self._width >= _WIDE
        keys = [_OPEN, *([_CLEAR] if narrows else []), (("queue.next_free",), "next free"), _SEARCH, _FILTER]
        if wide:
            keys += [(("queue.sort",), "sort"), _SELECT, _FLAG, _UNDO]
        elif not narrows:
            keys.append(_SELECT)
        return [*keys, *_ENDS]

    def say(self, text: str, look: str = "plain") -> None:
        """Say one thing in the line of progress, until the next key."""
        self._message = (text, look)
        self.show_position()

    def clear_message(self) -> None:
        """What was said about the last key is no longer true of this one."""
        if self._message is not None:
            self._message = None
            self.show_position()
