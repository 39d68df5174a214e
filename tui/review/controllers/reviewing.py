"""The keys that say how far the notice is, change its regions, open another one, undo and redo."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Literal

from textual import on, work
from textual.message import Message

from annotations.annotation import Annotation, Review, now
from annotations.errors import ZhupiError
from annotations.regions import Region, RegionKind, region_at
from store.edits.leases import take_next
from store.edits.regions import override_region
from store.edits.review import set_review
from store.edits.undo import Reversal, redo, undo
from store.index.filters import QueueFilter
from store.log.events import Subject
from store.read.queue import DEFAULT_STATUS, next_in_queue, next_open
from tui.review.controllers.tagging import Tagging
from tui.widgets.status_line import Part

if TYPE_CHECKING:
    from tui.forms.flag import Flagged


class Progress(Tagging):
    """Reviews, regions, undo and redo."""

    class NeighbourFound(Message):
        """The next or previous notice of the queue has been looked for; None where there is none."""

        def __init__(self, number: int | None, direction: int, error: str | None = None) -> None:
            super().__init__()
            self.number = number
            self.direction = direction
            self.error = error

    def action_done(self) -> None:
        """Mark the notice done and open the next of the queue that is not."""
        self._review_and_go_on(Review(self.zhupi.reviewer, "done", self._comment, now()))

    def action_flag(self) -> None:
        """Flag or skip the notice with a reason, or open it again."""
        from tui.forms.flag import FlagScreen  # noqa: PLC0415  # only when asked for

        if self.model is not None:
            asking = FlagScreen(self._review, self._comment)
            asking.draft = f"{self.number} flag "
            self.app.push_screen(asking, self._flagged)

    def _flagged(self, flagged: Flagged | None) -> None:
        if self.model is None or flagged is None:
            return
        review = Review(self.zhupi.reviewer, flagged.status, flagged.comment, now())
        if flagged.status != "open":
            self._review_and_go_on(review)
            return
        self._review, self._comment = flagged.status, flagged.comment
        zhupi = self.zhupi
        self._await_write(zhupi.writer.submit(set_review, zhupi.database, zhupi.reviewer, self.number, review))
        self._show_status()
        self.say("open again")

    def _review_and_go_on(self, review: Review) -> None:
        """Store a review and open the next one that is free, or of a queue of others the next."""
        if self.model is None:
            return
        number, me, database, queue = self.number, self.zhupi.reviewer, self.zhupi.database, self.queue

        def review_and_next() -> int | None:
            set_review(database, me, number, review)
            if queue.status in (None, DEFAULT_STATUS):
                return take_next(database, me, queue, behind=number)
            with database.read() as connection:
                return next_open(connection, me, number, queue)

        following = self.zhupi.writer.submit(review_and_next)
        self.ready.clear()
        self._show_status()
        self.run_worker(self._finish(number, review, following), name="done", group="write", exit_on_error=False)

    async def _finish(self, number: int, review: Review, finding: Awaitable[int | None]) -> None:
        try:
            following = await finding
        except ZhupiError as error:
            self._failed(error)
            self._show_status()
            return
        self._problem = None
        if following is not None:
            self.load(following, said=(f"notice {number:,} is {review.status}", "good"))
            return
        self._review, self._comment = review.status, review.comment
        self.ready.set()
        self._show_status()
        self.say(f"{review.status}: no free notice is left", "good")

    def action_notice(self, direction: Literal[1, -1]) -> None:
        """Open the next or the previous notice of the queue."""
        self.ready.clear()
        self._find_neighbour(self.queue, self.number, direction)

    @work(thread=True, exclusive=True, group="neighbour", exit_on_error=False)
    def _find_neighbour(self, queue: QueueFilter, number: int, direction: Literal[1, -1]) -> None:
        # Under a search and an order by date this may take a while.
        try:
            with self.zhupi.database.read() as connection:
                found = next_in_queue(connection, self.zhupi.reviewer, queue, number, direction)
        except ZhupiError as error:
            self.post_message(self.NeighbourFound(None, direction, self.zhupi.told(error)))
        else:
            self.post_message(self.NeighbourFound(found, direction))

    @on(NeighbourFound)
    def _neighbour_found(self, message: NeighbourFound) -> None:
        if message.number is not None:
            self.load(message.number)
            return
        self.ready.set()
        none = "this is the last notice" if message.direction > 0 else "this is the first notice"
        self.say(message.error or none, "bad" if message.error else "dim")

    # Regions

    def action_region_kind(self) -> None:
        """Ask what kind of region the cursor is in, and change it for everybody."""
        from tui.forms.region_kind import RegionKindScreen  # noqa: PLC0415  # only when asked for

        model = self.model
        region = region_at(model.notice.regions, model.raw_cursor.start) if model is not None else None
        if region is not None:
            self.app.push_screen(RegionKindScreen(region), partial(self._override, region))

    def _override(self, region: Region, kind: RegionKind | None) -> None:
        if kind is None or kind == region.kind:
            return
        zhupi, number = self.zhupi, self.number
        overriding = zhupi.writer.submit(override_region, zhupi.database, zhupi.reviewer, number, region.start, kind)
        self.ready.clear()
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

    # Undo and redo

    def action_undo(self) -> None:
        """Take back the last thing that was done, wherever that was."""
        self._reverse(undo, "undone", "nothing to undo")

    def action_redo(self) -> None:
        """Do again what was undone last."""
        self._reverse(redo, "redone", "nothing to redo")

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
            self.say(nothing, "dim")
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
        for each in reversed(reversal.changes):
            if each.notice == self.number:
                self._take_back(each.before, each.after)
        self._keep()
        self._moved()
        self.say(*said)

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
                model.chosen = new.id if new is not None and model.find(new.id) is not None else None
        else:
            self._review = after.status if isinstance(after, Review) else DEFAULT_STATUS
            self._comment = after.comment if isinstance(after, Review) else None

    def _described(self, reversal: Reversal) -> str:
        """What an undo or redo took back or did again, in the words of the change itself."""
        change = reversal.change if reversal.event.action == "undo" else reversal.change.inverse
        before, after = change.before, change.after
        more = f" and {reversal.size - 1:,} more" if reversal.size > 1 else ""
        if isinstance(before, Annotation) and isinstance(after, Annotation):
            relabelled = f"{before.label} → " if before.label != after.label else "change "
            return f"{relabelled}{self._named(after)}"
        if isinstance(after, Annotation):
            verb = {"accepted": "accept", "rejected": "reject"}.get(after.status, "tag")
            return f"{verb} {self._named(after)}{more}"
        if isinstance(before, Annotation):
            return f"delete {self._named(before)}{more}"
        if change.entity == "review":
            return f"review {after.status if isinstance(after, Review) else DEFAULT_STATUS}{more}"
        if change.entity == "assignment":
            return f"{'assign to' if after is not None else 'take off'} {change.key}{more}"
        return "kind of region"
