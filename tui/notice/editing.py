"""The actions that change an annotation: its edges, attributes and doubt, on any screen that has a layer to edit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from annotations.annotation import Annotation
from tui.notice.desk import Desk
from tui.notice.layer import Layer
from tui.screen import Controller
from tui.text.linked_cursor import Edge
from tui.text.motion import Unit

if TYPE_CHECKING:
    from tui.forms.attributes import Edited


class Editing(Controller):
    """Changes edges, attributes and doubt.

    Args:
        desk: the desk with the annotation.
        layer: the layer that is changed.
    """

    def __init__(self, desk: Desk, layer: Layer) -> None:
        self._desk = desk
        self._layer = layer
        desk.view.keeping = self

    def action_edge(self, edge: Edge, direction: int, unit: Unit | None = None) -> None:
        """Move an edge of the selection, or of the annotation at the cursor, by a character or a word."""
        desk, model = self._desk, self._desk.model
        if model.anchor is not None:
            model.move_selection_edge(edge, direction, unit)
            desk.jumped()
            return
        current = model.current
        if current is None:
            desk.say("no annotation here", "dim")
            return
        if self._layer.belongs_to_another(current):
            return
        span = model.with_edge_moved(current.span, edge, direction, unit)
        if span == current.span:
            desk.say("the edge can go no further", "dim")
            return
        after = self._layer.change_ends(current, span, is_move=True)
        model.choose(after, at_end=edge == "end")
        desk.moved()
        self._layer.report_change(current, after, f"{edge} moved")

    def action_keep_or_unfold(self) -> None:
        """Give the annotation that a selection began as the ends of the selection; without one unfold the region."""
        if self._desk.model.reshaped is None:
            self._desk.view.unfold()
        else:
            self.keep_ends()

    def keep_ends(self) -> None:
        """Give the annotation that a selection began as the ends of the selection."""
        desk, model = self._desk, self._desk.model
        item = model.reshaped
        if item is None:
            return
        span, at_end = model.selection or item.span, model.cursor_is_at_end
        model.drop_selection()
        after = self._layer.change_ends(item, span) if span != item.span else item
        model.choose(after, at_end=at_end)
        desk.jumped()
        if after is item:
            desk.say("its ends are as they were", "dim")
        else:
            self._layer.report_change(item, after, "new ends")

    def action_attributes(self) -> None:
        """Edit the attributes of the annotation at the cursor in a form."""
        from annotations.values import offers  # noqa: PLC0415  # slow to import, and needed for the first form only
        from tui.forms.attributes import AttributeForm  # noqa: PLC0415  # only when asked for

        desk, model = self._desk, self._desk.model
        current = model.current
        label = desk.session.labels.get(current.label) if current is not None else None
        if current is None:
            desk.say("no annotation here", "dim")
        elif self._layer.belongs_to_another(current):
            return
        elif label is None:
            desk.say(f"the label set has no {current.label}: relabel it first", "warn")
        else:
            lexicon = desk.session.labels.lexicon
            offered = partial(offers, label=label, notice=model.notice, span=current.span, lexicon=lexicon)
            form = AttributeForm(current, label, desk.view.quote(current), offered)
            form.keep_typing(desk.session.drafts, f"{desk.number} attributes {current.id}")
            desk.ask(form, partial(self._edited, current))

    def _edited(self, item: Annotation, edited: Edited | None) -> None:
        if edited is None:
            return
        if (edited.attributes, edited.unsure, edited.comment) == (item.attributes, item.unsure, item.comment):
            self._left_as_it_is(item, goes_on=edited.goes_on)
            return
        after = self._layer.change(
            item, attributes=edited.attributes, unsure=edited.unsure, comment=edited.comment or ""
        )
        keys = self._layer.go_on() if edited.goes_on else ""
        self._layer.report_change(item, after, "changed" if item.annotator is not None else "", keys=keys)

    def _left_as_it_is(self, item: Annotation, *, goes_on: bool) -> None:
        """Accept a suggestion whose form was answered without a change; an annotation of one's own stays."""
        after = self._layer.change(item) if item.annotator is None else item
        keys = self._layer.go_on() if goes_on else ""
        if item.annotator is None:
            self._layer.report(after, f"accepted as it is: {self._layer.named(after)}", keys=keys)
        else:
            self._desk.say_with_keys(f"nothing was changed: {self._layer.named(item)}", keys, "dim")

    def action_unsure(self) -> None:
        """Mark the annotation at the cursor as unsure, or as sure again."""
        current = self._desk.model.current
        if current is None:
            self._desk.say("no annotation here", "dim")
        elif not self._layer.belongs_to_another(current):
            after = self._layer.change(current, unsure=not current.unsure)
            self._layer.report_change(current, after, "unsure" if after.unsure else "sure")
