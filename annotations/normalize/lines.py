"""The lines of a page, each with what it looks like to a rule.

Regions are told line by line.  Rules and the search for copies see a line *folded*: without artefacts, in Simplified,
with ASCII punctuation and small letters.  Folding is rough and serves only to recognise a line; what a reader gets is
made from the raw text by the exact steps.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from annotations.normalize.artefacts import READING
from annotations.normalize.script import characters
from annotations.normalize.spaces import INVISIBLE, SPACE, paragraphs

_INVISIBLE: Final = re.compile(f"[{INVISIBLE}]")
_PUNCTUATION: Final = dict(
    zip("，：；？！（）［］｛｝｜／＞＜－～．％＋＝＿＠＃＆＊", ",:;?!()[]{}|/><-~.%+=_@#&*", strict=True)
)


class Line:
    """One line that is not blank.

    ``start`` and ``end`` are the raw code points it takes without the white space around it; ``text`` is the folded
    line, ``key`` the same without spaces.
    """

    __slots__ = ("end", "key", "start", "text")

    def __init__(self, start: int, end: int, text: str) -> None:
        self.start = start
        self.end = end
        self.text = text
        self.key = text.replace(" ", "")


def lines(raw: str) -> list[Line]:
    """The lines of ``raw`` that are not blank, in order."""
    spans = paragraphs(raw, [(0, len(raw))])
    folded = fold("\n".join([raw[start:end] for start, end in spans])).split("\n")
    return [
        # A line may be nothing but a parenthesised syllable.
        Line(start, end, text.strip() or flat(raw[start:end]))
        for (start, end), text in zip(spans, folded, strict=False)
    ]


def fold(text: str) -> str:
    """The text as rules see it; line ends stay."""
    text = READING.sub("", text)
    if _INVISIBLE.search(text):
        text = _INVISIBLE.sub("", text)
    return flat(text)


def flat(text: str) -> str:
    """As ``fold``, but character for character: readings and zero-width characters stay where they are."""
    return text.translate(_folding())


@cache
def _folding() -> list[int]:
    """What each character of the first plane is folded to; a list, for ``translate`` reads it faster than a dict."""
    table = list(range(0x10000))
    for code, becomes in characters().items():
        if code < 0x10000:
            table[code] = becomes
    for space in SPACE.replace("\r", "").replace("\n", ""):
        table[ord(space)] = ord(" ")
    for wide, narrow in _PUNCTUATION.items():
        table[ord(wide)] = ord(narrow)
    for first in (ord("A"), ord("Ａ"), ord("ａ")):
        table[first : first + 26] = range(ord("a"), ord("z") + 1)
    table[ord("０") : ord("９") + 1] = range(ord("0"), ord("9") + 1)
    return table
