"""The stretch of the queue that is at hand: pages of rows without a gap, between two keys that lead on.

A queue under a filter has no row numbers to jump to, only places before and behind a key.  So the app holds a window
of it, adds a page at the end that it comes near to, and drops one at the other.  Nothing here draws; ``open_window``
reads, everything else is plain values.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from msgspec.structs import replace

from store.db.sqlite import Connection
from store.index.filters import PageKey, QueueFilter
from store.read.queue import ALL, FILTERED_ROWS, PAGE_ROWS, QueuePage, QueueRow, next_in_queue, place_of, queue_page

FIRST_HITS = 50
"""Rows of the first page of a search: they are there at once, however many there are."""
MOST_PAGES = 24
"""Pages that are kept."""


class Window:
    """Rows of the queue in order, without a gap.

    Args:
        page: the first page.
        queue_filter: the filter that it was read with.
    """

    def __init__(self, page: QueuePage, queue_filter: QueueFilter = ALL) -> None:
        self.queue_filter = queue_filter
        self.rows: list[QueueRow] = list(page.rows)
        """What is at hand; a list of its own, changed by ``append`` and ``prepend`` only."""
        self._pages = deque([page])
        self._first_place = 0 if page.previous is None else None

    @property
    def next(self) -> PageKey | None:
        """The key to the page behind the last row; None at the end of the queue."""
        return self._pages[-1].next

    @property
    def previous(self) -> PageKey | None:
        """The key to the page before the first row; None at its start."""
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
        """The row of the notice with this number; None where it is not at hand."""
        return next((at for at, row in enumerate(self.rows) if row.number == number), None)

    def total(self) -> int | None:
        """How many rows the queue has, where both ends have been seen."""
        return None if self._first_place is None or self.next is not None else self._first_place + len(self.rows)

    def place(self, index: int, total: int | None) -> int | None:
        """The place of a row in the whole queue, from 0; None while nothing tells it.

        Args:
            index: a row of the window.
            total: how many rows the queue has, where that is known.
        """
        if self.queue_filter == ALL:
            return self.rows[index].number - 1
        if self._first_place is not None:
            return self._first_place + index
        return total - len(self.rows) + index if self.next is None and total is not None else None


def page_rows(queue_filter: QueueFilter) -> int:
    """Rows of a page: fewer where each has to be found."""
    return PAGE_ROWS if queue_filter == ALL else FILTERED_ROWS


def open_window(
    connection: Connection,
    annotator: str,
    queue_filter: QueueFilter = ALL,
    at: Sequence[int] = (),
    *,
    near: bool = False,
    last: bool = False,
) -> tuple[Window, int]:
    """A window, and the row in it that the cursor belongs to.

    Args:
        connection: for reading, within ``Database.read`` where others write.
        annotator: who looks.
        queue_filter: what is shown, and in which order.
        at: numbers of notices; it begins at the first that the filter shows, else at the first row.
        near: begin next to the last of them where the filter shows none.
        last: begin at the last row.
    """
    limit = page_rows(queue_filter)
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
