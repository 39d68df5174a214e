"""Clusters: what a reader takes for one character of a source text, so that a cursor does not stop inside.

A letter and its marks are one, an emoji sequence, a flag.
"""

from __future__ import annotations

import re

from tui.terminal.marks import possible_mark
from tui.terminal.width import cells

MOST_JOINED = 32
"""Code points of a cluster on either side of an offset at most; hostile text may join any number."""

_ZWJ = "\u200d"
_EXTENDS = re.compile("[\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_PICTURE = re.compile("[\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]")
_FLAG_LETTER = re.compile("[\U0001f1e6-\U0001f1ff]")
# Vowels and finals of Hangul have no width, and join as marks do.
_INITIAL = re.compile("[\u1100-\u115f\ua960-\ua97c]")
_AFTER_INITIAL = re.compile("[\u1100-\u115f\ua960-\ua97c\uac00-\ud7a3]")


def cluster(source: str, offset: int) -> tuple[int, int]:
    """The cluster at ``offset``, as ``(start, end)`` with ``start <= offset < end``.

    At the end of the text it is empty.  CRLF is one cluster.
    """
    if offset >= len(source):
        return len(source), len(source)
    start, end = offset, offset + 1
    while start > max(0, offset - MOST_JOINED) and joined(source, start):
        start -= 1
    while end < min(len(source), offset + MOST_JOINED) and joined(source, end):
        end += 1
    return start, end


def can_join(character: str) -> bool:
    """Whether the character belongs to the one before it in some text; LF behind CR is left out."""
    return any(kind.match(character) for kind in (_EXTENDS, _PICTURE, _FLAG_LETTER, _AFTER_INITIAL, possible_mark()))


def joined(source: str, offset: int) -> bool:
    """Whether the characters before and at ``offset`` belong to one cluster; ``0 < offset < len(source)``."""
    before, character = source[offset - 1], source[offset]
    if character < "\u0300":
        return character == "\n" and before == "\r"
    if before in "\r\n":
        return False
    if _EXTENDS.match(character) or (_INITIAL.match(before) and _AFTER_INITIAL.match(character)):
        return True
    if before == _ZWJ:
        return _PICTURE.match(character) is not None
    if _FLAG_LETTER.match(character):
        return _flag_letters_before(source, offset) % 2 == 1
    return possible_mark().match(character) is not None and cells(character) == 0


def _flag_letters_before(source: str, offset: int) -> int:
    first = offset
    while first > max(0, offset - 2 * MOST_JOINED) and _FLAG_LETTER.match(source[first - 1]):
        first -= 1
    return offset - first
