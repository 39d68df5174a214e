"""The script of a text, Traditional or Simplified, and the conversion from the one to the other.

``convert`` applies OpenCC's ``t2s`` tables with lists of our own for what they leave wrong (``script.tsv``): variants
of Hong Kong and Taiwan, words that ``t2s`` leaves, names that it damages.  The tables ship with zhupi, and
``scripts/make_t2s.py`` writes those of ``t2s``; no installed package is read.  ``t2s`` gives the same text as
``OpenCC("t2s").convert`` of opencc-python-reimplemented and is some thirty times faster.

No entry changes the length of a text, so the conversion maps 1:1.  It is never ``tw2sp``, which replaces mainland
words, 建立 → 创建.  It must never be applied to a Simplified page: 乾县 and 毕昇 would become 干县 and 毕升.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final

from annotations.lexicon.patterns import any_of, pattern
from annotations.lexicon.tables import rows
from annotations.normalize.given import given_names

_QIAN: Final = "乾"
"""``t2s`` makes 干 of it, which is right where it is gān, dry, and wrong where it is qián, as in names."""

_List = tuple[str, re.Pattern[str], dict[str, str]]
"""A list of our own: the character that its entries have, a pattern for them, and what each becomes."""

Patch = tuple[int, int, str]
"""``(start, end, replacement)``, where the replacement is as long as the text that it replaces; in code points."""

_PLANE: Final = 0x10000
"""The number of code points of the Basic Multilingual Plane, which are those below this number."""

_SUPPLEMENTARY: Final = f"[{chr(_PLANE)}-{chr(sys.maxunicode)}]"
"""A character beyond the Basic Multilingual Plane."""


@cache
def t2s_characters() -> dict[str, str]:
    """What ``t2s`` makes of each character in its tables."""
    table: dict[str, str] = {}
    for kind, characters, become in rows("t2s.tsv"):
        if kind == "character":
            table.update(zip(characters, become, strict=True))
    return table


@cache
def t2s_phrases() -> dict[str, str]:
    """What ``t2s`` makes of each phrase in its tables."""
    return {phrase: becomes for kind, phrase, becomes in rows("t2s.tsv") if kind == "phrase"}


@cache
def translation_table() -> list[int]:
    """What ``t2s`` makes of each character of the Basic Multilingual Plane, for ``str.translate``.

    It is a list that has every character: ``str.translate`` reads a list faster than a dict, and a character that is
    missing takes it twice as long as one that is there.
    """
    table = list(range(_PLANE))
    for character, becomes in t2s_characters().items():
        if ord(character) < _PLANE:
            table[ord(character)] = ord(becomes)
    return table


@cache
def traditional_only() -> frozenset[str]:
    """The characters that only Traditional text uses."""
    return _only("traditional")


@cache
def simplified_only() -> frozenset[str]:
    """The characters that only Simplified text uses."""
    return _only("simplified")


def _only(script: str) -> frozenset[str]:
    """The characters that only ``traditional`` or only ``simplified`` text uses."""
    return frozenset("".join(each for name, each in rows("one_script.tsv") if name == script))


def t2s(text: str) -> str:
    """The text that ``OpenCC("t2s").convert`` gives; its length stays the same."""
    return _with_phrases(text, text.translate(translation_table()))


def convert(text: str, known: Mapping[str, str] | None = None) -> str:
    """A Traditional text in Simplified, by ``t2s`` and our own lists; its length stays the same.

    Each list is searched only where its character stands in the text, which is seldom.

    Args:
        text: a text.
        known: lines with what ``convert_characters`` makes of them, which is most of the work.
    """
    if known:
        lines = [known[line] if line in known else convert_characters(line) for line in text.split("\n")]
        converted = _with_phrases(text, "\n".join(lines))
    else:
        converted = _with_phrases(text, convert_characters(text))
    for character, form, names in _names():
        if character in text:
            converted = _patched(converted, ((*match.span(), names[match[0]]) for match in form.finditer(text)))
    if _QIAN in text:
        converted = _patched(converted, ((at, at + 1, _QIAN) for at in given_names(text, converted)))
    for character, form, words in _words():
        if character in converted:
            converted = form.sub(lambda match, words=words: words[match[0]], converted)  # type: ignore[misc]
    return converted


def convert_characters(text: str) -> str:
    """A text with the Traditional characters of the Basic Multilingual Plane converted, each by itself."""
    return text.translate(_table_with_variants())


def _with_phrases(text: str, converted: str) -> str:
    """The converted text with what single characters of the Basic Multilingual Plane do not tell.

    Args:
        text: a text.
        converted: the same text with its characters converted by a table.
    """
    # Such a character takes two units of UTF-16.  To encode the text is many times as fast as to search it.
    if len(text.encode("utf-16-le", "surrogatepass")) > 2 * len(text):
        converted = _patched(converted, _supplementary_in(text))
    return _patched(converted, _phrases_in(text))


def judge(text: str, *, artefact: bool) -> tuple[bool, bool]:
    """Tell which script a text has.

    Args:
        text: the text, after its artefacts were removed.
        artefact: whether one of them had a Traditional host; this decides when the text has as many characters of the
            one script as of the other.

    Returns:
        Whether the text is Traditional; whether it is mixed.
    """
    traditional, simplified = count_scripts(text)
    mixed = min(traditional, simplified) * MIXED > max(traditional, simplified)
    return traditional > simplified or (traditional == simplified > 0 and artefact), mixed


MIXED: Final = 10
"""A text is mixed when its rarer script has more than a tenth as many characters as the other."""

SAMPLE: Final = 128
"""About how many characters of a longer text are counted at first."""

SURE: Final = 20
"""The counts of the sample are used when one script has at least so many times as many characters as the other."""


def count_scripts(text: str) -> tuple[int, int]:
    """Count characters as ``count_characters``, of a sample of the text where that is enough to tell its script.

    Most pages are of one script, and a sample shows that.  For all others the counts are those of the whole text.
    """
    if len(text) <= SAMPLE and traditional_only().isdisjoint(text):
        return 0, 0
    if len(text) > SAMPLE:
        counts = count_characters(text[:: len(text) // SAMPLE])
        if max(counts) >= SURE * max(1, min(counts)):
            return counts
    return count_characters(text)


def count_characters(text: str) -> tuple[int, int]:
    """The number of characters that only Traditional text uses, and of those that only Simplified text uses."""
    marks = text.translate(_scripts())
    both = marks.count("B")
    traditional, simplified = marks.count("T") + both, marks.count("S") + both
    if not marks.isascii():
        for character in {*marks} - {*"TSB "}:  # supplementary characters, which have no mark
            traditional += marks.count(character) if character in traditional_only() else 0
            simplified += marks.count(character) if character in simplified_only() else 0
    return traditional, simplified


@cache
def _scripts() -> list[str]:
    """A mark for each character of the Basic Multilingual Plane, for ``str.translate``.

    ``T`` is a character that only Traditional text uses, ``S`` one that only Simplified text uses, ``B`` one that is in
    both lists, a space any other.
    """
    table = [" "] * _PLANE
    for mark, characters_of in (("S", simplified_only()), ("T", traditional_only())):
        for character in characters_of:
            if ord(character) < _PLANE:
                table[ord(character)] = mark if table[ord(character)] == " " else "B"
    return table


def _patched(text: str, patches: Iterable[Patch]) -> str:
    """The text with patches applied, which are sorted and do not overlap."""
    pieces: list[str] = []
    at = 0
    for start, end, value in patches:
        pieces += (text[at:start], value)
        at = end
    return "".join((*pieces, text[at:])) if pieces else text


def _supplementary_in(text: str) -> Iterator[Patch]:
    """The patches for supplementary characters, which the table for ``str.translate`` does not have."""
    known = t2s_characters()
    for match in pattern(_SUPPLEMENTARY).finditer(text):
        yield *match.span(), known.get(match[0], match[0])


def _phrases_in(text: str) -> Iterator[Patch]:
    """The patches for the phrases of ``t2s`` in a text.

    Of overlapping phrases OpenCC takes the longest first, wherever it stands, then the longest in what is left on
    either side.  So all phrases of a cluster, each of which overlaps the next, are resolved together.
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
    """The span of every phrase in a text, in no order; each phrase is found by its anchor (``_anchors``)."""
    anchors, phrases = _anchors()
    for match in anchors.finditer(text):
        at = match.start()
        for phrase, offset in phrases[match[0]]:
            if text.startswith(phrase, at - offset) and at >= offset:
                yield at - offset, at - offset + len(phrase)


def _resolved(text: str, found: list[tuple[int, int]]) -> list[Patch]:
    """The patches for a cluster of overlapping phrases: the longest counts first, of equally long ones the leftmost.

    Args:
        text: the whole text.
        found: the spans of the phrases, sorted.
    """
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
    """The characters by which phrases are found.

    An anchor is a character that becomes another one in some phrase than it becomes alone.  A phrase is found by its
    first anchor.  A few phrases have no anchor and are not searched: they become what their characters become alone,
    and no phrase with an anchor overlaps them.

    Returns:
        A pattern for all anchors; for each anchor the phrases that are found by it, with its offset in the phrase.
    """
    anchors = {
        character
        for phrase, value in t2s_phrases().items()
        if (alone := phrase.translate(translation_table())) != value
        for character, before, becomes in zip(phrase, alone, value, strict=True)
        if before != becomes
    }
    phrases: dict[str, list[tuple[str, int]]] = {character: [] for character in anchors}
    for phrase in t2s_phrases():
        offset = next((index for index, character in enumerate(phrase) if character in anchors), None)
        if offset is not None:
            phrases[phrase[offset]].append((phrase, offset))
    return re.compile(f"[{''.join(sorted(anchors))}]"), phrases


@cache
def _table_with_variants() -> list[int]:
    """As ``translation_table``, with the variants of our own list."""
    table = translation_table().copy()
    for character, becomes in variants().items():
        table[ord(character)] = ord(becomes)
    return table


@cache
def variants() -> dict[str, str]:
    """What our own list makes of variants of characters that ``t2s`` does not know, 衞 of Hong Kong."""
    table: dict[str, str] = {}
    for kind, characters, become, _ in rows("script.tsv"):
        if kind == "variant":
            table.update(zip(characters, become, strict=True))
    return table


@cache
def _names() -> tuple[_List, ...]:
    """The names of our own list, as they stand in a page, by the character that ``t2s`` should have left."""
    known = t2s_characters()
    lists: dict[str, dict[str, str]] = {}
    for kind, stands, becomes, _ in rows("script.tsv"):
        if kind == "name":
            stays = next(one for one, other in zip(stands, becomes, strict=True) if known.get(one, one) != other)
            lists.setdefault(stays, {})[stands] = becomes
    return tuple((character, any_of(entries), entries) for character, entries in lists.items())


@cache
def _words() -> tuple[_List, ...]:
    """The words of our own lists, as ``t2s`` gives them; a list has the character that its words have for its name."""
    lists: dict[str, dict[str, str]] = {}
    for kind, stands, becomes, _ in rows("script.tsv"):
        if len(kind) == 1:
            lists.setdefault(kind, {})[stands] = becomes
    return tuple((character, any_of(entries), entries) for character, entries in lists.items())
