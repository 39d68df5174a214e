"""Folding: the form of a text in which rules, the search for duplicates and full-text search compare it.

Folded text is Simplified, with ASCII punctuation and lower case letters.  Folding is rough: it converts character by
character and knows no phrases.  It serves only to compare texts and never becomes the normalized text.
"""

from __future__ import annotations

import re
from array import array
from functools import cache
from typing import Final

from pyroaring import BitMap

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

_SHORT: Final = 64
"""Characters of a text that a table folds at once: to look first which of them change would take longer."""

_FEW: Final = 16
"""Different characters that are replaced one after the other in less time than a table takes for the whole text."""

_WIDE: Final = "utf-32-le"

_SURROGATES: Final = range(0xD800, 0xE000)
_PRIVATE: Final = range(0xE000, 0xF900)
"""Code points of private use: folding changes none of them."""

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
    if len(text) >= _SHORT:
        changing = _with(array("I", text.encode(_WIDE, "surrogatepass")), _private()) & _may_change()
        if len(changing) <= _FEW:
            becomes = _table()
            # Upwards: 薴 becomes 苧, which is a lower one, and would become 苎.
            for code_point in changing:
                text = text.replace(chr(code_point), chr(becomes[code_point]))
            return text
    return text.translate(_table())


def different(folded: array[int]) -> array[int]:
    """The different characters of a text that ``flat`` has made and UTF-8 can hold, sorted.

    Args:
        folded: its code points, as unsigned numbers of 32 bits.
    """
    never = _never_folded()
    return (_with(folded, never) - never).to_array()


def _with(code_points: array[int], others: BitMap) -> BitMap:
    """A set of these code points and of others of the Basic Multilingual Plane.

    Others are so many that the set has a bit for each code point of the plane from the beginning.  A text is put into
    such a set in a tenth of the time that it takes to put it into an empty one, which is kept sorted.
    """
    together = BitMap(others, optimize=False)
    together.update(code_points)
    return together


# These have a bit for each code point of the plane, too: an array of as many as change is not compared as fast.


@cache
def _private() -> BitMap:
    return BitMap(list(_PRIVATE), optimize=False)


@cache
def _may_change() -> BitMap:
    """What ``flat`` changes, and surrogates, which no stored text has."""
    return BitMap([*_flattened(), *_SURROGATES], optimize=False)


@cache
def _never_folded() -> BitMap:
    """Code points that folded text never has, those that UTF-8 cannot hold among them."""
    becomes = _table()
    never = {*_flattened(), *_SURROGATES}.difference(becomes[each] for each in _flattened())
    return BitMap(list(never), optimize=False)


@cache
def _flattened() -> tuple[int, ...]:
    """The code points that ``flat`` changes."""
    return tuple(code_point for code_point, becomes in enumerate(_table()) if code_point != becomes)


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
