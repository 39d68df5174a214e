"""Maps offsets of a text to rows and cells of its pane, and back.

Every offset has a row and a cell, also at a line end, in white space that is not drawn, and in folded text.  Every cell
has an offset, also in padding.  Nothing here draws.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from tui.terminal import width
from tui.terminal.clusters import cluster
from tui.terminal.display import visible
from tui.text.layout import PaneRow


class Rows:
    """The rows of a text.

    Args:
        source: the text; offsets are its code points.
        rows: its rows, as ``layout.lay_out`` makes them.
        shown: the text as ``display.visible`` makes it, as far as there are rows of it; None makes it.
    """

    def __init__(self, source: str = "", rows: Sequence[PaneRow] = (PaneRow(0, 0),), shown: str | None = None) -> None:
        self.source = source
        self.shown = visible(source) if shown is None else shown
        """The text as it is drawn, one code point for each of the source; it ends behind the last row at least."""
        self.all = rows
        """The rows, from the top."""
        # Padding has no offsets, so only the rows that hold text are searched.
        self._numbers = [number for number, row in enumerate(rows) if row.kind != "blank"]
        self._starts = [rows[number].start for number in self._numbers]

    def __len__(self) -> int:
        return len(self.all)

    def __getitem__(self, number: int) -> PaneRow:
        return self.all[number]

    def number_of(self, offset: int) -> int:
        """The number of the row that holds an offset; a line end belongs to the row before it."""
        return self._numbers[self._index_of(offset)]

    def cell_of(self, offset: int) -> int:
        """The cell at which an offset is drawn in its row; for a line end, the cell behind the text of the row."""
        row = self.all[self.number_of(offset)]
        if row.kind == "fold" or offset <= row.start:
            return 0
        if offset < row.end:
            offset = max(row.start, cluster(self.source, offset)[0])
        return width.cells(self.shown[row.start : min(offset, row.end)])

    def offset_at(self, number: int, cell: int) -> int:
        """The character drawn at a cell of a row, at either cell of a wide one; clamped to the row.

        Padding, and a row number past the end, stand for the next row above that holds text.  A fold row stands for the
        start of what it folds.
        """
        row = self.all[self._numbers[max(0, bisect_right(self._numbers, number) - 1)]]
        if row.kind == "fold" or row.start == row.end:
            return row.start
        index = bisect_right(width.reach(self.shown[row.start : row.end]), max(0, cell))
        return max(row.start, cluster(self.source, min(row.start + index, row.end - 1))[0])

    def first_of(self, offset: int) -> int:
        """The first character of the row that holds an offset."""
        return self.all[self.number_of(offset)].start

    def last_of(self, offset: int) -> int:
        """The last character of the row that holds an offset; in an empty row, the offset of the row."""
        number = self.number_of(offset)
        return self.offset_at(number, self.cell_of(max(self.all[number].start, self.all[number].end)))

    def moved(self, offset: int, delta: int, goal: int) -> int:
        """The offset at cell ``goal``, ``delta`` rows further down, or up where ``delta`` is negative.

        Rows without text are skipped.  On the first and the last row the offset does not change.
        """
        index = self._index_of(offset)
        row = self._numbers[index] + delta
        target_index = bisect_left(self._numbers, row) if delta > 0 else bisect_right(self._numbers, row) - 1
        target_index = max(0, min(target_index, len(self._numbers) - 1))
        return offset if target_index == index else self.offset_at(self._numbers[target_index], goal)

    def _index_of(self, offset: int) -> int:
        return max(0, bisect_right(self._starts, offset) - 1)
