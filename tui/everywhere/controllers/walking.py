"""The actions that move the cursor, tick places, open a notice at one, and look for another text."""

from __future__ import annotations

from typing import Final

from tui.everywhere.listing import Listing
from tui.everywhere.reader import Reader
from tui.screen import Controller


class Walking(Controller):
    """Moves, ticks and opens.

    Args:
        listing: the places as they are shown.
        reader: reads the places that the cursor comes to.
    """

    def __init__(self, listing: Listing, reader: Reader) -> None:
        self._listing: Final = listing
        self._reader: Final = reader

    def action_move(self, rows: int) -> None:
        """Move the cursor by rows."""
        self._listing.clear_message()
        self._listing.places.move(rows)
        self.moved()

    def action_page(self, pages: int) -> None:
        """Move the cursor by pages: the height of the list less one row."""
        self.action_move(pages * self._listing.places.page)

    def action_first(self) -> None:
        """Go to the first place."""
        self.action_move(-len(self._listing.rows))

    def action_last(self) -> None:
        """Go to the last place that was read, and read on."""
        self.action_move(len(self._listing.rows))
        self._reader.go_on()

    def action_open_place(self, direction: int) -> None:
        """Go to the next (1) or previous (-1) place that is to be decided."""
        listing = self._listing
        listing.clear_message()
        at = listing.places.cursor + direction
        while 0 <= at < len(listing.rows):
            if not listing.rows[at].is_decided(listing.me):
                listing.places.move_to(at)
                self.moved()
                return
            at += direction
        more = "" if listing.is_complete or direction < 0 else " among those that were read"
        listing.say(f"none is to be decided {'behind' if direction > 0 else 'before'} this one{more}", "dim")

    def moved(self) -> None:
        """Show the place at the cursor, and read on where the end has come near."""
        self._listing.show_position()
        self._listing.show_place()
        self._reader.read_on()

    # Ticks

    def action_tick(self) -> None:
        """Tick the place at the cursor, or drop its tick, and go to the next one."""
        listing = self._listing
        row = listing.current
        if row is not None:
            listing.tick(listing.ticked ^ {row.key})
            self.action_move(1)

    def action_tick_all(self) -> None:
        """Tick all places that are to be decided; where all of them are ticked already, drop all ticks."""
        listing = self._listing
        listing.clear_message()
        wanted = {row.key for row in listing.rows if not row.is_decided(listing.me)}
        if not wanted:
            listing.say("all places are decided", "dim")
        elif wanted <= listing.ticked:
            listing.tick(())
        else:
            listing.tick(wanted)
            if not listing.is_complete:
                listing.say("more places are still to be read: those have no tick", "warn")

    # Elsewhere

    def action_open(self) -> None:
        """Open the notice at the place; its next and previous notices come from the same filter."""
        row = self._listing.current
        if row is not None:
            self._listing.clear_message()
            self._listing.host.open_notice(row.number, self._listing.queue, row.span)

    async def action_search(self) -> None:
        """Ask for another text."""
        from tui.forms.wanted_text import asking_for_text  # noqa: PLC0415  # only when asked for

        self._listing.clear_message()
        await self._listing.ask(asking_for_text(self._listing.text), self._asked)

    def _asked(self, text: str | None) -> None:
        if text is not None and text.strip():
            self._reader.look_for(text.strip())
