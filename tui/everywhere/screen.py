"""The everywhere screen: all places of a text in the notices that the queue shows, each in its context.

It puts together the listing, its reader, and the controllers of its keys.
"""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from store.index.filters import QueueFilter
from tui.everywhere.controllers.deciding import Deciding
from tui.everywhere.keys import EVERYWHERE_BINDINGS, EVERYWHERE_KEYS
from tui.everywhere.listing import Listing
from tui.everywhere.places_screen import PlacesScreen
from tui.everywhere.reader import Reader
from tui.everywhere.steps import Steps
from tui.keys.keymap import KeyGroup, Keys
from tui.screen import Host
from tui.session.session import Session


class EverywhereScreen(PlacesScreen):
    """The list of places of a text.

    Args:
        session: the session of the reviewer.
        host: what shows the screen.
        keys: the keymap.
        text: what is looked for.
        queue: which notices are looked at.
    """

    BINDINGS: ClassVar[list[BindingType]] = EVERYWHERE_BINDINGS
    """The table of keys is in ``tui.everywhere.keys``."""

    ABOUT: ClassVar[tuple[str, list[KeyGroup]]] = ("Everywhere", EVERYWHERE_KEYS)

    def __init__(self, session: Session, host: Host, keys: Keys, text: str, queue: QueueFilter) -> None:
        super().__init__(session, host)
        listing = Listing(session, host, keys, self.ready, self.start, text, queue)
        reader = Reader(listing, self.start)
        steps = Steps(listing, reader)
        self.put_together(listing, reader, steps, Deciding(listing, reader, steps))

    def begin(self) -> None:
        """Look for the text."""
        self._reader.look_for(self.listing.text)
