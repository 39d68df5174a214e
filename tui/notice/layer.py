"""The layer that a screen edits, as controllers see it: what they can do to it, and what they say about that.

The reviewer's own layer is one (``tui.review.layer``), gold another (``tui.adjudicate.layer``).  Controllers share it,
so that none of them has to know another.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from annotations.annotation import Annotation, clip, guideline_warnings
from annotations.labels import AttributeValue, Label
from annotations.origins import changed
from annotations.spans import RawSpan
from tui.notice.desk import Desk
from tui.notice.model import NoticeModel


class Layer:
    """A layer of the open notice; subclasses say how a change of it is made and stored.

    Args:
        desk: the desk with the notice.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # Messages and values

    def named(self, item: Annotation) -> str:
        """An annotation in a message: its label, and its quote as a reader sees it where its notice is open."""
        # It may not be in the model yet, or no more.
        known = self._desk.is_open and item.span.of(self._desk.model.notice.raw) == item.text
        return f"{item.label} {clip(self._desk.view.quote(item) if known else item.text)}"

    def called(self, layer: str) -> str:
        """The name of a layer in a message."""
        return layer

    def belongs_to_another(self, item: Annotation | None) -> bool:
        """Whether an annotation is in the layer of another annotator; says that it cannot be changed then."""
        if item is None or item.annotator in (None, self._desk.annotator):
            return False
        self._desk.say(f"this is in the layer of {item.annotator}, and only they change it", "warn")
        return True

    def report_change(self, before: Annotation, after: Annotation, done: str = "", *, keys: str = "") -> None:
        """Say what was done to an annotation; of a suggestion, that it is accepted by that.

        Args:
            before: the annotation or the suggestion as it was.
            after: the annotation as it is now.
            done: what was done, in a word or two; "" says of one's own only what the guideline has against it.
            keys: as for ``report``.
        """
        if before.annotator is None:
            done = f"accepted, {done}" if done else "accepted with changes"
        self.report(after, f"{done}: {self.named(after)}" if done else "", keys=keys)

    def report(self, item: Annotation, done: str = "", look: str = "plain", *, keys: str = "") -> None:
        """Say what was done to an annotation, after the warnings of the guideline: it is stored in spite of them.

        Args:
            item: the annotation as it is now.
            done: what was done; "" says only the warnings, and nothing where there are none.
            look: the look of the message where there are no warnings.
            keys: what is said of keys behind it; it is not cut where room is short.
        """
        model = self._desk.model
        warnings = guideline_warnings(item, model.own, model.notice.normalized, model.notice.alignment)
        if warnings or done:
            text = "; ".join([*warnings, done] if done else warnings)
            self._desk.say_with_keys(text, keys, "warn" if warnings else look)

    def values(self, model: NoticeModel, label: Label, span: RawSpan) -> dict[str, AttributeValue]:
        """The attribute values that can be read from the text of a span; may be called in a thread."""
        from annotations.values import read_values  # noqa: PLC0415  # slow to import, and needed at the first tag only

        return read_values(label, model.notice, span, self._desk.session.labels.lexicon, model.own)

    # Changes

    def tag(
        self, label: Label, span: RawSpan, values: dict[str, AttributeValue] | None = None, *, done: str = ""
    ) -> None:
        """Annotate a span with a label.

        Args:
            label: the label.
            span: a span of raw text.
            values: the attributes; None reads them from the text.
            done: what to say about a new annotation.
        """
        raise NotImplementedError

    def change(
        self,
        item: Annotation,
        *,
        label: str | None = None,
        span: RawSpan | None = None,
        attributes: dict[str, AttributeValue] | None = None,
        unsure: bool | None = None,
        comment: str | None = None,
        is_move: bool = False,
    ) -> Annotation:
        """Change an annotation; None leaves a part as it is, an empty comment removes the comment.

        What is not in this layer yet is taken into it in its changed form.  The caller reports the change.  With
        ``is_move`` it is one step of undo with the moves of its edges right before.

        Returns:
            The annotation as it is now.
        """
        raw = self._desk.model.notice.raw
        base = self.as_own(item)
        after = changed(base, raw, label=label, span=span, attributes=attributes, unsure=unsure, comment=comment)
        self.put_changed(item, after, is_move=is_move)
        self._desk.moved()
        return after

    def change_ends(
        self, item: Annotation, span: RawSpan, label: Label | None = None, *, is_move: bool = False
    ) -> Annotation:
        """Give an annotation other ends, and maybe another label; its values are read anew.

        What somebody had set by hand stays, under another label too where it means the same.

        Args:
            item: the annotation.
            span: where it is to stand.
            label: its label from now on; None leaves it.
            is_move: as for ``change``.

        Returns:
            The annotation as it is now.
        """
        model, known = self._desk.model, self._desk.session.labels.get(item.label)
        attributes = item.attributes
        if known is not None and span != item.span:
            before, after = self.values(model, known, item.span), self.values(model, known, span)
            attributes = {
                name: after.get(name) if value is None or value == before.get(name) else value
                for name, value in attributes.items()
            }
        if label is not None and label.name != item.label:
            # The values that the text gives, overridden by old values that mean the same under this label.
            kept = {name: value for name, value in label.fitting(attributes).items() if value is not None}
            attributes = {**self.values(model, label, span), **kept}
        name = label.name if label is not None else None
        return self.change(item, label=name, span=span, attributes=attributes, is_move=is_move)

    def go_on(self) -> str:
        """Go to what is to be decided next; returns what is to be said of the way, "" where that is nothing."""
        raise NotImplementedError

    def as_own(self, item: Annotation) -> Annotation:
        """An annotation as it is taken into this layer; one of this layer as it is."""
        raise NotImplementedError

    def put_changed(self, item: Annotation, after: Annotation, *, is_move: bool = False) -> None:
        """Show and store what has become of an annotation of this layer, or of one that is taken into it.

        Args:
            item: the annotation as it was.
            after: the annotation as it is to be.
            is_move: as for ``change``.
        """
        raise NotImplementedError

    def is_there(self, label: Label, span: RawSpan, told: str) -> bool:
        """Whether an equal annotation of this layer stands there; it is chosen then, and ``told`` is said."""
        model, desk = self._desk.model, self._desk
        existing = next((each for each in model.own if (each.span, each.label) == (span, label.name)), None)
        if existing is None:
            return False
        model.chosen = existing.id
        desk.moved()
        desk.say(told, "dim")
        return True

    def write(self, edit: Callable[..., None], *what: object) -> None:
        """Store an edit of the open notice: what is done, and to what."""
        session = self._desk.session
        self._desk.write(partial(edit, session.database, session.reviewer, self._desk.number, *what))
