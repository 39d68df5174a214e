"""Follows what others do, and what is done on screens above: the state of places changes in the list."""

from __future__ import annotations

from typing import Final

from tui.everywhere.listing import Listing
from tui.everywhere.reader import Reader
from tui.screen import Controller
from tui.session.watcher import Seen


class Following(Controller):
    """Reads again what is said about places where somebody has changed it.

    Args:
        listing: the places as they are shown.
        reader: reads.
    """

    def __init__(self, listing: Listing, reader: Reader) -> None:
        self._listing: Final = listing
        self._reader: Final = reader
        self._has_missed = False

    def returned(self, number: int | None) -> None:
        """Show what was done in a notice that was open on top, once it is saved; None is none."""
        listing, reader = self._listing, self._reader

        def freshen(_: object) -> None:
            reader.freshen(() if number is None else (number,))
            reader.freshen_in_sight()

        if listing.saving.under_way:
            # Behind all changes that are under way.
            listing.saving.write(lambda: None, freshen, freshen)
        else:
            freshen(None)

    def follow(self, seen: Seen) -> None:
        """Show what the watcher has seen, as far as it is about places in the list."""
        if self._listing.saving.under_way:
            # A step of one's own may touch very many: what is on the screen is enough until it is done.
            self._has_missed = self._has_missed or bool(seen.touches) or seen.many
            self._reader.freshen_in_sight()
        elif seen.many or self._has_missed:
            self._has_missed = False
            self._reader.freshen()
        else:
            self._reader.freshen(touch.notice for touch in seen.touches)
