"""The review screen: raw and normalized text side by side with one linked cursor, and the annotations below.

It puts together the desk and the controllers that work on one notice.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.worker import Worker, WorkerState

from annotations.labels import LabelSet
from store.index.filters import QueueFilter
from store.read.queue import ALL
from tui.keys.keymap import Keys
from tui.notice.conflicts import Conflicts
from tui.notice.desk import Desk
from tui.notice.editing import Editing
from tui.notice.moving import Moving
from tui.notice.rescue import Rescue
from tui.notice.searching import Searching
from tui.notice.tagging import Tagging
from tui.notice.undoing import Undoing
from tui.notice.view import NoticeView
from tui.review.controllers.commenting import Commenting
from tui.review.controllers.copying import Copying
from tui.review.controllers.correcting import Correcting
from tui.review.controllers.deciding import Deciding
from tui.review.controllers.following import Following
from tui.review.controllers.regions import Regions
from tui.review.controllers.reviewing import Reviewing
from tui.review.keys import REVIEW_BINDINGS, REVIEW_KEYS
from tui.review.layer import ReviewLayer
from tui.screen import Host, PlaceScreen
from tui.session.session import Session
from tui.session.state import State
from tui.session.watcher import Seen
from tui.widgets.status_line import Part

_DRAFTS = {
    "comment": "review.comment",
    "attributes": "review.attributes",
    "flag": "review.flag",
    "fields": "review.fields",
}
"""The binding that opens a form with a draft, by the kind of the form."""


class ReviewScreen(PlaceScreen[int]):
    """One notice; dismissed with the number of the notice that was open last.

    Args:
        session: the session of the reviewer.
        host: what shows the screen.
        keys: the keymap.
        number: the number of the notice to open first.
        queue: the filter that the next and previous notices come from.
    """

    BINDINGS: ClassVar[list[BindingType]] = REVIEW_BINDINGS
    """The table of keys is in ``tui.review.keys``."""

    def __init__(self, session: Session, host: Host, keys: Keys, number: int, queue: QueueFilter = ALL) -> None:
        super().__init__(session, host)
        self._keys = keys
        self._first = number
        self._view = NoticeView(session.labels, keys, session.reviewer)
        self.desk = desk = Desk(session, host, self._view, self.ready, self.start, queue)
        """The open notice."""
        desk.number = number
        self._following = Following(desk)
        Conflicts(desk)
        Rescue(desk)
        layer = ReviewLayer(desk)
        self.install(
            Moving(desk),
            Searching(desk),
            Tagging(desk, layer),
            Editing(desk, layer),
            Commenting(desk, layer),
            Deciding(desk, layer),
            Copying(desk, layer),
            Reviewing(desk),
            Regions(desk),
            Correcting(desk),
            Undoing(desk, layer),
            self._following,
        )

    def compose(self) -> ComposeResult:
        """The view of the notice, which takes the whole screen."""
        yield self._view

    def on_mount(self) -> None:
        """Open the notice, the cursor where the reviewer left it."""
        self.desk.load(
            self._first,
            at=self.session.offset_in(self._first),
            message=self._about_drafts() or self.about_keys(self._keys, "review"),
        )

    def on_unmount(self) -> None:
        """Drop all reads."""
        self.desk.close()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # textual's
        """Refuse actions while the terminal is too small to show the notice: they would change what nobody sees."""
        return not self.is_mounted or not self._view.has_class("-tiny") or action in ("help", "leave")

    @property
    def takes_actions(self) -> bool:
        """Whether a notice is open."""
        return self.desk.is_open

    @property
    def notice(self) -> int:
        """The number of the notice that is open."""
        return self.desk.number

    def say(self, text: str, look: str = "plain") -> None:
        """Show a message beside the count of annotations, until the next motion."""
        self.desk.say(text, look)

    def follow(self, seen: Seen) -> None:
        """Show what other sessions did."""
        self._following.follow(seen)

    def saving_turned(self) -> None:
        """Show whether changes are held up."""
        self.desk.saving_turned()

    def use_labels(self, labels: LabelSet) -> None:
        """Show another label set, and what the open notice has under it."""
        self._view.use_labels(labels)
        self.desk.use_labels(labels)

    def remember(self, state: State) -> State:
        """The state with the notice, the cursor and the pane filled in."""
        if not self.desk.is_open:
            return state
        model = self.desk.model
        return replace(state, notice=self.desk.number, at=model.raw_cursor.start, pane=model.pane)

    def go_to_notice(self, number: int) -> None:
        """Open another notice on this screen."""
        self.desk.load(number)

    def action_help(self) -> None:
        """Show the keys and the guideline."""
        from store.project.settings import guideline_of  # noqa: PLC0415  # only when asked for
        from tui.forms.help import HelpScreen  # noqa: PLC0415  # as above

        session, keys = self.session, partial(self._keys.help, REVIEW_KEYS)
        self.host.ask(HelpScreen("Review", keys, session.labels, guideline_of(session.database)), lambda _: None)

    def _about_drafts(self) -> Part | None:
        """A message that a form was being filled in here when the app last ended; None where none was."""
        kinds = [key.split(" ")[1] for key in self.session.drafts.keys_with_prefix(f"{self._first} ")]
        if not kinds or kinds[0] not in _DRAFTS:
            return None
        return f"what you were typing is kept: {self._keys.shown(_DRAFTS[kinds[0]])} goes on with it", "good"

    @on(Worker.StateChanged)
    def _worker_failed(self, event: Worker.StateChanged) -> None:
        """Show an unexpected error, and let keys through again."""
        if event.state == WorkerState.ERROR:
            self.desk.saving.problem = f"{type(event.worker.error).__name__}: {event.worker.error}"
            self.desk.show_status()
            self.ready.set()
