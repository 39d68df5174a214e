"""乾 in the names of people, where it is qián and stays: 局長王乾, 李永乾主任, 李局長乾龍.

``t2s`` makes 干 of 乾 wherever it knows no word, as in 乾燥 or 烘乾.  The words with gān are too many to list and those
with qián are few, but the given names with it are any.  So a name is known by its surname and by an office beside it.
Without an office 乾 becomes 干: this must never touch a word such as 牛肉乾.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from annotations.lexicon.lists import SHIPPED
from annotations.lexicon.patterns import alternatives
from annotations.lexicon.tables import rows

_QIAN: Final = "乾"
_GAN: Final = "干"

_LIST: Final = 64
"""How far before a name the office of a list of names may stand, in code points."""

_LONGEST: Final = 4
"""Longer titles end or begin with one that is no longer than this, in code points, or are too rare to matter."""


def given_names(text: str, converted: str) -> Iterator[int]:
    """Where 乾 stands in a name of a person; a name that has an office once is known wherever it stands.

    Args:
        text: a Traditional text.
        converted: what ``t2s`` made of it, as long as before.

    Yields:
        The offset of each such 乾, in order, in code points.
    """
    places = [match.start() for match in re.finditer(_QIAN, text) if converted[match.start()] == _GAN]
    forms = {at: _forms(converted, at) for at in places if not _is_dry(converted, at)}
    names = {name for at, found in forms.items() for name in found if _has_office(converted, at, name)}
    for at, found in forms.items():
        if not names.isdisjoint(found) or _follows_title(converted, at):
            yield at


def _forms(converted: str, at: int) -> list[str]:
    """What may be a surname with the given name up to the 干 at an offset: one character before it, or two."""
    starts = (at - 1, at - 2) if converted[at - 1 : at] not in _words("dry-before") else (at - 1,)
    return [converted[start : at + 1] for start in starts if start >= 0 and converted[start] in _surnames()]


def _is_dry(converted: str, at: int) -> bool:
    """Whether what stands behind the 干 at an offset makes it a word with gān."""
    return converted[at + 1 : at + 2] in _words("dry-behind")


def _has_office(converted: str, at: int, name: str) -> bool:
    """Whether an office stands before a name that ends with the 干 at an offset, or behind it.

    Args:
        converted: the whole text.
        at: the offset of the 干.
        name: the surname and the given name up to it; when it has two characters, another may follow.
    """
    start = at + 1 - len(name)
    if _ends_with(converted, start, _offices()):
        return True
    if converted[start - 1 : start] == "、" and _list_of_names().search(converted, max(0, start - _LIST), start):
        return True
    ends = (at + 1, at + 2) if len(name) == len("王干") else (at + 1,)
    return any(_starts_with(converted, end, _behind()) for end in ends)


def _follows_title(converted: str, at: int) -> bool:
    """Whether surname and title stand before the 干 at an offset, as Taiwan orders them: 李副局长乾龙."""
    for size in range(1, _LONGEST + 1):
        if converted[max(0, at - size) : at] in _offices():
            surname = at - size - 1 - (converted[at - size - 1 : at - size] == "副")
            if surname >= 0 and converted[surname] in _surnames():
                return True
    return False


def _ends_with(text: str, end: int, words: frozenset[str]) -> bool:
    """Whether one of some words ends at an offset."""
    return any(text[max(0, end - size) : end] in words for size in range(1, _LONGEST + 1))


def _starts_with(text: str, start: int, words: frozenset[str]) -> bool:
    """Whether one of some words begins at an offset."""
    return any(text[start : start + size] in words for size in range(1, _LONGEST + 1))


@cache
def _surnames() -> frozenset[str]:
    """The surnames of one character that are no ends of organisations and no small words."""
    return frozenset(SHIPPED.words("surnames.tsv", "single")) - {*SHIPPED.words("surnames.tsv", "unlikely")}


@cache
def _offices() -> frozenset[str]:
    """Titles of office, 局长 and 主任, and what bodies share: 领导."""
    heads = SHIPPED.words("titles.tsv", "head")
    return frozenset((*(f"{head}长" for head in heads), *SHIPPED.words("titles.tsv", "core", "people")))


@cache
def _behind() -> frozenset[str]:
    """What stands behind a name: a title, an honorific, or what people in notices do."""
    others = (*SHIPPED.words("titles.tsv", "honour"), *SHIPPED.words("persons.tsv", "follower"))
    return _offices() | {"副", *(word for word in others if len(word) > 1)}


@cache
def _list_of_names() -> re.Pattern[str]:
    """An office and names parted by 、 up to the end of a text."""
    return re.compile(rf"(?:{alternatives(_offices())})(?:[\u4e00-\u9fff]{{2,4}}、){{1,15}}\Z")


@cache
def _words(kind: str) -> frozenset[str]:
    """Single characters beside 乾 that make it gān: those of one kind in ``dry.tsv``."""
    return frozenset(character for name, characters, _ in rows("dry.tsv") if name == kind for character in characters)
