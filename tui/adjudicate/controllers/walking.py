"""The actions that go from difference to difference, and those that choose what is shown of the notice."""

from __future__ import annotations

from typing import Literal

from tui.adjudicate.layer import GoldLayer
from tui.adjudicate.model import GoldModel
from tui.adjudicate.view import AdjudicateView
from tui.notice.desk import Desk
from tui.screen import Controller


class Walking(Controller):
    """Walks the list of cases; in the whole text the same keys move by rows.

    Args:
        desk: the desk with the notice.
        layer: gold, with the model of it.
        view: shows the list or the whole text.
    """

    def __init__(self, desk: Desk, layer: GoldLayer, view: AdjudicateView) -> None:
        self._desk = desk
        self._layer = layer
        self._view = view

    @property
    def _model(self) -> GoldModel:
        return self._layer.model

    def action_walk(self, count: int) -> None:
        """Go on by differences, or by rows of the whole text."""
        self._walk(count)

    def action_walk_page(self, count: int) -> None:
        """Go on by a screen of differences, or of text."""
        page = self._desk.pane.page_rows() - 1 if self._view.whole else self._view.page
        self._walk(count * max(1, page))

    def action_walk_edge(self, direction: Literal[1, -1]) -> None:
        """Go to the first or the last difference, or to the start or the end of the text."""
        model = self._model
        if self._view.whole:
            model.move_to(len(model.text) if direction > 0 else 0)
            self._desk.jumped()
        elif model.listed:
            self._go(model.listed[-1 if direction > 0 else 0])

    def action_whole_text(self) -> None:
        """Show the whole text, raw and normalized, or the versions again."""
        self._view.whole = not self._view.whole
        self._view.fit()
        self._desk.moved()

    def _walk(self, count: int) -> None:
        desk, model = self._desk, self._model
        if self._view.whole:
            offset, desk.goal = desk.pane.move_rows(model.offset, count, desk.goal)
            model.move_to(offset, ahead=count > 0)
            desk.moved()
            return
        here = model.here
        if here not in model.listed:
            there = model.neighbour_case(1 if count > 0 else -1, model.listed)
        else:
            there = model.listed[max(0, min(model.listed.index(here) + count, len(model.listed) - 1))]
        if there is not None:
            self._go(there)

    def _go(self, index: int) -> None:
        self._model.go_to_case(index)
        self._desk.jumped()
