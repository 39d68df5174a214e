"""The screen that accepts many: a random sample of what a rule has found, decided one by one, and then all the rest.

It puts together the listing, its reader, and the controllers of its keys.
"""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from store.index.filters import QueueFilter
from tui.everywhere.controllers.accepting import Accepting
from tui.everywhere.controllers.deciding import Deciding
from tui.everywhere.keys import SAMPLE_BINDINGS, SAMPLE_KEYS
from tui.everywhere.places_screen import PlacesScreen
from tui.everywhere.sample_listing import SampleListing
from tui.everywhere.sample_reader import SampleReader
from tui.everywhere.steps import Steps
from tui.keys.keymap import KeyGroup, Keys
from tui.screen import Host
from tui.session.session import Session


class SampleScreen(PlacesScreen):
    """The sample.

    Args:
        session: the session of the reviewer.
        host: what shows the screen.
        keys: the keymap.
        queue: which notices are looked at.
    """

    BINDINGS: ClassVar[list[BindingType]] = SAMPLE_BINDINGS
    """The table of keys is in ``tui.everywhere.keys``."""

    ABOUT: ClassVar[tuple[str, list[KeyGroup]]] = ("Accept many", SAMPLE_KEYS)

    DEFAULT_CSS = """
    SampleScreen {
        & > #sample-told { height: 2; margin: 0 1; }
        &.-empty > #sample-told, &.-tiny > #sample-told { display: none; }
    }
    """

    def __init__(self, session: Session, host: Host, keys: Keys, queue: QueueFilter) -> None:
        super().__init__(session, host)
        self._sample = SampleListing(session, host, keys, self.ready, self.start, queue)
        reader = SampleReader(self._sample, self.start)
        steps = Steps(self._sample, reader)
        self._accepting = Accepting(self._sample, reader, steps)
        self.put_together(self._sample, reader, steps, Deciding(self._sample, reader, steps), self._accepting)

    def compose_below(self) -> ComposeResult:
        """What the sample says of the rest."""
        yield self._sample.told

    def begin(self) -> None:
        """Read what waits, and ask what of it is meant."""
        self.ready.set()
        self._accepting.begin()
