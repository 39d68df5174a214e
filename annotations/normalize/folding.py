"""How rules and the search for copies see a text: *folded*.

Folded text is without artefacts, in Simplified, with ASCII punctuation and small letters.  Folding is rough and serves
only to recognise a line; what a reader gets is made from the raw text by the exact steps.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from annotations.normalize.artefacts import READING, narrow
from annotations.normalize.script import characters, count_characters, t2s_characters
from annotations.normalize.spaces import INVISIBLE, SPACE

_SAMPLE: Final = 128
_MANY: Final = 8
"""By a sample of so many characters, folding changes many where one in eight of them is Traditional."""

_PUNCTUATION: Final = dict(
    zip("，：；？！（）［］｛｝｜／＞＜－～．％＋＝＿＠＃＆＊", ",:;?!()[]{}|/><-~.%+=_@#&*", strict=True)
)


def fold(text: str) -> str:
    """The text as rules see it; line ends stay."""
    text = READING.sub("", narrow(text))
    sample = text[:: len(text) // _SAMPLE + 1]
    if count_characters(sample)[0] * _MANY > len(sample):
        return text.translate(_table_without_invisible())
    # Hardly anything but punctuation changes in Simplified text, and then this is three times as fast.
    for wide, plain in _PUNCTUATION.items():
        text = text.replace(wide, plain)
    becomes = _changes()
    return _changing().sub(lambda match: becomes.get(match[0], ""), text)


def flat(text: str) -> str:
    """As ``fold``, but character for character: readings and zero-width characters stay where they are."""
    return text.translate(_table())


@cache
def _changes() -> dict[str, str]:
    """The characters of the first plane, but punctuation, that folding changes, and what they become."""
    changes = {key: value for key, value in t2s_characters().items() if key < "\U00010000"}
    changes |= dict.fromkeys(SPACE.replace("\r", "").replace("\n", "").replace(" ", ""), " ")
    for first, small in (("A", "a"), ("Ａ", "a"), ("ａ", "a"), ("０", "0")):
        for offset in range(10 if small == "0" else 26):
            changes[chr(ord(first) + offset)] = chr(ord(small) + offset)
    return changes


@cache
def _changing() -> re.Pattern[str]:
    """What ``_changes`` holds, and characters that go; none of them means anything in a set but itself."""
    return re.compile(f"[{''.join(_changes())}{INVISIBLE}]")


@cache
def _table() -> list[int]:
    """What each character of the first plane is folded to."""
    table = characters().copy()
    for character, becomes in (_changes() | _PUNCTUATION).items():
        table[ord(character)] = ord(becomes)
    return table


@cache
def _table_without_invisible() -> list[int | None]:
    table: list[int | None] = [*_table()]
    for character in INVISIBLE:
        table[ord(character)] = None
    return table
