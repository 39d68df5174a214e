"""The actions that go from suggestion to suggestion, and on to the next notice that has some."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace

from annotations.errors import ZhupiError
from store.db.sqlite import Connection
from store.edits.leases import take_next
from store.index.filters import QueueFilter
from store.read.queue import DEFAULT_STATUS, QueueRow, next_free, next_open, rows_of
from tui.notice.again import Again
from tui.notice.desk import Desk
from tui.notice.model import NoticeModel
from tui.screen import Controller


class Stepping(Controller):
    """Goes to the next and the previous suggestion.

    Args:
        desk: the desk with the notice.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._again = Again(desk)

    def action_neighbour(self, direction: int) -> None:
        """Go to the next (1) or previous (-1) suggestion.

        Behind the last suggestion it goes on from the top, and says so.  Where all are decided, the next notice with
        suggestions is named, and a second press goes there.  In a notice without any, and where no other notice has
        any, it is the next annotation.
        """
        model = self._desk.model
        if direction < 0 or model.to_decide or not model.had_suggestions:
            self._step(direction)
        elif self._again.is_confirmed(model):
            self._go_on()
        else:
            self._look_for_next(model)

    def _step(self, direction: int, message: str = "") -> None:
        desk, model = self._desk, self._desk.model
        item = model.neighbour(direction)
        if item is None:
            desk.say(message or "nothing tagged yet", "dim")
            return
        wraps = model.is_around_end(item, direction)
        desk.go_to(item)
        if wraps:
            left = f"{len(model.to_decide):,} left" if model.to_decide else f"{len(model.items):,} here"
            message = f"{message}{'; ' if message else ''}from the {'top' if direction > 0 else 'end'}: {left}"
        if message:
            desk.say(message, "dim")

    # The next notice

    @property
    def _queue(self) -> QueueFilter:
        """The queue of the notices with suggestions that are not decided."""
        return replace(self._desk.queue, open_point="undecided")

    @property
    def _hands_out(self) -> bool:
        """Whether the queue is one of open notices, which are handed out so that no two people get the same."""
        return self._queue.status in (None, DEFAULT_STATUS)

    def _look_for_next(self, model: NoticeModel) -> None:
        desk, queue, hands_out = self._desk, self._queue, self._hands_out
        me, number = desk.session.reviewer, desk.number

        def read(connection: Connection) -> QueueRow | None:
            if hands_out:
                following = next_free(connection, me, queue, behind=number)
            else:
                following = next_open(connection, me, number, queue)
            return next(iter(rows_of(connection, me, [] if following is None else [following])), None)

        # A second press that was typed ahead has to wait for what it goes to.
        desk.ready.clear()
        desk.reads.read("neighbour", read, partial(self._name_next, model), self._not_found)

    def _name_next(self, model: NoticeModel, row: QueueRow | None) -> None:
        desk = self._desk
        desk.ready.set()
        if model is not desk.model:
            return
        if row is None:
            self._step(1, "no suggestion is left in any notice of this queue")
            return
        where = f": {desk.key('review.next')} again opens it"
        self._again.ask(model, f"none left here; {row.suggestions:,} in {row.title or row.doc}", where, "plain")

    def _go_on(self) -> None:
        desk, queue, hands_out = self._desk, self._queue, self._hands_out
        me, number, database = desk.session.reviewer, desk.number, desk.session.database

        def take() -> int | None:
            if hands_out:
                return take_next(database, me, queue, behind=number)
            with database.read() as connection:
                return next_open(connection, me, number, queue)

        desk.write(take, partial(self._open, number), keys_wait=True)

    def _open(self, number: int, following: int | None) -> None:
        desk = self._desk
        if number == desk.number and following is not None:
            desk.load(following)
            return
        desk.ready.set()
        if number == desk.number:
            desk.say("somebody else was handed the last notice with suggestions", "dim")

    def _not_found(self, error: ZhupiError) -> None:
        self._desk.ready.set()
        self._desk.say(self._desk.session.message(error), "bad")
