"""The reviewer's own layer as keys change it: the model at once, and the same change on its way to the database.

A suggestion never changes: whatever a reviewer does with it makes an annotation of their own.  Controllers share this,
so that none has to know another.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from annotations.annotation import Annotation, clip, guideline_warnings
from annotations.decisions import Decision
from annotations.labels import AttributeValue, Label
from annotations.origins import changed
from annotations.spans import RawSpan
from store.edits.annotate import add_annotation, add_annotations, change_annotation, delete_annotation
from tui.notice.desk import Desk
from tui.notice.model import NoticeModel


class Layer:
    """What a reviewer says about the notice that is open.

    Args:
        desk: where it lies.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # What is said of an annotation

    def named(self, item: Annotation) -> str:
        """An annotation in a message: its label, and its quote as a reader sees it where the notice is at hand."""
        known = self._desk.is_open and self._desk.model.has(item.id)
        return f"{item.label} {clip(self._desk.view.quote(item) if known else item.text)}"

    def belongs_to_another(self, item: Annotation | None) -> bool:
        """Whether an annotation is in the layer of somebody else: then nothing can be done to it, and that is said."""
        if item is None or item.annotator in (None, self._desk.session.reviewer):
            return False
        self._desk.say(f"this is in the layer of {item.annotator}, and only they change it", "warn")
        return True

    def report(self, item: Annotation, done: str = "", look: str = "plain") -> None:
        """Say what was done to an annotation, behind what the guideline has against it: it is stored all the same.

        Args:
            item: the annotation as it is now.
            done: what was done; "" says the warnings alone, and nothing where there are none.
            look: the look of ``done`` where there are no warnings.
        """
        warnings = guideline_warnings(item, self._desk.model.own)
        if warnings or done:
            self._desk.say("; ".join([*warnings, done] if done else warnings), "warn" if warnings else look)

    def values(self, model: NoticeModel, label: Label, span: RawSpan) -> dict[str, AttributeValue]:
        """The values that the text under a span of a notice tells; a thread may ask."""
        from annotations.values import read_values  # noqa: PLC0415  # at the first tag, not before the first paint

        return read_values(label, model.notice, span, self._desk.session.labels.lexicon, model.own)

    # Changes

    def tag(
        self, label: Label, span: RawSpan, values: dict[str, AttributeValue] | None = None, *, done: str = ""
    ) -> None:
        """Annotate a span with a label.

        Where the span has that annotation already it is chosen, and where it is suggested the suggestion is accepted.

        Args:
            label: the label.
            span: of raw text.
            values: the attributes; None reads them from the text.
            done: what to say once a new annotation is made.
        """
        model, desk = self._desk.model, self._desk
        existing = next((each for each in model.own if (each.span, each.label) == (span, label.name)), None)
        if existing is not None:
            model.chosen = existing.id
            desk.moved()
            desk.say(f"this is {label.name} already", "dim")
            return
        suggested = next((each for each in model.suggestions if (each.span, each.label) == (span, label.name)), None)
        if suggested is not None:
            model.chosen = suggested.id
            self.decide("accepted", stay=True)  # or it would wait for a decision for ever
            return
        item = model.new_annotation(label, span, self.values(model, label, span) if values is None else values)
        model.put(None, item)
        self._write(add_annotation, item)
        desk.moved()
        self.report(item, done)
        self._propagate(model, item, label)

    def change(
        self,
        item: Annotation,
        *,
        label: str | None = None,
        span: RawSpan | None = None,
        attributes: dict[str, AttributeValue] | None = None,
        unsure: bool | None = None,
        comment: str | None = None,
    ) -> Annotation:
        """Store another state of an annotation; of a suggestion, accept what it becomes.

        None leaves a part as it is; a comment of no text takes the comment away.  The caller reports the change.

        Returns:
            The annotation as it is now.
        """
        model, desk = self._desk.model, self._desk
        suggested = item.annotator is None
        base = model.decided(item, "accepted") if suggested else item
        after = changed(
            base, model.notice.raw, label=label, span=span, attributes=attributes, unsure=unsure, comment=comment
        )
        model.put(None if suggested else item, after)
        if suggested:
            self._write(add_annotation, after)
        else:
            self._write(change_annotation, item, after)
        desk.moved()
        return after

    def delete(self, item: Annotation) -> None:
        """Take an annotation out of the layer."""
        self._desk.model.put(item, None)
        self._write(delete_annotation, item)
        self._desk.moved()

    def decide(self, status: Decision, *, stay: bool = False) -> None:
        """Decide on the suggestion at the cursor, and go to the next unless the cursor is to stay."""
        model, desk = self._desk.model, self._desk
        suggestion = model.suggestion_at_cursor()
        if suggestion is None:
            self.say_no_suggestion()
            return
        next_one = None if stay else model.next_suggestion(suggestion)
        made = model.decided(suggestion, status)
        model.put(None, made)
        self._write(add_annotation, made)
        if next_one is not None:
            model.choose(next_one)
        elif status == "accepted":
            model.choose(made)
        desk.jumped()
        none_left = f"; no suggestion is left: {desk.key('review.done')} marks the notice done"
        left = "" if model.suggestions else none_left
        desk.say(f"{status}: {self.named(made)}{left}", "good")

    def decide_all(self, suggestions: list[Annotation], status: Decision) -> int:
        """Decide on several suggestions in one step; returns on how many."""
        made = [self._desk.model.decided(each, status) for each in suggestions]
        self._desk.model.put_all(made)
        self._write(add_annotations, made)
        return len(made)

    def say_no_suggestion(self) -> None:
        """Say that there is no suggestion to decide on."""
        here = f"no suggestion here: {self._desk.key('review.next')} goes to the next"
        self._desk.say(here if self._desk.model.suggestions else "no suggestion is left", "dim")

    def _write(self, edit: Callable[..., None], *what: object) -> None:
        session = self._desk.session
        self._desk.write(partial(edit, session.database, session.reviewer, self._desk.number, *what))

    # The same words elsewhere

    def _propagate(self, model: NoticeModel, item: Annotation, label: Label) -> None:
        """Look for what was just tagged in the rest of the notice: keys go on meanwhile."""
        known = list(model.items)

        def look() -> list[Annotation]:
            from annotations.suggest.propagation import elsewhere  # noqa: PLC0415  # it brings the normalizer

            return elsewhere(model.notice, item, label, known)

        self._desk.reads.run("", look, lambda found: self._offer(model, item, found))

    def _offer(self, model: NoticeModel, item: Annotation, found: list[Annotation]) -> None:
        if model is not self._desk.model or not found:
            return
        new = model.offer(found)
        if new:
            self._desk.moved()
            times = "times" if new > 1 else "time"
            go, accept = self._desk.key("review.next"), self._desk.key("review.accept")
            done = f"the same stands here {new:,} more {times}: {go} goes there, {accept} accepts"
            if model.find(item.id) is not None:
                self.report(item, done, "good")
            else:
                self._desk.say(done, "good")
