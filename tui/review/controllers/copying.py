"""The actions that copy: to the other copy of a repeated body, and to the clipboard."""

from __future__ import annotations

from annotations.annotation import Annotation, clip
from annotations.labels import Label
from annotations.spans import RawSpan
from tui.notice.desk import Desk
from tui.notice.layer import Layer
from tui.notice.model import NoticeModel
from tui.screen import Controller


class Copying(Controller):
    """Repeats a tag in the other copy, and copies text.

    Args:
        desk: the desk with the annotation or the selection.
        layer: the layer that tags are added to.
    """

    def __init__(self, desk: Desk, layer: Layer) -> None:
        self._desk = desk
        self._layer = layer

    def action_repeat(self) -> None:
        """Tag the same text in the other copy of a repeated body."""
        desk, model = self._desk, self._desk.model
        current = model.current
        label = desk.session.labels.get(current.label) if current is not None else None
        if current is None or label is None:
            desk.say("no annotation here", "dim")
            return
        desk.say("looking for the other copy…", "dim")

        def find() -> RawSpan | None:
            from annotations.locate.finding import Finder  # noqa: PLC0415  # it imports the normalizer, which is slow

            return Finder(model.notice).in_copy(current.span)

        # Reading a page of a megabyte takes a while, in which the screen is drawn.  The next key is meant for the tag.
        desk.reads.run("", find, lambda span: self._tag(model, current, label, span), keys_wait=True)

    def _tag(self, model: NoticeModel, item: Annotation, label: Label, span: RawSpan | None) -> None:
        if model is not self._desk.model:
            return
        if span is None:
            self._desk.say("no other copy says the same here", "dim")
            return
        model.drop_selection()
        # Before the tag: a motion clears the message, and the layer may have a warning to say.
        model.go_to_raw(span.start)
        self._desk.jumped()
        self._layer.tag(label, span, done=f"tagged in the other copy: {clip(self._desk.view.quote(item))}")

    def action_copy(self) -> None:
        """Copy the selection, or the quote of the annotation at the cursor, as the pane with the cursor shows it."""
        model = self._desk.model
        span = model.selection
        if span is None:
            current = model.current
            span = current.span if current is not None else model.hit
        if span is None:
            self._desk.say(f"nothing to copy: {self._desk.key('review.select')} selects", "dim")
            return
        survives = model.notice.alignment.to_normalized(span) if model.pane == "normalized" else None
        text = survives.of(model.notice.normalized) if survives is not None else span.of(model.notice.raw)
        self._desk.say(self._desk.host.copy(text), "good")
