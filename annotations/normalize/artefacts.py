"""Pinyin artefacts: the readings that a site's own conversion to Traditional left behind its characters, 關(guān)于.

A parenthesised reading goes only if it is a reading of the character before it *and* the page shows the artefact: its
host is a Traditional character, or at least three different hosts of the page carry one.  So real parentheses stay,
``规划(2018—2035年)``, ``各部(室)``, and so does the gloss ``亳(bó)州`` of a Simplified page.
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
"""So many different hosts make an artefact of what could be a gloss."""

_MARKS = "\u0300\u0301\u0302\u0304\u0308\u030c"
_LETTERS = "a-zA-Z\u0261ÀÁÈÉÊÌÍÒÓÙÚÜàáèéêìíòóùúüĀāĒēĚěĪīŃńŇňŌōŪūǍǎǏǐǑǒǓǔǕ-ǜǸǹḾḿẾếỀề"
READING: Final = re.compile(rf"(\( ?[{_LETTERS}][{_LETTERS}{_MARKS}]{{0,9}} ?\))")
"""What has the shape of a parenthesised syllable, in a text whose parentheses are ``narrow``.

Bounded, so that hostile text costs no more than other text.  It begins with one character and no choice of two, which
is found several times faster.
"""

_TONES = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿếề", "aaaaeeeeiiiioooouuuuüüüünnnmêê", _MARKS)


def narrow(text: str) -> str:
    """The text with ASCII parentheses for full-width ones, as long as before."""
    return text.replace("（", "(").replace("）", ")")


class Artefacts:
    """The artefacts of one page.

    Args:
        page: the raw text, for evidence: what is left out of the normalized text shows an artefact just as well.
    """

    def __init__(self, page: str) -> None:
        self._page = page

    def drop(self, draft: Draft) -> tuple[Draft, bool, bool]:
        """The draft without its artefacts, each joined to its host as one character.

        Returns:
            The draft, whether there was an artefact, and whether one had a Traditional host.
        """
        going = _readings(draft.text)
        if not going:
            return draft, False, False
        hosts = {host for _, _, host in going}
        surely = hosts & traditional_only()
        if len(hosts) >= ENOUGH_HOSTS:
            self._shown = True
        elif len(surely) < len(hosts) and not self._shown:
            going = [each for each in going if each[2] in surely]
        return draft.edit(going), bool(going), bool(surely)

    @cached_property
    def _shown(self) -> bool:
        return len({host for _, _, host in _readings(self._page)}) >= ENOUGH_HOSTS


def _readings(text: str) -> list[Edit]:
    """``(start, end, host)`` of each host with its own reading behind it."""
    found: list[Edit] = []
    parts = READING.split(narrow(text))
    at = 0
    for before, reading in zip(parts[::2], parts[1::2], strict=False):
        start = at + len(before)
        at = start + len(reading)
        if before and (host := before[-1]) in hosts_of(reading):
            found.append((start - 1, at, host))
    return found


@lru_cache(maxsize=4096)
def hosts_of(parenthesis: str) -> str:
    """The characters that can be read as the syllable in ``parenthesis``.

    Neutral tones have no mark, so a syllable without one counts with any tone, unless it has a capital: 鈉(Na) is a
    chemical symbol, 劉(Liú) is a reading.
    """
    plain = unicodedata.normalize("NFC", parenthesis[1:-1].strip()).replace("\u0261", "g")
    marked = plain.lower()
    if marked.translate(_TONES) != marked:
        return readings().get(marked, "")
    return _toneless().get(marked.replace("v", "ü"), "") if marked == plain else ""


@cache
def _toneless() -> dict[str, str]:
    """The hosts of each syllable in any tone."""
    table: dict[str, str] = {}
    for syllable, hosts in readings().items():
        plain = syllable.translate(_TONES)
        table[plain] = table.get(plain, "") + hosts
    return table
