"""Follows what others change in the open notice: layers, and what other adjudicators decide; the cursor stays."""

from __future__ import annotations

from annotations.annotation import GOLD, Annotation, Review
from store.log.adjudications import Adjudication
from store.log.events import Event
from tui.adjudicate.layer import GoldLayer
from tui.notice.desk import Desk
from tui.screen import Controller
from tui.session.watcher import Seen


class Following(Controller):
    """Shows what other sessions do.

    Args:
        desk: the desk with the notice.
        layer: gold, with the model of it.
    """

    def __init__(self, desk: Desk, layer: GoldLayer) -> None:
        self._desk = desk
        self._layer = layer

    def follow(self, seen: Seen) -> None:
        """Show what the watcher has seen, as far as it is about this notice."""
        desk = self._desk
        desk.show_status()
        if not desk.is_open:
            return
        for event in seen.events:
            if event.change.notice == desk.number:
                self._apply(event)
        desk.catch_up()

    def _apply(self, event: Event) -> None:
        desk, model = self._desk, self._layer.model
        change, after = event.change, event.change.after
        match change.entity:
            case "annotation":
                self._apply_annotation(event)
            case "adjudication":
                decision = after if isinstance(after, Adjudication) else None
                if not model.has_decision(change.key, decision):
                    desk.mark_stale(self._by(event, "decided here too"))
            case "review":
                self._apply_review(event)
            case "regions" if after != model.notice.regions:
                desk.mark_stale(f"{event.actor} changed the kind of a region")
            case "field":
                desk.mark_stale(f"{event.actor} changed what the head shows")

    def _apply_annotation(self, event: Event) -> None:
        desk, model, change = self._desk, self._layer.model, event.change
        if model.has_state(change.key, change.after):
            return
        some = change.after if change.after is not None else change.before
        owner = some.annotator if isinstance(some, Annotation) else None
        if owner == GOLD:
            desk.mark_stale(self._by(event, "changed gold"))
        elif owner is not None:
            desk.mark_stale(f"{model.name_of(owner)} changed this notice")

    def _by(self, event: Event, done: str) -> str:
        """Who did something to gold, in a message."""
        mine = event.actor == self._desk.session.reviewer
        return "changed in another session of yours" if mine else f"{event.actor} {done}"

    def _apply_review(self, event: Event) -> None:
        desk, change = self._desk, event.change
        if change.key != GOLD:
            desk.mark_stale(f"{self._layer.model.name_of(change.key)} changed how far they are with this notice")
        elif not desk.has_review(change.after if isinstance(change.after, Review) else None):
            desk.mark_stale(self._by(event, "changed whether this notice is adjudicated"))
