"""The adjudicate screen: layers of a notice beside each other, and the keys that make gold of them.

It puts together the desk and the controllers that work on one notice.
"""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from store.index.filters import QueueFilter
from store.read.queue import ALL
from tui.adjudicate.contents import GoldContents
from tui.adjudicate.controllers.advancing import Advancing
from tui.adjudicate.controllers.deciding import Deciding
from tui.adjudicate.controllers.following import Following
from tui.adjudicate.controllers.naming import Naming
from tui.adjudicate.controllers.walking import Walking
from tui.adjudicate.keys import ADJUDICATE_BINDINGS, ADJUDICATE_KEYS
from tui.adjudicate.layer import GoldLayer
from tui.adjudicate.opening import Opening
from tui.adjudicate.view import AdjudicateView
from tui.keys.keymap import Keys
from tui.notice.describing import Describing
from tui.notice.editing import Editing
from tui.notice.moving import Moving
from tui.notice.rescue import Rescue
from tui.notice.screen import NoticeScreen
from tui.notice.searching import Searching
from tui.notice.tagging import Tagging
from tui.notice.undoing import Undoing
from tui.screen import Host
from tui.session.session import Session


class AdjudicateScreen(NoticeScreen):
    """One notice to be adjudicated; dismissed with the number of the notice that was open last.

    Args:
        session: the session of the adjudicator.
        host: what shows the screen.
        keys: the keymap.
        number: the number of the notice to open first.
        queue: the filter that the notices that are ready come from.
    """

    BINDINGS: ClassVar[list[BindingType]] = ADJUDICATE_BINDINGS
    """The table of keys is in ``tui.adjudicate.keys``."""

    HELP_KEYS = ("Adjudicate", ADJUDICATE_KEYS)
    BINDING_PREFIX = "adjudicate"

    def __init__(self, session: Session, host: Host, keys: Keys, number: int, queue: QueueFilter = ALL) -> None:
        view, contents = AdjudicateView(session.labels, keys), GoldContents(names_hidden=session.state.names_hidden)
        super().__init__(session, host, keys, view, number, queue, contents)
        desk = self.desk
        Rescue(desk)
        layer = GoldLayer(desk)
        self._opening = Opening(desk)
        self._following = Following(desk, layer)
        self.install(
            Moving(desk),
            Searching(desk),
            Tagging(desk, layer),
            Editing(desk, layer),
            Describing(desk),
            Undoing(desk, layer),
            Walking(desk, layer, view),
            Deciding(desk, layer, view),
            Naming(desk, layer, contents),
            Advancing(desk, layer, self._opening),
            self._following,
        )

    def on_mount(self) -> None:
        """Open the notice at its first open difference."""
        self._opening.open(self._first, self.about_keys(self._keys, "adjudicate"))

    def go_to_notice(self, number: int) -> None:
        """Open another notice on this screen."""
        self._opening.open(number)
