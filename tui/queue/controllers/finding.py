"""The actions that find notices: search, filter and order.  The rows follow what is typed; esc goes back."""

from __future__ import annotations

import asyncio
from typing import ClassVar, Final

from msgspec.structs import replace

from store.index.filters import QueueFilter, QueueSort, ordered_by_suspects, with_present_label
from tui.queue.listing import Listing
from tui.queue.reader import Reader
from tui.screen import Controller

SEARCH_DELAY = 0.2
"""Debounce: seconds without a key after which the typed search is run."""

_ORDER_WORDS: Final[dict[QueueSort, str]] = {
    "imported": "in the order of import",
    "newest": "newest first",
    "oldest": "oldest first",
    "unsure": "the most unsure first",
    "disagreement": "what rules and models differ on first",
    "source": "one of each source in turn",
    "month": "one of each month in turn",
    "length": "one of each length in turn",
    "suspects": "likeliest errors first",
}
_ROWS_OF_KEYS: Final = {"down": 1, "up": -1}


class Finding(Controller):
    """Changes which notices are shown and in which order, and opens one.

    Args:
        listing: the queue as it is shown.
        reader: reads the rows.
    """

    WHILE_TYPING: ClassVar[frozenset[str]] = frozenset({"open", "clear"})
    """The actions that work while a search is typed."""

    def __init__(self, listing: Listing, reader: Reader) -> None:
        self._listing = listing
        self._reader = reader
        self._search_origin: tuple[int | None, int] = (None, 0)
        """The notice at the cursor, and its row of the screen, when the search began; esc goes back there."""
        self._search_timer: asyncio.TimerHandle | None = None

    def show_only(self, queue_filter: QueueFilter, *, wait: bool = True, first: bool = False) -> None:
        """Show the notices that a filter lets through.

        Args:
            queue_filter: the filter.
            wait: whether keys wait for the rows.
            first: whether the cursor goes to the first row; else it stays on its notice, if that is shown.
        """
        listing = self._listing
        queue_filter = ordered_by_suspects(listing.filter, queue_filter)
        if queue_filter == listing.filter:
            return
        at, screen_row = listing.current, listing.notices.screen_row
        sorted_anew = queue_filter.sort != listing.filter.sort
        listing.filter = queue_filter
        self._reader.reload(() if at is None or first else (at,), screen_row=screen_row, wait=wait)
        if sorted_anew:
            self._reader.renew_order()
        listing.show_found()

    def _go_back(self, queue_filter: QueueFilter, origin: tuple[int | None, int]) -> None:
        """Show an earlier filter again, with the cursor where it was."""
        self._listing.filter = queue_filter
        at, screen_row = origin
        self._reader.reload(() if at is None else (at,), screen_row=screen_row)
        self._listing.show_found()

    def action_open(self) -> None:
        """Open the notice at the cursor; while a search is typed, go to its hits."""
        listing = self._listing
        if listing.line.searching:
            self._accept_search()
            return
        at = listing.current
        if at is not None:
            self.open_notice(at)

    def open_notice(self, number: int) -> None:
        """Open a notice; its next and previous notices come from the current filter."""
        self._listing.clear_message()
        self._listing.host.open_notice(number, self._listing.filter)

    # Search

    async def action_search(self) -> None:
        """Start typing a search."""
        listing = self._listing
        if listing.total:
            listing.clear_message()
            self._search_origin = listing.current, listing.notices.screen_row
            await listing.line.begin(listing.filter.search)
            # The field gets the focus at once: keys that were typed ahead are meant for it.
            listing.line.field.screen.set_focus(listing.line.field)
            listing.show_keys()

    def typed(self) -> None:
        """Debounce: run the search when no key has come for a while."""
        self._cancel_search_timer()
        if self._listing.line.searching:
            self._search_timer = asyncio.get_running_loop().call_later(SEARCH_DELAY, self._search_after_delay)

    def _search_after_delay(self) -> None:
        if self._listing.line.searching:
            self._search_typed(wait=False)

    def left_field(self) -> None:
        """Run the search that was typed: a click on the list, or tab, has left the field."""
        if self._listing.line.searching:
            self._search_typed(wait=False)
            self._end_search()

    def pressed(self, key: str) -> bool:
        """Move the cursor by a key that the field of the search does not use; returns whether the key does that."""
        if not self._listing.line.searching:
            return False
        page = self._listing.notices.page
        rows = {**_ROWS_OF_KEYS, "pagedown": page, "pageup": -page}.get(key)
        if rows is not None:
            self._reader.move_cursor(rows)
        return rows is not None

    def _accept_search(self) -> None:
        """Run the search and go to the hits."""
        self._search_typed(wait=True)
        self._wait_for_rows()
        self._end_search()

    def _wait_for_rows(self) -> None:
        """Have keys wait for rows that are being read: they are meant for these."""
        if self._reader.reloading:
            self._listing.ready.clear()

    def _drop_search(self) -> None:
        """Leave the field, drop the search, and show what was shown before it."""
        self._end_search()
        if self._listing.filter.search:
            self._go_back(replace(self._listing.filter, search=""), self._search_origin)

    def _search_typed(self, *, wait: bool) -> None:
        self._cancel_search_timer()
        listing = self._listing
        self.show_only(replace(listing.filter, search=listing.line.field.value.strip()), wait=wait, first=True)

    def _end_search(self) -> None:
        self._cancel_search_timer()
        self._listing.line.end()
        self._listing.notices.screen.set_focus(self._listing.notices)
        self._listing.show_keys()

    def _cancel_search_timer(self) -> None:
        if self._search_timer is not None:
            self._search_timer.cancel()
            self._search_timer = None

    def action_clear(self) -> None:
        """Drop the search that is being typed, else the selection, else the search, else the filter.

        Where no rows are shown the selection is kept, and the search or filter that hides the rows is dropped first.
        """
        listing = self._listing
        listing.clear_message()
        if listing.line.searching:
            self._drop_search()
        elif listing.selected and listing.window.rows:
            listing.select(set())
        elif listing.filter.search:
            self.show_only(replace(listing.filter, search=""))
        elif listing.filter.narrows:
            self.show_only(QueueFilter(sort=listing.filter.sort))

    # Filter and order

    def action_filter(self) -> None:
        """Choose filters in a form; the rows follow each choice."""
        if self._listing.total:
            self._listing.clear_message()
            self._reader.with_filter_values(self._ask_filter)

    async def _ask_filter(self, people: list[str], flags: list[str]) -> None:
        from tui.forms.filter import FilterScreen  # noqa: PLC0415  # only when asked for

        listing, session = self._listing, self._listing.session
        others = [name for name in people if name != session.reviewer]
        before, origin = listing.filter, (listing.current, listing.notices.screen_row)
        panel = FilterScreen(
            before, session.labels, session.reviewer, others, flags, self._filter_chosen,
            sees_others=session.may("see the layers of others"),
        )  # fmt: skip

        def closed(kept: bool | None) -> None:  # noqa: FBT001  # textual's callback
            # The label may have got another name while the form was open.
            shown_before = with_present_label(before, session.labels)
            if not kept and listing.filter != shown_before:
                self._go_back(shown_before, origin)
            self._wait_for_rows()

        await listing.ask(panel, closed)

    def _filter_chosen(self, queue_filter: QueueFilter) -> None:
        # Suspects come in another order: where one was is nowhere in particular then.
        begins = queue_filter.suspects is not None and self._listing.filter.suspects is None
        self.show_only(queue_filter, wait=False, first=begins)

    async def action_sort(self) -> None:
        """Ask for an order, and show it from its first row."""
        from tui.forms.order import OrderScreen  # noqa: PLC0415  # only when asked for

        # The order of suspects may show nothing; then the key that led there leads on.
        if self._listing.window.rows or self._listing.filter.sort == "suspects":
            self._listing.clear_message()
            await self._listing.ask(OrderScreen(self._listing.filter.sort), self._sorted)

    def _sorted(self, sort: QueueSort | None) -> None:
        if sort is not None:
            self.show_only(replace(self._listing.filter, sort=sort), first=True)
            self._listing.say(_ORDER_WORDS[sort], "dim")
