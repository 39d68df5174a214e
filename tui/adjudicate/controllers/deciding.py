"""The actions that decide a case: take a version, all of them, or none."""

from __future__ import annotations

from collections.abc import Sequence

from annotations.annotation import GOLD, Annotation, clip
from annotations.counts import counted
from tui.adjudicate.layer import GoldLayer
from tui.adjudicate.model import GoldModel
from tui.adjudicate.view import AdjudicateView
from tui.notice.desk import Desk
from tui.screen import Controller


class Deciding(Controller):
    """Decides the case at the cursor, and goes to the next one that is open.

    Args:
        desk: the desk with the notice.
        layer: gold.
        view: shows the cases; its mouse events come here.
    """

    def __init__(self, desk: Desk, layer: GoldLayer, view: AdjudicateView) -> None:
        self._desk = desk
        self._layer = layer
        view.choosing = self

    @property
    def _model(self) -> GoldModel:
        return self._layer.model

    def action_take(self, column: int) -> None:
        """Take the version of the layer in this column, from 0; where it says nothing, nothing becomes gold."""
        model = self._model
        here = model.here
        if here is None:
            self._say_none_here()
        elif column >= len(model.layers):
            self._desk.say(f"here: {counted(len(model.layers), 'layer')}", "dim")
        else:
            layer, version = model.layers[column], model.versions(here)[column]
            said = self._quoted(version) if version else "nothing there"
            self._take(here, version, (layer,), f"{model.name_of(layer)}'s: {said}")

    def action_take_all(self) -> None:
        """Take what each layer says; what several say alike is taken once."""
        model = self._model
        here = model.here
        if here is None:
            self._say_none_here()
            return
        saying = tuple(layer for layer, version in zip(model.layers, model.versions(here), strict=True) if version)
        versions = model.all_versions(here)
        self._take(here, versions, saying, f"all: {self._quoted(versions)}")

    def action_take_none(self) -> None:
        """Take no version; where no case is, take what gold has at the cursor out of it."""
        model = self._model
        here, current = model.here, model.current
        if here is not None:
            self._take(here, (), (), f"none of them: {self._quoted(model.all_versions(here))}")
        elif current is not None and current.annotator == GOLD:
            self._layer.delete(current)
            self._desk.say(f"taken out of gold: {self._layer.named(current)}")
        else:
            self._say_none_here()

    def _take(self, index: int, versions: Sequence[Annotation], layers: tuple[str, ...], done: str) -> None:
        model, desk = self._model, self._desk
        self._layer.take(index, versions, layers)
        following = model.neighbour_case(1, model.open)
        model.go_to_case(index if following is None else following)
        desk.jumped()
        if following is None:
            desk.say_with_keys(done, f" · all decided: {desk.key('adjudicate.done')} marks it done", "good")
        else:
            desk.say(done, "good")

    def _quoted(self, items: Sequence[Annotation]) -> str:
        """The labels of annotations, and the quote of the first one."""
        labels = ", ".join(dict.fromkeys(item.label for item in items))
        more = f" and {len(items) - 1} more" if len(items) > 1 else ""
        return f"{labels} {clip(self._desk.view.quote(items[0]))}{more}" if items else "nothing"

    def _say_none_here(self) -> None:
        desk = self._desk
        here = f"no difference here: {desk.key('adjudicate.next')} goes to the next"
        desk.say(here if self._model.open else "no difference is left", "dim")

    # The mouse

    def difference_pressed(self, row: int) -> None:
        """Go to the case that was pressed in the list."""
        model = self._model
        if row < len(model.listed):
            model.go_to_case(model.listed[row])
            self._desk.jumped()

    def version_pressed(self, column: int) -> None:
        """Take the version that was pressed; gold is taken already."""
        model = self._model
        if column < len(model.layers) and model.here is not None:
            self.action_take(column)
