"""The window: consecutive pages of the queue that have been read, with the keys to the pages before and behind it.

Under a filter the queue has no row numbers, only places before and behind a key (keyset pagination).  The app holds a
window of it, adds a page at the end that the cursor comes near to, and drops one at the other end.  ``open_window``
reads; all else here is plain values.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from msgspec.structs import replace

from store.db.sqlite import Connection
from store.index.filters import PageKey, QueueFilter
from store.read.queue import ALL, FILTERED_ROWS, PAGE_ROWS, QueuePage, QueueRow, next_in_queue, place_of, queue_page

FIRST_HITS = 50
"""Rows of the first page of a search, which is shown at once, however many hits there are."""
MOST_PAGES = 24
"""Pages that are kept."""


class Window:
    """Consecutive rows of the queue.

    Args:
        page: the first page.
        queue_filter: the filter that it was read with.
    """

    def __init__(self, page: QueuePage, queue_filter: QueueFilter = ALL) -> None:
        self.queue_filter = queue_filter
        self.rows: list[QueueRow] = list(page.rows)
        """The rows, in order; ``append`` and ``prepend`` change this list in place."""
        self._pages = deque([page])
        self._first_place = 0 if page.previous is None else None

    @property
    def next(self) -> PageKey | None:
        """The key to the page behind the last row; None at the end of the queue."""
        return self._pages[-1].next

    @property
    def previous(self) -> PageKey | None:
        """The key to the page before the first row; None at the start of the queue."""
        return self._pages[0].previous

    def append(self, page: QueuePage) -> int:
        """Add the page behind; returns how many rows were dropped at the start."""
        self._pages.append(page if page.rows else replace(page, next=None))
        self.rows += page.rows
        dropped = 0
        while len(self._pages) > MOST_PAGES:
            dropped += len(self._pages.popleft().rows)
        if dropped:
            del self.rows[:dropped]
            self._first_place = None if self._first_place is None else self._first_place + dropped
        return dropped

    def prepend(self, page: QueuePage) -> int:
        """Add the page before; returns how many rows were added at the start."""
        self._pages.appendleft(page if page.rows else replace(page, previous=None))
        self.rows[:0] = page.rows
        while len(self._pages) > MOST_PAGES:
            last = self._pages.pop()
            del self.rows[len(self.rows) - len(last.rows) :]
        if self.previous is None:
            self._first_place = 0
        elif self._first_place is not None:
            self._first_place -= len(page.rows)
        return len(page.rows)

    def index_of(self, number: int) -> int | None:
        """The index of the notice with this number; None where the window does not hold it."""
        return next((at for at, row in enumerate(self.rows) if row.number == number), None)

    def total(self) -> int | None:
        """How many rows the queue has; None until both of its ends have been read."""
        return None if self._first_place is None or self.next is not None else self._first_place + len(self.rows)

    def place(self, index: int, total: int | None) -> int | None:
        """The place of a row in the whole queue, from 0; None where it cannot be told.

        Args:
            index: the index of the row in the window.
            total: how many rows the queue has; None where that is unknown.
        """
        if self.queue_filter == ALL:
            return self.rows[index].number - 1
        if self._first_place is not None:
            return self._first_place + index
        return total - len(self.rows) + index if self.next is None and total is not None else None


def page_rows(queue_filter: QueueFilter) -> int:
    """Rows of a page; fewer where a filter has to find each of them."""
    return PAGE_ROWS if queue_filter == ALL else FILTERED_ROWS


def open_window(
    connection: Connection,
    annotator: str,
    queue_filter: QueueFilter = ALL,
    at: Sequence[int] = (),
    *,
    near: bool = False,
    last: bool = False,
    limit: int | None = None,
) -> tuple[Window, int]:
    """Read a window, and tell the index of the row that the cursor belongs on.

    Args:
        connection: for reading, within ``Database.read`` where others write.
        annotator: the reviewer who looks.
        queue_filter: which notices are shown, and in which order.
        at: numbers of notices; the cursor goes to the first of them that the filter shows, else to the first row.
        near: whether, where it shows none of them, the cursor goes next to the place of the last one.
        last: whether the cursor goes to the last row.
        limit: rows of a page; None for as many as ``page_rows`` says.
    """
    limit = limit if limit is not None else page_rows(queue_filter)
    if last:
        window = Window(queue_page(connection, annotator, queue_filter, last=True, limit=limit), queue_filter)
        return window, max(0, len(window.rows) - 1)
    key = None
    for each in at:
        key = key or place_of(connection, annotator, queue_filter, each)
    if key is None and near and at:
        beside = (next_in_queue(connection, annotator, queue_filter, at[-1], direction) for direction in (1, -1))
        neighbour = next((number for number in beside if number is not None), None)
        key = place_of(connection, annotator, queue_filter, neighbour) if neighbour is not None else None
    if key is None:
        first = FIRST_HITS if queue_filter.search else limit
        return Window(queue_page(connection, annotator, queue_filter, limit=first), queue_filter), 0
    window = Window(queue_page(connection, annotator, queue_filter, key, including=True, limit=limit), queue_filter)
    if window.previous is None:
        return window, 0
    before = queue_page(connection, annotator, queue_filter, before=window.previous, limit=limit)
    return window, window.prepend(before)
