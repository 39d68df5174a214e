"""The compositor: has each widget draw only the rows that have changed and that nothing in front of it covers.

Of a row that has changed in a part it writes that part alone.

textual's has all widgets draw all their rows wherever there is a change between the first row of the screen that has
changed and the last one, containers too that their children cover, and throws most of that away; and it writes rows
from their left edge on.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, cast

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region

from tui.terminal.width import cells

if TYPE_CHECKING:
    from rich.console import Console
    from textual.strip import Strip


class SparseCompositor(Compositor):
    """textual's compositor, which asks widgets for less and writes less; what is drawn is the same."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """What has changed since the last update; None where nothing has."""
        update = super().render_partial_update()
        return update and PartialUpdate(update.chops, update.spans, update.chop_ends)

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


class PartialUpdate(ChopsUpdate):
    """An update of the stretches of rows that have changed."""

    def render_segments(self, console: Console) -> str:
        """What is written to the terminal: each piece of a stretch behind a move to where it begins."""
        written: list[str] = []
        for y, start, end in self.spans:
            for right, (left, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                if strip is None or left >= end or right <= start:
                    continue
                if left < start or end < right:
                    cuts = _cuts(strip)
                    first = cuts[max(0, bisect_right(cuts, start - left) - 1)]
                    last = cuts[min(len(cuts) - 1, bisect_left(cuts, end - left))]
                    strip, left = strip.crop(first, last), left + first  # noqa: PLW2901  # a part of it is drawn
                written += [f"\x1b[{y + 1};{left + 1}H", strip.render(console)]
        return "".join(written)


def _cuts(strip: Strip) -> list[int]:
    """The cells where a strip can be cut: not within a wide character, nor in a text that has marks on characters."""
    cuts = [0]
    for segment in strip:
        widths = [cells(character) for character in segment.text]
        first = cuts[-1]
        if all(widths) and sum(widths) == segment.cell_length:
            cuts += accumulate(widths, initial=first)
        else:
            cuts.append(first + segment.cell_length)
    return cuts
