"""The progress screen: who did what how fast, how rules fared, who agrees, what is stuck, and where people differ.

It puts together the board, its reader, and the controllers of its keys.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.worker import Worker, WorkerState

from annotations.labels import LabelSet
from tui.keys.keymap import Keys
from tui.progress.board import Board
from tui.progress.controllers.opening import Opening
from tui.progress.controllers.walking import Walking
from tui.progress.figures import FigureList
from tui.progress.keys import PROGRESS_BINDINGS, PROGRESS_KEYS
from tui.progress.reader import Reader
from tui.progress.tab_line import TabLine
from tui.progress.tabs import TABS
from tui.screen import Host, PlaceScreen
from tui.session.session import Session
from tui.session.watcher import Seen

_PATIENCE: Final = 1.0
"""Seconds that keys wait for the first figures at most."""


class ProgressScreen(PlaceScreen[None]):
    """The figures of ``zhupi stats``, as they are now.

    Args:
        session: the session of whoever looks.
        host: what shows the screen.
        keys: the keymap.
    """

    BINDINGS: ClassVar[list[BindingType]] = PROGRESS_BINDINGS
    """The table of keys is in ``tui.progress.keys``."""

    AUTO_FOCUS = ""
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (10, "-small"), (16, "-low"), (22, "-middle"), (34, "-high")]  # noqa: RUF012  # textual's

    DEFAULT_CSS = """
    ProgressScreen {
        layout: vertical;
        & > #progress-head, & > #progress-said { background: $surface; }
        & > DayPlot { display: none; padding: 0 1; }
        & > #progress-detail, & > #progress-detail-heads { display: none; }
        &.-high.-people > #progress-detail, &.-high.-people > #progress-detail-heads { display: block; }
        &.-tiny > #progress-summary, &.-tiny > #progress-heads, &.-tiny > #progress-said { display: none; }
        &.-low > DayPlot { display: block; height: 4; }
        &.-middle > DayPlot { display: block; height: 7; }
        &.-high > DayPlot { display: block; height: 12; }
        & > DayPlot.-empty { height: 1; }
    }
    """

    def __init__(self, session: Session, host: Host, keys: Keys) -> None:
        super().__init__(session, host)
        self.board = Board(session, host, keys, self.ready, self.start)
        """What is shown."""
        self._keys = keys
        self._reader = Reader(self.board, self.start)
        self._opening = Opening(self.board)
        self._walking = Walking(self.board, self._reader)
        self.install(self._walking, self._opening)

    def compose(self) -> ComposeResult:
        """Head, summary, plot, tables, heads of the columns, rows, the labels of a person, what it is, footer."""
        board = self.board
        yield board.head
        yield board.summary
        yield board.plot
        yield board.tabs
        yield board.heads
        yield board.list
        yield board.detail_heads
        yield board.detail
        yield board.said
        yield board.key_bar

    def on_mount(self) -> None:
        """Read the figures."""
        self.board.show()
        given_way = self.about_keys(self._keys, "progress")
        if given_way is not None:
            self.say(*given_way)
        self._reader.read_figures()
        # Keys that were typed ahead wait for the figures, but nobody waits long for those of a long log.
        self.set_timer(_PATIENCE, self.ready.set)

    def on_unmount(self) -> None:
        """Drop all reads."""
        self._reader.close()

    def on_resize(self) -> None:
        """Show as many columns and keys as fit."""
        if self.is_mounted:
            self.board.show()

    def say(self, text: str, look: str = "plain") -> None:
        """Show a message, until the next key."""
        self.board.say(text, look)

    def follow(self, seen: Seen) -> None:  # noqa: ARG002  # whatever it was, figures may be others
        """Read the figures again, once others have done something."""
        self._reader.changed()

    def returned(self, number: int | None) -> None:  # noqa: ARG002  # whatever was done there, figures may be others
        """Read the figures again: a notice was open on top."""
        self._reader.changed()

    def saving_turned(self) -> None:
        """Show whether changes are held up."""
        self.board.saving.turned()

    def use_labels(self, labels: LabelSet) -> None:
        """Show another label set."""
        self.board.list.use_labels(labels)
        self.board.detail.use_labels(labels)
        if self.is_mounted:
            self._reader.changed()

    def go_to_notice(self, number: int) -> None:
        """Open a notice."""
        self.host.open_notice(number)

    def action_leave(self) -> None:
        """Go back to the queue."""
        self.host.leave()

    def action_help(self) -> None:
        """Show the keys and the guideline."""
        from store.project.settings import guideline_of  # noqa: PLC0415  # only when asked for
        from tui.forms.help import HelpScreen  # noqa: PLC0415  # as above

        session, keys = self.session, partial(self._keys.help, PROGRESS_KEYS)
        self.host.ask(HelpScreen("Progress", keys, session.labels, guideline_of(session.database)), lambda _: None)

    @on(TabLine.Chosen)
    def _chosen(self, message: TabLine.Chosen) -> None:
        """Show the table that was clicked."""
        self._walking.action_table(TABS.index(message.tab))

    @on(FigureList.Pressed, "#progress-list")
    def _pressed(self, message: FigureList.Pressed) -> None:
        """Put the cursor on the row that was clicked; on the row where it is, open what stands there."""
        if message.index == self.board.row:
            self._opening.action_open()
        else:
            self.board.move_to(message.index)

    @on(Worker.StateChanged)
    def _worker_failed(self, event: Worker.StateChanged) -> None:
        """Show an unexpected error."""
        if event.state == WorkerState.ERROR:
            self.say(f"{type(event.worker.error).__name__}: {event.worker.error}", "bad")
            self.ready.set()
