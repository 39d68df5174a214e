"""Follows what others do while the queue is open: rows change in place, and the head names who is here."""

from __future__ import annotations

from store.read.queue import QueueRow, rows_of
from tui.queue.listing import Listing
from tui.queue.reader import Reader
from tui.screen import Controller
from tui.session.reads import LastBegun
from tui.session.watcher import Seen, minutes_since


class Following(Controller):
    """Shows rows that others changed, and who has which notice open.

    Args:
        listing: the queue as it is shown.
        reader: reads the rows that others have changed.
    """

    def __init__(self, listing: Listing, reader: Reader) -> None:
        self._listing = listing
        self._reader = reader
        self._last_begun = LastBegun()

    def follow(self, seen: Seen) -> None:
        """Show what the watcher has seen, as far as it is on the screen."""
        listing = self._listing
        listing.show_head()
        visible_numbers = listing.notices.visible_numbers
        # Another setting may show suggestions, or hide them.
        all_of_them = seen.many or any(touch.entity == "setting" for touch in seen.touches)
        numbers = (
            visible_numbers
            if all_of_them
            else [touch.notice for touch in seen.touches if touch.notice in visible_numbers]
        )
        # Handing out a notice is no event, so the notices that others have open are read as well.
        numbers += [each.notice for each in seen.others if each.notice in visible_numbers]
        if numbers:
            numbers, reviewer = sorted(set(numbers)), listing.session.reviewer
            begun = self._last_begun.begin()
            # An error is not shown: the next change reads again.  The group is "", since such reads may be about other
            # rows.
            self._reader.reads.read(
                "",
                lambda connection: rows_of(connection, reviewer, numbers),
                lambda rows: self._show_rows([row for row in rows if self._last_begun.takes(row.number, begun)]),
            )
        else:
            listing.notices.put((), self._presence())
        asked = seen.many or any(touch.entity == "question" for touch in seen.touches)
        if seen.total != listing.total or asked:
            self._reader.count()

    def _show_rows(self, rows: list[QueueRow]) -> None:
        self._listing.notices.put(rows, self._presence())
        self._listing.show_flags()

    def _presence(self) -> dict[int, str]:
        """Who has which notice open and for how long, by the number of the notice."""
        session = self._listing.session
        presence: dict[int, str] = {}
        for each in session.others:
            if each.notice is not None:
                name = "you" if each.annotator == session.reviewer else each.annotator
                minutes = minutes_since(each.since)
                presence.setdefault(each.notice, f"{name} {minutes}".rstrip())
        return presence
