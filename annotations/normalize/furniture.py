"""Site furniture: the lines that rules name, whatever stands around them.

The rules are data with a reason each, ``annotations/data/regions.toml``; to teach zhupi a new site, add one there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from annotations.normalize.tables import rules

_LONGEST_LINE: Final = 60
_LONGEST_NOTICE: Final = 400
"""Longer lines are not asked: for a line of furniture, for a notice of the site; in folded characters."""


def furniture(key: str) -> str:
    """Which list of rules names this line; empty when none does."""
    if len(key) > _LONGEST_NOTICE:
        return ""
    if len(key) <= _LONGEST_LINE:
        name = _words().get(key)
        if name:
            return name
        match = _rules("inline", "section", "line").fullmatch(key)
        if match:
            return match.lastgroup or ""
    return "notice" if _rules("notice").fullmatch(key) else ""


@cache
def _words() -> dict[str, str]:
    """The lines that rules give word for word, with their list."""
    return {word: name for name, entry in _entries() for word in entry.get("words", ())}


@cache
def _rules(*names: str) -> re.Pattern[str]:
    """The patterns of some lists as one; the group that matched is the list."""
    lists: dict[str, list[str]] = {name: [] for name in names}
    for name, entry in _entries():
        if name in lists and "pattern" in entry:
            lists[name].append(f"(?:{_CAPTURE.sub(_uncaptured, entry['pattern'])})")
    return re.compile("|".join(f"(?P<{name}>{'|'.join(patterns)})" for name, patterns in lists.items()))


def _entries() -> Iterator[tuple[str, dict[str, Any]]]:
    for name in ("inline", "section", "line", "notice"):
        for entry in rules("regions.toml")[name]:
            yield name, entry


_CAPTURE: Final = re.compile(r"(\\.|\[\^?(?:\\.|[^\]\\])*\])|\((?!\?)")


def _uncaptured(match: re.Match[str]) -> str:
    """A group that captures nothing: what the rules need, and twice as fast, but tiresome to write in them."""
    return match[1] or "(?:"
