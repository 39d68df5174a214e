"""What screens that show one notice on a desk have in common: the view, the help, and how errors are told.

A screen of its own says which keys and controllers it has, and how it opens a notice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, Protocol

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.worker import Worker, WorkerState

from annotations.labels import LabelSet
from store.index.filters import QueueFilter
from tui.keys.keymap import KeyGroup, Keys
from tui.notice.contents import Contents
from tui.notice.desk import Desk
from tui.notice.view import NoticeView
from tui.screen import Host, PlaceScreen
from tui.session.session import Session
from tui.session.state import State
from tui.session.watcher import Seen
from tui.widgets.status_line import Part


class Follower(Protocol):
    """Shows what other sessions do."""

    def follow(self, seen: Seen) -> None:
        """Show what the watcher has seen, as far as it is about the open notice."""


class NoticeScreen(PlaceScreen[int]):
    """A screen with one notice; dismissed with the number of the notice that was open last.

    Args:
        session: the session of the reviewer.
        host: what shows the screen.
        keys: the keymap.
        view: shows the notice.
        number: the number of the notice to open first.
        queue: the filter that the next and previous notices come from.
        contents: what is read and shown; None edits the layer of the reviewer.
    """

    HELP_KEYS: ClassVar[tuple[str, Sequence[KeyGroup]]]
    """The heading of the help, and its groups of keys."""

    BINDING_PREFIX: ClassVar[str]
    """What the ids of the bindings of the screen begin with."""

    _following: Follower
    """Which subclasses install."""

    def __init__(
        self,
        session: Session,
        host: Host,
        keys: Keys,
        view: NoticeView,
        number: int,
        queue: QueueFilter,
        contents: Contents | None = None,
    ) -> None:
        super().__init__(session, host)
        self._keys = keys
        self._first = number
        self._view = view
        self._holds_paint = False
        self.desk = Desk(session, host, view, self.ready, self.start, queue, contents)
        """The open notice."""
        self.desk.number = number
        self.desk.about_notice = self.about_notice

    def compose(self) -> ComposeResult:
        """The view of the notice, which takes the whole screen."""
        yield self._view

    @property
    def is_first(self) -> bool:
        """Whether the app begins with this screen, and nothing was painted yet."""
        return len(self.app.screen_stack) == 1 and not self.desk.is_open

    def _compositor_refresh(self) -> None:
        """Paint once the notice has its rows: the first paint of the app need not be one of empty panes."""
        if self.desk.is_open and self._view.awaits_rows:
            self._holds_paint = True
            return
        if self._holds_paint:
            # All of the screen is painted now; else textual would do so once more, for what was asked of it meanwhile.
            self._holds_paint = self._repaint_required = False
        super()._compositor_refresh()
        for callback in self._view.painted():
            self.call_later(callback)

    def once_painted(self, callback: Callable[[], None]) -> None:
        """Call something behind the first paint; what works beside it takes turns with it."""
        if self._holds_paint:
            self._view.once_painted(callback)
        else:
            callback()

    def on_unmount(self) -> None:
        """Drop all reads."""
        self.desk.close()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # textual's
        """Refuse actions while a search is typed, or the terminal too small to show what they would change."""
        if not self.is_mounted:
            return True
        if self._view.search_line.is_typing:
            # Letters are text then.
            return False
        return not self._view.has_class("-tiny") or action in ("help", "leave")

    @property
    def takes_actions(self) -> bool:
        """Whether a notice is open."""
        return self.desk.is_open

    @property
    def waits_for(self) -> asyncio.Event | None:
        """What keys wait for: the notice, or what was looked for in it."""
        return super().waits_for or self.desk.reads.waits_for

    @property
    def notice(self) -> int:
        """The number of the notice that is open."""
        return self.desk.number

    def say(self, text: str, look: str = "plain") -> None:
        """Show a message beside the counts, until the next motion."""
        self.desk.say(text, look)

    def tell_set_aside(self) -> None:
        """Tell that what was being typed is kept, and which key goes on with it."""
        told = self._about_drafts(self.desk.number)
        if told is not None:
            self.say(*told)

    def about_notice(self, number: int) -> Part | None:
        """A message about a notice that was just opened; None where there is nothing to say."""
        return self._about_drafts(number)

    def _about_drafts(self, number: int) -> Part | None:
        """A message that a form on a notice was left half filled in; None where none was."""
        kinds = [key.split(" ")[1] for key in self.session.drafts.keys_with_prefix(f"{number} ")]
        bindings = [f"{self.BINDING_PREFIX}.{kind}" for kind in kinds]
        known = [binding for binding in bindings if binding in self._keys.defaults]
        return (
            (f"what you were typing is kept: {self._keys.shown(known[0])} goes on with it", "good") if known else None
        )

    def follow(self, seen: Seen) -> None:
        """Show what other sessions did."""
        self._following.follow(seen)

    def returned(self, number: int | None) -> None:  # noqa: ARG002  # it may have been any notice
        """Show what was done to this notice meanwhile."""
        self.desk.read_again()

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

    def action_help(self) -> None:
        """Show the keys and the guideline."""
        from store.project.settings import guideline_of  # noqa: PLC0415  # only when asked for
        from tui.forms.help import HelpScreen  # noqa: PLC0415  # as above

        heading, groups = self.HELP_KEYS
        session, keys = self.session, partial(self._keys.help, groups)
        self.host.ask(HelpScreen(heading, keys, session.labels, guideline_of(session.database)), lambda _: None)

    @on(Worker.StateChanged)
    def _worker_failed(self, event: Worker.StateChanged) -> None:
        """Show an unexpected error, and let keys through again."""
        if event.state == WorkerState.ERROR:
            self.desk.saving.problem = f"{type(event.worker.error).__name__}: {event.worker.error}"
            self.desk.show_status()
            self.ready.set()
