"""The review screen: raw and normalized text side by side with one linked cursor, and the annotations below.

It puts together the desk and the controllers that work on one notice.
"""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from annotations.spans import RawSpan
from store.index.filters import QueueFilter
from store.read.queue import ALL
from tui.keys.keymap import Keys
from tui.notice.conflicts import Conflicts
from tui.notice.describing import Describing
from tui.notice.editing import Editing
from tui.notice.moving import Moving
from tui.notice.rescue import Rescue
from tui.notice.screen import NoticeScreen
from tui.notice.searching import Searching
from tui.notice.tagging import Tagging
from tui.notice.undoing import Undoing
from tui.notice.view import NoticeView
from tui.review.calibrating import Calibrating
from tui.review.controllers.asking import Asking
from tui.review.controllers.commenting import Commenting
from tui.review.controllers.copying import Copying
from tui.review.controllers.correcting import Correcting
from tui.review.controllers.deciding import Deciding
from tui.review.controllers.differing import Differing
from tui.review.controllers.following import Following
from tui.review.controllers.looking import Looking
from tui.review.controllers.muting import Muting
from tui.review.controllers.regions import Regions
from tui.review.controllers.reviewing import Reviewing
from tui.review.controllers.spreading import Spreading
from tui.review.controllers.stepping import Stepping
from tui.review.hints import Hints
from tui.review.keys import REVIEW_BINDINGS, REVIEW_KEYS
from tui.review.layer import ReviewLayer
from tui.screen import Host
from tui.session.session import Session
from tui.widgets.status_line import Part


class ReviewScreen(NoticeScreen):
    """One notice; dismissed with the number of the notice that was open last.

    Args:
        session: the session of the reviewer.
        host: what shows the screen.
        keys: the keymap.
        number: the number of the notice to open first.
        queue: the filter that the next and previous notices come from.
        place: what is marked in that notice as a hit, with the cursor on it; None is where the reviewer left it.
    """

    BINDINGS: ClassVar[list[BindingType]] = REVIEW_BINDINGS
    """The table of keys is in ``tui.review.keys``."""

    HELP_KEYS = ("Review", REVIEW_KEYS)
    BINDING_PREFIX = "review"

    def __init__(
        self,
        session: Session,
        host: Host,
        keys: Keys,
        number: int,
        queue: QueueFilter = ALL,
        place: RawSpan | None = None,
    ) -> None:
        super().__init__(session, host, keys, NoticeView(session.labels, keys, session.reviewer), number, queue)
        self._place = place
        desk = self.desk
        self._following = Following(desk)
        Conflicts(desk)
        Rescue(desk)
        self._hints = Hints(desk)
        Calibrating(desk)
        layer = ReviewLayer(desk)
        self.install(
            Moving(desk),
            Stepping(desk),
            Searching(desk),
            Tagging(desk, layer),
            Editing(desk, layer),
            Commenting(desk, layer),
            Asking(desk),
            Deciding(desk, layer),
            Looking(desk, layer),
            Copying(desk, layer),
            Reviewing(desk),
            Regions(desk),
            Correcting(desk),
            Describing(desk),
            Differing(desk),
            Undoing(desk, layer),
            Spreading(desk),
            Muting(desk),
            self._following,
        )

    def on_mount(self) -> None:
        """Open the notice, the cursor on the place, or where the reviewer left it."""
        self.desk.load(
            self._first,
            at=self.session.offset_in(self._first) if self._place is None else self._place.start,
            hits=() if self._place is None else (self._place,),
            message=self.about_keys(self._keys, "review"),
            at_once=self.is_first,
        )

    def acted(self, action: str) -> None:
        """Give a hint, in the demo."""
        if self.session.hints:
            self._hints.acted(action)

    def about_notice(self, number: int) -> Part | None:
        """A message about a notice that was just opened: what is half typed there, else a hint."""
        hint = self._hints.opened() if self.session.hints else None
        return super().about_notice(number) or hint

    def go_to_notice(self, number: int) -> None:
        """Open another notice on this screen."""
        self.desk.load(number)
