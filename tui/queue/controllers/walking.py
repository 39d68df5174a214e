"""The actions that move the cursor in the queue, and open the next free notice."""

from __future__ import annotations

from annotations.errors import ZhupiError
from tui.queue.listing import Listing
from tui.queue.reader import Reader
from tui.screen import Controller


class Walking(Controller):
    """Moves the cursor, and opens the next free notice.

    Args:
        listing: the queue as it is shown, with the cursor.
        reader: reads the rows that the cursor comes to.
    """

    def __init__(self, listing: Listing, reader: Reader) -> None:
        self._listing = listing
        self._reader = reader

    def action_move(self, rows: int) -> None:
        """Move the cursor by rows."""
        self._reader.move_cursor(rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by pages: the height of the list less one row."""
        self._reader.move_cursor(pages * self._listing.notices.page)

    def action_first(self) -> None:
        """Go to the first notice."""
        self._listing.clear_message()
        if self._listing.window.previous is None:
            self._listing.notices.move_to(0)
        else:
            self._reader.reload(screen_row=0)

    def action_last(self) -> None:
        """Go to the last notice."""
        listing = self._listing
        listing.clear_message()
        if listing.window.next is None:
            listing.notices.move_to(len(listing.window.rows) - 1)
        else:
            self._reader.reload(last=True, screen_row=listing.notices.size.height - 1)

    def action_adjudicate(self) -> None:
        """Open the notice at the cursor to be adjudicated, where the reviewer's role allows it."""
        listing = self._listing
        row = listing.notices.row_at(listing.notices.cursor)
        if not listing.session.may("adjudicate"):
            listing.say("only an adjudicator or an admin decides what is gold", "warn")
        elif row is not None:
            listing.clear_message()
            listing.host.open_adjudication(row.number, listing.filter)

    def action_progress(self) -> None:
        """Show how far the project is."""
        self._listing.clear_message()
        self._listing.host.open_progress()

    def action_next_free(self) -> None:
        """Open the next notice that is free, and reserve it: nobody else is handed the same one."""
        listing = self._listing
        if not listing.total:
            return
        listing.clear_message()
        listing.ready.clear()
        session, queue_filter = listing.session, listing.filter
        row = listing.notices.row_at(listing.notices.cursor)
        # From a notice that was handed to the reviewer, go on to another one.
        behind = row.number if row is not None and row.leased_to == session.reviewer else None

        ready = queue_filter.adjudication == "ready"

        def take() -> int | None:
            from store.edits.leases import take_next, take_next_ready  # noqa: PLC0415  # the first paint must not wait

            take_one = take_next_ready if ready else take_next
            return take_one(session.database, session.reviewer, queue_filter, behind=behind)

        self._reader.reads.run("free", take, self._ready_taken if ready else self._taken, self._not_taken)

    def _ready_taken(self, number: int | None) -> None:
        listing = self._listing
        if number is None:
            listing.say("no notice is ready that nobody else adjudicates", "warn")
        else:
            listing.clear_message()
            listing.host.open_adjudication(number, listing.filter)
        listing.ready.set()

    def _taken(self, number: int | None) -> None:
        listing = self._listing
        if number is None:
            self._reader.sum_up()
        else:
            listing.clear_message()
            listing.host.open_notice(number, listing.filter)
        listing.ready.set()

    def _not_taken(self, error: ZhupiError) -> None:
        self._listing.say(self._listing.session.message(error), "bad")
        self._listing.ready.set()
