"""The queue: which notices there are and how far they are; opens one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from annotations.errors import ZhupiError
from store.queue import QueueRow, progress, queue_page
from tui.widgets.key_bar import KeyBar
from tui.widgets.notice_list import NoticeList
from tui.widgets.status_line import Part, StatusLine

if TYPE_CHECKING:
    from tui.app import ZhupiApp

_BAR = 10

KEYS: list[tuple[str, str]] = [
    ("j k ↓ ↑", "next, previous notice"),
    ("pgdn pgup", "a screen down, up"),
    ("g G", "first, last notice"),
    ("enter", "open the notice"),
    ("?", "these keys"),
    ("q ctrl+q", "quit"),
]
"""What the help shows; the bindings below are what is true, a test holds the two together."""


class QueueScreen(Screen[None]):
    """All notices, as a list.

    Args:
        total: how many notices there are.
        first: the first page of rows, so that the first paint has something to show.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down", id="queue.down", priority=True),
        Binding("k,up", "move(-1)", "up", id="queue.up", priority=True),
        Binding("pagedown", "page(1)", "page down", id="queue.page_down", priority=True),
        Binding("pageup", "page(-1)", "page up", id="queue.page_up", priority=True),
        Binding("g,home", "first", "first", id="queue.first", priority=True),
        Binding("G,end", "last", "last", id="queue.last", priority=True),
        Binding("enter", "open", "open", id="queue.open", priority=True),
        Binding("question_mark,？", "help", "keys", id="queue.help", priority=True),
        Binding("q", "app.leave", "quit", id="queue.back", priority=True),
    ]
    """
    | Key | Does |
    | --- | --- |
    | `j` `k`, arrows, `pgup` `pgdn`, `g` `G` | move |
    | `enter` | open |
    | `?` | keys |
    | `q` | quit |
    """

    DEFAULT_CSS = """
    QueueScreen {
        layout: vertical;
        & > #queue-head { background: $surface; }
        & > #queue-empty { height: 1fr; display: none; padding: 1 2; }
        &.-empty > NoticeList { display: none; }
    }
    """

    class PageRead(Message):
        """A page of rows has been read, or could not be."""

        def __init__(self, page: int, rows: list[QueueRow], error: str | None = None) -> None:
            super().__init__()
            self.page = page
            self.rows = rows
            self.error = error

    class ProgressRead(Message):
        """How many notices are done has been counted."""

        def __init__(self, done: int, total: int) -> None:
            super().__init__()
            self.done = done
            self.total = total

    def __init__(self, total: int, first: list[QueueRow]) -> None:
        super().__init__()
        self._total = total
        self._first = first

    @property
    def zhupi(self) -> ZhupiApp:
        """The app, typed."""
        return cast("ZhupiApp", self.app)

    @property
    def list(self) -> NoticeList:
        """The list of notices."""
        return self.query_one(NoticeList)

    def compose(self) -> ComposeResult:
        """A head, the list, a line of progress, the keys."""
        yield StatusLine(id="queue-head")
        yield NoticeList(self.zhupi.labels, id="queue-list")
        yield StatusLine(id="queue-empty")
        yield StatusLine(id="queue-progress")
        keys = [("enter", "open"), ("j k", "move"), ("g G", "first, last"), ("?", "help"), ("q", "quit")]
        yield KeyBar(keys if self._total else keys[3:], id="queue-keys")

    def on_mount(self) -> None:
        """Show the first page."""
        head = self.query_one("#queue-head", StatusLine)
        head.show(
            [(" 朱批 zhupi", "brand"), (f" · {self.zhupi.database.path.name}", "dim")],
            [(f"{self.zhupi.reviewer} ", "dim")],
        )
        self.set_class(not self._total, "-empty")
        if not self._total:
            empty = self.query_one("#queue-empty", StatusLine)
            empty.styles.display = "block"
            empty.show([("No notices yet: ", "strong"), ("quit and run  zhupi import PATH", "plain")])
        self.list.show(self._total)
        self.list.give(0, self._first)
        self.list.focus()
        self._show_progress()
        # A thread that counts would hold up the first paint.
        self.call_after_refresh(self._count)

    def open_notice(self, number: int) -> None:
        """Open the notice with this number."""
        from tui.screens.review import ReviewScreen  # noqa: PLC0415  # the queue must not wait for the panes

        self.app.push_screen(ReviewScreen(number), self._returned)

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self.list.move(rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by screens."""
        self.list.move(pages * max(1, self.list.size.height - 1))

    def action_first(self) -> None:
        """Go to the first notice."""
        self.list.move_to(0)

    def action_last(self) -> None:
        """Go to the last notice."""
        self.list.move_to(self.list.total - 1)

    def action_open(self) -> None:
        """Open the notice under the cursor."""
        # At once, not by a message: the next key is for the notice already.
        row = self.list.row_at(self.list.cursor)
        if row is not None:
            self.open_notice(row.number)

    def action_help(self) -> None:
        """Show the keys."""
        from tui.screens.help import HelpScreen  # noqa: PLC0415  # only when asked for

        self.app.push_screen(HelpScreen("Queue", [("Queue", KEYS)], self.zhupi.labels))

    @on(NoticeList.PageWanted)
    def _page_wanted(self, message: NoticeList.PageWanted) -> None:
        self._read_page(message.page)

    @on(NoticeList.Opened)
    def _opened(self, message: NoticeList.Opened) -> None:
        self.open_notice(message.number)

    @on(NoticeList.CursorMoved)
    def _cursor_moved(self) -> None:
        self._show_progress()

    @on(PageRead)
    def _page_read(self, message: PageRead) -> None:
        if message.error is not None:
            self.query_one("#queue-progress", StatusLine).show([(f" {message.error}", "bad")])
            return
        self.list.give(message.page, message.rows)

    @on(ProgressRead)
    def _progress_read(self, message: ProgressRead) -> None:
        self._done = message.done
        self._show_progress()

    _done: int | None = None

    def _show_progress(self) -> None:
        total = self.list.total
        if not total:
            return
        # The place comes first and keeps its width: a step then redraws no more than that.
        parts: list[Part] = [(f" {self.list.cursor + 1:>{len(f'{total:,}')},}/{total:,}  ", "dim")]
        if self._done is not None:
            filled = -(-_BAR * self._done // total)
            parts += [
                (f"done {self._done:,} of {total:,} ", "dim"),
                ("▰" * filled, "good"),
                ("▱" * (_BAR - filled), "dim"),
            ]
        self.query_one("#queue-progress", StatusLine).show(parts)

    def _returned(self, number: int | None) -> None:
        """A notice was left: rows may have changed, and the cursor goes to the last one that was open."""
        if number is not None:
            self.list.move_to(number - 1)
        self.list.renew()
        self._count()

    @work(thread=True, group="queue-page", exit_on_error=False)
    def _read_page(self, page: int) -> None:
        try:
            with self.zhupi.database.read() as connection:
                rows = queue_page(connection, self.zhupi.reviewer, page)
        except ZhupiError as error:
            self.post_message(self.PageRead(page, [], str(error)))
        else:
            self.post_message(self.PageRead(page, rows))

    @work(thread=True, exclusive=True, group="queue-progress", exit_on_error=False)
    def _count(self) -> None:
        with self.zhupi.database.read() as connection:
            counted = progress(connection, self.zhupi.reviewer)
        self.post_message(self.ProgressRead(*counted))
