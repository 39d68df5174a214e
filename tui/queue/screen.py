"""The queue screen: lists the notices and their status, finds and opens one, flags and assigns many.

It puts together the listing, its reader, and the controllers of its keys.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.worker import Worker, WorkerState

from annotations.labels import LabelSet
from store.index.filters import QueueFilter
from tui.keys.keymap import Keys
from tui.queue.controllers.changing import Changing
from tui.queue.controllers.finding import Finding
from tui.queue.controllers.following import Following
from tui.queue.controllers.spreading import Spreading
from tui.queue.controllers.walking import Walking
from tui.queue.keys import QUEUE_BINDINGS, QUEUE_KEYS
from tui.queue.list import NoticeList
from tui.queue.listing import Listing
from tui.queue.reader import Reader
from tui.queue.window import Window
from tui.screen import Host, PlaceScreen
from tui.session.session import Session
from tui.session.state import State
from tui.session.watcher import Seen
from tui.terminal.display import line
from tui.widgets.status_line import Part

if TYPE_CHECKING:
    from tui.widgets.field import TextField

_TITLE_CELLS = 30
"""Cells of a title in a message at most."""


class QueueScreen(PlaceScreen[None]):
    """The list of notices, and the lines around it.

    Args:
        session: the session of the reviewer.
        host: what shows the screen.
        keys: the keymap.
        total: how many notices there are.
        opened: the first window and the row of the cursor, as ``open_window`` gives them.
        queue_filter: the filter that the window was read with.
    """

    BINDINGS: ClassVar[list[BindingType]] = QUEUE_BINDINGS
    """The table of keys is in ``tui.queue.keys``."""

    AUTO_FOCUS = ""
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (10, "-low"), (20, "-high")]  # noqa: RUF012  # textual's

    DEFAULT_CSS = """
    QueueScreen {
        layout: vertical;
        & > #queue-head, & > #queue-position { background: $surface; }
        & > #queue-empty, & > #queue-empty-hint { display: none; margin: 1 3 0 3; }
        & > #queue-empty-hint { height: 1fr; }
        & > PreviewRows, & > #queue-rule { display: none; }
        & > #queue-columns { display: none; }
        &.-high > PreviewRows, &.-high > #queue-rule, &.-high > #queue-columns { display: block; }
        &.-asked > PreviewRows, &.-asked > #queue-rule { display: none; }
        &.-asked > #queue-position, &.-asked > #queue-keys { display: none; }
        &.-empty > NoticeList, &.-empty > PreviewRows, &.-empty > #queue-rule { display: none; }
        &.-empty > #queue-columns { display: none; }
        &.-empty > #queue-empty, &.-empty > #queue-empty-hint { display: block; }
    }
    """

    def __init__(
        self,
        session: Session,
        host: Host,
        keys: Keys,
        total: int,
        opened: tuple[Window, int],
        queue_filter: QueueFilter,
    ) -> None:
        super().__init__(session, host)
        self.ready.set()
        window, self._first_row = opened
        self.listing = Listing(session, host, keys, self.ready, self.start, total, window, queue_filter)
        """The queue as it is shown."""
        self.reader = Reader(self.listing, self.start)
        """Reads the rows of the listing."""
        self._finding = Finding(self.listing, self.reader)
        self._following = Following(self.listing, self.reader)
        self.install(
            Walking(self.listing, self.reader),
            self._finding,
            Changing(self.listing, self.reader),
            Spreading(self.listing),
            self._following,
        )

    def compose(self) -> ComposeResult:
        """Head, search and filters, heads of the columns, list, preview, position line, footer."""
        listing = self.listing
        yield listing.head
        yield listing.line
        yield listing.columns
        yield listing.notices
        yield listing.empty
        yield listing.empty_hint
        yield listing.rule
        yield listing.preview
        yield listing.position_line
        yield listing.key_bar

    def on_mount(self) -> None:
        """Show the first rows."""
        listing = self.listing
        self.set_focus(listing.notices)
        listing.show_head()
        listing.notices.show(listing.window.rows, self._first_row)
        listing.show_rows()
        told = self._about_drafts() or self.about_keys(listing.keys, "queue")
        if told is not None:
            listing.say(*told)
        # A thread that counts would delay the first paint.
        self.call_after_refresh(self.reader.begin)

    def _about_drafts(self) -> Part | None:
        """A message that a form on a notice was left half filled in; None where none was."""
        numbers = {int(number) for number in self.session.drafts.notices()}
        if not numbers:
            return None
        row = next((row for row in self.listing.window.rows if row.number in numbers), None)
        where = (
            f"“{line(row.title or row.doc, _TITLE_CELLS)}”" if row is not None else "a notice that is not shown here"
        )
        return f"what you were typing is kept in {where}", "good"

    def on_unmount(self) -> None:
        """Drop all reads."""
        self.reader.close()

    def on_resize(self) -> None:
        """Show as many keys as fit, and the preview where it has room now."""
        if self.is_mounted:
            self.listing.show_head()
            self.listing.fit()
            self.listing.show_keys()
            self.reader.cursor_moved()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # textual's
        """Disable the keys while a search is typed, except for those that end it: letters are text then."""
        return not self.is_mounted or not self.listing.line.searching or action in Finding.WHILE_TYPING

    def say(self, text: str, look: str = "plain") -> None:
        """Show a message in the position line, until the next key."""
        self.listing.say(text, look)

    def follow(self, seen: Seen) -> None:
        """Show what other sessions did."""
        self._following.follow(seen)

    def saving_turned(self) -> None:
        """Show whether changes are held up."""
        self.listing.saving.turned()

    def use_labels(self, labels: LabelSet) -> None:
        """Show another label set: in the counts of the rows, and in the filter."""
        self.listing.use_labels(labels)
        if self.is_mounted:
            self.reader.reread()

    def remember(self, state: State) -> State:
        """The state with the filter and the notice at the cursor filled in."""
        if not self.is_mounted:
            return state
        at = self.listing.current
        place = self.session.offset_in(at) if at is not None else None
        return replace(state, filter=self.listing.filter, notice=at, at=place)

    def go_to_notice(self, number: int) -> None:
        """Open a notice."""
        self._finding.open_notice(number)

    def returned(self, number: int | None) -> None:
        """Move the cursor to the notice that was open last; None keeps it."""
        self.listing.show_head()
        self.reader.reread(number)

    def reread(self) -> None:
        """Read the rows again: notices may have been added."""
        self.reader.reread()

    def action_leave(self) -> None:
        """Quit."""
        self.host.leave()

    def action_help(self) -> None:
        """Show the keys and the guideline."""
        from store.project.settings import guideline_of  # noqa: PLC0415  # only when asked for
        from tui.forms.help import HelpScreen  # noqa: PLC0415  # as above

        session, keys = self.session, partial(self.listing.keys.help, QUEUE_KEYS)
        self.host.ask(HelpScreen("Queue", keys, session.labels, guideline_of(session.database)), lambda _: None)

    # Messages of the widgets

    @on(NoticeList.Opened)
    def _pressed(self, message: NoticeList.Opened) -> None:
        self._finding.open_notice(message.number)

    @on(NoticeList.EdgeNear)
    def _edge_near(self, message: NoticeList.EdgeNear) -> None:
        self.reader.read_page(message.direction)

    @on(NoticeList.CursorMoved)
    def _cursor_moved(self) -> None:
        self.reader.cursor_moved()

    # Handlers by name and not with @on: the class of the field is not imported before the first search.

    def on_input_changed(self) -> None:
        """The text of the search has changed."""
        self._finding.typed()

    def on_text_field_refused(self, message: TextField.Refused) -> None:
        """Show why the field refused what was typed."""
        self.say(message.reason, "bad")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """End the search when the list gets the focus."""
        if event.widget is self.listing.notices:
            self._finding.left_field()

    def on_key(self, event: events.Key) -> None:
        """Handle a key that no binding and no field has taken."""
        if self._finding.pressed(event.key):
            event.stop()

    @on(Worker.StateChanged)
    def _worker_failed(self, event: Worker.StateChanged) -> None:
        """Show an unexpected error, and let keys through again."""
        if event.state == WorkerState.ERROR:
            self.say(f"{type(event.worker.error).__name__}: {event.worker.error}", "bad")
            self.ready.set()
