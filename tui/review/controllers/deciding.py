"""The actions that decide on suggestions, one by one or all of a rule."""

from __future__ import annotations

from annotations.annotation import Annotation
from annotations.decisions import Decision
from tui.notice.again import Again
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
        self._again = Again(desk)

    def action_accept(self) -> None:
        """Accept the suggestion at the cursor and go to the next one; where there is none, go to the next first.

        Nothing is accepted that the reviewer has not seen.  What they had accepted in bulk is not bulk any more.
        """
        model, current = self._desk.model, self._desk.model.current
        if model.is_reshaped_anew:
            keep, drop = self._desk.key("review.unfold"), self._desk.key("review.drop_selection")
            self._desk.say(f"its new ends are not kept yet: {keep} keeps them, {drop} drops them", "warn")
            return
        if current is not None and current.bulk and current.annotator == self._desk.annotator:
            after = self._layer.change(current)
            self._desk.say(f"looked at: {self._layer.named(after)}", "good")
            return
        following = None if model.suggestion_at_cursor() is not None else model.neighbour(1)
        if following is None or following.annotator is not None:
            self._layer.decide("accepted")
            return
        self._desk.go_to(following)
        self._desk.say_with_keys(
            f"next: {self._layer.named(following)}", f": {self._desk.key('review.accept')} again accepts it"
        )

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
        """Decide on all suggestions in this notice of the rule that made the one at the cursor, in one step.

        The first press says how many there are, and the second does it.
        """
        desk, model = self._desk, self._desk.model
        suggestion = model.suggestion_at_cursor()
        if suggestion is None:
            self._layer.say_no_suggestion()
            return
        wanted = model.of_the_same_rule(suggestion, status)
        about = model, status, [each.id for each in wanted]
        if not self._again.is_confirmed(about):
            verb, key = ("accept", "review.accept_rule") if status == "accepted" else ("reject", "review.reject_rule")
            takes = f"{'takes' if status == 'accepted' else 'rejects'} {'them' if len(wanted) > 1 else 'it'}"
            self._again.ask(
                about, f"{verb} {len(wanted):,} of {rule_of(suggestion)}", f": {desk.key(key)} again {takes}"
            )
            return
        count = self._layer.decide_all(wanted, status)
        rest = model.to_decide
        following = next((each for each in rest if each.order > suggestion.order), rest[0] if rest else None)
        if following is not None:
            model.choose(following)
        desk.jumped()
        takes_back = f"{desk.key('review.undo')} takes {'them' if count > 1 else 'it'} back"
        desk.say_with_keys(f"{status}: {count:,} of {rule_of(suggestion)}", f"; {takes_back}", "good")

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
