"""Clusters: what a reader takes for one character of a source text, so that a cursor does not stop inside.

A letter and its marks are one, an emoji sequence, a flag.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from tui.terminal.marks import possible_mark
from tui.terminal.width import cells

MOST_JOINED = 32
"""Code points of a cluster on either side of an offset at most; hostile text may join any number."""

_ZWJ = "\u200d"


class _Patterns(NamedTuple):
    """What tells characters of a kind.  Few texts need them, and they take a millisecond to compile."""

    extends: re.Pattern[str]
    picture: re.Pattern[str]
    flag_letter: re.Pattern[str]
    initial: re.Pattern[str]
    after_initial: re.Pattern[str]
    mark: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    return _Patterns(
        extends=re.compile("[\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"),
        picture=re.compile("[\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"),
        flag_letter=re.compile("[\U0001f1e6-\U0001f1ff]"),
        # Vowels and finals of Hangul have no width, and join as marks do.
        initial=re.compile("[\u1100-\u115f\ua960-\ua97c]"),
        after_initial=re.compile("[\u1100-\u115f\ua960-\ua97c\uac00-\ud7a3]"),
        mark=possible_mark(),
    )


def _is_plain(character: str) -> bool:
    """Whether a character is surely of none of these kinds: of a Chinese text that is nearly all."""
    return (
        character < "\u0300"
        or "\u4e00" <= character < "\ua000"
        or "\uff00" <= character < "\ufff0"
        or "\u3000" <= character < "\u302a"
        or "\u2010" <= character < "\u2028"
    )


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
    if _is_plain(character):
        return False
    kinds = _patterns()
    joining = kinds.extends, kinds.picture, kinds.flag_letter, kinds.after_initial, kinds.mark
    return any(kind.match(character) for kind in joining)


def joined(source: str, offset: int) -> bool:
    """Whether the characters before and at ``offset`` belong to one cluster; ``0 < offset < len(source)``."""
    before, character = source[offset - 1], source[offset]
    if _is_plain(character):
        return character == "\n" and before == "\r"
    if before in "\r\n":
        return False
    kinds = _patterns()
    if kinds.extends.match(character) or (kinds.initial.match(before) and kinds.after_initial.match(character)):
        return True
    if before == _ZWJ:
        return kinds.picture.match(character) is not None
    if kinds.flag_letter.match(character):
        return _flag_letters_before(source, offset) % 2 == 1
    return kinds.mark.match(character) is not None and cells(character) == 0


def _flag_letters_before(source: str, offset: int) -> int:
    first, flag_letter = offset, _patterns().flag_letter
    while first > max(0, offset - 2 * MOST_JOINED) and flag_letter.match(source[first - 1]):
        first -= 1
    return offset - first
