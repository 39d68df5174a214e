"""Traditional to Simplified, by OpenCC's ``t2s`` tables, and own lists for what they leave.

The tables ship with zhupi (``scripts/make_t2s.py`` writes them); no installed package is read.  ``t2s`` equals
``OpenCC("t2s").convert`` of opencc-python-reimplemented to the character and is some thirty times faster.  No entry
changes the length of a text, so the step maps 1:1.  Never ``tw2sp``: it rewrites mainland words, 建立 → 创建.  And never
a page that is Simplified already: 乾县 and 毕昇 would become 干县 and 毕升.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from annotations.lexicon.patterns import any_of
from annotations.lexicon.tables import rows

_ZHU: Final = "著"
"""t2s leaves it wherever it stands, though in most words it is 着 now."""

Patch = tuple[int, int, str]


_PLANE: Final = 0x10000
"""Characters below are of the first plane."""

_BEYOND: Final = re.compile(f"[{chr(_PLANE)}-{chr(sys.maxunicode)}]")


@cache
def t2s_characters() -> dict[str, str]:
    """What ``t2s`` makes of each character that it changes."""
    table: dict[str, str] = {}
    for kind, characters_of_row, become in rows("t2s.tsv"):
        if kind == "character":
            table.update(zip(characters_of_row, become, strict=True))
    return table


@cache
def t2s_phrases() -> dict[str, str]:
    """What ``t2s`` makes of each phrase that it knows; as long as the phrase."""
    return {phrase: becomes for kind, phrase, becomes in rows("t2s.tsv") if kind == "phrase"}


@cache
def characters() -> list[int]:
    """What ``t2s`` makes of each character of the first plane, for ``str.translate``; one for one.

    A list with every character: ``translate`` reads it faster than a dict, and to miss one costs it twice a hit.
    """
    table = list(range(_PLANE))
    for character, becomes in t2s_characters().items():
        if ord(character) < _PLANE:
            table[ord(character)] = ord(becomes)
    return table


@cache
def traditional_only() -> frozenset[str]:
    """Characters that Simplified text does not use."""
    return _only("traditional")


@cache
def simplified_only() -> frozenset[str]:
    """Characters that Traditional text does not use."""
    return _only("simplified")


def _only(script: str) -> frozenset[str]:
    return frozenset("".join(each for name, each in rows("one_script.tsv") if name == script))


def t2s(text: str) -> str:
    """The text as ``OpenCC("t2s").convert`` gives it, as long as it was."""
    converted = text.translate(characters())
    if _BEYOND.search(text):
        converted = _patched(converted, _beyond_in(text))
    return _patched(converted, _phrases_in(text))


def convert(text: str) -> str:
    """Traditional text in Simplified: ``t2s``, then the own lists.  As long as it was."""
    converted = t2s(text)
    pattern, names = _own("name")
    converted = _patched(converted, ((*match.span(), names[match[0]]) for match in pattern.finditer(text)))
    if _ZHU in converted:
        pattern, words = _own("word")
        converted = pattern.sub(lambda match: words[match[0]], converted)
    return converted


def judge(text: str, *, artefact: bool) -> tuple[bool, bool]:
    """Whether a text is Traditional, and whether it is mixed.

    Args:
        text: the text without artefacts.
        artefact: whether an artefact with a Traditional host was in it, which decides a tie.
    """
    traditional, simplified = count_scripts(text)
    mixed = min(traditional, simplified) * MIXED > max(traditional, simplified)
    return traditional > simplified or (traditional == simplified > 0 and artefact), mixed


MIXED: Final = 10
"""A page is mixed when the rarer script has more than a tenth of what the other has."""

SAMPLE: Final = 128
SURE: Final = 20
"""A sample of some 128 characters decides when it holds this many times more of one script than of the other."""


def count_scripts(text: str) -> tuple[int, int]:
    """As ``count_characters``, or those of a sample that decides.

    Pages are nearly always of one script, and then a sample tells; counts are exact in any other.
    """
    if len(text) <= SAMPLE and traditional_only().isdisjoint(text):
        return 0, 0
    if len(text) > SAMPLE:
        counts = count_characters(text[:: len(text) // SAMPLE])
        if max(counts) >= SURE * max(1, min(counts)):
            return counts
    return count_characters(text)


def count_characters(text: str) -> tuple[int, int]:
    """How many characters of a text are Traditional only, and how many Simplified only."""
    marks = text.translate(_scripts())
    both = marks.count("B")
    traditional, simplified = marks.count("T") + both, marks.count("S") + both
    if not marks.isascii():
        for character in {*marks} - {*"TSB "}:  # beyond the first plane, where there are no marks
            traditional += marks.count(character) if character in traditional_only() else 0
            simplified += marks.count(character) if character in simplified_only() else 0
    return traditional, simplified


@cache
def _scripts() -> list[str]:
    """A mark for each character of the first plane: T Traditional only, S Simplified only, B both (OpenCC says so)."""
    table = [" "] * _PLANE
    for mark, characters_of in (("S", simplified_only()), ("T", traditional_only())):
        for character in characters_of:
            if ord(character) < _PLANE:
                table[ord(character)] = mark if table[ord(character)] == " " else "B"
    return table


def _patched(text: str, patches: Iterable[Patch]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end, value in patches:
        pieces += (text[at:start], value)
        at = end
    return "".join((*pieces, text[at:])) if pieces else text


def _beyond_in(text: str) -> Iterator[Patch]:
    """The characters beyond the first plane, which ``characters`` has no room for, and what they become."""
    known = t2s_characters()
    for match in _BEYOND.finditer(text):
        yield *match.span(), known.get(match[0], match[0])


def _phrases_in(text: str) -> Iterator[Patch]:
    """The phrases of t2s in ``text`` and what they become.

    OpenCC takes the longest phrase first, wherever it stands, and then looks at what is left on either side; so where
    phrases overlap, the whole cluster has to be resolved at once.
    """
    found = sorted(_occurrences(text))
    index = 0
    while index < len(found):
        start, end = found[index]
        first = index
        index += 1
        while index < len(found) and found[index][0] < end:
            end = max(end, found[index][1])
            index += 1
        if index == first + 1:
            yield start, end, t2s_phrases()[text[start:end]]
        else:
            yield from _resolved(text, found[first:index])


def _occurrences(text: str) -> Iterator[tuple[int, int]]:
    """Every place where a phrase stands, found by the one character of it that is rarest in a text."""
    pattern, phrases = _anchors()
    for match in pattern.finditer(text):
        at = match.start()
        for phrase, offset in phrases[match[0]]:
            if text.startswith(phrase, at - offset) and at >= offset:
                yield at - offset, at - offset + len(phrase)


def _resolved(text: str, found: list[tuple[int, int]]) -> list[Patch]:
    """Which of phrases that overlap are taken: the longest, then the leftmost."""
    origin = found[0][0]
    taken = bytearray(found[-1][0] - origin + max(map(len, t2s_phrases())))
    patches = []
    for start, end in sorted(found, key=lambda span: (span[0] - span[1], span[0])):
        if not any(taken[start - origin : end - origin]):
            taken[start - origin : end - origin] = b"\1" * (end - start)
            patches.append((start, end, t2s_phrases()[text[start:end]]))
    return sorted(patches)


@cache
def _anchors() -> tuple[re.Pattern[str], dict[str, list[tuple[str, int]]]]:
    """A pattern for the characters to look for, and the phrases that each may stand in, with its offset there.

    They are those that become something else in a phrase than alone.  A few phrases have none: they change nothing, and
    no phrase that does overlaps them (the tests try every pair).
    """
    telling = {
        character
        for phrase, value in t2s_phrases().items()
        if (alone := phrase.translate(characters())) != value
        for character, before, becomes in zip(phrase, alone, value, strict=True)
        if before != becomes
    }
    phrases: dict[str, list[tuple[str, int]]] = {character: [] for character in telling}
    for phrase in t2s_phrases():
        offset = next((index for index, character in enumerate(phrase) if character in telling), None)
        if offset is not None:
            phrases[phrase[offset]].append((phrase, offset))
    return re.compile(f"[{''.join(sorted(telling))}]"), phrases


@cache
def _own(kind: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """One of the own lists: a pattern for its entries, and what they become."""
    entries = {stands: becomes for name, stands, becomes, _ in rows("script.tsv") if name == kind}
    return any_of(entries), entries
