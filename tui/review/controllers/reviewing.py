"""The actions that set the review status of the notice and open another one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, Literal

import msgspec

from annotations.annotation import Review, now
from annotations.errors import ZhupiError
from annotations.open_points import open_points
from store.edits.leases import take_next
from store.edits.review import set_review
from store.errors import NotTrainedError
from store.project.settings import guideline_of
from store.read.queue import DEFAULT_STATUS, next_in_queue, next_open
from tui.notice.again import Again
from tui.notice.desk import Desk
from tui.screen import Controller

if TYPE_CHECKING:
    from store.log.training_results import TrainingResult
    from store.read.training import Feedback
    from tui.forms.flag import Flagged


class _Reviewed(msgspec.Struct, frozen=True):
    """What comes of a review: the next notice, what gold says to whoever is trained, or why there is no next one."""

    following: int | None
    feedback: Feedback | None
    barred: str | None = None


class Reviewing(Controller):
    """Marks a notice done, flagged or skipped, and opens the next or previous one.

    Args:
        desk: the desk with the notice.
    """

    ALWAYS: ClassVar[frozenset[str]] = frozenset({"notice"})

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._again = Again(desk)

    def action_done(self) -> None:
        """Mark the notice done, and open the next one in the queue that is not.

        Where something is open, the first press says what, and the second does it while that message stands.
        """
        desk = self._desk
        model, review = desk.model, Review(desk.session.reviewer, desk.review, desk.comment, now())
        # What is muted is nothing to decide, be it shown or not: the queue does not count it either.
        suggestions = [item for item in model.suggestions if item.id not in model.muted]
        points = open_points(model.own, suggestions, review, model.notice.normalized, model.notice.alignment)
        # As of an annotation, a gap is where none of the attributes has a value.
        unsaid = bool(desk.session.labels.notice) and not desk.attributes
        asked = model, points, unsaid
        if (points.is_unfinished or unsaid) and not self._again.is_confirmed(asked):
            told = f"nothing said of the whole notice ({desk.key('review.notice_attributes')})" if unsaid else ""
            self._again.ask(
                asked,
                " · ".join(part for part in (str(points), told) if part),
                f": {desk.key('review.done')} again marks it done",
            )
            return
        self._review_and_go_on(Review(desk.session.reviewer, "done", desk.comment, now()))

    def action_flag(self) -> None:
        """Flag or skip the notice with a reason, or set it back to open."""
        from tui.forms.flag import FlagScreen  # noqa: PLC0415  # only when asked for

        asking = FlagScreen(self._desk.review, self._desk.comment)
        asking.keep_typing(self._desk.session.drafts, f"{self._desk.number} flag ")
        self._desk.ask(asking, self._flagged)

    def _flagged(self, flagged: Flagged | None) -> None:
        if flagged is None:
            return
        desk, session = self._desk, self._desk.session
        review = Review(session.reviewer, flagged.status, flagged.comment, now())
        if flagged.status != "open":
            self._review_and_go_on(review)
            return
        desk.review, desk.comment = flagged.status, flagged.comment
        order = desk.queue.sort
        desk.write(partial(set_review, session.database, session.reviewer, desk.number, review, order))
        desk.show_status()
        desk.say("open again")

    def _review_and_go_on(self, review: Review) -> None:
        """Store a review, and open the next notice.

        In a queue of open notices that is the next one that nobody else was handed; in any other queue, its next one.
        Whoever is trained sees first what gold says.
        """
        desk = self._desk
        number, me, database, queue = desk.number, desk.session.reviewer, desk.session.database, desk.queue

        def review_and_next() -> _Reviewed:
            result = set_review(database, me, number, review, queue.sort)
            feedback = self._feedback(result) if result is not None else None
            if queue.suspects is not None:
                # What is looked at again is done already.
                with database.read() as connection:
                    return _Reviewed(next_in_queue(connection, me, queue, number, 1), feedback)
            if queue.status in (None, DEFAULT_STATUS):
                try:
                    return _Reviewed(take_next(database, me, queue, behind=number), feedback)
                except NotTrainedError as error:
                    return _Reviewed(None, feedback, str(error))
            with database.read() as connection:
                return _Reviewed(next_open(connection, me, number, queue), feedback)

        desk.write(
            review_and_next, partial(self._reviewed, number, f"{review.status}: {desk.title}", review), keys_wait=True
        )

    def _feedback(self, result: TrainingResult) -> Feedback:
        from store.read.training import feedback  # noqa: PLC0415  # few are trained

        database = self._desk.session.database
        with database.read() as connection:
            return feedback(connection, self._desk.number, result, guideline_of(database))

    def _reviewed(self, number: int, told: str, review: Review, reviewed: _Reviewed) -> None:
        desk = self._desk
        if reviewed.feedback is None or number != desk.number:
            self._go_on(number, told, review, reviewed)
            return
        from tui.forms.training import TrainingScreen  # noqa: PLC0415  # few are trained

        # It is stored: else the watcher, which tells of it too, would take it for what another session did.
        desk.review, desk.comment = review.status, review.comment
        desk.show_status()
        screen = TrainingScreen(reviewed.feedback, desk.session.labels, desk.view.quote, desk.go_to)
        desk.ask(screen, lambda _: self._go_on(number, told, review, reviewed))
        desk.ready.set()

    def _go_on(self, number: int, told: str, review: Review, reviewed: _Reviewed) -> None:
        desk = self._desk
        if number != desk.number:
            # It took long, and keys did not wait: the reviewer has gone on.
            desk.ready.set()
            desk.say(told, "good")
            return
        if reviewed.following is not None:
            desk.load(reviewed.following, message=(told, "good"))
            return
        desk.review, desk.comment = review.status, review.comment
        desk.ready.set()
        desk.show_status()
        if reviewed.barred is not None:
            desk.say(reviewed.barred, "warn")
        else:
            following = f"; {desk.key('review.notice_next')} opens the next of the queue"
            desk.say_with_keys(f"{review.status}: no free notice is left", following, "good")

    def action_notice(self, direction: Literal[1, -1]) -> None:
        """Open the next (1) or previous (-1) notice of the queue."""
        desk = self._desk
        desk.ready.clear()
        me, queue, number = desk.session.reviewer, desk.queue, desk.number
        # Under a search in the order of dates this may take a while.
        desk.reads.read(
            "neighbour",
            lambda connection: next_in_queue(connection, me, queue, number, direction),
            partial(self._open, direction),
            self._not_found,
        )

    def _open(self, direction: Literal[1, -1], number: int | None) -> None:
        if number is not None:
            self._desk.load(number)
            return
        self._desk.ready.set()
        self._desk.say("this is the last notice" if direction > 0 else "this is the first notice", "dim")

    def _not_found(self, error: ZhupiError) -> None:
        self._desk.ready.set()
        self._desk.say(self._desk.session.message(error), "bad")
