"""The queue as it is shown: the rows, the selection, and the lines around the rows.

Nothing here reads rows; ``tui.queue.reader`` does.  All controllers of the queue share one listing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, TypeVar

from annotations.counts import counted
from annotations.labels import LabelSet
from annotations.notice import warnings_of
from store.index.filters import QueueFilter, with_present_label
from tui.keys.keymap import FooterKey, Keys
from tui.queue.columns import columns, set_heads
from tui.queue.filter_line import FilterLine
from tui.queue.list import NoticeList
from tui.queue.window import Window
from tui.screen import Bottom, Host
from tui.session.reads import Start
from tui.session.saving import Saving
from tui.session.session import Session
from tui.terminal.display import line
from tui.widgets.key_bar import KeyBar
from tui.widgets.preview_rows import PreviewRows
from tui.widgets.signs import STATUS_SIGNS
from tui.widgets.status_line import Part, StatusLine

if TYPE_CHECKING:
    from tui.forms.form import StandingScreen

T = TypeVar("T")

_BAR: Final = 10
"""Cells of the progress bar."""
DAYS: Final = 7
"""How many days the position line shows what was done on, today last."""
_HEIGHTS: Final = "▁▂▃▄▅▆▇█"
_MOST_HERE, _NAME_CELLS = 3, 12
"""How many other people the head names, and the cells of each name."""
_DOC_CELLS = 24
"""Cells of the doc of the notice that one is a near-copy of."""
_LINES, _SHARE = 6, 12
"""Rows of the screen that are neither list nor preview, and which part of all rows the preview has at least."""
_WITH_COMPANY, _WIDE = 60, 100
"""Cells of the screen from which the head names other people, and from which all lines say more."""

_OPEN: Final[FooterKey] = ("queue.open",), "open"
_SEARCH: Final[FooterKey] = ("queue.search",), "search"
_FILTER: Final[FooterKey] = ("queue.filter",), "filter"
_CLEAR: Final[FooterKey] = ("queue.clear",), "clear"
_SELECT: Final[FooterKey] = ("queue.select",), "select"
_FLAG: Final[FooterKey] = ("queue.flag",), "flag"
_UNDO: Final[FooterKey] = ("queue.undo",), "undo"
_ENDS: Final[list[FooterKey]] = [
    (("queue.help",), "help"),
    (("queue.back",), "quit"),
    (("app.command_palette",), "all commands"),
]


class Listing:
    """The rows of the queue, and the lines around them.

    Args:
        session: the session of the reviewer.
        host: opens notices and shows forms.
        keys: the keymap.
        ready: set while keys are meant for the rows that are shown.
        start: runs a coroutine on the event loop.
        total: how many notices there are.
        window: the first rows, so that the first paint shows some.
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
        self.saving: Final = Saving(session, start, self.show_head, ready)
        self.filter = queue_filter
        """Which notices are shown, and in which order."""
        self.total = total
        """How many notices there are."""
        self.done: int | None = None
        """How many of them the reviewer has done; None until they are counted."""
        self.by_day: list[int] = []
        """How many the reviewer has done on each of the last days, today last; empty until they are counted."""
        self.waiting = 0
        """How many questions wait for the reviewer."""
        self.window = window
        """The rows that have been read."""
        self.found = window.total()
        """How many notices the filter lets through; None until they are counted."""
        self.selected: set[int] = set()
        """The numbers of the selected notices."""
        self._message: Part | None = None
        self.head: Final = StatusLine(id="queue-head")
        self.line: Final = FilterLine(session.reviewer, keys, id="queue-filter")
        """The line with the search and the filters."""
        self.columns: Final = StatusLine(id="queue-columns")
        """The heads of the columns."""
        self.notices: Final = NoticeList(session.labels, session.reviewer, id="queue-list")
        """The list of notices."""
        self.empty: Final = StatusLine(id="queue-empty")
        self.empty_hint: Final = StatusLine(id="queue-empty-hint")
        self.rule: Final = StatusLine(id="queue-rule", fill="─")
        """The line above the preview, with the comment on the notice at the cursor, and its flags."""
        self.preview: Final = PreviewRows(id="queue-preview")
        """The beginning of the text of the notice at the cursor."""
        self.position_line: Final = StatusLine(id="queue-position")
        """The line with the position of the cursor, how many are done, and the message about the last key."""
        self.key_bar: Final = KeyBar(id="queue-keys")

    def ask(self, form: StandingScreen[T], then: Callable[[T | None], None]) -> Awaitable[None]:
        """Show a form below the list; ``then`` gets the answer, or None where it was left."""
        form.stand_below(Bottom(self.notices))
        return self.host.ask(form, then)

    @property
    def current(self) -> int | None:
        """The number of the notice at the cursor; None in an empty list."""
        row = self.notices.row_at(self.notices.cursor)
        return row.number if row is not None else None

    @property
    def _width(self) -> int:
        """Cells of the screen; 0 before the screen is mounted."""
        return self.notices.screen.size.width if self.notices.is_attached else 0

    @property
    def targets(self) -> list[int]:
        """The numbers of the notices that a key acts on: the selected ones, else the one at the cursor."""
        current = self.current
        return sorted(self.selected) or ([current] if current is not None else [])

    def select(self, numbers: set[int]) -> None:
        """Select these notices and no others."""
        self.selected = numbers
        self.notices.select(numbers)
        self.show_position()
        self.show_keys()

    def use_labels(self, labels: LabelSet) -> None:
        """Show another label set; the filter follows a label that was renamed."""
        self.notices.use_labels(labels)
        self.filter = with_present_label(self.filter, labels)
        if self.line.is_mounted:
            self.show_found()

    # The lines around the rows

    def show_rows(self) -> None:
        """Show the lines around the rows, or what to do where there are no rows."""
        empty = not self.window.rows
        self.notices.screen.set_class(empty, "-empty")
        if empty:
            what, hint = self._empty_texts()
            self.empty.show([(what, "strong")])
            self.empty_hint.show([(hint, "dim")])
        self.fit()
        self.show_found()
        self.show_position()
        self.show_keys()

    def fit(self) -> None:
        """Show the heads at the width of the screen, and give the preview the rows that the list leaves free."""
        size = self.notices.screen.size
        self.columns.show(set_heads(columns(size.width)))
        window = self.window
        complete = window.next is None and window.previous is None
        free = size.height - _LINES - len(window.rows) if complete else 0
        self.preview.styles.height = max(size.height // _SHARE, free)

    def _empty_texts(self) -> tuple[str, str]:
        """Why there are no rows, and what to do about it."""
        if not self.filter.narrows:
            palette = self.keys.shown("app.command_palette")
            return "No notices yet", f"{palette} import, zhupi import PATH"
        clear = self.keys.shown("queue.clear")
        without = self.filter.search and QueueFilter(search=self.filter.search, sort=self.filter.sort)
        if without == self.filter:
            return f"Nothing found: {self.filter.search}", f"{clear} clears the search"
        if self.filter.search:
            return (
                f"Nothing found: {self.filter.search}",
                f"the filter hides more; {clear} clears the search, {clear} again the filter",
            )
        change = self.keys.shown("queue.filter")
        if self.filter.suspects is not None:
            look = "an admin looks by zhupi suspects --look"
            return "The filter finds no suspect", f"{clear} clears it   {change} changes it   {look}"
        return "The filter hides every notice", f"{clear} clears it   {change} changes it"

    def show_found(self) -> None:
        """Show the filter, and how many notices it lets through."""
        found = ""
        if self.filter.narrows:
            found = f"{self.found:,} found" if self.found is not None else f"{len(self.window.rows):,}+ found"
        self.line.show(self.filter, found)

    def show_head(self) -> None:
        """Show the name of the database, who is here, and whether everything is saved."""
        status = self.saving.status
        look = "bad" if status.startswith("not") else "good"
        self.head.show(
            [(" 朱批 zhupi", "brand"), (f" · {self.session.database.path.name}", "dim")],
            [*self._waiting(), (f"{self._people()}   ", "dim"), (f"{status} ", look)],
        )

    def _waiting(self) -> list[Part]:
        """How many questions wait for the reviewer."""
        return [(f"{counted(self.waiting, 'question')}   ", "warn")] if self.waiting else []

    def _people(self) -> str:
        """The reviewer and the other people who are here, as far as they fit: ``li.wei reviewer · wang, chen here``."""
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
        """Show the position of the cursor, how many notices are selected, and how many are done."""
        if not self.total:
            return
        total = self.found if self.filter.narrows else self.total
        index = self.notices.cursor
        place = self.window.place(index, total) if index < len(self.window.rows) else None
        # The position comes first and keeps its width, so that a step redraws nothing else.
        width = len(f"{self.total:,}")
        out_of = f"{total:,}" if total is not None else "…"
        parts: list[Part] = [(" ", "dim")]
        if self.window.rows:
            parts.append((f"{f'{place + 1:,}' if place is not None else '·':>{width}}/{out_of}  ", "dim"))
        if self.selected:
            parts.append((f"{len(self.selected):,} selected  ", "key"))
        # A long message is cut before this is.
        least = [*parts]
        if self.done is not None:
            filled = -(-_BAR * self.done // self.total)
            parts += [
                (f"done {self.done:,} of {self.total:,} ", "dim"),
                ("▰" * filled, "good"),
                ("▱" * (_BAR - filled), "dim"),
            ]
            if any(self.by_day):
                parts += [(f"  today {self.by_day[-1]:,} ", "dim"), (_heights(self.by_day), "good")]
        said = [(f"{self._message[0]} ", self._message[1])] if self._message is not None else []
        self.position_line.show(parts, said, short=least)

    def show_flags(self) -> None:
        """Show the comment on the notice at the cursor, its flags, and what it is a near-copy of."""
        row = self.notices.row_at(self.notices.cursor)
        if row is None:
            self.rule.show([], [])
            return
        warnings = warnings_of(row.flags)
        parts: list[Part] = [(f" {flag} ", "warn" if flag in warnings else "dim") for flag in row.flags]
        if row.has_copies:
            copies = " has near-copies " if row.copy_of is None else f" near-copy of {line(row.copy_of, _DOC_CELLS)} "
            parts.append((copies, "dim" if row.copy_of is None else "warn"))
        said: list[Part] = []
        if row.comment:
            look = "warn" if row.status == "flagged" else "plain"
            said = [("── ", "dim"), (f"{STATUS_SIGNS[row.status]} {row.comment} ", look)]
        self.rule.show(said, [*parts, ("──", "dim")] if parts else [])

    def show_keys(self) -> None:
        """Show the keys that apply now in the footer."""
        keys = self.keys.footer(self._footer())
        # While a search is typed, the arrows move the cursor whatever is bound to that: other keys are text.
        self.key_bar.show_keys([*keys, ("↓ ↑", "move")] if self.line.searching else keys)

    def _footer(self) -> list[FooterKey]:
        """The entries of the footer, the most needed first."""
        if self.line.searching:
            return [(("queue.open",), "to the hits"), _CLEAR]
        if not self.window.rows:
            return [_CLEAR, _SEARCH, _FILTER, *_ENDS] if self.filter.narrows else _ENDS
        if self.selected:
            return [_FLAG, (("queue.assign",), "assign"), _SELECT, _CLEAR, _UNDO, *_ENDS]
        narrows, wide = self.filter.narrows, self._width >= _WIDE
        keys = [_OPEN, *([_CLEAR] if narrows else []), (("queue.next_free",), "next free"), _SEARCH, _FILTER]
        if wide:
            keys += [(("queue.sort",), "sort"), _SELECT, _FLAG, _UNDO]
        elif not narrows:
            keys.append(_SELECT)
        return [*keys, *_ENDS]

    def say(self, text: str, look: str = "plain") -> None:
        """Show a message in the position line, until the next key."""
        self._message = (text, look)
        self.show_position()

    def clear_message(self) -> None:
        """Remove the message: it is about an earlier key."""
        if self._message is not None:
            self._message = None
            self.show_position()


def _heights(counts: list[int]) -> str:
    """Counts as bars, the largest one full; a day without any has the lowest."""
    steps = len(_HEIGHTS) - 1
    return "".join(_HEIGHTS[-(-steps * count // max(counts))] for count in counts)
