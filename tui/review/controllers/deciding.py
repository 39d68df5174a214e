"""Deciding on suggestions, one by one or a rule at a time, and what a decision suggests in turn.

A suggestion never changes: a decision makes an annotation in the reviewer's own layer.
"""

from __future__ import annotations

from textual import on, work
from textual.message import Message

from annotations.annotation import Annotation, clip
from annotations.decisions import Decision
from store.edits.annotate import add_annotation, add_annotations, delete_annotation
from tui.notice.model import ReviewModel
from tui.review.controllers.following import Following


class Deciding(Following):
    """Suggestions."""

    class Elsewhere(Message):
        """The rest of a notice has been searched for what was just tagged."""

        def __init__(self, model: ReviewModel, found: list[Annotation]) -> None:
            super().__init__()
            self.model = model
            self.found = found

    def action_accept(self) -> None:
        """Accept the suggestion at the cursor and go to the next."""
        self._decide("accepted")

    def action_reject(self) -> None:
        """Reject the suggestion at the cursor and go to the next; delete an annotation of one's own."""
        model = self.model
        current = model.current if model is not None else None
        if model is None or current is None:
            self.say("no annotation here", "dim")
        elif current.annotator is None:
            self._decide("rejected")
        elif self._is_anothers(current):
            return
        else:
            model.put(current, None)
            self._save(delete_annotation, current)
            self._moved()
            self.say(f"deleted: {self._named(current)}")

    def action_decide_rule(self, status: Decision) -> None:
        """Accept or reject all suggestions of this notice that the rule of the one at the cursor made, in one step."""
        model = self.model
        suggestion = model.suggestion_at_cursor() if model is not None else None
        if model is None or suggestion is None:
            self._say_none()
            return
        made = [model.decided(each, status) for each in model.of_the_same_rule(suggestion)]
        model.put_all(made)
        zhupi = self.zhupi
        self._await_write(zhupi.writer.submit(add_annotations, zhupi.database, zhupi.reviewer, self.number, made))
        rest = model.suggestions
        following = next((each for each in rest if each.order > suggestion.order), rest[0] if rest else None)
        if following is not None:
            model.go_to(following)
        self._goal = None
        self._moved()
        self.say(f"{status}: {len(made):,} of {rule_of(suggestion)}; u takes them back", "good")

    def _decide(self, status: Decision, *, stay: bool = False) -> None:
        model = self.model
        suggestion = model.suggestion_at_cursor() if model is not None else None
        if model is None or suggestion is None:
            self._say_none()
            return
        following = None if stay else model.suggestion_behind(suggestion)
        made = model.decided(suggestion, status)
        model.put(None, made)
        self._save(add_annotation, made)
        if following is not None:
            model.go_to(following)
        elif status == "accepted":
            model.go_to(made)
        self._goal = None
        self._moved()
        told = f"{status}: {self._named(made)}"
        left = "" if model.suggestions else "; no suggestion is left: m marks the notice done"
        self.say(told + left, "good")

    def _say_none(self) -> None:
        left = self.model is not None and self.model.suggestions
        self.say("no suggestion here: n goes to the next" if left else "no suggestion is left", "dim")

    # The same words elsewhere

    @work(thread=True, group="elsewhere", exit_on_error=False)
    def _look_elsewhere(self, model: ReviewModel, item: Annotation) -> None:
        """Look for what was just tagged in the rest of the notice: keys go on meanwhile."""
        from annotations.suggest.propagation import elsewhere  # noqa: PLC0415  # it brings the normalizer

        label = self.zhupi.labels.get(item.label)
        if label is not None:
            found = elsewhere(model.notice, item, label, list(model.items))
            if found:
                self.post_message(self.Elsewhere(model, found))

    @on(Elsewhere)
    def _offer_elsewhere(self, message: Elsewhere) -> None:
        model = self.model
        if model is None or message.model is not model:
            return
        new = model.offer(message.found)
        if new:
            self._moved()
            times = "times" if new > 1 else "time"
            self.say(f"the same stands here {new:,} more {times}: n goes there, a accepts", "good")

    def _named(self, item: Annotation) -> str:
        """An annotation in a message: its label, and its quote as a reader sees it where the notice is at hand."""
        known = self.model is not None and self.model.knows(item.id)
        return f"{item.label} {clip(self.view.quote(item) if known else item.text)}"


def rule_of(suggestion: Annotation) -> str:
    """What made a suggestion, without its version: ``officials/list``."""
    return (suggestion.suggested_by or "suggested").rpartition("@")[0] or str(suggestion.suggested_by or "suggested")
