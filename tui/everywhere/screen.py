"""The everywhere screen: all places of a text in the notices that the queue shows, each in its context.

It puts together the listing, its reader, and the controllers of its keys.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.worker import Worker, WorkerState

from annotations.labels import LabelSet
from store.index.filters import QueueFilter
from tui.everywhere.controllers.deciding import Deciding
from tui.everywhere.controllers.following import Following
from tui.everywhere.controllers.walking import Walking
from tui.everywhere.keys import EVERYWHERE_BINDINGS, EVERYWHERE_KEYS
from tui.everywhere.list import PlaceList
from tui.everywhere.listing import Listing
from tui.everywhere.reader import Reader
from tui.keys.keymap import Keys
from tui.screen import Host, PlaceScreen
from tui.session.session import Session
from tui.session.watcher import Seen


class EverywhereScreen(PlaceScreen[None]):
    """The list of places, and the lines around it.

    Args:
        session: the session of the reviewer.
        host: what shows the screen.
        keys: the keymap.
        text: what is looked for.
        queue: which notices are looked at.
    """

    BINDINGS: ClassVar[list[BindingType]] = EVERYWHERE_BINDINGS
    """The table of keys is in ``tui.everywhere.keys``."""

    AUTO_FOCUS = ""
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (10, "-low"), (20, "-high")]  # noqa: RUF012  # textual's

    DEFAULT_CSS = """
    EverywhereScreen {
        layout: vertical;
        & > #everywhere-head, & > #everywhere-position { background: $surface; }
        & > #everywhere-empty, & > #everywhere-empty-hint { display: none; margin: 1 3 0 3; }
        & > #everywhere-empty-hint { height: 1fr; }
        & > PreviewRows, & > #everywhere-rule, & > #everywhere-columns { display: none; }
        &.-high > PreviewRows, &.-high > #everywhere-rule, &.-high > #everywhere-columns { display: block; }
        &.-empty > PlaceList, &.-empty > PreviewRows, &.-empty > #everywhere-rule { display: none; }
        &.-empty > #everywhere-columns { display: none; }
        &.-empty > #everywhere-empty, &.-empty > #everywhere-empty-hint { display: block; }
    }
    """

    def __init__(self, session: Session, host: Host, keys: Keys, text: str, queue: QueueFilter) -> None:
        super().__init__(session, host)
        self.listing = Listing(session, host, keys, self.ready, self.start, text, queue)
        """The places as they are shown."""
        self._reader = Reader(self.listing, self.start)
        self._walking = Walking(self.listing, self._reader)
        self._deciding = Deciding(self.listing, self._reader)
        self._following = Following(self.listing, self._reader)
        self.install(self._walking, self._deciding, self._following)

    def compose(self) -> ComposeResult:
        """Head, filters, heads of the columns, list, preview, position line, footer."""
        listing = self.listing
        yield listing.head
        yield listing.found_line
        yield listing.columns
        yield listing.places
        yield listing.empty
        yield listing.empty_hint
        yield listing.rule
        yield listing.preview
        yield listing.position_line
        yield listing.key_bar

    def on_mount(self) -> None:
        """Look for the text."""
        self.set_focus(self.listing.places)
        self._reader.look_for(self.listing.text)

    def on_unmount(self) -> None:
        """Drop all reads; a step that is under way goes on."""
        self._reader.close()
        self._deciding.close()

    def on_resize(self) -> None:
        """Show as much as fits."""
        if self.is_mounted:
            self.listing.show()

    def say(self, text: str, look: str = "plain") -> None:
        """Show a message in the position line, until the next key."""
        self.listing.say(text, look)

    def follow(self, seen: Seen) -> None:
        """Show what other sessions did."""
        self._following.follow(seen)

    def returned(self, number: int | None) -> None:
        """Show what was done in a notice that was open on top; None is none."""
        self._following.returned(number)

    def saving_turned(self) -> None:
        """Show whether changes are held up."""
        self.listing.saving.turned()

    def use_labels(self, labels: LabelSet) -> None:
        """Show another label set."""
        if self.is_mounted:
            self.listing.use_labels(labels)
            self._reader.freshen()

    def go_to_notice(self, number: int) -> None:
        """Open a notice."""
        self.host.open_notice(number, self.listing.queue)

    def action_help(self) -> None:
        """Show the keys and the guideline."""
        from store.project.settings import guideline_of  # noqa: PLC0415  # only when asked for
        from tui.forms.help import HelpScreen  # noqa: PLC0415  # as above

        session, keys = self.session, partial(self.listing.keys.help, EVERYWHERE_KEYS)
        self.host.ask(HelpScreen("Everywhere", keys, session.labels, guideline_of(session.database)), lambda _: None)

    # Messages of the widgets

    @on(PlaceList.Opened)
    def _pressed(self) -> None:
        self._walking.action_open()

    @on(PlaceList.CursorMoved)
    def _cursor_moved(self) -> None:
        """The mouse may have moved it."""
        self._walking.moved()

    @on(Worker.StateChanged)
    def _worker_failed(self, event: Worker.StateChanged) -> None:
        """Show an unexpected error, and let keys through again."""
        if event.state == WorkerState.ERROR:
            self.say(f"{type(event.worker.error).__name__}: {event.worker.error}", "bad")
            self.ready.set()
