"""A table on stdout, for people, in 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from tui.cli.output import put
from tui.terminal.display import visible
from tui.terminal.width import cells

_WIDTH: Final = 80
_GAP: Final = "  "


def put_table(head: Sequence[str], rows: Sequence[Sequence[str | int]], empty: str) -> None:
    """Print a table behind an empty line, its first column aligned left and the others right.

    Columns that have no room beside the others stand in a table below, behind the first column again.

    Args:
        head: the names of the columns.
        rows: text, or numbers.
        empty: what is printed where there are no rows.
    """
    put("")
    if not rows:
        put(empty)
        return
    texts = [[visible(each) if isinstance(each, str) else f"{each:,}" for each in row] for row in (head, *rows)]
    widths = [max(cells(row[column]) for row in texts) for column in range(len(head))]
    for number, columns in enumerate(_tables(widths)):
        if number:
            put("")
        for row in texts:
            first = row[0] + " " * (widths[0] - cells(row[0]))
            rest = (" " * (widths[column] - cells(row[column])) + row[column] for column in columns)
            put(_GAP.join([first, *rest]).rstrip())


def _tables(widths: Sequence[int]) -> Iterator[list[int]]:
    """The columns of each table but the first column; one at least."""
    columns: list[int] = []
    room = 0
    for column, width in enumerate(widths[1:], 1):
        room -= len(_GAP) + width
        if columns and room < 0:
            yield columns
            columns = []
        if not columns:
            room = _WIDTH - widths[0] - len(_GAP) - width
        columns.append(column)
    yield columns
