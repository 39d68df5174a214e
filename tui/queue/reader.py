"""How the queue screen reads: rows under the filter, more of them at the ends, counts, the text under the cursor.

Every read is a worker that ends in one message.  ``reload`` gives its messages a turn, so that what was asked for
before is dropped when it comes late; keys wait in ``ready`` for rows that they are meant for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from textual import on, work
from textual.message import Message
from textual.worker import Worker, WorkerState

from annotations.errors import ZhupiError
from store.db.cancel import Cancel
from store.index.filters import PageKey, QueueFilter
from store.project.reviewers import people as known_people
from store.read.queue import QueuePage, assignees, count_queue, progress, queue_page
from tui.queue.columns import Hits
from tui.queue.list import NoticeList
from tui.queue.preview import PreviewRows
from tui.queue.status import QueueBase
from tui.queue.window import Window, open_window, page_rows

if TYPE_CHECKING:
    from store.read.preview import Preview

People = Callable[[list[str]], Awaitable[None]]
"""What goes on when it is known who has notices to review."""

REST = 0.15
"""Seconds that the cursor rests before the text below it is read."""


class Reading(QueueBase):
    """The window of rows, and how it follows the cursor and the filter."""

    class Opened(Message):
        """A window has been read, or could not be."""

        def __init__(
            self, turn: int, window: Window | None, cursor: int, hits: Hits | None, error: str | None = None
        ) -> None:
            super().__init__()
            self.turn = turn
            self.window = window
            self.cursor = cursor
            self.hits = hits
            self.error = error

    class MoreRead(Message):
        """A page behind (1) or before (-1) the window has been read, or could not be."""

        def __init__(self, turn: int, direction: int, page: QueuePage | None, error: str | None = None) -> None:
            super().__init__()
            self.turn = turn
            self.direction = direction
            self.page = page
            self.error = error

    class Counted(Message):
        """What the filter shows has been counted."""

        def __init__(self, turn: int, found: int) -> None:
            super().__init__()
            self.turn = turn
            self.found = found

    class ProgressRead(Message):
        """How many notices are done has been counted."""

        def __init__(self, done: int, total: int) -> None:
            super().__init__()
            self.done = done
            self.total = total

    class Rested(Message):
        """The cursor has stayed where it is for a while."""

    class Previewed(Message):
        """The text of a notice has been read."""

        def __init__(self, number: int, shown: Preview) -> None:
            super().__init__()
            self.number = number
            self.shown = shown

    class PeopleRead(Message):
        """Who has notices to review has been read; ``error`` says what hindered it."""

        def __init__(self, people: list[str], then: People, error: str | None = None) -> None:
            super().__init__()
            self.people = people
            self.then = then
            self.error = error

    _rest: asyncio.TimerHandle | None = None
    _jumped = False
    """Whether other rows are shown: no key is held down then, and the text under the cursor is read at once."""

    def on_unmount(self) -> None:
        """Nobody waits for what is being read any more."""
        self._stop_resting()
        for cancel in self._cancels.values():
            cancel.cancel()

    # Reading rows

    def reload(
        self,
        at: Sequence[int] = (),
        *,
        near: bool = False,
        last: bool = False,
        screen_row: int | None = None,
        wait: bool = True,
    ) -> None:
        """Read the rows anew, under the filter as it is now.

        Args:
            at: numbers of notices; the cursor goes to the first that is shown, else to the first row.
            near: the cursor goes next to the last of them where none is shown.
            last: the cursor goes to the last row.
            screen_row: the row of the screen that it should be on.
            wait: whether keys wait until the rows are there.
        """
        self._turn += 1
        self._opening = True
        self._screen_row = screen_row
        self._more.clear()
        self._left = 0
        if wait:
            self.ready.clear()
        self._open(self._instead("rows"), self._turn, self._filter, tuple(at), near=near, last=last)

    def look_again(self, number: int | None = None) -> None:
        """Rows may have changed or come: read and count them again.

        Args:
            number: the notice that the cursor goes to, or next to where it is not shown; None is the one it is on.
        """
        at = number if number is not None else self.at
        self.reload(() if at is None else (at,), near=True, screen_row=self.notices.screen_row)
        self._count()

    def show_first_rows(self) -> None:
        """Show the rows that the screen was made with."""
        self.notices.show(self._window.rows, self._start)
        self._show_rows()

    def _instead(self, what: str) -> Cancel:
        """What ends the read that begins now; the read of the same before is ended, nobody waits for it any more."""
        before = self._cancels.get(what)
        if before is not None:
            before.cancel()
        self._cancels[what] = Cancel()
        return self._cancels[what]

    @work(thread=True, group="queue-open", exit_on_error=False)
    def _open(
        self, cancel: Cancel, turn: int, which: QueueFilter, at: tuple[int, ...], *, near: bool, last: bool
    ) -> None:
        try:
            hits = None
            if which.search:
                from store.read.preview import hits_of  # noqa: PLC0415  # a search brings the normalizer

                hits = hits_of(which.search)
            with self.zhupi.database.read(cancel) as connection:
                opened = open_window(connection, self.zhupi.reviewer, which, at, near=near, last=last)
        except ZhupiError as error:
            self.post_message(self.Opened(turn, None, 0, None, self.zhupi.told(error)))
        else:
            self.post_message(self.Opened(turn, *opened, hits))

    @on(Opened)
    def _opened_window(self, message: Opened) -> None:
        if message.turn != self._turn:
            return
        self._opening = False
        self.ready.set()
        if message.window is None:
            self.say(message.error or "", "bad")
            return
        self._window = message.window
        self._found = message.window.total()
        self._jumped = True
        self.notices.show(message.window.rows, message.cursor, screen_row=self._screen_row, hits=message.hits)
        self._show_rows()
        if self._found is None and self._filter.narrows:
            self._count_found(self._instead("count"), self._turn, self._filter)

    def _read_more(self, direction: int) -> bool:
        """Read the page behind (1) or before (-1) the window; whether there is one on its way."""
        key = self._window.next if direction > 0 else self._window.previous
        if key is None or self._opening:
            return False
        if direction not in self._more:
            self._more.add(direction)
            self._read_page(self._turn, self._filter, direction, key)
        return True

    @work(thread=True, group="queue-page", exit_on_error=False)
    def _read_page(self, turn: int, which: QueueFilter, direction: int, key: PageKey) -> None:
        try:
            with self.zhupi.database.read() as connection:
                after, before = (key, None) if direction > 0 else (None, key)
                limit = page_rows(which)
                page = queue_page(connection, self.zhupi.reviewer, which, after, before=before, limit=limit)
        except ZhupiError as error:
            self.post_message(self.MoreRead(turn, direction, None, self.zhupi.told(error)))
        else:
            self.post_message(self.MoreRead(turn, direction, page))

    @on(NoticeList.EdgeNear)
    def _edge_near(self, message: NoticeList.EdgeNear) -> None:
        self._read_more(message.direction)

    @on(MoreRead)
    def _more_read(self, message: MoreRead) -> None:
        if message.turn != self._turn:
            return
        self._more.discard(message.direction)
        left, self._left = self._left, 0
        self.ready.set()
        if message.page is None:
            self.say(message.error or "", "bad")
            return
        window, page = self._window, message.page
        shift = -window.append(page) if message.direction > 0 else window.prepend(page)
        self.notices.extend(self._window.rows, shift)
        if self._found is None:
            self._found = self._window.total()
        self._show_found()
        if left:
            self._walk(left)

    def _walk(self, rows: int) -> None:
        """Move the cursor, also past the rows at hand; keys then wait for the rest of them."""
        self._hush()
        left = self.notices.move(rows)
        # Not only when the list tells: by then the screen has been drawn, and would be drawn once more for the place.
        self._show_progress()
        if left and self._read_more(1 if rows > 0 else -1):
            self._left = left
            self.ready.clear()

    # Counting

    @work(thread=True, group="queue-count", exit_on_error=False)
    def _count_found(self, cancel: Cancel, turn: int, which: QueueFilter) -> None:
        try:
            with self.zhupi.database.read(cancel) as connection:
                found = count_queue(connection, self.zhupi.reviewer, which)
        except ZhupiError:
            return  # cut short, or the rows could not be read either, and that was told
        self.post_message(self.Counted(turn, found))

    @on(Counted)
    def _was_counted(self, message: Counted) -> None:
        if message.turn == self._turn:
            self._found = message.found
            self._show_found()
            self._show_progress()

    @work(thread=True, exclusive=True, group="queue-progress", exit_on_error=False)
    def _count(self) -> None:
        with self.zhupi.database.read() as connection:
            counted = progress(connection, self.zhupi.reviewer)
        self.post_message(self.ProgressRead(*counted))

    @on(ProgressRead)
    def _progress_read(self, message: ProgressRead) -> None:
        self._done, self._total = message.done, message.total
        self._show_progress()

    # The text under the cursor

    @on(NoticeList.CursorMoved)
    def _cursor_moved(self) -> None:
        self._show_progress()
        self._stop_resting()
        if self._jumped:
            self._jumped = False
            self._rested()
            return
        # A timer of textual's is a task each: too dear for every key.
        self._rest = asyncio.get_running_loop().call_later(REST, self.post_message, self.Rested())

    def _stop_resting(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None

    @on(Rested)
    def _rested(self) -> None:
        self._stop_resting()
        shown = self.query_one(PreviewRows)
        at = self.at
        if at is None:
            shown.show("", [])
        elif shown.size.height:
            self._preview(self._instead("preview"), at, self._filter.search)

    @work(thread=True, group="queue-preview", exit_on_error=False)
    def _preview(self, cancel: Cancel, number: int, search: str) -> None:
        from store.read.preview import preview  # noqa: PLC0415  # the first paint must not wait for it

        try:
            with self.zhupi.database.read(cancel) as connection:
                shown = preview(connection, number, search)
        except ZhupiError:
            return  # the list is worth more than this, and a key reads it again
        self.post_message(self.Previewed(number, shown))

    @on(Previewed)
    def _previewed(self, message: Previewed) -> None:
        row = self.notices.row_at(self.notices.cursor)
        if row is None or row.number != message.number:
            return
        text, hits = message.shown.text, message.shown.hits
        head = f"{row.title}\n"
        if row.title and text.startswith(head) and not any(low < len(head) for low, _ in hits):
            # The row above shows the title.
            text, hits = text[len(head) :], [(low - len(head), high - len(head)) for low, high in hits]
        if message.shown.cut:
            text, hits = f"…{text}", [(low + 1, high + 1) for low, high in hits]
        self.query_one(PreviewRows).show(text, hits)

    # People

    def _with_people(self, then: People) -> None:
        """Read who has notices to review, then ask; keys wait for the question."""
        self.ready.clear()
        self._read_people(then)

    @work(thread=True, exclusive=True, group="queue-people", exit_on_error=False)
    def _read_people(self, then: People) -> None:
        try:
            with self.zhupi.database.read() as connection:
                people = sorted({*assignees(connection), *known_people(connection)})
        except ZhupiError as error:
            self.post_message(self.PeopleRead([], then, self.zhupi.told(error)))
        else:
            self.post_message(self.PeopleRead(people, then))

    @on(PeopleRead)
    async def _people_read(self, message: PeopleRead) -> None:
        if message.error is not None:
            self.say(message.error, "bad")
        else:
            await message.then(message.people)
        self.ready.set()

    @on(Worker.StateChanged)
    def _worker_failed(self, event: Worker.StateChanged) -> None:
        """An error that nobody expected: tell it, and let keys through again."""
        if event.state == WorkerState.ERROR:
            self.say(f"{type(event.worker.error).__name__}: {event.worker.error}", "bad")
            self.ready.set()
