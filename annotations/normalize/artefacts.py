"""Pinyin artefacts: readings that a site's conversion to Traditional left behind characters, 關(guān)于.

The *host* of a reading is the character directly before its parenthesis.  A parenthesised syllable is removed only if
both hold:

- It is a reading of its host.
- The host is a Traditional character, or at least three different characters of the page are hosts of a reading.

Real parentheses stay, ``规划(2018—2035年)`` and ``各部(室)``, and so does a gloss in a Simplified page, ``亳(bó)州``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, cached_property, lru_cache
from typing import Final

from annotations.lexicon.tables import readings
from annotations.normalize.draft import Draft, Edit
from annotations.normalize.script import traditional_only

ENOUGH_HOSTS: Final = 3
"""From this many different hosts on, readings of Simplified hosts are artefacts too, not glosses."""

_SEVERAL: Final = 12
"""So many readings nearly always have enough hosts, one of them Traditional."""

_MARKS = "\u0300\u0301\u0302\u0304\u0308\u030c"
LETTERS: Final = "a-zA-Z\u0261ÀÁÈÉÊÌÍÒÓÙÚÜàáèéêìíòóùúüĀāĒēĚěĪīŃńŇňŌōŪūǍǎǏǐǑǒǓǔǕ-ǜǸǹḾḿẾếỀề"
"""The letters of readings, as the inside of a character class; without combining tone marks."""
READING: Final = re.compile(rf"(\( ?[{LETTERS}][{LETTERS}{_MARKS}]{{0,9}} ?\))")
"""A parenthesised syllable by its shape, in a text after ``narrow``.

Its length is bounded, so that hostile text takes no longer than other text.  It begins with one fixed character, which
the regex engine finds several times faster than one of two.
"""

_EITHER: Final = re.compile(rf"[(（] ?[{LETTERS}][{LETTERS}{_MARKS}]{{0,9}} ?[)）]")
"""The same in a text before ``narrow``."""

_TONES = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿếề", "aaaaeeeeiiiioooouuuuüüüünnnmêê", _MARKS)


def narrow(text: str) -> str:
    """The text with ASCII parentheses in the place of full-width ones; its length stays the same."""
    return text.replace("（", "(").replace("）", ")")


def without_readings(text: str) -> str:
    """The text without parenthesised syllables, whatever stands before them.  It knows them by their shape alone."""
    if "（" not in text and "）" not in text:
        return READING.sub("", text)
    return _EITHER.sub("", text) if READING.search(narrow(text)) else text


class Artefacts:
    """Removes the artefacts of one page.

    Args:
        page: the whole raw text.  Hosts are counted in all of it, also in text that the normalized text leaves out.
    """

    def __init__(self, page: str) -> None:
        self._page = page

    def drop(self, draft: Draft) -> tuple[Draft, bool, bool]:
        """Remove the artefacts of a draft.  A host and its artefact become one atomic run.

        Args:
            draft: text of the page, or of a part of it.

        Returns:
            The new draft; whether it lost an artefact; whether one of them had a Traditional host.
        """
        edits = _readings(draft.text)
        if not edits:
            return draft, False, False
        # The first readings of a page that has many tell as much as all of them.
        hosts = {host for _, _, host in edits[:_SEVERAL]}
        if len(hosts) < ENOUGH_HOSTS or hosts.isdisjoint(traditional_only()):
            hosts = {host for _, _, host in edits}
        traditional = hosts & traditional_only()
        if len(hosts) >= ENOUGH_HOSTS:
            self._enough_hosts = True
        elif len(traditional) < len(hosts) and not self._enough_hosts:
            edits = [edit for edit in edits if edit[2] in traditional]
        return draft.contracted(edits), bool(edits), bool(traditional)

    @cached_property
    def _enough_hosts(self) -> bool:
        """Whether the page has so many different hosts that all readings in it are artefacts."""
        return len({host for _, _, host in _readings(self._page)}) >= ENOUGH_HOSTS


def _readings(text: str) -> list[Edit]:
    """For each host with one of its readings behind it the edit that leaves the host: ``(start, end, host)``."""
    if "(" not in text and "（" not in text:
        return []
    found: list[Edit] = []
    parts = iter(READING.split(narrow(text)))
    at = 0
    for before, reading in zip(parts, parts, strict=False):
        start = at + len(before)
        at = start + len(reading)
        if before and (host := before[-1]) in hosts_of(reading):
            found.append((start - 1, at, host))
    return found


@lru_cache(maxsize=4096)
def hosts_of(parenthesis: str) -> str:
    """The characters that have the syllable in ``parenthesis`` as a reading; empty when there are none.

    A syllable without a tone mark may have any tone, because a neutral tone has no mark.  With a capital it must have a
    mark: 劉(Liú) is a reading, 鈉(Na) is a chemical symbol.
    """
    plain = unicodedata.normalize("NFC", parenthesis[1:-1].strip()).replace("\u0261", "g")
    marked = plain.lower()
    if marked.translate(_TONES) != marked:
        return readings().get(marked, "")
    return _toneless().get(marked.replace("v", "ü"), "") if marked == plain else ""


@cache
def _toneless() -> dict[str, str]:
    """For each syllable without its tone mark the characters that have it as a reading, in any tone."""
    table: dict[str, str] = {}
    for syllable, hosts in readings().items():
        plain = syllable.translate(_TONES)
        table[plain] = table.get(plain, "") + hosts
    return table
