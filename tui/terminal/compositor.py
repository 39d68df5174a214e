"""The compositor: has each widget draw only the rows that have changed and that nothing in front of it covers.

textual's has all widgets draw all their rows wherever there is a change between the first row of the screen that has
changed and the last one, containers too that their children cover, and throws most of that away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from textual._compositor import Compositor
from textual.geometry import Region

if TYPE_CHECKING:
    from textual.strip import Strip


class SparseCompositor(Compositor):
    """textual's compositor, which asks widgets for less; what is drawn is the same."""

    def _render_chops(self, crop: Region, is_rendered_line: Callable[[int], bool]) -> Sequence[Mapping[int, Strip]]:
        """The pieces of each row of the screen, by the column where each begins; None in rows that are not drawn.

        Args:
            crop: the part of the screen that has changed.
            is_rendered_line: whether a row of it has.
        """
        chops: list[dict[int, Strip | None]] = [dict.fromkeys(ends[:-1]) for ends in self.cuts]
        rows = [y for y in crop.line_range if is_rendered_line(y)]
        # What is in front comes first.
        for widget, (region, clip) in self.visible_widgets.items():
            shown = region.intersection(clip)
            ends = {y: ends for y in rows if shown.y <= y < shown.bottom and (ends := self._uncovered(chops, y, shown))}
            if not ends:
                continue
            first, last = min(ends), max(ends)
            crop_of_widget = Region(shown.x - region.x, first - region.y, shown.width, last + 1 - first)
            strips = widget.render_lines(crop_of_widget)
            for y, cuts in ends.items():
                chop, strip = chops[y], strips[y - first]
                divided = [strip] if len(cuts) == 2 else strip.divide([cut - shown.x for cut in cuts[1:]])
                for cut, piece in zip(cuts[:-1], divided, strict=True):
                    if chop[cut] is None:
                        chop[cut] = piece
        return cast("Sequence[Mapping[int, Strip]]", chops)

    def _uncovered(self, chops: Sequence[Mapping[int, Strip | None]], y: int, shown: Region) -> list[int]:
        """The columns where the pieces of a widget begin in a row, and its right edge; none where all is covered."""
        left, right = shown.column_span
        cuts = [cut for cut in self.cuts[y] if left <= cut <= right]
        return cuts if any(chops[y][cut] is None for cut in cuts[:-1]) else []
