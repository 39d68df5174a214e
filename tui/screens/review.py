"""The review screen: raw and normalized text side by side, one cursor, one selection, the annotations below.

Keys change the model, the model is shown at once, and the same change goes to the writer.  ``saved`` stands at the top
right only while nothing is under way; when a write fails the layer is read again, so that the screen never keeps what
the database does not hold.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar, cast

import msgspec
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from annotations.annotation import Annotation, Review, ReviewStatus, clip, guideline_warnings, now
from annotations.errors import ZhupiError
from annotations.labels import Label
from annotations.regions import Region, RegionKind, region_at
from store import edits
from store.edits import Reversal
from store.errors import ConflictError
from store.log import Subject
from store.notices import StoredNotice, count_notices, load_notice, notice_annotations, notice_reviews
from store.queue import DEFAULT_STATUS, next_open
from tui.review_keys import REVIEW_BINDINGS, REVIEW_KEYS
from tui.review_model import PaneName, ReviewModel
from tui.widgets.annotation_list import AnnotationList
from tui.widgets.notice_view import NoticeView
from tui.widgets.status_line import Part
from tui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from tui.app import ZhupiApp


class ReadNotice(msgspec.Struct, frozen=True):
    """A notice as it was read for one annotator, and where to put the cursor."""

    stored: StoredNotice
    items: list[Annotation]
    review: ReviewStatus
    total: int
    at: int | None
    said: Part | None


class ReviewScreen(Screen[int]):
    """One notice; dismissed with the number of the notice that was open last.

    Args:
        number: the notice to open.
    """

    BINDINGS: ClassVar[list[BindingType]] = REVIEW_BINDINGS
    """See ``tui.review_keys``, where the table stands."""

    class Loaded(Message):
        """A notice has been read."""

        def __init__(self, read: ReadNotice) -> None:
            super().__init__()
            self.read = read

    class Refused(Message):
        """A notice could not be read."""

        def __init__(self, error: str) -> None:
            super().__init__()
            self.error = error

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.model: ReviewModel | None = None
        self._total = 0
        self._review: ReviewStatus = DEFAULT_STATUS
        self._problem: str | None = None
        self._goal: int | None = None
        self.ready = asyncio.Event()
        """Set while keys are for the notice that is shown; the app holds them back meanwhile."""

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
        return f"not saved: {self._problem}" if self._problem is not None else "saved ✓"

    def compose(self) -> ComposeResult:
        """All is shown by the view."""
        yield NoticeView(self.zhupi.labels)

    def on_mount(self) -> None:
        """Read the notice."""
        self.load(self.number)

    # Reading a notice

    def load(self, number: int, *, at: int | None = None, said: Part | None = None) -> None:
        """Open another notice.

        Args:
            number: its number.
            at: a raw offset to put the cursor on; None is the start of the normalized text.
            said: what to say when it is open.
        """
        self.ready.clear()
        self._read(number, at, said)

    @work(thread=True, exclusive=True, group="load", exit_on_error=False)
    def _read(self, number: int, at: int | None, said: Part | None) -> None:
        me = self.zhupi.reviewer
        try:
            with self.zhupi.database.read() as connection:
                read = ReadNotice(
                    stored=load_notice(connection, number),
                    items=notice_annotations(connection, number),
                    review=next(
                        (each.status for each in notice_reviews(connection, number) if each.annotator == me),
                        DEFAULT_STATUS,
                    ),
                    total=count_notices(connection),
                    at=at,
                    said=said,
                )
        except ZhupiError as error:
            self.post_message(self.Refused(str(error)))
        else:
            self.post_message(self.Loaded(read))

    @on(Loaded)
    def _loaded(self, message: Loaded) -> None:
        read = message.read
        self.number, self._total, self._review = read.stored.number, read.total, read.review
        self.model = ReviewModel(read.stored, read.items, self.zhupi.reviewer)
        self._goal = None
        if read.at is not None:
            self.model.go_to_raw(read.at)
        self.view.open(self.model, read.said)
        self._show_status()
        self.ready.set()

    @on(Refused)
    def _refused(self, message: Refused) -> None:
        self._problem = message.error
        self._show_status()
        self.ready.set()

    def _show_status(self) -> None:
        self.view.show_head(self.number, self._total, self._review, self.status)

    def _say(self, text: str, look: str = "plain") -> None:
        self.view.say(text, look)

    def _moved(self, pointed: TextPane | None = None) -> None:
        self.view.moved(pointed)
        self._show_status()

    @property
    def _pane(self) -> TextPane | None:
        return None if self.model is None else self.view.panes[self.model.pane]

    # Moving

    def action_characters(self, count: int) -> None:
        """Move by characters."""
        self._move_characters(count)

    def action_extend_characters(self, count: int) -> None:
        """Move by characters and select."""
        self._move_characters(count, select=True)

    def action_rows(self, count: int) -> None:
        """Move by rows of the screen."""
        self._move_rows(count)

    def action_extend_rows(self, count: int) -> None:
        """Move by rows of the screen and select."""
        self._move_rows(count, select=True)

    def action_page(self, count: int) -> None:
        """Move by screens."""
        pane = self._pane
        if pane is not None:
            self._move_rows(count * max(1, pane.page_rows() - 1))

    def action_row_edge(self, direction: int) -> None:
        """Go to the start or the end of the row."""
        model, pane = self.model, self._pane
        if model is not None and pane is not None:
            self._go(pane.row_end(model.offset) if direction > 0 else pane.row_start(model.offset), ahead=direction < 0)

    def action_text_edge(self, direction: int) -> None:
        """Go to the start or the end of the text."""
        if self.model is not None:
            self._go(len(self.model.text) if direction > 0 else 0)

    def action_sentence(self, direction: int) -> None:
        """Go to the next or the previous sentence."""
        if self.model is not None:
            self._go(self.model.sentence(direction))

    def action_paragraph(self, direction: int) -> None:
        """Go to the next or the previous paragraph."""
        if self.model is not None:
            self._go(self.model.paragraph(direction))

    def action_other_pane(self) -> None:
        """Give the other pane the cursor."""
        if self.model is None:
            return
        self.model.switch_pane()
        self._goal = None
        if self.view.alone:
            self.view.fit()
        self._moved()

    def action_neighbour(self, direction: int) -> None:
        """Go to the next or previous suggestion, or annotation when none is left."""
        item = self.model.neighbour(direction) if self.model is not None else None
        if self.model is None or item is None:
            self._say("nothing tagged yet", "dim")
            return
        self.model.go_to(item)
        self._goal = None
        self._moved()

    def action_innermost(self) -> None:
        """Choose the innermost annotation at the cursor; again, the next one out."""
        if self.model is not None:
            self.model.choose_next_out()
            self._moved()

    def action_unfold(self) -> None:
        """Show in full what is folded at the cursor, or fold it again."""
        self.view.unfold()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # textual's
        """Where the terminal is too small to show the notice, no key changes what nobody sees."""
        return not self.is_mounted or not self.view.has_class("-tiny") or action in ("help", "leave")

    def action_alone(self) -> None:
        """Give the pane with the cursor all the room, or share it again."""
        self.view.alone = not self.view.alone
        self.view.fit()

    def _go(self, offset: int, *, ahead: bool = False) -> None:
        if self.model is not None:
            self.model.move_to(offset, ahead=ahead)
            self._goal = None
            self._moved()

    def _move_characters(self, count: int, *, select: bool | None = None) -> None:
        model = self.model
        if model is None:
            return
        fold = self.view.fold_at_cursor()
        if fold is not None and count > 0:
            model.move_to(fold.end, select=select)
        else:
            model.move(count, select=select)
        landed = self.view.fold_at_cursor()
        if landed is not None:
            model.move_to(landed.start, select=select)
        self._goal = None
        self._moved()

    def _move_rows(self, count: int, *, select: bool | None = None) -> None:
        model, pane = self.model, self._pane
        if model is None or pane is None:
            return
        offset, self._goal = pane.move_rows(model.offset, count, self._goal)
        model.move_to(offset, select=select, ahead=count > 0)
        self._moved()

    # Selecting

    def action_select(self) -> None:
        """Begin a selection at the cursor, or end it."""
        model = self.model
        if model is not None:
            model.anchor = model.offset if model.anchor is None else None
            self._moved()

    def action_drop_selection(self) -> None:
        """Drop the selection, and the choice of an annotation."""
        if self.model is not None:
            self.model.drop_selection()
            self.model.chosen = None
            self._moved()

    @on(TextPane.Pointed)
    def _pointed(self, message: TextPane.Pointed) -> None:
        model = self.model
        if model is not None:
            model.drop_selection()
            model.focus(self._name_of(message.pane))
            model.move_to(message.offset, select=False)
            self._goal = None
            self._moved(message.pane)

    @on(TextPane.Dragged)
    def _dragged(self, message: TextPane.Dragged) -> None:
        model = self.model
        if model is not None:
            model.focus(self._name_of(message.pane))
            model.move_to(message.anchor, select=False)
            model.move_to(message.offset, select=True)
            self._goal = None
            self._moved(message.pane)

    @on(TextPane.FoldPressed)
    def _fold_pressed(self, message: TextPane.FoldPressed) -> None:
        if self.model is not None:
            self.model.focus("raw")
            self.model.move_to(message.row.start, select=False)
            self.view.unfold()

    @on(AnnotationList.Chosen)
    def _chosen(self, message: AnnotationList.Chosen) -> None:
        item = self.model.find(message.annotation_id) if self.model is not None else None
        if self.model is not None and item is not None:
            self.model.go_to(item)
            self._moved()

    def _name_of(self, pane: TextPane) -> PaneName:
        return "raw" if pane.id == "raw" else "normalized"

    # Changing annotations

    def action_tag(self, index: int) -> None:
        """Tag the selection with a label; without a selection, relabel the annotation at the cursor."""
        model, labels = self.model, list(self.zhupi.labels)
        if model is None or index >= len(labels):
            return
        label: Label = labels[index]
        item = model.new_annotation(label)
        if item is None:
            self._relabel(model, label)
            return
        twin = next(
            (each for each in model.own if (each.start, each.end, each.label) == (item.start, item.end, item.label)),
            None,
        )
        if twin is not None:
            model.drop_selection()
            model.chosen = twin.id
            self._moved()
            self._say(f"this is {label.name} already", "dim")
            return
        model.drop_selection()
        model.put(None, item)
        warnings = guideline_warnings(item, model.own)
        self._save(edits.add_annotation, item)
        self._moved()
        if warnings:
            self._say("; ".join(warnings), "warn")

    def action_delete(self) -> None:
        """Delete the annotation at the cursor."""
        model = self.model
        current = model.current if model is not None else None
        if model is None or current is None:
            self._say("no annotation here", "dim")
        elif current.annotator is None:
            self._say("a suggestion is not yours to delete", "dim")
        else:
            model.put(current, None)
            self._save(edits.delete_annotation, current)
            self._moved()
            self._say(f"deleted: {self._named(current)}")

    def action_undo(self) -> None:
        """Take back the last thing that was done, wherever that was."""
        self._reverse(edits.undo, "undone", "nothing to undo")

    def action_redo(self) -> None:
        """Do again what was undone last."""
        self._reverse(edits.redo, "redone", "nothing to redo")

    def action_done(self) -> None:
        """Mark the notice done and open the next that is not."""
        if self.model is not None:
            number, me, database = self.number, self.zhupi.reviewer, self.zhupi.database

            def review_and_next() -> int | None:
                edits.set_review(database, me, number, Review(me, "done", None, now()))
                with database.read() as connection:
                    return next_open(connection, me, number)

            following = self.zhupi.writer.submit(review_and_next)
            self.ready.clear()
            self._show_status()
            self.run_worker(self._finish(number, following), name="done", group="write", exit_on_error=False)

    def action_notice(self, direction: int) -> None:
        """Open the next or the previous notice."""
        number = self.number + direction
        if 1 <= number <= self._total:
            self.load(number)
        else:
            self._say("this is the last notice" if direction > 0 else "this is the first notice", "dim")

    def action_region_kind(self) -> None:
        """Ask what kind of region the cursor is in, and change it for everybody."""
        from tui.screens.region_kind import RegionKindScreen  # noqa: PLC0415  # only when asked for

        model = self.model
        region = region_at(model.notice.regions, model.raw_cursor.start) if model is not None else None
        if region is not None:
            self.app.push_screen(RegionKindScreen(region), lambda kind: self._override(region, kind))

    def action_help(self) -> None:
        """Show the keys."""
        from tui.screens.help import HelpScreen  # noqa: PLC0415  # only when asked for

        self.app.push_screen(HelpScreen("Review", REVIEW_KEYS, self.zhupi.labels))

    def _relabel(self, model: ReviewModel, label: Label) -> None:
        current = model.current
        if current is None:
            self._say("select first: v, then move", "warn")
        elif current.annotator is None:
            self._say("a suggestion is not yours to change", "dim")
        elif current.label == label.name:
            self._say(f"it is {label.name} already", "dim")
        else:
            after = msgspec.structs.replace(
                current, label=label.name, attributes=label.fitting(current.attributes), updated_at=now()
            )
            model.put(current, after)
            self._save(edits.change_annotation, current, after)
            self._moved()
            self._say(f"relabelled: {self._named(after)}")

    def _override(self, region: Region, kind: RegionKind | None) -> None:
        if kind is None or kind == region.kind:
            return
        zhupi, number = self.zhupi, self.number
        overriding = zhupi.writer.submit(
            edits.override_region, zhupi.database, zhupi.reviewer, number, region.start, kind
        )
        self._show_status()
        said = (f"{region.kind} is {kind} now", "plain")
        self.run_worker(self._overridden(overriding, region.start, said), group="write", exit_on_error=False)

    async def _overridden(self, overriding: Awaitable[None], at: int, said: Part) -> None:
        try:
            await overriding
        except ZhupiError as error:
            self._failed(error)
            self._show_status()
        else:
            self._problem = None
            # The normalized text is another one.
            self.load(self.number, at=at, said=said)

    # Writing

    def _save(self, edit: Callable[..., None], *annotations: Annotation) -> None:
        """Send a change to the writer; the status line tells how it goes."""
        zhupi = self.zhupi
        written = zhupi.writer.submit(edit, zhupi.database, zhupi.reviewer, self.number, *annotations)
        self.run_worker(self._written(written), name="write", group="write", exit_on_error=False)

    async def _written(self, written: Awaitable[None]) -> None:
        try:
            await written
        except ZhupiError as error:
            self._failed(error)
        else:
            self._problem = None
        self._show_status()

    def _failed(self, error: ZhupiError) -> None:
        """Say what hinders saving, and show what the database holds.

        After a conflict all that is shown is saved again: it is told once, and does not stay.
        """
        told = str(error).removeprefix(f"{self.zhupi.database.path}: ")
        conflict = isinstance(error, ConflictError)
        self._problem = None if conflict else told
        self.load(self.number, at=self._raw_cursor(), said=(told, "bad") if conflict else None)

    @on(Worker.StateChanged)
    def _worker_failed(self, event: Worker.StateChanged) -> None:
        """An error that nobody expected: tell it, and let keys through again."""
        if event.state == WorkerState.ERROR:
            self._problem = f"{type(event.worker.error).__name__}: {event.worker.error}"
            self._show_status()
            self.ready.set()

    def _raw_cursor(self) -> int | None:
        return self.model.raw_cursor.start if self.model is not None else None

    def _reverse(self, reverse: Callable[..., Reversal | None], done: str, nothing: str) -> None:
        reversing = self.zhupi.writer.submit(reverse, self.zhupi.database, self.zhupi.reviewer)
        self.ready.clear()
        self._show_status()
        self.run_worker(self._reversed(reversing, done, nothing), name=done, group="write", exit_on_error=False)

    async def _reversed(self, reversing: Awaitable[Reversal | None], done: str, nothing: str) -> None:
        try:
            reversal = await reversing
        except ZhupiError as error:
            self._failed(error)
            self._show_status()
            return
        self._problem = None
        self._show_status()
        if reversal is None:
            self._say(nothing, "dim")
            self.ready.set()
            return
        change = reversal.change
        entity = change.after if change.after is not None else change.before
        said = (f"{done}: {self._described(reversal)}", "plain")
        at = entity.start if isinstance(entity, Annotation) else None
        if change.notice != self.number or change.entity == "regions":
            self.load(change.notice, at=at if change.notice != self.number else self._raw_cursor(), said=said)
            return
        self.ready.set()
        self._take_back(change.before, change.after)
        self._moved()
        self._say(*said)

    def _take_back(self, before: Subject | None, after: Subject | None) -> None:
        """Show a change that was undone or redone in this notice, and go there."""
        model = self.model
        if model is None:
            return
        if isinstance(before, Annotation) or isinstance(after, Annotation):
            old = before if isinstance(before, Annotation) else None
            new = after if isinstance(after, Annotation) else None
            model.put(old, new)
            there = new or old
            if there is not None:
                model.drop_selection()
                model.go_to_raw(there.start)
                model.chosen = new.id if new is not None else None
        else:
            self._review = after.status if isinstance(after, Review) else DEFAULT_STATUS

    async def _finish(self, number: int, finding: Awaitable[int | None]) -> None:
        try:
            following = await finding
        except ZhupiError as error:
            self._failed(error)
            self._show_status()
            return
        self._problem = None
        if following is not None:
            self.load(following, said=(f"notice {number:,} is done", "good"))
        else:
            self._review = "done"
            self.ready.set()
            self._show_status()
            self._say("done: no open notice is left", "good")

    def _named(self, item: Annotation) -> str:
        """An annotation in a message: its label, and its quote as a reader sees it where the notice is at hand."""
        quote = self.view.quote(item) if self.model is not None and self.model.find(item.id) is not None else item.text
        return f"{item.label} {clip(quote)}"

    def _described(self, reversal: Reversal) -> str:
        """What an undo or redo took back or did again, in the words of the change itself."""
        change = reversal.change if reversal.event.action == "undo" else reversal.change.inverse
        before, after = change.before, change.after
        if isinstance(before, Annotation) and isinstance(after, Annotation):
            relabelled = f"{before.label} → " if before.label != after.label else "change "
            return f"{relabelled}{self._named(after)}"
        if isinstance(after, Annotation):
            return f"tag {self._named(after)}"
        if isinstance(before, Annotation):
            return f"delete {self._named(before)}"
        if change.entity == "review":
            return f"review {after.status if isinstance(after, Review) else DEFAULT_STATUS}"
        return "kind of region"
