"""Boilerplate, what a site puts around a notice: the lines that rules name, whatever stands beside them.

The rules are data with a reason each, ``annotations/data/boilerplate.tsv``; to teach zhupi a new site, add one there.
A page has many lines and few that a rule names, so a rule is asked, and compiled, only where a line shows its sign.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import Final

from annotations.lexicon.patterns import any_of
from annotations.lexicon.tables import rows

_LONGEST_LINE: Final = 60
_LONGEST_NOTICE: Final = 400
"""Longer lines are not asked: for a line of boilerplate, for a notice of the site; in folded characters."""

_LISTS: Final = ("inline", "section", "line", "notice")
"""The lists of rules, in the order in which they are asked; only the last is for longer lines."""


class _Rule:
    """A rule with a pattern, in the list ``name``; a line that does not show ``sign`` does not match it."""

    def __init__(self, name: str, pattern: str, sign: str) -> None:
        self.name = name
        self.sign = sign
        self._pattern = pattern

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The pattern with groups that capture nothing: twice as fast, but tiresome to write in the rules."""
        return re.compile(re.sub(_CAPTURE, lambda match: match[1] or "(?:", self._pattern))


_CAPTURE: Final = r"(\\.|\[\^?(?:\\.|[^\]\\])*\])|\((?!\?)"


def boilerplate(key: str) -> str:
    """Which list of rules names this line; empty when none does."""
    if len(key) > _LONGEST_NOTICE:
        return ""
    short = len(key) <= _LONGEST_LINE
    if short:
        name = _words().get(key)
        if name:
            return name
    beginnings, words, holds = _signs(longer=not short)
    asked = beginnings.get(key[0], ())
    for word in words.findall(key):
        asked += holds[word]
    for number in sorted({*asked}) if len(asked) > 1 else asked:
        rule = _rules()[number]
        if rule.pattern.fullmatch(key):
            return rule.name
    return ""


@cache
def _words() -> dict[str, str]:
    """The lines that rules give word for word, with their list."""
    return {
        word: name
        for asked in _LISTS
        for name, form, words, _, _ in rows("boilerplate.tsv")
        if (name, form) == (asked, "is")
        for word in words.split(" ")
    }


@cache
def _rules() -> list[_Rule]:
    """The rules with a pattern, in the order in which they are asked."""
    return [
        _Rule(name, pattern, sign)
        for asked in _LISTS
        for name, form, pattern, sign, _ in rows("boilerplate.tsv")
        if (name, form) == (asked, "like")
    ]


@cache
def _signs(*, longer: bool) -> tuple[dict[str, tuple[int, ...]], re.Pattern[str], dict[str, tuple[int, ...]]]:
    """The rules, by number, of each character that a line can begin with; any word that it can hold, and its rules.

    Args:
        longer: only the rules for lines that are longer than boilerplate is.
    """
    beginnings: dict[str, tuple[int, ...]] = {}
    holds: dict[str, tuple[int, ...]] = {}
    for number, rule in enumerate(_rules()):
        if longer and rule.name != _LISTS[-1]:
            continue
        if rule.sign[0] == "^":
            for character in rule.sign[1:]:
                beginnings[character] = (*beginnings.get(character, ()), number)
        else:
            for word in rule.sign.split(" "):
                holds[word] = (*holds.get(word, ()), number)
    return beginnings, any_of(holds), holds
