"""A table on stdout, for people."""

from __future__ import annotations

from collections.abc import Sequence

from tui.cli.output import put
from tui.terminal.display import visible
from tui.terminal.width import cells


def put_table(head: Sequence[str], rows: Sequence[Sequence[str | int]], empty: str) -> None:
    """Print a table behind an empty line, its first column aligned left and the others right.

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
    for row in texts:
        first = row[0] + " " * (widths[0] - cells(row[0]))
        rest = (" " * (width - cells(text)) + text for width, text in zip(widths[1:], row[1:], strict=True))
        put("  ".join([first, *rest]).rstrip())
