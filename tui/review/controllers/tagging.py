"""The keys that make and change annotations.

Each changes the model at once and sends the same change to the writer.  A suggestion never changes: whatever a reviewer
does with it makes an annotation of their own.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual import on, work
from textual.message import Message

from annotations.annotation import Annotation, Review, clip, guideline_warnings, now
from annotations.labels import AttributeValue, Label
from annotations.spans import RawSpan
from store.edits.annotate import add_annotation, change_annotation
from store.edits.review import set_review
from tui.notice.model import ReviewModel
from tui.review.controllers.deciding import Deciding
from tui.text.linked_cursor import Edge
from tui.text.motion import Unit

if TYPE_CHECKING:
    from tui.forms.attributes import Edited


_LONG = 100_000
"""A raw text longer than this, in code points, is normalized in a thread."""


class Tagging(Deciding):
    """Annotations."""

    def action_tag(self, index: int) -> None:
        """Tag the selection, or the hit of a search; without either, relabel the annotation at the cursor."""
        model, labels = self.model, list(self.zhupi.labels)
        if model is None or index >= len(labels):
            return
        label: Label = labels[index]
        span = model.selection or model.hit
        if span is None or (model.chosen is not None and model.anchor is None):
            self._relabel(model, label)
        else:
            model.drop_selection()
            span = model.notice.alignment.snap(span, model.notice.raw)
            if len(model.notice.raw) > _LONG and model.notice.alignment.to_normalized(span) is None:
                self._read_left_out(model, label, span)
            else:
                self._tag(model, label, span)

    class Told(Message):
        """The values that a span tells have been read in a thread."""

        def __init__(self, model: ReviewModel, label: Label, span: RawSpan, values: dict[str, AttributeValue]) -> None:
            super().__init__()
            self.model = model
            self.label = label
            self.span = span
            self.values = values

    @work(thread=True, group="values", exit_on_error=False)
    def _read_left_out(self, model: ReviewModel, label: Label, span: RawSpan) -> None:
        """Read what a span of a left-out region tells: such a region is normalized for it, with all of the page."""
        self.post_message(self.Told(model, label, span, self._values(model, label, span)))

    @on(Told)
    def _told(self, message: Told) -> None:
        if message.model is self.model:
            self._tag(message.model, message.label, message.span, message.values)

    def _tag(
        self, model: ReviewModel, label: Label, span: RawSpan, values: dict[str, AttributeValue] | None = None
    ) -> None:
        """Make an annotation on a span, unless it is there already; its values are read where none are given."""
        twin = next((each for each in model.own if (each.span, each.label) == (span, label.name)), None)
        if twin is not None:
            model.chosen = twin.id
            self._moved()
            self.say(f"this is {label.name} already", "dim")
            return
        suggested = next((each for each in model.suggestions if (each.span, each.label) == (span, label.name)), None)
        if suggested is not None:
            model.chosen = suggested.id
            self._decide("accepted", stay=True)  # or it would wait for a decision for ever
            return
        item = model.new_annotation(label, span, self._values(model, label, span) if values is None else values)
        model.put(None, item)
        self._save(add_annotation, item)
        self._moved()
        self._warn(model, item)
        self._look_elsewhere(model, item)

    def _relabel(self, model: ReviewModel, label: Label) -> None:
        current = model.current
        if current is None:
            self.say("select first: v, then move", "warn")
        elif self._is_anothers(current):
            return
        elif current.label == label.name:
            self.say(f"it is {label.name} already", "dim")
        else:
            # What the text tells, and of the old values those that mean the same here.
            told = self._values(model, label, current.span)
            kept = {name: value for name, value in label.fitting(current.attributes).items() if value is not None}
            after = self._change(model, current, label=label.name, attributes={**told, **kept})
            self.say(f"relabelled: {self._named(after)}")

    def _values(self, model: ReviewModel, label: Label, span: RawSpan) -> dict[str, AttributeValue]:
        """The values that the text under a span tells."""
        from annotations.values import read_values  # noqa: PLC0415  # at the first tag, not before the first paint

        return read_values(label, model.notice, span, self.zhupi.labels.lexicon, model.own)

    def _change(
        self,
        model: ReviewModel,
        item: Annotation,
        *,
        label: str | None = None,
        span: RawSpan | None = None,
        attributes: dict[str, AttributeValue] | None = None,
        unsure: bool | None = None,
        comment: str | None = None,
    ) -> Annotation:
        """Store another state of an annotation; of a suggestion, accept what it becomes.

        None leaves a part as it is; a comment of no text takes the comment away.

        Returns:
            The annotation as it is now.
        """
        suggested = item.annotator is None
        base = model.decided(item, "accepted") if suggested else item
        span = item.span if span is None else span
        after = replace(
            base,
            label=item.label if label is None else label,
            start=span.start,
            end=span.end,
            text=span.of(model.notice.raw),
            attributes=item.attributes if attributes is None else attributes,
            unsure=item.unsure if unsure is None else unsure,
            comment=item.comment if comment is None else comment or None,
            updated_at=now(),
        )
        model.put(None if suggested else item, after)
        if suggested:
            self._save(add_annotation, after)
        else:
            self._save(change_annotation, item, after)
        self._moved()
        self._warn(model, after)
        return after

    def _warn(self, model: ReviewModel, item: Annotation) -> None:
        warnings = guideline_warnings(item, model.own)
        if warnings:
            self.say("; ".join(warnings), "warn")

    # Changing

    def action_edge(self, edge: Edge, direction: int, unit: Unit | None = None) -> None:
        """Move an edge of the selection, or of the annotation at the cursor, by a character or a word."""
        model = self.model
        if model is None:
            return
        if model.anchor is not None:
            model.move_selection_edge(edge, direction, unit)
            self._goal = None
            self._moved()
            return
        current = model.current
        if current is None:
            self.say("no annotation here", "dim")
            return
        if self._is_anothers(current):
            return
        span = model.with_edge_moved(current.span, edge, direction, unit)
        if span == current.span:
            self.say("the edge can go no further", "dim")
            return
        label = self.zhupi.labels.get(current.label)
        attributes = self._read_again(model, label, current, span) if label is not None else None
        after = self._change(model, current, span=span, attributes=attributes)
        model.choose(after, at_end=edge == "end")
        self._moved()
        self._warn(model, after)

    def _read_again(
        self, model: ReviewModel, label: Label, item: Annotation, span: RawSpan
    ) -> dict[str, AttributeValue]:
        """The attributes on another span: what the text tells now, where nobody had set another value."""
        told, tells = self._values(model, label, item.span), self._values(model, label, span)
        return {
            name: tells.get(name) if value is None or value == told.get(name) else value
            for name, value in item.attributes.items()
        }

    def action_attributes(self) -> None:
        """Edit the attributes of the annotation at the cursor."""
        from annotations.values import offers  # noqa: PLC0415  # as in _values
        from tui.forms.attributes import AttributeForm  # noqa: PLC0415  # only when asked for

        model = self.model
        current = model.current if model is not None else None
        label = self.zhupi.labels.get(current.label) if current is not None else None
        if model is None or current is None:
            self.say("no annotation here", "dim")
        elif self._is_anothers(current):
            return
        elif label is None:
            self.say(f"the label set has no {current.label}: relabel it first", "warn")
        else:
            offered = partial(
                offers, label=label, notice=model.notice, span=current.span, lexicon=self.zhupi.labels.lexicon
            )
            form = AttributeForm(current, label, self.view.quote(current), offered)
            form.draft = f"{self.number} attributes {current.id}"
            self.app.push_screen(form, partial(self._edited, current))

    def _edited(self, item: Annotation, edited: Edited | None) -> None:
        model = self.model
        if model is None or edited is None:
            return
        if (edited.attributes, edited.unsure, edited.comment) == (item.attributes, item.unsure, item.comment):
            return
        after = self._change(
            model, item, attributes=edited.attributes, unsure=edited.unsure, comment=edited.comment or ""
        )
        self.say(f"changed: {self._named(after)}")

    def action_unsure(self) -> None:
        """Mark the annotation at the cursor as unsure, or as sure again."""
        model = self.model
        current = model.current if model is not None else None
        if model is None or current is None:
            self.say("no annotation here", "dim")
        elif not self._is_anothers(current):
            after = self._change(model, current, unsure=not current.unsure)
            self.say(f"{'unsure' if after.unsure else 'sure'}: {self._named(after)}")

    def action_comment(self) -> None:
        """Comment on the annotation at the cursor, or on the notice where there is none."""
        from tui.forms.prompt import PromptScreen  # noqa: PLC0415  # only when asked for

        model = self.model
        if model is None:
            return
        current = model.current
        if self._is_anothers(current):
            return
        about = f"Comment on {self._named(current)}" if current is not None else "Comment on this notice"
        before = current.comment if current is not None else self._comment
        prompt = PromptScreen(about, before or "", hint="no text takes it away")
        prompt.draft = f"{self.number} comment {current.id if current is not None else ''}"
        self.app.push_screen(prompt, partial(self._commented, current))

    def _commented(self, item: Annotation | None, comment: str | None) -> None:
        model = self.model
        if model is None or comment is None:
            return
        if item is not None:
            if comment != (item.comment or ""):
                after = self._change(model, item, comment=comment)
                self.say(f"commented: {self._named(after)}" if comment else f"no comment: {self._named(after)}")
            return
        self._comment = comment or None
        review = Review(self.zhupi.reviewer, self._review, self._comment, now())
        zhupi = self.zhupi
        self._await_write(zhupi.writer.submit(set_review, zhupi.database, zhupi.reviewer, self.number, review))
        self._show_status()
        self.say("the notice is commented" if comment else "no comment on the notice")

    # The other copy, the clipboard

    def action_repeat(self) -> None:
        """Tag the same text in the other copy of a repeated body."""
        model = self.model
        current = model.current if model is not None else None
        label = self.zhupi.labels.get(current.label) if current is not None else None
        if model is None or current is None or label is None:
            self.say("no annotation here", "dim")
            return
        self.say("looking for the other copy…", "dim")
        self._find_copy(model, current, label)

    class Copied(Message):
        """The other copy of an annotation's text has been looked for; None where none says the same."""

        def __init__(self, model: ReviewModel, item: Annotation, label: Label, span: RawSpan | None) -> None:
            super().__init__()
            self.model = model
            self.item = item
            self.label = label
            self.span = span

    @work(thread=True, group="copy", exit_on_error=False)
    def _find_copy(self, model: ReviewModel, item: Annotation, label: Label) -> None:
        from annotations.locate.finding import Finder  # noqa: PLC0415  # it brings the normalizer

        # Reading a page of a megabyte takes a while: keys go on meanwhile.
        self.post_message(self.Copied(model, item, label, Finder(model.notice).in_copy(item.span)))

    @on(Copied)
    def _copied(self, message: Copied) -> None:
        model = self.model
        if model is None or message.model is not model:
            return
        if message.span is None:
            self.say("no other copy says the same here", "dim")
            return
        model.drop_selection()
        self._tag(model, message.label, message.span)
        model.go_to_raw(message.span.start)
        self._goal = None
        self._moved()
        self.say(f"tagged in the other copy: {clip(self.view.quote(message.item))}")

    def action_copy(self) -> None:
        """Copy the selection, or the quote of the annotation at the cursor, as the pane shows it."""
        from tui.terminal.clipboard import copy  # noqa: PLC0415  # only when asked for

        model = self.model
        current = model.current if model is not None else None
        span = model.selection if model is not None else None
        if span is None and model is not None:
            span = current.span if current is not None else model.hit
        if model is None or span is None:
            self.say("nothing to copy: v selects", "dim")
            return
        survives = model.notice.alignment.to_normalized(span) if model.pane == "normalized" else None
        text = survives.of(model.notice.normalized) if survives is not None else span.of(model.notice.raw)
        self.say(copy(self.app, text, confined=self.zhupi.confined), "good")
