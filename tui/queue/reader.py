"""How the queue screen reads: rows under the filter, more of them at the ends, counts, the text under the cursor.

Of each kind only the newest read counts, and rows that are read anew drop what was on its way for those before.  Keys
wait in ``ready`` for rows that they are meant for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Final

from annotations.errors import ZhupiError
from store.db.sqlite import Connection
from store.project.reviewers import people as known_people
from store.read.queue import QueuePage, assignees, count_done, count_queue, queue_page
from tui.queue.columns import Hits
from tui.queue.listing import Listing
from tui.queue.window import Window, open_window, page_rows
from tui.session.reads import Reads, Start

if TYPE_CHECKING:
    from store.read.preview import Preview

People = Callable[[list[str]], Awaitable[None]]
"""What goes on when it is known who has notices to review."""

PREVIEW_DELAY: Final = 0.15
"""Seconds that the cursor rests before the text below it is read."""

_PAGES: Final = {1: "page behind", -1: "page before"}


class Reader:
    """The window of rows, and how it follows the cursor and the filter.

    Args:
        listing: what is shown.
        start: runs a coroutine beside everything else.
    """

    def __init__(self, listing: Listing, start: Start) -> None:
        self._listing = listing
        self.reads: Final = Reads(listing.session.database, start)
        self._reloading = False
        self._pages_under_way: set[int] = set()
        self._rows_left = 0
        self._preview_timer: asyncio.TimerHandle | None = None
        self._rows_replaced = False
        """Whether other rows are shown: no key is held down then, and the text under the cursor is read at once."""

    @property
    def reloading(self) -> bool:
        """Whether other rows are on their way."""
        return self._reloading

    def close(self) -> None:
        """The screen is gone: nobody waits for what is being read any more."""
        self._cancel_preview_timer()
        self.reads.stop()

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
        listing = self._listing
        self._reloading = True
        self._pages_under_way.clear()
        self._rows_left = 0
        self.reads.drop(*_PAGES.values(), "count")
        if wait:
            listing.ready.clear()
        queue_filter, reviewer, at = listing.filter, listing.session.reviewer, tuple(at)

        def read(connection: Connection) -> tuple[Window, int, Hits | None]:
            hits = None
            if queue_filter.search:
                from store.read.preview import hits_of  # noqa: PLC0415  # a search brings the normalizer

                hits = hits_of(queue_filter.search)
            return *open_window(connection, reviewer, queue_filter, at, near=near, last=last), hits

        self.reads.read("rows", read, lambda opened: self._opened(*opened, screen_row), self._not_opened)

    def reread(self, number: int | None = None) -> None:
        """Rows may have changed or come: read and count them again.

        Args:
            number: the notice that the cursor goes to, or next to where it is not shown; None is the one it is on.
        """
        at = number if number is not None else self._listing.current
        self.reload(() if at is None else (at,), near=True, screen_row=self._listing.notices.screen_row)
        self.count()

    def begin(self) -> None:
        """The first rows are painted: read what else is to be shown of them."""
        listing = self._listing
        self.count()
        self.read_preview()
        if listing.filter.search:
            at = listing.current
            self.reload(() if at is None else (at,), screen_row=listing.notices.screen_row, wait=False)
        elif listing.filter.narrows and listing.found is None:
            self._count_found()

    def _opened(self, window: Window, cursor: int, hits: Hits | None, screen_row: int | None) -> None:
        listing = self._listing
        self._reloading = False
        listing.ready.set()
        listing.window, listing.found = window, window.total()
        self._rows_replaced = True
        listing.notices.show(window.rows, cursor, screen_row=screen_row, hits=hits)
        listing.show_rows()
        if listing.found is None and listing.filter.narrows:
            self._count_found()

    def _not_opened(self, error: ZhupiError) -> None:
        self._reloading = False
        self._say_not_read(error)

    def _say_not_read(self, error: ZhupiError) -> None:
        self._listing.ready.set()
        self._listing.say(self._listing.session.message(error), "bad")

    def read_page(self, direction: int) -> bool:
        """Read the page behind (1) or before (-1) the window; whether there is one on its way."""
        window, queue_filter = self._listing.window, self._listing.filter
        key = window.next if direction > 0 else window.previous
        if key is None or self._reloading:
            return False
        if direction not in self._pages_under_way:
            self._pages_under_way.add(direction)
            reviewer = self._listing.session.reviewer
            after, before = (key, None) if direction > 0 else (None, key)
            self.reads.read(
                _PAGES[direction],
                lambda connection: queue_page(
                    connection, reviewer, queue_filter, after, before=before, limit=page_rows(queue_filter)
                ),
                lambda page: self._page_read(direction, page),
                lambda error: self._page_not_read(direction, error),
            )
        return True

    def _page_read(self, direction: int, page: QueuePage) -> None:
        listing = self._listing
        self._pages_under_way.discard(direction)
        rows_left, self._rows_left = self._rows_left, 0
        listing.ready.set()
        shift = -listing.window.append(page) if direction > 0 else listing.window.prepend(page)
        listing.notices.extend(listing.window.rows, shift)
        if listing.found is None:
            listing.found = listing.window.total()
        listing.show_found()
        if rows_left:
            self.move_cursor(rows_left)

    def _page_not_read(self, direction: int, error: ZhupiError) -> None:
        self._pages_under_way.discard(direction)
        self._rows_left = 0
        self._say_not_read(error)

    def move_cursor(self, rows: int) -> None:
        """Move the cursor, also past the rows at hand; keys then wait for the rest of them."""
        listing = self._listing
        listing.clear_message()
        rows_left = listing.notices.move(rows)
        # Not only when the list tells: by then the screen has been drawn, and would be drawn once more for the place.
        listing.show_position()
        if rows_left and self.read_page(1 if rows > 0 else -1):
            self._rows_left = rows_left
            listing.ready.clear()

    # Counting

    def count(self) -> None:
        """Count how many notices there are, and how many of them are done."""
        reviewer = self._listing.session.reviewer
        self.reads.read(
            "done", lambda connection: count_done(connection, reviewer), self._done_counted, self._say_not_read
        )

    def _done_counted(self, counted: tuple[int, int]) -> None:
        self._listing.done, self._listing.total = counted
        self._listing.show_position()

    def _count_found(self) -> None:
        """Count what the filter shows; where that fails the rows could not be read either, and that was told."""
        reviewer, queue_filter = self._listing.session.reviewer, self._listing.filter
        self.reads.read(
            "count", lambda connection: count_queue(connection, reviewer, queue_filter), self._found_counted
        )

    def _found_counted(self, found: int) -> None:
        self._listing.found = found
        self._listing.show_found()
        self._listing.show_position()

    # The text under the cursor

    def cursor_moved(self) -> None:
        """Show the new place; the text there is read when the cursor has rested."""
        self._listing.show_position()
        self._cancel_preview_timer()
        if self._rows_replaced:
            self._rows_replaced = False
            self.read_preview()
            return
        # A timer of textual's is a task each: too dear for every key.
        self._preview_timer = asyncio.get_running_loop().call_later(PREVIEW_DELAY, self.read_preview)

    def _cancel_preview_timer(self) -> None:
        if self._preview_timer is not None:
            self._preview_timer.cancel()
            self._preview_timer = None

    def read_preview(self) -> None:
        """The cursor has stayed where it is for a while: read the text there."""
        self._cancel_preview_timer()
        listing = self._listing
        at, search = listing.current, listing.filter.search
        if at is None:
            listing.preview.show("", [])
        elif listing.preview.size.height:

            def read(connection: Connection) -> Preview:
                from store.read.preview import preview  # noqa: PLC0415  # the first paint must not wait for it

                return preview(connection, at, search)

            # Where it fails, the list is worth more than this, and a key reads it again.
            self.reads.read("preview", read, lambda shown: self._previewed(at, shown))

    def _previewed(self, number: int, shown: Preview) -> None:
        row = self._listing.notices.row_at(self._listing.notices.cursor)
        if row is None or row.number != number:
            return
        text, hits = shown.text, shown.hits
        head = f"{row.title}\n"
        if row.title and text.startswith(head) and not any(low < len(head) for low, _ in hits):
            # The row above shows the title.
            text, hits = text[len(head) :], [(low - len(head), high - len(head)) for low, high in hits]
        if shown.cut:
            text, hits = f"…{text}", [(low + 1, high + 1) for low, high in hits]
        self._listing.preview.show(text, hits)

    # People

    def with_people(self, then: People) -> None:
        """Read who has notices to review, then ask; keys wait for the question."""
        self._listing.ready.clear()

        async def ask(names: list[str]) -> None:
            await then(names)
            self._listing.ready.set()

        self.reads.read(
            "people",
            lambda connection: sorted({*assignees(connection), *known_people(connection)}),
            ask,
            self._say_not_read,
        )
