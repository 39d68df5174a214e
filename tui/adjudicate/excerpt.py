"""The stretch of text that the versions of a difference are shown in: its sentences, cut to the rows that there are.

What has to be seen are the edges, where versions differ.  Where the sentences are too long, the text around each edge
stays, and what lies between is folded to one row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from annotations.counts import counted
from tui.terminal.display import visible
from tui.text import motion, wrap
from tui.text.layout import PaneRow

_LEAST_KEPT: Final = 4
"""Code points at each side of an edge that are shown, however few rows there are."""
_LEAST_FOLDED: Final = 12
"""Code points from which a stretch is worth a row that says how long it is."""


class Excerpt(NamedTuple):
    """A stretch of a text in rows; the offsets of ``rows`` are code points behind ``start``."""

    start: int
    text: str
    shown: str
    rows: list[PaneRow]


def excerpt(text: str, span: tuple[int, int], edges: Iterable[int], columns: int, most_rows: int) -> Excerpt:
    """The sentences around a span, in rows.

    Args:
        text: the whole text.
        span: what has to be seen, ``[start, end)`` in code points of ``text``.
        edges: the offsets that stay where not all of it has room; those of ``span`` do in any case.
        columns: cells of a row, at least 1.
        most_rows: rows at most, at least 1; more where the edges alone need them.
    """
    low, high = motion.around(text, *span, "sentence")
    if high < len(text) and text[high] not in "\r\n":
        high += 1  # the punctuation that ends the sentence
    source = text[low:high]
    shown = visible(source)
    rows = _in_rows(source, shown, [(0, len(source))], columns)
    near = sorted({edge - low for edge in (*span, *edges) if low <= edge <= high})
    kept = max(_LEAST_KEPT, most_rows * columns // 4)
    while len(rows) > most_rows:
        rows = _in_rows(source, shown, list(_around(near, kept, len(source))), columns)
        if kept <= _LEAST_KEPT:
            break
        kept = max(_LEAST_KEPT, kept * 2 // 3)
    return Excerpt(low, source, shown, rows)


def _around(edges: Sequence[int], kept: int, length: int) -> Iterator[tuple[int, int]]:
    """The stretches within ``kept`` code points of an edge; those with little between them are one."""
    start, end = max(0, edges[0] - kept), edges[0] + kept
    for edge in edges[1:]:
        if edge - kept - end >= _LEAST_FOLDED:
            yield start, min(end, length)
            start = edge - kept
        end = edge + kept
    yield start, min(end, length)


def _in_rows(source: str, shown: str, stretches: Sequence[tuple[int, int]], columns: int) -> list[PaneRow]:
    rows: list[PaneRow] = []
    behind: int | None = None
    for start, end in stretches:
        if behind is not None:
            rows.append(PaneRow(behind, start, "fold", f"… {counted(start - behind, 'character')} …"))
        for first, last in wrap.lines(source, start, end):
            rows += [PaneRow(*row) for row in wrap.rows(source, shown, first, last, columns)]
        behind = end
    return rows or [PaneRow(0, 0)]
