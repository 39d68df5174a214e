"""Breaks the lines of a text into rows of a given width, by the rules of Chinese typesetting.

A row does not begin with closing punctuation and does not end with an opening bracket.  A Latin word or a number is not
divided if it fits into a row; between two Chinese characters a row may end anywhere.  A line ends at LF, CRLF or CR of
the source and nowhere else.  Rows are offsets in code points; nothing here knows what they are shown for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

from tui.terminal import width
from tui.terminal.clusters import can_join, joined
from tui.terminal.display import visible

_LINE_END = re.compile("\r\n|\n|\r")
_WINDOW = 4096
"""Code points that are measured at a time, so that a line of a megabyte needs no table of its own size."""
_MOST_STEPS = 64
"""Characters that are searched backwards for a better end of a row."""

_NO_START = "，。、；：？！）》」』】〕〉〗〙”’…—～·％‰℃°々ー,.;:?!)]}%"
_NO_END = "（《「『【〔〈〖〘“‘([{￥＄$"
_WORD = re.compile("[0-9A-Za-z'_.,:@&+#\\-\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u052f\u1e00-\u1fff]")

_STARTS_NO_ROW, _ENDS_NO_ROW, _IN_WORD, _MAY_JOIN = 1, 2, 4, 8


class _Kinds(dict[str, int]):
    """What each character allows at the edge of a row, as flags; computed once per character."""

    def __missing__(self, character: str) -> int:
        kind = self[character] = (
            _STARTS_NO_ROW * (character in _NO_START)
            + _ENDS_NO_ROW * (character in _NO_END)
            + _IN_WORD * (_WORD.match(character) is not None)
            + _MAY_JOIN * can_join(character)
        )
        return kind


_kind = _Kinds().__getitem__


def lines(source: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The lines of ``source[start:end]`` as ``(start, end)``, without line ends; a final line end adds no line."""
    if source.find("\r", start, end) < 0:
        # As nearly always; this takes a third of the time.
        while (at := source.find("\n", start, end)) >= 0:
            yield start, at
            start = at + 1
    else:
        for match in _LINE_END.finditer(source, start, end):
            yield start, match.start()
            start = match.end()
    if start < end:
        yield start, end


def rows(source: str, shown: str, start: int, end: int, columns: int) -> Iterator[tuple[int, int]]:
    """The rows of one line as ``(start, end)`` in code points; an empty line has one empty row.

    Args:
        source: the text; it tells which characters form a cluster.
        shown: the same text as ``display.visible`` makes it; it tells how wide the characters are.
        start: where the line begins.
        end: where it ends, without its line end.
        columns: cells of a row, at least 1.  In a row of one cell a wide character overflows.
    """
    return pairwise([start, *row_ends(source, shown, start, end, columns)])


def broken(text: str, columns: int) -> list[str]:
    """A short text of one line as rows to be shown, of ``columns`` cells at most; blanks around breaks are left out."""
    shown = visible(text)
    found = [shown[start:end].rstrip(" ") for start, end in rows(text, shown, 0, len(text), columns)]
    # The blanks at the beginning of a text stay: they may stand in for an empty cell of a table.
    return [*found[:1], *(row.lstrip(" ") for row in found[1:])]


def row_ends(source: str, shown: str, start: int, end: int, columns: int) -> list[int]:
    """The end of each row of one line, as ``rows``; the last is ``end``.  For callers that need no starts."""
    ends: list[int] = []
    window = max(_WINDOW, columns * 8)
    while True:
        reach = width.reach(shown[start : min(end, start + window)])
        row = base = 0
        while row < len(reach):
            # A row takes at least one character with its marks, however narrow it is.
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
    """The last place in ``(low, at]`` where a row may end; ``at`` where there is none near."""
    if _may_end(source, at):
        return at
    row = source[low:at]
    if row.isalnum() and row.isascii():
        # The row is part of one long word, as in a page of base64.
        return at
    for cut in range(at - 1, max(low, at - _MOST_STEPS), -1):
        if _may_end(source, cut):
            return cut
    for cut in range(at, max(low, at - _MOST_STEPS), -1):
        if not (_kind(source[cut]) & _MAY_JOIN and joined(source, cut)):
            return cut
    return at


def _may_end(source: str, at: int) -> bool:
    before, after = _kind(source[at - 1]), _kind(source[at])
    if after & _STARTS_NO_ROW or before & _ENDS_NO_ROW or before & after & _IN_WORD:
        return False
    return not (after & _MAY_JOIN and joined(source, at))
