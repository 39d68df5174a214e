"""The adjudicate screen: layers of a notice beside each other, and the keys that make gold of them.

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
from tui.notice.desk import Desk
from tui.notice.editing import Editing
from tui.notice.moving import Moving
from tui.notice.rescue import Rescue
from tui.notice.searching import Searching
from tui.notice.tagging import Tagging
from tui.notice.undoing import Undoing
from tui.screen import Host, PlaceScreen
from tui.session.session import Session
from tui.session.state import State
from tui.session.watcher import Seen


class AdjudicateScreen(PlaceScreen[int]):
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

    def __init__(self, session: Session, host: Host, keys: Keys, number: int, queue: QueueFilter = ALL) -> None:
        super().__init__(session, host)
        self._keys = keys
        self._first = number
        self._view = view = AdjudicateView(session.labels, keys)
        contents = GoldContents(names_hidden=session.state.names_hidden)
        self.desk = desk = Desk(session, host, view, self.ready, self.start, queue, contents)
        """The open notice."""
        desk.number = number
        Rescue(desk)
        layer = GoldLayer(desk)
        self._opening = Opening(desk)
        self._following = Following(desk, layer)
        self.install(
            Moving(desk),
            Searching(desk),
            Tagging(desk, layer),
            Editing(desk, layer),
            Undoing(desk, layer),
            Walking(desk, layer, view),
            Deciding(desk, layer, view),
            Naming(desk, layer, contents),
            Advancing(desk, layer, self._opening),
            self._following,
        )

    def compose(self) -> ComposeResult:
        """The view of the notice, which takes the whole screen."""
        yield self._view

    def on_mount(self) -> None:
        """Open the notice at its first open difference."""
        self._opening.open(self._first, self.about_keys(self._keys, "adjudicate"))

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
        """Show a message beside the counts, until the next motion."""
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
        """The state with the notice, the cursor and the text filled in."""
        if not self.desk.is_open:
            return state
        model = self.desk.model
        return replace(state, notice=self.desk.number, at=model.raw_cursor.start, pane=model.pane)

    def go_to_notice(self, number: int) -> None:
        """Open another notice on this screen."""
        self._opening.open(number)

    def action_help(self) -> None:
        """Show the keys and the guideline."""
        from store.project.settings import guideline_of  # noqa: PLC0415  # only when asked for
        from tui.forms.help import HelpScreen  # noqa: PLC0415  # as above

        session, keys = self.session, partial(self._keys.help, ADJUDICATE_KEYS)
        self.host.ask(HelpScreen("Adjudicate", keys, session.labels, guideline_of(session.database)), lambda _: None)

    @on(Worker.StateChanged)
    def _worker_failed(self, event: Worker.StateChanged) -> None:
        """Show an unexpected error, and let keys through again."""
        if event.state == WorkerState.ERROR:
            self.desk.saving.problem = f"{type(event.worker.error).__name__}: {event.worker.error}"
            self.desk.show_status()
            self.ready.set()
