"""Mojibake: text that was decoded with the wrong encoding, or shifted by a byte.

The damage cannot be undone exactly.  So the text stays as it is, and the notice gets a flag.

Where a site added readings to shifted bytes, a byte that was left over became a question mark and took the parenthesis
with it: ``當?shù)貙?`` was 当地对.  What stands there is no Chinese, so it is never converted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from annotations.lexicon.tables import rows
from annotations.normalize.artefacts import LETTERS, hosts_of, narrow
from annotations.normalize.script import t2s

_LOST: Final = "?"
"""What a byte becomes that is left over; in a text that was decoded with replacement it is U+FFFD."""

_EATEN: Final = re.compile(rf"\?([{LETTERS}]{{1,8}})[)）]")
"""A reading that lost its opening parenthesis; not what stands before it."""

_SHIFTED: Final = re.compile(
    r"([^\x00-\x7f\s，。、；：！？（）]{1,8})" rf"(?:\?(?:[{LETTERS}]{{1,8}}\))?|[@-~](?=\([{LETTERS}]))"
)
"""Shifted text behind such a reading: it ends in another byte that was left over, or in one that became a letter."""

_OPENING: Final = 40
"""How far before a reading its parenthesis may have opened, in code points: ``(怎么读?bó)`` is no damage."""


def find_damage(text: str) -> list[tuple[int, int]]:
    """The spans of a text, before its conversion, that are surely damaged: matches of ``damage.tsv`` and shifted text.

    They are sorted and do not overlap.  More may be damaged around them.
    """
    found = [*_stretches(text)]
    at = 0
    for first in _first().finditer(text):
        if first.start() >= at and (mark := _marks().match(text, first.start())):
            found.append(mark.span())
            at = mark.end()
    if not found:
        return found
    spans: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
    return spans


def is_garbled(text: str) -> bool:
    """Whether all of a text is UTF-8 that was read as GBK, which has more Traditional characters than Simplified ones.

    Comma, full stop, quotation mark and 的 are a tenth of a Chinese text, and 锛, 銆, 鈥 and 鐨 stand where they stood.
    """
    return sum(map(text.count, "锛銆鈥鐨")) * 50 > len(text) and _rare(text) * 3 > len(text)


def verbatim(text: str, converted: str, damage: list[tuple[int, int]]) -> str:
    """The converted text, with what is damaged as it was.

    Args:
        text: a text.
        converted: the same text in the other script, as long as before.
        damage: what ``find_damage`` found in the text.
    """
    pieces: list[str] = []
    at = 0
    for start, end in damage:
        pieces += (converted[at:start], text[start:end])
        at = end
    return "".join((*pieces, converted[at:])) if pieces else converted


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """The spans of a text around readings that lost their parenthesis, in order; they do not overlap.

    A stretch begins with the character that lost its reading, or half of itself, and ends with the shifted text.
    """
    text = text.replace("\ufffd", _LOST)
    at = 0
    for match in _EATEN.finditer(text):
        if match.start() < at or match[1].isascii() or not hosts_of(f"({match[1]})"):
            continue
        before = narrow(text[max(at, match.start() - _OPENING) : match.start()])
        before = before[before.rfind("\n") + 1 :]
        if before.rfind("(") > before.rfind(")"):
            continue
        start, end = match.start() - before[-1:].isalpha(), match.end()
        # Text that goes on as it should has no rare characters: 未?lái)一兩年嗎?
        while (shifted := _SHIFTED.match(text, end)) and _rare(shifted[1]):
            end = shifted.end()
        yield start, end
        at = end


def _rare(text: str) -> int:
    """How many characters of a text are Chinese and not among the 3,755 that are used most.

    Those are the first half of GB 2312, lead bytes B0 to D7.
    """
    return sum(each >= "\u4e00" and not 0xB0 <= each.encode("gb2312", "replace")[0] <= 0xD7 for each in t2s(text))


@cache
def signs() -> str:
    """Characters without which a text is not damaged, as the inside of a character class."""
    return _LOST + _first_characters()


def _first_characters() -> str:
    """The characters that a match of ``_marks`` can begin with, as the inside of a character class."""
    return "".join(first for first, _, _ in rows("damage.tsv"))


@cache
def _first() -> re.Pattern[str]:
    """One of the first characters of marks: a search for all patterns would take far longer.

    No mark but U+FFFD goes on with a small letter or a parenthesis, as the vowels of readings do.
    """
    return re.compile(rf"[{_first_characters()}](?:(?<=\ufffd)|(?![a-z)]))")


@cache
def _marks() -> re.Pattern[str]:
    """All patterns of ``damage.tsv`` in one."""
    return re.compile("|".join(f"(?:{pattern})" for _, pattern, _ in rows("damage.tsv")))
