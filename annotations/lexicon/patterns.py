"""How words become patterns, and when patterns are compiled: for the rules of normalization, readers and suggesters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache


@cache
def pattern(source: str) -> re.Pattern[str]:
    """The pattern of a source, compiled when first needed: all of them together take longer than an import may."""
    return re.compile(source)


def alternatives(words: Iterable[str]) -> str:
    """The source of a pattern for the longest of ``words`` at a place."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern for the longest of ``words`` at a place, grouped by first character so that few are tried."""
    groups: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        groups.setdefault(word[0], []).append(re.escape(word[1:]))
    return re.compile("|".join(f"{re.escape(first)}(?:{'|'.join(rests)})" for first, rests in groups.items()))
