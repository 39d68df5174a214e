"""Folding: the form of a text in which rules, the search for duplicates and full-text search compare it.

Folded text is Simplified, with ASCII punctuation and lower case letters.  Folding is rough: it converts character by
character and knows no phrases.  It serves only to compare texts and never becomes the normalized text.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from annotations.normalize.artefacts import without_readings
from annotations.normalize.script import (
    convert_characters,
    count_characters,
    t2s_characters,
    translation_table,
    variants,
)
from annotations.normalize.spaces import INVISIBLE, SPACE

_SAMPLE: Final = 24
"""About how many characters of a text are looked at, to choose the faster way to fold it."""

_MANY: Final = 8
"""A text is treated as Traditional when more than one of so many characters of the sample is Traditional only."""

_PUNCTUATION: Final = dict(
    zip("，：；？！（）［］｛｝｜／＞＜－～．％＋＝＿＠＃＆＊", ",:;?!()[]{}|/><-~.%+=_@#&*", strict=True)
)


def fold(text: str, known: dict[str, str] | None = None) -> str:
    """The folded text without pinyin artefacts and invisible characters; it may be shorter.  Line ends stay.

    Args:
        text: any text.
        known: where to note the lines of a Traditional text without pinyin artefacts, each with its Simplified
            characters, for ``convert``.
    """
    text = without_readings(text)
    sample = text[:: len(text) // _SAMPLE + 1]
    if count_characters(sample)[0] * _MANY > len(sample):
        simplified = convert_characters(text)
        if known is not None:
            known.update(zip(text.split("\n"), simplified.split("\n"), strict=True))
        text = simplified
    # By now few characters but punctuation change, and then this way is three times as fast as a table.
    for wide, narrowed in _PUNCTUATION.items():
        text = text.replace(wide, narrowed)
    becomes = _changes()
    return _changing().sub(lambda match: becomes.get(match[0], ""), text)


def flat(text: str) -> str:
    """The folded text, character for character: its length stays the same.

    Readings, invisible characters and variants that ``t2s`` does not know stay, other than in ``fold``.
    """
    return text.translate(_table())


@cache
def _changes() -> dict[str, str]:
    """What ``fold`` makes of the characters of the Basic Multilingual Plane that it changes; without punctuation."""
    simple = t2s_characters() | variants()
    # What ``t2s`` makes of 薴 it changes too; a Traditional text is converted before it comes here.
    changes = {key: simple.get(value, value) for key, value in simple.items() if key < "\U00010000"}
    return changes | _narrowed()


@cache
def _narrowed() -> dict[str, str]:
    """What folding makes of white space, of capitals and of full-width letters and digits."""
    changes = dict.fromkeys(SPACE.replace("\r", "").replace("\n", "").replace(" ", ""), " ")
    for first, small in (("A", "a"), ("Ａ", "a"), ("ａ", "a"), ("０", "0")):
        for offset in range(10 if small == "0" else 26):
            changes[chr(ord(first) + offset)] = chr(ord(small) + offset)
    return changes


@cache
def _changing() -> re.Pattern[str]:
    """A pattern for the characters that ``_changes`` has or that folding removes.  None of them needs an escape."""
    return re.compile(f"[{''.join(_changes())}{INVISIBLE}]")


@cache
def _table() -> list[int]:
    """What each character of the Basic Multilingual Plane becomes, for ``str.translate``."""
    table = translation_table().copy()
    for character, becomes in (_narrowed() | _PUNCTUATION).items():
        table[ord(character)] = ord(becomes)
    return table
