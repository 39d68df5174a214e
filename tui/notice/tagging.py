"""The actions that tag: a selection, a search hit, or an annotation that gets another label."""

from __future__ import annotations

from typing import Final

from annotations.annotation import Annotation
from annotations.counts import counted
from annotations.labels import AttributeValue, Label
from annotations.spans import RawSpan
from tui.notice.desk import Desk
from tui.notice.layer import Layer
from tui.notice.model import NoticeModel
from tui.screen import Controller

_LONG: Final = 100_000
"""Code points of raw text above which a left-out span is read in a thread."""


class Tagging(Controller):
    """Tags and relabels.

    Args:
        desk: the desk with the selection.
        layer: the layer that tags are added to.
    """

    def __init__(self, desk: Desk, layer: Layer) -> None:
        self._desk = desk
        self._layer = layer

    def action_tag(self, index: int) -> None:
        """Tag the selection, or the search hit at the cursor, with a label; without either, relabel.

        Args:
            index: the position of the label among those that are not hidden, from 0.
        """
        model, labels = self._desk.model, self._desk.session.labels.shown
        if index >= len(labels):
            self._desk.say(
                f"no label is {index + 1}: there {'is' if len(labels) == 1 else 'are'} {counted(len(labels), 'label')}",
                "dim",
            )
            return
        label: Label = labels[index]
        reshaped = model.reshaped
        if reshaped is not None:
            self._reshape(reshaped, label)
            return
        span = model.selection or model.hit
        if span is None or (model.chosen is not None and model.anchor is None):
            self._relabel(label)
            return
        model.drop_selection()
        span = model.notice.alignment.snap(span, model.notice.raw)
        if len(model.notice.raw) > _LONG and model.notice.alignment.to_normalized(span) is None:
            # A span in a left-out region has no normalized text yet: reading it normalizes the whole page.
            self._desk.reads.run(
                "",
                lambda: self._layer.values(model, label, span),
                lambda values: self._tag(model, label, span, values),
                keys_wait=True,
            )
        else:
            self._layer.tag(label, span)

    def _reshape(self, item: Annotation, label: Label) -> None:
        """Give an annotation a label and the ends that were selected for it."""
        model, layer = self._desk.model, self._layer
        span, at_end = model.selection or item.span, model.cursor_is_at_end
        model.drop_selection()
        model.chosen = item.id
        if span == item.span:
            self._relabel(label)
            return
        after = layer.change_ends(item, span, label)
        model.choose(after, at_end=at_end)
        self._desk.moved()
        layer.report_change(item, after, "new ends" if label.name == item.label else "relabelled, new ends")

    def _tag(self, model: NoticeModel, label: Label, span: RawSpan, values: dict[str, AttributeValue]) -> None:
        if model is self._desk.model:
            self._layer.tag(label, span, values)

    def _relabel(self, label: Label) -> None:
        current = self._desk.model.current
        if current is None:
            self._desk.say(f"select first: {self._desk.key('review.select')}, then move", "warn")
        elif self._layer.belongs_to_another(current):
            return
        elif current.label == label.name:
            self._desk.say(f"it is {label.name} already", "dim")
        else:
            after = self._layer.change_ends(current, current.span, label)
            self._layer.report_change(current, after, "relabelled")
