"""The actions that go on: to the next open difference, and from notice to notice."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Final, Literal

from msgspec.structs import replace

from annotations.adjudication.notice_values import decide_values
from annotations.annotation import clip
from annotations.counts import counted
from annotations.errors import ZhupiError
from store.db.sqlite import Connection
from store.edits.adjudicate import complete
from store.edits.leases import take_next_ready
from store.read.notices import name_of
from store.read.queue import next_in_queue, next_ready
from tui.adjudicate.layer import GoldLayer
from tui.adjudicate.model import GoldModel
from tui.adjudicate.opening import Opening
from tui.notice.again import Again
from tui.notice.desk import Desk
from tui.screen import Controller
from tui.widgets.status_line import Part

_NONE_READY: Final = "no other notice is ready"


class Advancing(Controller):
    """Goes to the next difference, marks the notice done, and opens another one that is ready.

    Args:
        desk: the desk with the notice.
        layer: gold, with the model of it.
        opening: opens notices.
    """

    ALWAYS: ClassVar[frozenset[str]] = frozenset({"notice"})

    def __init__(self, desk: Desk, layer: GoldLayer, opening: Opening) -> None:
        self._desk = desk
        self._layer = layer
        self._opening = opening
        self._again = Again(desk)

    def action_difference(self, direction: Literal[1, -1]) -> None:
        """Go to the next or previous open difference, in a circle; where none is left, to the next notice.

        The first press names the notice, the second goes there while that message stands.
        """
        desk, model = self._desk, self._layer.model
        there = model.neighbour_case(direction, model.open or (model.listed if direction < 0 else []))
        if there is None:
            self._offer_next()
            return
        here = model.here
        wraps = here is not None and (there <= here if direction > 0 else there >= here)
        model.go_to_case(there)
        desk.jumped()
        if wraps and model.open:
            desk.say("this is the only one" if there == here else "from the other end", "dim")

    def _offer_next(self) -> None:
        desk, model = self._desk, self._layer.model
        if self._again.is_confirmed(model):
            self._take_next((f"left as it is: {desk.title}", "dim"))
            return
        number, me = desk.number, desk.session.reviewer
        desk.ready.clear()

        def read(connection: Connection) -> str | None:
            following = next_ready(connection, me, desk.queue, number)
            return None if following is None else name_of(connection, following)

        desk.reads.read("next", read, partial(self._name_next, model), self._failed)

    def _name_next(self, model: GoldModel, following: str | None) -> None:
        desk = self._desk
        desk.ready.set()
        if model is not desk.model:
            return
        done = "" if desk.review == "done" else f"; {desk.key('adjudicate.done')} marks this one done"
        if following is None:
            desk.say_with_keys(f"no difference is left, and {_NONE_READY}", done, "good")
            return
        again = f": {desk.key('adjudicate.next')} again goes there{done}"
        self._again.ask(model, f"no difference is left; {clip(following)} is ready", again, "good")

    # The notice

    def action_done(self) -> None:
        """Mark the notice adjudicated, and open the next one that is ready; not while a difference is open."""
        desk, model = self._desk, self._layer.model
        if model.open:
            key = desk.key("adjudicate.next")
            left = counted(len(model.open), "difference")
            desk.say_with_keys(f"{left} to decide", f": {key} goes to the next", "warn")
            return
        if not model.adjudication.is_ready:
            desk.say("two people mark a notice done before it is adjudicated", "warn")
            return
        adjudication = model.adjudication
        differing = decide_values(adjudication.labels.notice, adjudication.attributes, desk.attributes).open
        asked = model, differing
        if differing and not self._again.is_confirmed(asked):
            done = desk.key("adjudicate.done")
            keys = f": {desk.key('adjudicate.notice_attributes')} decides it, {done} again leaves it as it is"
            self._again.ask(asked, f"they differ on {', '.join(differing)} of the notice", keys)
            return
        number, session = desk.number, desk.session

        def complete_and_next() -> int | None:
            complete(session.database, session.reviewer, number)
            return take_next_ready(session.database, session.reviewer, desk.queue, behind=number)

        desk.write(complete_and_next, partial(self._completed, number, f"adjudicated: {desk.title}"), keys_wait=True)

    def _completed(self, number: int, told: str, following: int | None) -> None:
        desk = self._desk
        message = told, "good"
        if number != desk.number:
            # It took long, and keys did not wait: the adjudicator has gone on.
            desk.ready.set()
            desk.say(*message)
        elif following is not None:
            self._opening.open(following, message)
        else:
            desk.review = "done"
            desk.ready.set()
            desk.show_status()
            desk.say(f"{told}; {_NONE_READY}", "good")

    def action_notice(self, direction: Literal[1, -1]) -> None:
        """Take the next notice that is ready, or open the one before this in the queue of those."""
        if direction > 0:
            self._take_next()
            return
        desk = self._desk
        desk.ready.clear()
        me, number = desk.session.reviewer, desk.number
        queue = replace(desk.queue, adjudication="ready")
        desk.reads.read(
            "next",
            lambda connection: next_in_queue(connection, me, queue, number, -1),
            self._found,
            self._failed,
        )

    def _take_next(self, message: Part | None = None) -> None:
        desk = self._desk
        desk.ready.clear()
        session, number = desk.session, desk.number
        desk.reads.run(
            "next",
            lambda: take_next_ready(session.database, session.reviewer, desk.queue, behind=number),
            partial(self._found, message=message),
            self._failed,
        )

    def _found(self, number: int | None, message: Part | None = None) -> None:
        desk = self._desk
        if number is not None and number != desk.number:
            self._opening.open(number, message)
            return
        desk.ready.set()
        desk.say(_NONE_READY, "dim")

    def _failed(self, error: ZhupiError) -> None:
        self._desk.ready.set()
        self._desk.say(self._desk.session.message(error), "bad")
