"""Makes regular expressions of words, and compiles expressions when they are first needed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache


@cache
def pattern(source: str) -> re.Pattern[str]:
    """The compiled pattern of ``source``, cached.

    A module keeps the source and asks here: compiling all patterns on import would take too long.
    """
    return re.compile(source)


class Upcoming:
    """Where a pattern may match in a text: for stretches that are asked for from left to right it costs one search.

    Args:
        form: the pattern; it asks for nothing that must not follow, so that no end of a stretch makes a match.
        text: the text.
    """

    __slots__ = ("_at", "_form", "_low", "_text")

    def __init__(self, form: re.Pattern[str], text: str) -> None:
        self._form = form
        self._text = text
        self._low = 0
        self._at = -1
        """No match begins in ``[_low, _at)``, and the next one begins at ``_at``."""

    def begins_in(self, start: int, end: int) -> bool:
        """Whether a match begins in ``text[start:end]``; it may end behind it."""
        if not self._low <= start <= self._at:
            found = self._form.search(self._text, start)
            self._low, self._at = start, len(self._text) if found is None else found.start()
        return self._at < end


def alternatives(words: Iterable[str]) -> str:
    """The source of a pattern that matches one of ``words``, the longest that stands at a place."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """A compiled pattern as of ``alternatives``, grouped by first character, so that few words are tried at a place."""
    groups: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        groups.setdefault(word[0], []).append(re.escape(word[1:]))
    return re.compile("|".join(f"{re.escape(first)}(?:{'|'.join(rests)})" for first, rests in groups.items()))
