"""The list of the differences of a notice, one row each: what kind, where, who says something, and what was decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.message import Message

from tui.terminal.display import field, line
from tui.terminal.width import cells
from tui.widgets.row_list import RowList

_SIGN, _KIND, _LABELS = 2, 10, 4
"""Cells of the columns before the quote."""
_KIND_FROM: Final = 50
"""Cells of the list from which the kind is spelled out."""


class DifferenceRow(NamedTuple):
    """A difference as the list shows it.

    ``look`` is that of ``sign`` and ``kind``; ``labels`` are names of labels; ``remark`` is who says something, or what
    was decided by whom.
    """

    sign: str
    kind: str
    look: str
    labels: tuple[str, ...]
    quote: str
    remark: str


class DifferenceList(RowList[DifferenceRow]):
    """A virtual list of differences, as high as it has rows; the one at the cursor is marked."""

    DEFAULT_CSS = """
    DifferenceList { height: auto; max-height: 100%; }
    """

    MOST_REMARK = 34
    REMARK_PERCENT = 40

    @dataclass
    class Chosen(Message):
        """A row was clicked."""

        index: int

    def show(self, rows: list[DifferenceRow], current: int | None, empty: str) -> None:
        """Show these rows; only what has changed is redrawn.

        Args:
            rows: the differences, in the order of the text.
            current: which one is at the cursor; None where none is.
            empty: the text of the list where there are no rows.
        """
        self.put(rows, current, current, empty)

    def row_pressed(self, number: int) -> None:
        """Post which difference was clicked."""
        self.post_message(self.Chosen(number))

    def columns(self, row: DifferenceRow, room: int, over: Style) -> Iterator[Segment]:
        """Sign, kind, labels and quote."""
        kind_cells = _KIND if self.size.width >= _KIND_FROM else 0
        room = max(1, room - _SIGN - kind_cells - _LABELS)
        shown = line(row.quote, room)
        yield Segment(field(row.sign, _SIGN) + field(row.kind, kind_cells), self.style(row.look) + over)
        signs = [self.sign(name) for name in row.labels[: _LABELS - 1]]
        for sign, style in signs:
            yield Segment(line(sign, 1), style + over)
        yield Segment(" " * (_LABELS - len(signs)), over)
        yield Segment(shown, self.style("plain") + over)
        yield Segment(" " * (room - cells(shown)), over)

    def remark(self, row: DifferenceRow, most: int) -> str:
        """Who says something, or what was decided by whom."""
        return line(row.remark, most)
