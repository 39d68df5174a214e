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


def alternatives(words: Iterable[str]) -> str:
    """The source of a pattern that matches one of ``words``, the longest that stands at a place."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """A compiled pattern as of ``alternatives``, grouped by first character, so that few words are tried at a place."""
    groups: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        groups.setdefault(word[0], []).append(re.escape(word[1:]))
    return re.compile("|".join(f"{re.escape(first)}(?:{'|'.join(rests)})" for first, rests in groups.items()))
