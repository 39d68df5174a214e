"""What all parts of the review screen stand on: the model, the view, and how a change is written and told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, cast

from textual import on
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from annotations.annotation import Annotation, ReviewStatus
from annotations.errors import ZhupiError
from store.edits.annotate import resolve_conflict
from store.index.filters import QueueFilter
from store.log.events import ConflictError
from store.read.queue import ALL, DEFAULT_STATUS
from tui.notice.model import ReviewModel
from tui.notice.view import NoticeView
from tui.widgets.status_line import Part
from tui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from store.log.events import Change, Subject
    from tui.app import ZhupiApp
    from tui.forms.conflict import Kept


class ReviewBase(Screen[int]):
    """The model and the view of one notice.

    Args:
        number: the notice to open.
        queue: what of the queue the reviewer works through; the next notice comes from there.
    """

    def __init__(self, number: int, queue: QueueFilter = ALL) -> None:
        super().__init__()
        self.number = number
        self.queue = queue
        self.model: ReviewModel | None = None
        self.ready = asyncio.Event()
        """Set while keys are for the notice that is shown; the app holds them back meanwhile."""
        self._total = 0
        self._review: ReviewStatus = DEFAULT_STATUS
        self._comment: str | None = None
        self._problem: str | None = None
        self._unread: str | None = None
        self._saved: list[Annotation] = []
        """What the database held when nothing was under way, for when it can be neither written nor read."""
        self._goal: int | None = None

    @property
    def zhupi(self) -> ZhupiApp:
        """The app, typed."""
        return cast("ZhupiApp", self.app)

    @property
    def view(self) -> NoticeView:
        """What is shown."""
        return self.query_one(NoticeView)

    @property
    def status(self) -> str:
        """What stands at the top right: ``saved ✓`` or what hinders it."""
        if self.zhupi.writer.pending:
            return "saving…"
        if self._problem is not None:
            return f"not saved: {self._problem}"
        return "saved ✓" if self._unread is None else f"not read: {self._unread}"

    def load(self, number: int, *, at: int | None = None, said: Part | None = None) -> None:
        """Open another notice.

        Args:
            number: its number.
            at: a raw offset to put the cursor on; None is the start of the normalized text.
            said: what to say when it is open.
        """
        raise NotImplementedError

    def _show_status(self) -> None:
        here = sorted({each.annotator for each in self.zhupi.others if each.notice == self.number})
        self.view.show_head(self.number, self._total, self._review, self.status, here)

    def say(self, text: str, look: str = "plain") -> None:
        """Say one thing beside the count of annotations, until the next motion."""
        self.view.say(text, look)

    def _moved(self, pointed: TextPane | None = None) -> None:
        self.view.moved(pointed)
        self._show_status()

    @property
    def _pane(self) -> TextPane | None:
        return None if self.model is None else self.view.panes[self.model.pane]

    def _raw_cursor(self) -> int | None:
        return self.model.raw_cursor.start if self.model is not None else None

    def _go_to(self, item: Annotation) -> None:
        if self.model is not None:
            self.model.drop_selection()
            self.model.go_to(item)
            self._goal = None
            self._moved()

    # Writing

    def _save(self, edit: Callable[..., None], *annotations: Annotation) -> None:
        """Send a change to the writer; the status line tells how it goes."""
        zhupi = self.zhupi
        self._await_write(zhupi.writer.submit(edit, zhupi.database, zhupi.reviewer, self.number, *annotations))

    def _await_write(self, written: Awaitable[object]) -> None:
        self.run_worker(self._written(written), name="write", group="write", exit_on_error=False)

    async def _written(self, written: Awaitable[object]) -> None:
        try:
            await written
        except ZhupiError as error:
            self._failed(error)
        else:
            self._problem = None
            self._keep()
        self._show_status()
        self.catch_up()

    def _keep(self) -> None:
        """Keep what the database holds now, once nothing is under way."""
        if self.model is not None and not self.zhupi.writer.pending:
            self._saved = self.model.everything

    def catch_up(self) -> None:
        """Show what others changed while a write of one's own was under way."""
        raise NotImplementedError

    def _failed(self, error: ZhupiError) -> None:
        """Say what hinders saving, and show what the database holds.

        After a conflict all that is shown is saved again: it is told once, and does not stay.
        """
        self._problem = None if isinstance(error, ConflictError) else self.zhupi.brief(error)
        told = self.zhupi.told(error)
        self.say(told, "bad")
        self.load(self.number, at=self._raw_cursor(), said=(told, "bad"))
        if isinstance(error, ConflictError) and error.change is not None and error.change.entity == "annotation":
            self._ask_which(error.change, error.current)

    def _ask_which(self, change: Change, current: Subject | None) -> None:
        """Show two states of an annotation of one's own side by side, and ask which one stays."""
        from tui.forms.conflict import ConflictScreen  # noqa: PLC0415  # hardly ever needed

        saved = current if isinstance(current, Annotation) else None
        mine = change.after if isinstance(change.after, Annotation) else None
        asked = self.app.screen
        if isinstance(asked, ConflictScreen) and asked.about == change.key:
            # What was done after it had no better luck: of several states of one's own the last one counts.
            asked.dismiss("saved")
        self.app.push_screen(
            ConflictScreen(change.key, saved, mine), partial(self._settled, change.notice, saved, mine)
        )

    def _settled(self, notice: int, saved: Annotation | None, mine: Annotation | None, kept: Kept | None) -> None:
        if kept != "mine":
            return
        zhupi = self.zhupi
        self._await_write(zhupi.writer.submit(resolve_conflict, zhupi.database, zhupi.reviewer, notice, saved, mine))
        if notice == self.number and self.model is not None:
            self.model.put(saved, mine)
            self._moved()
            self.say("kept yours", "good")
        self._show_status()

    @on(Worker.StateChanged)
    def _worker_failed(self, event: Worker.StateChanged) -> None:
        """An error that nobody expected: tell it, and let keys through again."""
        if event.state == WorkerState.ERROR:
            self._problem = f"{type(event.worker.error).__name__}: {event.worker.error}"
            self._show_status()
            self.ready.set()
