"""The queue: which notices there are and how far they are; finds them, opens one, flags and assigns many.

``base``      the state, and the lines around the rows
``reading``   the rows, counts and the text under the cursor
``following`` what others do meanwhile
``finding``   search, filter, order
``changing``  select, flag, assign, undo and redo
"""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from annotations.errors import ZhupiError
from store.index.filters import QueueFilter
from tui.queue.controllers.changing import Changing
from tui.queue.keys import QUEUE_BINDINGS, QUEUE_KEYS
from tui.queue.list import NoticeList
from tui.queue.preview import PreviewRows
from tui.widgets.key_bar import KeyBar
from tui.widgets.status_line import StatusLine

__all__ = ["QueueScreen"]

_IN_THE_SEARCH = ("open", "clear")
"""Actions whose keys are no letters while a search is typed."""


class QueueScreen(Changing):
    """The notices, as a list.

    Args:
        total: how many there are.
        opened: the window to begin with and the row of the cursor, as ``open_window`` gives them.
        which: the filter that it was opened with; ``filter`` and ``at`` tell it and the notice as they are now.
    """

    BINDINGS: ClassVar[list[BindingType]] = QUEUE_BINDINGS
    """See ``tui.queue.keys``, where the table stands."""

    AUTO_FOCUS = ""
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (10, "-low"), (20, "-high"), (36, "-tall")]  # noqa: RUF012  # textual's

    DEFAULT_CSS = """
    QueueScreen {
        layout: vertical;
        & > #queue-head, & > #queue-progress { background: $surface; }
        & > #queue-empty, & > #queue-empty-hint { display: none; margin: 1 3 0 3; }
        & > #queue-empty-hint { height: 1fr; }
        & > PreviewRows, & > #queue-rule { display: none; }
        &.-high > PreviewRows, &.-high > #queue-rule { display: block; }
        &.-tall > PreviewRows, &.-tall > #queue-rule { display: block; }
        &.-tall > PreviewRows { height: 3; }
        &.-empty > NoticeList, &.-empty > PreviewRows, &.-empty > #queue-rule { display: none; }
        &.-empty > #queue-empty, &.-empty > #queue-empty-hint { display: block; }
    }
    """

    class FreeFound(Message):
        """The next free notice has been looked for; None where there is none."""

        def __init__(self, number: int | None, error: str | None = None) -> None:
            super().__init__()
            self.number = number
            self.error = error

    def compose(self) -> ComposeResult:
        """A head, the search and the filters, the list, the text under the cursor, a line of progress, the keys."""
        yield StatusLine(id="queue-head")
        yield self.line
        yield self.notices
        yield StatusLine(id="queue-empty")
        yield StatusLine(id="queue-empty-hint")
        yield StatusLine(id="queue-rule", fill="─")
        yield PreviewRows(id="queue-preview")
        yield self.progress
        yield KeyBar(id="queue-keys")

    def on_mount(self) -> None:
        """Show the first rows."""
        self.set_focus(self.notices)
        self._show_head()
        self.show_first_rows()
        # A thread that counts would hold up the first paint.
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self._count()
        self._rested()
        if self._filter.search:
            at = self.at
            self.reload(() if at is None else (at,), screen_row=self.notices.screen_row, wait=False)
        elif self._filter.narrows and self._found is None:
            self._count_found(self._instead("count"), self._turn, self._filter)

    def on_resize(self) -> None:
        """More or fewer keys have room, and perhaps the preview has."""
        if self.is_mounted:
            self._show_head()
            self._show_keys()
            self._cursor_moved()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # textual's
        """While a search is typed, letters are letters."""
        return not self.is_mounted or not self.line.searching or action in _IN_THE_SEARCH

    def open_notice(self, number: int) -> None:
        """Open the notice with this number."""
        from tui.review.screen import ReviewScreen  # noqa: PLC0415  # the queue must not wait for the panes

        self._hush()
        self.app.push_screen(ReviewScreen(number, self.filter), self._returned)

    # Moving

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self._walk(rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by screens."""
        self._walk(pages * self.notices.page)

    def action_first(self) -> None:
        """Go to the first notice."""
        self._hush()
        if self._window.previous is None:
            self.notices.move_to(0)
        else:
            self.reload(screen_row=0)

    def action_last(self) -> None:
        """Go to the last notice."""
        self._hush()
        if self._window.next is None:
            self.notices.move_to(len(self._window.rows) - 1)
        else:
            self.reload(last=True, screen_row=self.notices.size.height - 1)

    async def action_open(self) -> None:
        """Open the notice under the cursor; in the search, go to the hits."""
        if self.line.searching:
            await self._accept_search()
            return
        # At once, not by a message: the next key is for the notice already.
        at = self.at
        if at is not None:
            self.open_notice(at)

    def action_leave(self) -> None:
        """Quit."""
        self.zhupi.action_leave()

    def action_help(self) -> None:
        """Show the keys."""
        from store.project.settings import guideline_of  # noqa: PLC0415  # only when asked for
        from tui.forms.help import HelpScreen  # noqa: PLC0415  # as above

        zhupi = self.zhupi
        help_screen = HelpScreen("Queue", zhupi.keys.help(QUEUE_KEYS), zhupi.labels, guideline_of(zhupi.database))
        self.app.push_screen(help_screen)

    @on(NoticeList.Opened)
    def _opened(self, message: NoticeList.Opened) -> None:
        self.open_notice(message.number)

    def _returned(self, number: int | None) -> None:
        """A notice was left: the cursor goes to the last one that was open."""
        self._show_head()
        self.look_again(number)
        self.call_after_refresh(self.zhupi.tell_place)

    # The next free notice

    def action_next_free(self) -> None:
        """Open the next notice that is free: it is kept for the reviewer, and nobody else is handed it."""
        if self._total:
            self._hush()
            self.ready.clear()
            row = self.notices.row_at(self.notices.cursor)
            # From a notice that one has been handed, on to another.
            mine = row is not None and row.leased_to == self.zhupi.reviewer
            self._find_free(self._filter, self.at if mine else None)

    @work(thread=True, exclusive=True, group="queue-free", exit_on_error=False)
    def _find_free(self, which: QueueFilter, behind: int | None) -> None:
        from store.edits.leases import take_next  # noqa: PLC0415  # the first paint must not wait for it

        try:
            found = take_next(self.zhupi.database, self.zhupi.reviewer, which, behind=behind)
        except ZhupiError as error:
            self.post_message(self.FreeFound(None, self.zhupi.told(error)))
        else:
            self.post_message(self.FreeFound(found))

    @on(FreeFound)
    def _free_found(self, message: FreeFound) -> None:
        if message.error is not None:
            self.say(message.error, "bad")
        elif message.number is None:
            shown = " among those shown" if self._filter.narrows else ""
            self.say(f"no free notice is left{shown}", "warn")
        else:
            self.open_notice(message.number)
        self.ready.set()
