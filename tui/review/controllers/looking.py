"""The actions of a second look: to go from suspect to suspect, and to keep one as it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from annotations.annotation import Annotation
from annotations.errors import LabelError, ZhupiError
from annotations.origins import suggested
from annotations.spans import raw_span
from annotations.suspects import Suspect
from store.db.sqlite import Connection
from store.index.filters import QueueFilter
from store.read.queue import QueueRow, next_in_queue, queue_page, rows_of
from store.read.suspects import open_suspects
from tui.notice.again import Again
from tui.notice.desk import Desk
from tui.notice.message import about_suspect
from tui.notice.model import NoticeModel, Suspected
from tui.review.layer import ReviewLayer
from tui.screen import Controller

_MADE_BY: Final = "second-look/missing@1"
"""Who suggests a tag that is missing."""


class Looking(Controller):
    """Shows what a second look holds for errors, and goes through it.

    Args:
        desk: the desk with the notice.
        layer: the layer that is looked at.
    """

    def __init__(self, desk: Desk, layer: ReviewLayer) -> None:
        self._desk = desk
        self._layer = layer
        self._again = Again(desk)
        self._seen: NoticeModel | None = None
        desk.on_shown.append(self._follow)

    def action_suspect(self, direction: int) -> None:
        """Go to the next (1) or previous (-1) suspect; where none is left, name the next notice with some, then go.

        Behind the last one it goes on from the top, and says so.
        """
        model = self._desk.model
        item = model.suspect_beside(direction)
        if item is not None:
            self._go_to(item, direction)
        elif self._again.is_confirmed(model):
            self._find(model, self._open)
        else:
            self._find(model, self._name)

    def _go_to(self, item: Annotation, direction: int) -> None:
        desk, model = self._desk, self._desk.model
        wraps = model.is_around_end(item, direction)
        desk.go_to(item)
        # Why it is one stands beside the counts, where nothing else is said.
        about = about_suspect(model, desk.session.labels)
        if wraps and about is not None:
            way = f"from the {'top' if direction > 0 else 'end'}" if len(model.suspects) > 1 else "the only one here"
            desk.say(f"{way} · {about[0]}", about[1])

    def action_keep(self) -> None:
        """Keep the suspect at the cursor as it is, and go to the next one."""
        desk, model = self._desk, self._desk.model
        current = model.current
        suspect = model.suspects.get(current.id) if current is not None else None
        if current is None or suspect is None:
            desk.say(f"no suspect here: {desk.key('review.suspect')} goes to the next", "dim")
            return
        self._layer.keep(current, suspect)

    # What there is in the notice

    def _follow(self) -> None:
        """Read what is held for errors in a notice once it is shown; what becomes of that the model tells."""
        desk = self._desk
        model = desk.model
        if model is self._seen:
            return
        self._seen = model
        # A key may be meant for the first of them.
        desk.reads.run("suspects", partial(self._read, model), partial(self._found, model), keys_wait=True)

    def _read(self, model: NoticeModel) -> list[Suspected]:
        """The suspects of the notice with what is shown for each; called in a thread."""
        desk, session = self._desk, self._desk.session
        of_all = desk.queue.suspects == "others" and session.may("see the layers of others")
        with session.database.read() as connection:
            suspects = open_suspects(connection, model.number, None if of_all else session.reviewer)
        items = {item.id: item for item in model.all_items}
        found = []
        for suspect in suspects:
            shown = items.get(suspect.annotation or "")
            if suspect.annotation is None or suspect.rejected:
                shown = self._missing(model, suspect) if suspect.layer == session.reviewer else None
            if shown is not None:
                found.append((suspect, shown))
        return found

    def _missing(self, model: NoticeModel, suspect: Suspect) -> Annotation | None:
        """What stands for a tag that is missing; None where its label is used no more."""
        try:
            label = self._desk.session.labels.usable(suspect.label)
        except LabelError:
            return None
        span = raw_span(suspect.start, suspect.end)
        values = self._layer.values(model, label, span)
        return suggested(model.notice, span, label, values, _MADE_BY, suspect.rank, "")

    def _found(self, model: NoticeModel, suspected: list[Suspected]) -> None:
        desk = self._desk
        if model is not desk.model or not suspected:
            return
        model.suspect(suspected)
        first = model.suspect_beside(1)
        if desk.queue.suspects is not None and first is not None and desk.view.message == "":
            model.choose(first)
        desk.view.show_anew()
        if desk.queue.suspects == "others" and first is None:
            desk.say(f"suspects in the layers of others: {desk.key('review.others')} shows them", "warn")

    # The next notice

    @property
    def _queue(self) -> QueueFilter:
        queue = self._desk.queue
        return queue if queue.suspects is not None else QueueFilter(suspects="any", sort="suspects")

    def _find(self, model: NoticeModel, then: Callable[[NoticeModel, QueueRow | None], None]) -> None:
        desk, queue, me, number = self._desk, self._queue, self._desk.session.reviewer, self._desk.number

        def read(connection: Connection) -> QueueRow | None:
            following = next_in_queue(connection, me, queue, number, 1)
            if following is None:
                first = queue_page(connection, me, queue, limit=2).rows
                return next((each for each in first if each.number != number), None)
            return next(iter(rows_of(connection, me, [following])), None)

        # A second press that was typed ahead has to wait for what it goes to.
        desk.ready.clear()
        desk.reads.read("neighbour", read, partial(then, model), self._not_found)

    def _name(self, model: NoticeModel, row: QueueRow | None) -> None:
        desk = self._desk
        desk.ready.set()
        if model is not desk.model:
            return
        if row is None:
            desk.say("no suspect is left in any notice", "dim")
            return
        where = f": {desk.key('review.suspect')} again opens it"
        self._again.ask(model, f"no suspect left here; some in {row.title or row.doc}", where, "plain")

    def _open(self, model: NoticeModel, row: QueueRow | None) -> None:
        if row is not None and model is self._desk.model:
            self._desk.load(row.number)
            return
        self._desk.ready.set()
        self._desk.say("no suspect is left in any notice", "dim")

    def _not_found(self, error: ZhupiError) -> None:
        self._desk.ready.set()
        self._desk.say(self._desk.session.message(error), "bad")
