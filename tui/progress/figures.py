"""The list of the progress screen: the rows of a table, text at the left of its column and figures at the right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.message import Message

from tui.progress.tables import Column, Table, cut
from tui.terminal.display import field, line
from tui.terminal.width import cells
from tui.widgets.row_list import RowList

_GAP: Final = 2
"""Blanks before a column."""
_LEAST: Final = 16
"""Cells of the wide column at least, as far as leaving out others can give it them."""
_MOST: Final = 28
"""Cells of another column at most."""


class FigureList(RowList[tuple[str, ...]]):
    """A virtual list of the rows of a table; the one at the cursor is marked."""

    DEFAULT_CSS = """
    FigureList { height: 1fr; }
    """

    MOST_REMARK = 0
    REMARK_PERCENT = 0

    @dataclass
    class Pressed(Message):
        """A row was clicked."""

        list: FigureList
        index: int

        @property
        def control(self) -> FigureList:
            """The list that has the row."""
            return self.list

    _table: Table | None = None
    _widths: Sequence[int] = ()

    def show(self, table: Table, current: int | None) -> None:
        """Show a table, the cursor on one of its rows, or on none."""
        if table != self._table:
            before, self._table = self._table, table
            texts = [tuple(column.head for column in table.columns), *table.rows]
            self._widths = [
                min(_MOST, max(cells(line(row[at], _MOST)) for row in texts)) + _GAP for at in range(len(table.columns))
            ]
            if before is not None and before.columns != table.columns:
                self._strips.clear()
        self.put(table.rows, current if table.rows else None, current if table.rows else None, table.empty)

    def row_pressed(self, number: int) -> None:
        """Post which row was clicked."""
        self.post_message(self.Pressed(self, number))

    def columns(self, row: tuple[str, ...], room: int, over: Style) -> Iterator[Segment]:
        """The cells of a row that have room."""
        for at, text in enumerate(self.fitted(row, room)):
            yield Segment(text, self.style("plain" if at == 0 else "dim" if text.strip() == "—" else "") + over)

    def remark(self, row: tuple[str, ...], most: int) -> str:  # noqa: ARG002  # a figure has no remark
        """Nothing."""
        return ""

    def heads(self, width: int) -> str:
        """The heads of the columns, above a list of so many cells."""
        if self._table is None or not self._table.columns:
            return ""
        return "  " + "".join(self.fitted(tuple(column.head for column in self._table.columns), width - 5))

    def fitted(self, row: Sequence[str], room: int) -> list[str]:
        """The cells of a row, each as wide as its column; spare columns that have no room are left out."""
        columns: Sequence[Column] = () if self._table is None else self._table.columns
        wide = 0 if self._table is None else self._table.wide
        shown = cut(self._widths, columns, room, _LEAST, wide)
        left = max(1, room - sum(self._widths[at] for at in shown if at != wide))
        fitted = []
        for at in shown:
            # The first column has no gap before it; where another one is wide, the gap is behind it.
            width = left if at == wide else self._widths[at]
            if at == 0:
                fitted.append(field(row[at], width))
            elif columns[at].text:
                fitted.append(" " * _GAP + field(row[at], width - _GAP))
            else:
                text = line(row[at], width - _GAP)
                fitted.append(" " * (width - cells(text)) + text)
        return fitted
