"""What the screens with a list of places have in common: the lines around it, and what comes from outside."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.worker import Worker, WorkerState

from annotations.labels import LabelSet
from tui.everywhere.controllers.following import Following
from tui.everywhere.controllers.walking import Walking
from tui.everywhere.list import PlaceList
from tui.everywhere.listing import Listing
from tui.everywhere.reader import Reader
from tui.everywhere.steps import Steps
from tui.keys.keymap import KeyGroup
from tui.screen import Controller, PlaceScreen
from tui.session.watcher import Seen


class PlacesScreen(PlaceScreen[None]):
    """A list of places, and the lines around it.

    Subclasses ``put_together`` the parts and say how to ``begin``.

    Args:
        session: the session of the reviewer.
        host: what shows the screen.
    """

    AUTO_FOCUS = ""
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (10, "-low"), (20, "-high")]  # noqa: RUF012  # textual's

    DEFAULT_CSS = """
    PlacesScreen {
        layout: vertical;
        & > #everywhere-head, & > #everywhere-position { background: $surface; }
        & > #everywhere-empty, & > #everywhere-empty-hint { display: none; margin: 1 3 0 3; }
        & > #everywhere-empty-hint { height: 1fr; }
        & > PreviewRows, & > #everywhere-rule, & > #everywhere-columns { display: none; }
        &.-high > PreviewRows, &.-high > #everywhere-rule, &.-high > #everywhere-columns { display: block; }
        &.-asked > PreviewRows, &.-asked > #everywhere-rule { display: none; }
        &.-asked > #everywhere-position, &.-asked > #everywhere-keys { display: none; }
        &.-empty > PlaceList, &.-empty > PreviewRows, &.-empty > #everywhere-rule { display: none; }
        &.-empty > #everywhere-columns { display: none; }
        &.-empty > #everywhere-empty, &.-empty > #everywhere-empty-hint { display: block; }
    }
    """

    ABOUT: ClassVar[tuple[str, list[KeyGroup]]]
    """What the help is about, and the groups of keys that it shows."""

    listing: Listing
    """The places as they are shown."""

    def put_together(self, listing: Listing, reader: Reader, steps: Steps, *controllers: Controller) -> None:
        """Take the parts that a subclass has made, and install what all such screens do.

        Args:
            listing: the places as they are shown.
            reader: reads them.
            steps: what is under way.
            controllers: what this screen does besides.
        """
        self.listing, self._reader, self._steps = listing, reader, steps
        self._walking = Walking(listing, reader)
        self._following = Following(listing, reader)
        self.install(self._walking, self._following, *controllers)

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
        yield from self.compose_below()
        yield listing.position_line
        yield listing.key_bar

    def compose_below(self) -> ComposeResult:
        """What stands below the preview; nothing, unless a subclass has something."""
        yield from ()

    def on_mount(self) -> None:
        """Begin to read."""
        self.set_focus(self.listing.places)
        self.begin()

    def begin(self) -> None:
        """Begin to read."""
        raise NotImplementedError

    def on_unmount(self) -> None:
        """Drop all reads; a step that is under way goes on."""
        self._reader.close()
        self._steps.close()

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

        session, (about, groups) = self.session, self.ABOUT
        keys = partial(self.listing.keys.help, groups)
        self.host.ask(HelpScreen(about, keys, session.labels, guideline_of(session.database)), lambda _: None)

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
