"""Changes of the reviewer's own layer: the model at once, and the same change on its way to the database.

A suggestion never changes: deciding on it adds an annotation to the reviewer's layer.  Controllers share this class, so
that none of them has to know another.
"""

from __future__ import annotations

from annotations.annotation import Annotation
from annotations.decisions import Decision
from annotations.labels import AttributeValue, Label
from annotations.origins import in_one_step
from annotations.spans import RawSpan
from annotations.suspects import Suspect
from store.edits.annotate import add_annotation, add_annotations, change_annotation, delete_annotation, move_edge
from store.edits.keep import keep
from tui.notice.desk import Desk
from tui.notice.layer import Layer
from tui.notice.message import about_suspect
from tui.review.offering import Offering


class ReviewLayer(Layer):
    """What the reviewer says about the open notice.

    Args:
        desk: the desk with the notice.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._offering = Offering(desk)

    def tag(
        self, label: Label, span: RawSpan, values: dict[str, AttributeValue] | None = None, *, done: str = ""
    ) -> None:
        """Annotate a span with a label.

        An equal annotation of one's own is chosen instead, and an equal suggestion is accepted.

        Args:
            label: the label.
            span: a span of raw text.
            values: the attributes; None reads them from the text.
            done: what to say about a new annotation.
        """
        model, desk = self._desk.model, self._desk
        if self.is_there(label, span, f"this is {label.name} already"):
            return
        suggested = next((each for each in model.to_decide if (each.span, each.label) == (span, label.name)), None)
        if suggested is not None:
            model.chosen = suggested.id
            self.decide("accepted", stay=True)  # otherwise it would stay undecided
            return
        item = model.new_annotation(label, span, self.values(model, label, span) if values is None else values)
        done = done or f"tagged: {self.named(item)}"
        self._offering.announce(item, lambda more: self.report(item, done, "good", keys=f" · {more}"))
        model.put(None, item)
        self.write(add_annotation, item)
        desk.moved()
        self.report(item, done)

    def as_own(self, item: Annotation) -> Annotation:
        """A suggestion as it is accepted; an annotation of one's own as it is."""
        return self._desk.model.decided(item, "accepted") if item.annotator is None else item

    def put_changed(self, item: Annotation, after: Annotation, *, is_move: bool = False) -> None:
        """Change an annotation of one's own; for a suggestion, accept it in its changed form."""
        suggested = item.annotator is None
        self._desk.model.put(None if suggested else item, after)
        if is_move:
            self.write(move_edge, None if suggested else item, after)
        elif suggested:
            self.write(add_annotation, after)
        else:
            self.write(change_annotation, item, after)

    def delete(self, item: Annotation) -> None:
        """Delete an annotation from the layer."""
        self._desk.model.put(item, None)
        self.write(delete_annotation, item)
        self._desk.moved()

    def decide(self, status: Decision, *, stay: bool = False) -> None:
        """Decide on the suggestion at the cursor, and go to the next one unless ``stay`` is set."""
        model, desk = self._desk.model, self._desk
        suggestion = model.suggestion_at_cursor()
        if suggestion is None:
            self.say_no_suggestion()
            return
        suspect = model.suspects.get(suggestion.id)
        if status == "rejected" and suspect is not None and not model.has(suggestion.id):
            # Nobody suggested it: that no tag is missing is all there is to say.
            self.keep(suggestion, suspect)
            return
        next_one = None if stay else model.next_to_decide(suggestion)
        wraps = next_one is not None and next_one.order < suggestion.order and not model.offers_beside(suggestion)
        made = model.decided(suggestion, status)
        model.put(None, made)
        self.write(add_annotation, made)
        if next_one is not None:
            model.choose(next_one)
        elif status == "accepted":
            model.choose(made)
        desk.jumped()
        desk.say_with_keys(f"{status}: {self.named(made)}", self._left(wraps=wraps), "good")

    def go_on(self) -> str:
        """Go to the next suggestion, or to the next annotation where none was suggested; returns what to say of it."""
        model = self._desk.model
        following = model.neighbour(1) if model.to_decide or not model.had_suggestions else None
        wraps = following is not None and model.is_around_end(following, 1)
        if following is not None:
            self._desk.go_to(following)
        return self._left(wraps=wraps) if model.had_suggestions else ""

    def _left(self, *, wraps: bool) -> str:
        """What is said behind a decision: that none is left, or that the way leads on from the top."""
        if not self._desk.model.to_decide:
            return f"; no suggestion is left: {self._desk.key('review.done')} marks the notice done"
        return f"; from the top: {len(self._desk.model.to_decide):,} left" if wraps else ""

    def keep(self, item: Annotation, suspect: Suspect) -> None:
        """Keep a suspect as it is, and go to the next one.

        Args:
            item: what is shown for it.
            suspect: the suspect.
        """
        model, desk = self._desk.model, self._desk
        model.settle(suspect)
        self.write(keep, suspect)
        following = model.suspect_beside(1)
        if following is not None:
            model.choose(following)
        desk.jumped()
        about = about_suspect(model, desk.session.labels)
        left = f" · {about[0]}" if about is not None else "; no suspect is left here"
        desk.say(f"kept: {self.named(item)}{left}", "good" if about is None else "warn")

    def decide_all(self, suggestions: list[Annotation], status: Decision) -> int:
        """Decide on several suggestions in one step of undo; returns how many there are."""
        made = in_one_step([self._desk.model.decided(each, status) for each in suggestions])
        self._desk.model.put_all(made)
        self.write(add_annotations, made)
        return len(made)

    def say_no_suggestion(self) -> None:
        """Say that there is no suggestion to decide on."""
        here = f"no suggestion here: {self._desk.key('review.next')} goes to the next"
        self._desk.say(here if self._desk.model.to_decide else "no suggestion is left", "dim")
