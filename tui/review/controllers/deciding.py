"""The actions that decide on suggestions, one by one or all of a rule."""

from __future__ import annotations

from annotations.annotation import Annotation
from annotations.decisions import Decision
from tui.notice.desk import Desk
from tui.review.layer import ReviewLayer
from tui.screen import Controller


class Deciding(Controller):
    """Accepts and rejects suggestions.

    Args:
        desk: the desk with the suggestions.
        layer: the layer that decisions are added to.
    """

    def __init__(self, desk: Desk, layer: ReviewLayer) -> None:
        self._desk = desk
        self._layer = layer

    def action_accept(self) -> None:
        """Accept the suggestion at the cursor and go to the next one."""
        self._layer.decide("accepted")

    def action_reject(self) -> None:
        """Reject the suggestion at the cursor and go to the next one; delete an annotation of one's own."""
        current = self._desk.model.current
        if current is None:
            self._desk.say("no annotation here", "dim")
        elif current.annotator is None:
            self._layer.decide("rejected")
        elif not self._layer.belongs_to_another(current):
            self._layer.delete(current)
            self._desk.say(f"deleted: {self._layer.named(current)}")

    def action_decide_rule(self, status: Decision) -> None:
        """Decide on all suggestions in this notice of the rule that made the one at the cursor, in one step."""
        model = self._desk.model
        suggestion = model.suggestion_at_cursor()
        if suggestion is None:
            self._layer.say_no_suggestion()
            return
        count = self._layer.decide_all(model.of_the_same_rule(suggestion), status)
        rest = model.to_decide
        following = next((each for each in rest if each.order > suggestion.order), rest[0] if rest else None)
        if following is not None:
            model.choose(following)
        self._desk.jumped()
        undo = self._desk.key("review.undo")
        self._desk.say(f"{status}: {count:,} of {rule_of(suggestion)}; {undo} takes them back", "good")

    def action_take_offers(self) -> None:
        """Accept the offers of the tag at the cursor in one step; where it has none, all offers in this notice."""
        desk, model = self._desk, self._desk.model
        current = model.current
        offers = model.offers_beside(current) or model.offers
        if not offers:
            desk.say("nothing is offered here", "dim")
            return
        stays = model.decided(current, "accepted") if current is not None and current in offers else current
        count = self._layer.decide_all(offers, "accepted")
        if stays is not None:
            model.choose(stays)
        desk.jumped()
        named = self._layer.named(offers[0])
        desk.say(f"taken: {count:,} more of {named}; {desk.key('review.undo')} takes them back", "good")


def rule_of(suggestion: Annotation) -> str:
    """The rule or model that made a suggestion, without its version: ``officials/list``."""
    return (suggestion.suggested_by or "suggested").rpartition("@")[0] or str(suggestion.suggested_by or "suggested")
