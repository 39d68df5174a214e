"""What divides the panes of a notice: a map of it, drawn between them or in the title of one, where it has changed."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from typing import Final

from rich.style import Style

from annotations.labels import LabelSet
from tui.notice.model import NoticeModel
from tui.notice.painting import Painting
from tui.text.linked_cursor import PaneName
from tui.text.overview import overview, signs_of
from tui.widgets.notice_map import NoticeMap
from tui.widgets.text_pane import TextPane


class Divider:
    """Keeps the map of the open notice as the view of it is.

    Args:
        panes: both panes, by name.
        painting: tells what stands in the notice.
    """

    def __init__(self, panes: Mapping[PaneName, TextPane], painting: Painting) -> None:
        self._panes: Final = panes
        self._painting: Final = painting
        self.between: Final = NoticeMap(id="map")
        """The map between panes that stand side by side."""
        self._shown: tuple[object, ...] = ()
        self._signs: tuple[tuple[object, ...], dict[int, tuple[str, str]]] = ((), {})

    def use_palette(self, palette: Mapping[str, Style]) -> None:
        """Draw signs with another palette."""
        self.between.use_palette(palette)

    def show(self, model: NoticeModel, labels: LabelSet, titled: PaneName | None) -> None:
        """Show the map, where it or the view of the text has changed.

        Args:
            model: the notice.
            labels: the label set of the project.
            titled: the pane whose title is the map; None draws it between the panes.
        """
        name = titled or "raw"
        pane = self._panes[name]
        cells = pane.map_cells if titled is not None else self.between.length
        drawn = titled, pane.rows, model.items, model.suspects, labels, cells
        state = *drawn, pane.top, pane.page_rows()
        if not _differ(self._shown, state):
            return
        self._shown = state
        # Where all of it is in sight, the gutters say as much.
        rows = len(pane.rows) if len(pane.rows) > pane.page_rows() else 0
        if _differ(self._signs[0], drawn):
            marks = self._painting.marks(model, name, pane.row_of, labels) if rows else []
            self._signs = drawn, signs_of(marks, rows, cells)
        shown = overview(self._signs[1], rows, cells, range(pane.top, pane.top + pane.page_rows())) if rows else ()
        for other, each in self._panes.items():
            each.show_map(shown if other == titled else ())
        if titled is None:
            self.between.show(shown)


def _differ(before: tuple[object, ...], now: tuple[object, ...]) -> bool:
    """Whether any part is another; most are the same object, and long."""
    return any(old is not new and old != new for old, new in zip_longest(before, now))
