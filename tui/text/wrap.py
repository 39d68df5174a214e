"""Lines of a text into rows of so many cells, the way Chinese is set.

A row does not begin with closing punctuation nor end with an opening bracket, and a Latin word or a number that fits
into a row is not divided; between two Chinese characters a row may end anywhere.  Lines end at LF, CRLF and CR of the
source and nowhere else.  Nothing here knows what a row is shown for: rows are offsets, in code points.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

from tui.terminal import width

_LINE_END = re.compile("\r\n|\n|\r")
_WINDOW = 4096
"""Code points measured at a time, so that a line of a megabyte needs no table of its own size."""
_MOST_STEPS = 64
"""How far back a better end of a row is looked for."""

_NO_START = "，。、；：？！）》」』】〕〉〗〙”’…—～·％‰℃°々ー,.;:?!)]}%"
_NO_END = "（《「『【〔〈〖〘“‘([{￥＄$"
_WORD = re.compile("[0-9A-Za-z'_.,:@&+#\\-\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u052f\u1e00-\u1fff]")

_STARTS_NO_ROW, _ENDS_NO_ROW, _IN_WORD, _MAY_JOIN = 1, 2, 4, 8


class _Kinds(dict[str, int]):
    """What a character does at the edge of a row, looked up once."""

    def __missing__(self, character: str) -> int:
        kind = self[character] = (
            _STARTS_NO_ROW * (character in _NO_START)
            + _ENDS_NO_ROW * (character in _NO_END)
            + _IN_WORD * (_WORD.match(character) is not None)
            + _MAY_JOIN * width.can_join(character)
        )
        return kind


_kind = _Kinds().__getitem__


def lines(source: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The lines of ``source[start:end]`` as ``(start, end)``, line ends left out; a trailing one opens no line."""
    for match in _LINE_END.finditer(source, start, end):
        yield start, match.start()
        start = match.end()
    if start < end:
        yield start, end


def rows(source: str, shown: str, start: int, end: int, columns: int) -> Iterator[tuple[int, int]]:
    """The rows of one line, as ``(start, end)`` in code points; an empty line is one empty row.

    Args:
        source: the text; it says which characters belong together.
        shown: the same text as ``display.visible`` shows it; it says how wide they are.
        start: where the line begins.
        end: where it ends, its line end left out.
        columns: cells of a row, at least 1.  A wide character alone overflows a row of one cell.
    """
    return pairwise([start, *row_ends(source, shown, start, end, columns)])


def row_ends(source: str, shown: str, start: int, end: int, columns: int) -> list[int]:
    """Where the rows of one line end; the last is ``end``.  As ``rows``, for those who only count."""
    ends: list[int] = []
    window = max(_WINDOW, columns * 8)
    while True:
        reach = width.reach(shown[start : min(end, start + window)])
        row = base = 0
        while row < len(reach):
            # At least one character with its marks, however narrow the row.
            fit = bisect_right(reach, max(base + columns, reach[row]), row)
            if fit == len(reach):
                break
            cut = _best_end(source, start + row, start + fit) - start
            ends.append(start + cut)
            base, row = reach[cut - 1], cut
        if start + len(reach) >= end:
            ends.append(end)
            return ends
        start += row or len(reach)


def _best_end(source: str, low: int, at: int) -> int:
    """The last place in ``(low, at]`` where a row may end; ``at`` itself when there is none near."""
    if _may_end(source, at):
        return at
    row = source[low:at]
    if row.isalnum() and row.isascii():
        # One long word, as in a page of base64.
        return at
    for cut in range(at - 1, max(low, at - _MOST_STEPS), -1):
        if _may_end(source, cut):
            return cut
    for cut in range(at, max(low, at - _MOST_STEPS), -1):
        if not (_kind(source[cut]) & _MAY_JOIN and width.joined(source, cut)):
            return cut
    return at


def _may_end(source: str, at: int) -> bool:
    before, after = _kind(source[at - 1]), _kind(source[at])
    if after & _STARTS_NO_ROW or before & _ENDS_NO_ROW or before & after & _IN_WORD:
        return False
    return not (after & _MAY_JOIN and width.joined(source, at))
