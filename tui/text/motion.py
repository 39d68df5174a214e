"""Where words, clauses, sentences and paragraphs of a text begin and end.

These are functions of a text and offsets in code points; they know no pane, alignment or selection.  rjieba segments
words and is loaded when the first one is asked for.  Each function looks at a limited stretch around an offset, so that
a line of a megabyte costs no more than a short one.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cache
from typing import Literal

Unit = Literal["word", "clause", "sentence", "paragraph"]
"""What a motion or a growth of the selection moves by."""
UNITS: tuple[Unit, ...] = ("word", "clause", "sentence", "paragraph")
"""From the smallest to the largest: each unit lies within one of the next kind."""

MOST_BACK = 4000
"""Code points before and behind an offset that are searched; a longer sentence is walked in steps."""
_WORD_REACH = 400
"""The same for words: many rows, and segmented in well under a millisecond."""

_LINE_END = re.compile(r"[\r\n]+")


@cache
def _ends(unit: Unit) -> re.Pattern[str]:
    """The ends of units of a kind but words; compiled when somebody moves by it."""
    if unit == "paragraph":
        return _LINE_END
    if unit == "sentence":
        return re.compile(r"[。！？；!?;]+[”’」』）)]*|[\r\n]+")
    # A comma or colon between digits is part of a number or a time.
    return re.compile(r"(?:[。！？；!?;，：]|(?<!\d)[,:]|[,:](?!\d))+[”’」』）)]*|[\r\n]+")


def next_start(text: str, offset: int, unit: Unit) -> int:
    """Where the unit behind the one at ``offset`` begins; the end of the text where there is none."""
    if unit == "word":
        return next((start for start, _ in words(text, offset) if start > offset), _behind_window(text, offset))
    found = _ends(unit).search(text, offset)
    return _skip_space(text, found.end()) if found else len(text)


def previous_start(text: str, offset: int, unit: Unit) -> int:
    """Where the unit at ``offset`` begins; if ``offset`` is a beginning itself, where the unit before it begins."""
    if unit == "word":
        before = [start for start, _ in words(text, max(0, offset - 1)) if start < offset]
        return before[-1] if before else _before_window(text, offset)
    low = max(0, offset - MOST_BACK)
    starts = [low, *(_skip_space(text, found.end()) for found in _ends(unit).finditer(text, low, offset))]
    return max((start for start in starts if start < offset), default=0)


def next_end(text: str, offset: int, unit: Unit) -> int:
    """The last character before the next end of a unit behind ``offset``, for a selection that grows.

    Args:
        text: the text.
        offset: the last character of the selection.
        unit: the kind of unit.

    Returns:
        The last character of the grown selection, behind ``offset`` and before the punctuation that ends the unit; the
        end of the text where no unit ends.
    """
    if unit == "word":
        return next((end - 1 for _, end in words(text, offset) if end - 1 > offset), _behind_window(text, offset))
    at = offset
    while (found := _ends(unit).search(text, at)) is not None:
        last = _trim_end(text, offset + 1, found.start()) - 1
        if last > offset:
            return last
        at = found.end()
    return len(text)


def previous_end(text: str, offset: int, unit: Unit) -> int:
    """The last character of the unit that ends before ``offset``, for a selection that shrinks.

    Where none ends there it is the start of the stretch that was searched.
    """
    if unit == "word":
        before = [end - 1 for _, end in words(text, max(0, offset - 1)) if end - 1 < offset]
        return before[-1] if before else _before_window(text, offset)
    low = max(0, offset - MOST_BACK)
    ends = [_trim_end(text, low, found.start()) - 1 for found in _ends(unit).finditer(text, low, offset + 1)]
    return max((end for end in ends if low <= end < offset), default=low)


def around(text: str, start: int, end: int, unit: Unit) -> tuple[int, int]:
    """The units that ``[start, end)`` lies in, without the punctuation that ends them and white space at the edges."""
    if unit == "word":
        found = words(text, start)
        first = next((low for low, high in found if low <= start < high), start)
        last = next((high for low, high in words(text, max(start, end - 1)) if low < end <= high), end)
        return min(first, start), max(last, end)
    low = max(0, start - MOST_BACK)
    for mark in _ends(unit).finditer(text, low, start):
        low = mark.end()
    mark_behind = _ends(unit).search(text, max(start, end - 1), min(len(text), end + MOST_BACK))
    high = mark_behind.start() if mark_behind else min(len(text), end + MOST_BACK)
    low = _skip_space(text, low)
    return min(low, start), max(_trim_end(text, low, high), end)


def words(text: str, offset: int) -> list[tuple[int, int]]:
    """The words near ``offset`` in its line, as ``(start, end)``; white space and punctuation are no words."""
    import rjieba  # noqa: PLC0415  # its dictionary takes 0.1 s, and only motions by words need it

    low, high = _window(text, offset)
    # rjieba takes no lone surrogate.  Replacing one code point by another keeps the offsets.
    piece = re.sub("[\ud800-\udfff]", "\ufffd", text[low:high])
    found, at = [], low
    for token in rjieba.cut(piece):
        if any(map(str.isalnum, token)):
            found.append((at, at + len(token)))
        at += len(token)
    return found


def word_edges(text: str, offset: int) -> list[int]:
    """The starts and ends of the words near ``offset`` in its line, rising."""
    return sorted({edge for word in words(text, offset) for edge in word})


def next_edge(text: str, offset: int, direction: int) -> int:
    """The next edge of a word behind (1) or before (-1) an edge; one character further where there is none near."""
    if direction > 0:
        edges = word_edges(text, min(offset, max(0, len(text) - 1)))
        at = bisect_right(edges, offset)
        return edges[at] if at < len(edges) else min(len(text), offset + 1)
    edges = word_edges(text, max(0, offset - 1))
    at = bisect_left(edges, offset) - 1
    return edges[at] if at >= 0 else max(0, offset - 1)


def _window(text: str, offset: int) -> tuple[int, int]:
    """The stretch of the line at ``offset`` that is segmented; behind a line end it is the next line."""
    low, high = max(0, offset - _WORD_REACH), min(len(text), offset + _WORD_REACH)
    for line_end in _LINE_END.finditer(text, low, high):
        if line_end.end() <= offset:
            low = line_end.end()
        elif line_end.start() > offset:
            return low, line_end.start()
    return low, high


def _behind_window(text: str, offset: int) -> int:
    """Where the next line begins, or the end of the segmented stretch."""
    found = _LINE_END.search(text, offset, min(len(text), offset + _WORD_REACH))
    return _skip_space(text, found.end()) if found else min(len(text), offset + _WORD_REACH)


def _before_window(text: str, offset: int) -> int:
    """The last character of the line before, or the start of the segmented stretch."""
    low = max(0, offset - _WORD_REACH)
    if offset == 0:
        return 0
    return max(low, _trim_end(text, low, offset) - 1)


def _skip_space(text: str, offset: int) -> int:
    while offset < len(text) and text[offset].isspace():
        offset += 1
    return offset


def _trim_end(text: str, low: int, end: int) -> int:
    while end > low and text[end - 1].isspace():
        end -= 1
    return end
