"""The queue: which notices there are and how far they are; finds them, opens one, flags and assigns many.

It puts together what works on the rows: the listing, its reader, and a controller for each idea of what its keys do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.worker import Worker, WorkerState

from store.index.filters import QueueFilter
from tui.keys.keymap import Keys
from tui.queue.controllers.changing import Changing
from tui.queue.controllers.finding import Finding
from tui.queue.controllers.following import Following
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
from tui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from tui.widgets.field import TextField


class QueueScreen(PlaceScreen[None]):
    """The notices, as a list.

    Args:
        session: who looks at what.
        host: what shows it.
        keys: which key does what.
        total: how many notices there are.
        opened: the window to begin with and the row of the cursor, as ``open_window`` gives them.
        queue_filter: the filter that it was opened with.
    """

    BINDINGS: ClassVar[list[BindingType]] = QUEUE_BINDINGS
    """See ``tui.queue.keys``, where the table stands."""

    AUTO_FOCUS = ""
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (10, "-low"), (20, "-high"), (36, "-tall")]  # noqa: RUF012  # textual's

    DEFAULT_CSS = """
    QueueScreen {
        layout: vertical;
        & > #queue-head, & > #queue-position { background: $surface; }
        & > #queue-empty, & > #queue-empty-hint { display: none; margin: 1 3 0 3; }
        & > #queue-empty-hint { height: 1fr; }
        & > PreviewRows, & > #queue-rule { display: none; }
        &.-high > PreviewRows, &.-high > #queue-rule { display: block; }
        &.-tall > PreviewRows, &.-tall > #queue-rule { display: block; }
        &.-tall > PreviewRows { height: 3; }
        &.-empty > NoticeList, &.-empty > PreviewRows, &.-empty > #queue-rule { display: none; }
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
        """What is shown, and where the cursor is."""
        self.reader = Reader(self.listing, self.start)
        """Reads it."""
        self._finding = Finding(self.listing, self.reader)
        self._following = Following(self.listing, self.reader)
        self.install(
            Walking(self.listing, self.reader), self._finding, Changing(self.listing, self.reader), self._following
        )

    def compose(self) -> ComposeResult:
        """A head, the search and the filters, the list, the text under the cursor, a line of progress, the keys."""
        listing = self.listing
        yield listing.head
        yield listing.line
        yield listing.notices
        yield listing.empty
        yield listing.empty_hint
        yield StatusLine(id="queue-rule", fill="─")
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
        # A thread that counts would hold up the first paint.
        self.call_after_refresh(self.reader.begin)

    def on_unmount(self) -> None:
        """Nobody waits for what is being read any more."""
        self.reader.close()

    def on_resize(self) -> None:
        """More or fewer keys have room, and perhaps the preview has."""
        if self.is_mounted:
            self.listing.show_head()
            self.listing.show_keys()
            self.reader.cursor_moved()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # textual's
        """While a search is typed, letters are letters."""
        return not self.is_mounted or not self.listing.line.searching or action in Finding.WHILE_TYPING

    def say(self, text: str, look: str = "plain") -> None:
        """Say one thing in the line of progress, until the next key."""
        self.listing.say(text, look)

    def follow(self, seen: Seen) -> None:
        """Show what others did."""
        self._following.follow(seen)

    def remember(self, state: State) -> State:
        """The state with the filter, and the notice under the cursor."""
        if not self.is_mounted:
            return state
        at = self.listing.current
        place = self.session.offset_in(at) if at is not None else None
        return replace(state, filter=self.listing.filter, notice=at, at=place)

    def go_to_notice(self, number: int) -> None:
        """Open a notice."""
        self._finding.open_notice(number)

    def returned(self, number: int | None) -> None:
        """A notice was left: the cursor goes to the last one that was open."""
        self.listing.show_head()
        self.reader.reread(number)

    def reread(self) -> None:
        """Notices may have come."""
        self.reader.reread()

    def action_leave(self) -> None:
        """Quit."""
        self.host.leave()

    def action_help(self) -> None:
        """Show the keys."""
        from store.project.settings import guideline_of  # noqa: PLC0415  # only when asked for
        from tui.forms.help import HelpScreen  # noqa: PLC0415  # as above

        session, keys = self.session, self.listing.keys.help(QUEUE_KEYS)
        self.host.ask(HelpScreen("Queue", keys, session.labels, guideline_of(session.database)), lambda _: None)

    # What the parts of the screen tell

    @on(NoticeList.Opened)
    def _pressed(self, message: NoticeList.Opened) -> None:
        self._finding.open_notice(message.number)

    @on(NoticeList.EdgeNear)
    def _edge_near(self, message: NoticeList.EdgeNear) -> None:
        self.reader.read_page(message.direction)

    @on(NoticeList.CursorMoved)
    def _cursor_moved(self) -> None:
        self.reader.cursor_moved()

    # By name, not with @on: the class of the field is not at hand before it is asked for.

    def on_input_changed(self) -> None:
        """The search is another."""
        self._finding.typed()

    def on_text_field_refused(self, message: TextField.Refused) -> None:
        """Tell why the field did not take something."""
        self.say(message.reason, "bad")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Something has the focus now."""
        if event.widget is self.listing.notices:
            self._finding.left_field()

    def on_key(self, event: events.Key) -> None:
        """No binding and no field has taken a key."""
        self._finding.pressed(event.key)

    @on(Worker.StateChanged)
    def _worker_failed(self, event: Worker.StateChanged) -> None:
        """An error that nobody expected: tell it, and let keys through again."""
        if event.state == WorkerState.ERROR:
            self.say(f"{type(event.worker.error).__name__}: {event.worker.error}", "bad")
            self.ready.set()
