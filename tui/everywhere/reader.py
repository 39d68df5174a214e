"""Reads for the everywhere screen: the places page by page, and what is said about them by now.

The list is usable from the first page on.  As many places are read as lie ahead of the cursor by ``_AHEAD``, so that a
text that stands everywhere fills no memory; the cursor fetches the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from annotations.annotation import Annotation
from annotations.errors import ZhupiError
from store.db.sqlite import Connection
from store.read.places import said_at, text_page
from tui.everywhere.listing import Listing
from tui.everywhere.rows import PlaceRow, rows_of
from tui.session.reads import LastBegun, Reads, Start

_AHEAD: Final = 10_000
"""Places that are read ahead of the cursor."""

_AT_ONCE: Final = 256
"""Notices of which is read what is said about their places at once."""

_PATIENCE: Final = 0.5
"""Seconds that keys wait for the first places."""

_PAGE: Final = "places"
"""The group of the reads of pages."""


class Reader:
    """Reads the rows of a listing.

    Args:
        listing: the places as they are shown.
        start: runs a coroutine on the event loop.
    """

    def __init__(self, listing: Listing, start: Start) -> None:
        self._listing = listing
        self._reads = Reads(listing.session.database, start)
        self._behind: int | None = 0
        self._is_reading = False
        self._is_stopped = False
        self._opening: asyncio.TimerHandle | None = None
        self._last_begun = LastBegun()

    def close(self) -> None:
        """Drop all reads."""
        self._let_keys_through()
        self._reads.stop()

    @property
    def is_reading(self) -> bool:
        """Whether a page is on its way."""
        return self._is_reading

    def look_for(self, text: str) -> None:
        """Look for a text from the first notice on; keys wait for the first places, but not long."""
        listing = self._listing
        self._reads.stop()
        self._behind, self._is_reading, self._is_stopped = 0, False, False
        listing.ready.clear()
        self._opening = asyncio.get_running_loop().call_later(_PATIENCE, listing.ready.set)
        listing.begin(text)
        self.read_on()

    def read_on(self) -> None:
        """Read the next page, unless enough is read, or reading was stopped."""
        listing = self._listing
        behind = self._behind
        ahead = len(listing.rows) - listing.places.cursor
        if behind is None or self._is_reading or self._is_stopped or ahead >= _AHEAD:
            return
        self._is_reading = True
        me, text, queue = listing.me, listing.text, listing.queue

        def read(connection: Connection) -> tuple[list[PlaceRow], int | None]:
            page = text_page(connection, me, text, queue, behind)
            return [row for found in page.found for row in rows_of(found)], page.behind

        self._reads.read(_PAGE, read, lambda page: self._page_read(*page), self._not_read)

    def stop(self) -> None:
        """Read no further; what was read stays."""
        self._is_stopped = True
        self._reads.drop(_PAGE)
        self._is_reading = False

    def go_on(self) -> None:
        """Read on where reading was stopped, or where the cursor has come near the end."""
        self._is_stopped = False
        self.read_on()

    def _page_read(self, rows: list[PlaceRow], behind: int | None) -> None:
        self._is_reading, self._behind = False, behind
        self._listing.add(rows, complete=behind is None)
        if rows or behind is None:
            self._let_keys_through()
        self.read_on()

    def _not_read(self, error: ZhupiError) -> None:
        self._is_reading, self._is_stopped = False, True
        self._let_keys_through()
        self._listing.say(self._listing.session.message(error), "bad")

    def _let_keys_through(self) -> None:
        if self._opening is not None:
            self._opening.cancel()
            self._opening = None
        self._listing.ready.set()

    # What is said by now

    def freshen(self, numbers: Iterable[int] | None = None) -> None:
        """Read again what is said about the places of some notices; None is all that are listed.

        Those on the screen come first.
        """
        listing = self._listing
        listed = listing.notices
        wanted = [*listed] if numbers is None else [number for number in dict.fromkeys(numbers) if number in listed]
        seen = {listing.rows[at].number for at in listing.places.in_sight}
        wanted.sort(key=lambda number: number not in seen)
        for at in range(0, len(wanted), _AT_ONCE):
            self._freshen(wanted[at : at + _AT_ONCE])

    def freshen_in_sight(self) -> None:
        """The same for the notices on the screen."""
        self.freshen(self._listing.rows[at].number for at in self._listing.places.in_sight)

    def said(
        self, connection: Connection, places: Mapping[int, Sequence[PlaceRow]]
    ) -> dict[int, list[tuple[Annotation, ...]]]:
        """What is said about the places of notices by now, as ``said_at`` tells it; runs in a thread."""
        spans = {number: [row.span for row in rows] for number, rows in places.items()}
        return said_at(connection, self._listing.me, spans)

    def _freshen(self, numbers: list[int]) -> None:
        listing = self._listing
        rows = listing.rows
        places = {number: [rows[at] for at in listing.notices[number]] for number in numbers}

        def read(connection: Connection) -> dict[int, list[tuple[Annotation, ...]]]:
            return self.said(connection, places)

        begun = self._last_begun.begin()

        def then(said: dict[int, list[tuple[Annotation, ...]]]) -> None:
            # Another text may be looked for by now.
            if rows is listing.rows:
                self._put(places, said, begun)

        # An error is not shown: the next change reads again.  The group is "", since such reads may be about different
        # rows.
        self._reads.read("", read, then)

    def _put(
        self, places: dict[int, list[PlaceRow]], said: dict[int, list[tuple[Annotation, ...]]], begun: int
    ) -> None:
        listing = self._listing
        changed = {}
        for number, rows in places.items():
            if not self._last_begun.takes(number, begun):
                continue
            first = listing.notices[number].start
            for at in range(len(rows)):
                changed[first + at] = replace(listing.rows[first + at], said=said[number][at])
        listing.put(changed)
