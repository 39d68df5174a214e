"""Reads for the queue screen: rows under the filter, more rows at the ends, counts, the preview.

Of each kind only the newest read counts; reading the rows anew drops the reads of pages for the old ones.  ``ready``
holds keys back until the rows that they are meant for are there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

from annotations.errors import ZhupiError
from annotations.work_order import WORK_ORDERS
from store.db.sqlite import Connection
from store.index.filters import QueueFilter, QueueSort
from store.project.reviewers import people as known_people
from store.read.queue import QueuePage, assignees, count_done, count_queue, flags_in_use, queue_page
from tui.queue.columns import Hits
from tui.queue.listing import DAYS, Listing
from tui.queue.window import Window, open_window, page_rows
from tui.session.reads import Reads, Start

if TYPE_CHECKING:
    from store.read.preview import Preview

People = Callable[[list[str]], Awaitable[None]]
"""Goes on with the names of all people who have notices to review or may have."""

FilterValues = Callable[[list[str], list[str]], Awaitable[None]]
"""Goes on with the names of people, and with the flags that notices have."""

R = TypeVar("R")

PREVIEW_DELAY: Final = 0.15
"""Debounce: seconds that the cursor rests before the preview is read."""

_NOTHING: Final[dict[QueueSort, str]] = {
    "unsure": "nothing is suggested that could be unsure: zhupi suggest",
    "disagreement": "no model was learned that rules could differ from: zhupi learn",
}
"""What is said of an order that has nothing to go by."""

_PAGES: Final = {1: "page behind", -1: "page before"}
"""The group of reads of the page behind (1) and before (-1) the window."""


class Reader:
    """Reads rows into the listing as the cursor moves and the filter changes.

    Args:
        listing: the queue as it is shown.
        start: runs a coroutine on the event loop.
    """

    def __init__(self, listing: Listing, start: Start) -> None:
        self._listing = listing
        self.reads: Final = Reads(listing.session.database, start)
        self._reloading = False
        self._pages_under_way: set[int] = set()
        self._rows_left = 0
        self._preview_timer: asyncio.TimerHandle | None = None
        self._closed = False
        self._rows_replaced = False
        """Whether the rows are new: no key is being held down then, and the preview is read without delay."""

    @property
    def reloading(self) -> bool:
        """Whether new rows are being read."""
        return self._reloading

    def close(self) -> None:
        """Drop all reads: the screen is gone."""
        self._closed = True
        self._cancel_preview_timer()
        self.reads.stop()

    # Rows

    def reload(
        self,
        at: Sequence[int] = (),
        *,
        near: bool = False,
        last: bool = False,
        screen_row: int | None = None,
        wait: bool = True,
    ) -> None:
        """Read the rows anew, under the current filter.

        Args:
            at: numbers of notices; the cursor goes to the first of them that the filter shows, else to the first row.
            near: whether, where it shows none of them, the cursor goes next to the place of the last one.
            last: whether the cursor goes to the last row.
            screen_row: the row of the screen that the cursor should be on; None keeps the scroll offset where possible.
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
                from store.read.preview import hits_of  # noqa: PLC0415  # a search imports the normalizer, which is slow

                hits = hits_of(queue_filter.search)
            return *open_window(connection, reviewer, queue_filter, at, near=near, last=last), hits

        self.reads.read("rows", read, lambda opened: self._opened(*opened, screen_row), self._not_opened)

    def reread(self, number: int | None = None) -> None:
        """Read and count the rows again: they may have changed.

        Args:
            number: the notice that the cursor goes to, or next to where the filter hides it; None keeps the cursor.
        """
        at = number if number is not None else self._listing.current
        self.reload(() if at is None else (at,), near=True, screen_row=self._listing.notices.screen_row)
        self.count()

    def begin(self) -> None:
        """Read what the first paint could do without: counts, the preview, and the hits of a search."""
        listing = self._listing
        self.count()
        self.read_preview()
        self.renew_order()
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
        listing.notices.hits = hits
        listing.notices.show(window.rows, cursor, screen_row=screen_row)
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
        """Read the page behind (1) or before (-1) the window; returns whether such a page is on its way."""
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
        """Move the cursor by ``rows``; beyond the rows that have been read, keys wait for more of them."""
        listing = self._listing
        listing.clear_message()
        rows_left = listing.notices.move(rows)
        # Shown here and not only at the message of the list: by then the screen has been drawn, and would be drawn
        # twice.
        listing.show_position()
        if rows_left and self.read_page(1 if rows > 0 else -1):
            self._rows_left = rows_left
            listing.ready.clear()

    # Orders of work

    def renew_order(self) -> None:
        """Make the order of work that is shown anew where it is time to, then read the rows again; keys do not wait."""
        listing, sort, database = self._listing, self._listing.filter.sort, self._listing.session.database
        if sort not in WORK_ORDERS:
            return

        def wanted() -> bool:
            # One that goes on for nobody would keep a thread from the reads.
            return not self._closed and listing.filter.sort == sort

        def renew() -> tuple[bool, bool]:
            from store.edits.work_orders import renew_if_stale  # noqa: PLC0415  # the first paint must not wait for it
            from store.read.work_orders import has_nothing_to_go_by  # noqa: PLC0415  # as above

            made = renew_if_stale(database, sort, wanted=wanted)
            with database.read() as connection:
                return made, has_nothing_to_go_by(connection, sort)

        self.reads.run("order", renew, lambda told: self._order_renewed(sort, *told), self._order_not_renewed)

    def _order_renewed(self, sort: QueueSort, made: bool, is_idle: bool) -> None:  # noqa: FBT001  # as the read gives it
        listing = self._listing
        if is_idle and listing.filter.sort == sort:
            listing.say(_NOTHING[sort], "warn")
        if made and listing.filter.sort == sort:
            # Whoever is at the first row waits for the order; whoever has gone on stays at their notice.
            at = listing.current if listing.notices.cursor else None
            self.reload(() if at is None else (at,), screen_row=listing.notices.screen_row, wait=False)

    def _order_not_renewed(self, error: ZhupiError) -> None:
        self._listing.say(f"in the order as it was: {self._listing.session.message(error)}", "warn")

    # Counting

    def count(self) -> None:
        """Count all notices, those that are done, those done on each of the last days, and questions that wait."""
        reviewer = self._listing.session.reviewer

        def read(connection: Connection) -> tuple[tuple[int, int], list[int], int]:
            from store.read.pace import done_by_day  # noqa: PLC0415  # the first paint does not wait for it
            from store.read.questions import count_waiting  # noqa: PLC0415  # as above

            waiting = count_waiting(connection, reviewer)
            return count_done(connection, reviewer), done_by_day(connection, reviewer, DAYS), waiting

        self.reads.read("done", read, lambda counted: self._done_counted(*counted), self._say_not_read)

    def _done_counted(self, counted: tuple[int, int], by_day: list[int], waiting: int) -> None:
        listing = self._listing
        listing.done, listing.total = counted
        listing.by_day = by_day
        listing.show_position()
        if waiting != listing.waiting:
            listing.waiting = waiting
            listing.show_head()

    def sum_up(self) -> None:
        """Say that no free notice is left, how many are done and flagged, and what to do next."""
        listing = self._listing
        reviewer, keys = listing.session.reviewer, listing.keys

        def read(connection: Connection) -> tuple[int, int, int]:
            flagged = count_queue(connection, reviewer, QueueFilter(status="flagged"))
            return *count_done(connection, reviewer), flagged

        def told(counted: tuple[int, int, int]) -> None:
            done, total, flagged = counted
            said = f"no free notice is left: {done:,} of {total:,} done" + (f", {flagged:,} flagged" if flagged else "")
            if listing.filter.narrows:
                said = f"no free notice is left among those shown; {keys.shown('queue.clear')} shows all"
            elif flagged:
                said += f"; {keys.shown('queue.filter')} finds them"
            listing.say(said, "good" if done == total else "warn")

        self.reads.read("sum", read, told, self._say_not_read)

    def _count_found(self) -> None:
        """Count the notices that the filter lets through.

        An error is not shown: the rows could not be read either, and that was said.
        """
        reviewer, queue_filter = self._listing.session.reviewer, self._listing.filter
        self.reads.read(
            "count", lambda connection: count_queue(connection, reviewer, queue_filter), self._found_counted
        )

    def _found_counted(self, found: int) -> None:
        self._listing.found = found
        self._listing.show_found()
        self._listing.show_position()

    # The preview

    def cursor_moved(self) -> None:
        """Show the position of the cursor, and read the preview once it has rested."""
        self._listing.show_position()
        self._cancel_preview_timer()
        if self._rows_replaced:
            self._rows_replaced = False
            # Until it is laid out again, the preview may have other rows than the text is read for, or none.
            self._listing.preview.call_after_refresh(self.read_preview)
            return
        # A timer of textual's is a task of its own, which is too costly for every key.
        self._preview_timer = asyncio.get_running_loop().call_later(PREVIEW_DELAY, self.read_preview)

    def _cancel_preview_timer(self) -> None:
        if self._preview_timer is not None:
            self._preview_timer.cancel()
            self._preview_timer = None

    def read_preview(self) -> None:
        """Show the flags of the notice at the cursor, and read its preview."""
        self._cancel_preview_timer()
        listing = self._listing
        listing.show_flags()
        at, search = listing.current, listing.filter.search
        if at is None:
            listing.preview.show("", [])
        elif most := listing.preview.room:

            def read(connection: Connection) -> Preview:
                from store.read.preview import preview  # noqa: PLC0415  # slow to import, and the first paint does not need it

                return preview(connection, at, most, search)

            # An error is not shown: the list matters more, and the next key reads the preview again.
            self.reads.read("preview", read, lambda shown: self._previewed(at, shown))

    def _previewed(self, number: int, shown: Preview) -> None:
        row = self._listing.notices.row_at(self._listing.notices.cursor)
        if row is None or row.number != number:
            return
        text, hits = shown.text, shown.hits
        head = f"{row.title}\n"
        if row.title and text.startswith(head) and not any(low < len(head) for low, _ in hits):
            # The row of the list shows the title already.
            text, hits = text[len(head) :], [(low - len(head), high - len(head)) for low, high in hits]
        if shown.cut:
            text, hits = f"…{text}", [(low + 1, high + 1) for low, high in hits]
        self._listing.preview.show(text, hits)

    # People

    def with_people(self, then: People) -> None:
        """Read the names of everybody who annotates here, then call ``then``; keys wait meanwhile."""
        self._read_before("people", known_people, then)

    def with_filter_values(self, then: FilterValues) -> None:
        """Read the names of people, and the flags that notices have, then call ``then``; keys wait meanwhile."""
        self._read_before(
            "filter values",
            lambda connection: (_people(connection), flags_in_use(connection)),
            lambda values: then(*values),
        )

    def _read_before(self, group: str, read: Callable[[Connection], R], then: Callable[[R], Awaitable[None]]) -> None:
        """Read what a form needs, then go on; keys wait meanwhile."""
        self._listing.ready.clear()

        async def go_on(result: R) -> None:
            await then(result)
            self._listing.ready.set()

        self.reads.read(group, read, go_on, self._say_not_read)


def _people(connection: Connection) -> list[str]:
    return sorted({*assignees(connection), *known_people(connection)})
