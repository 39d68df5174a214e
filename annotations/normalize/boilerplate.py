"""Boilerplate: lines that a site puts around a notice, as rules recognise them one line at a time.

The rules are the table ``annotations/data/boilerplate.tsv``, each with its reason.  To support a new site, add rules
there.  Most lines of a page match no rule, so each rule has a *sign*: characters or words without which a line cannot
match.  A pattern is compiled and tried only on lines that show its sign.
"""

from __future__ import annotations

import re
from functools import cache, cached_property, lru_cache
from typing import Final

from annotations.lexicon.patterns import any_of
from annotations.lexicon.tables import rows

_LONGEST_LINE: Final = 60
"""The longest line, in folded code points, that rules of most lists match."""

_LONGEST_NOTICE: Final = 400
"""The longest line, in folded code points, that rules of the lists ``notice`` and ``footer`` match."""

_ICONS: Final = "".join(map(chr, range(0xE000, 0xF900)))
"""Private use characters, which sites use for icons of their own fonts."""

_FIRST_ICON: Final = _ICONS[0]

_AROUND: Final = ":|>»›·"
"""What may stand around a line that a rule gives word for word."""

_LISTS: Final = ("inline", "section", "links", "footer", "line", "notice")
"""The lists of rules, in the order in which they are tried."""

_LONGER: Final = ("footer", "notice")
"""The lists whose rules match longer lines too."""

ENDS: Final = ("section", "links", "footer")
"""The lists whose lines end the body of a page, if less text stands behind them than before them."""


class _Rule:
    """A rule with a pattern.

    Args:
        name: the list of the rule.
        pattern: the regular expression that the whole line must match.
        sign: the fourth column of the table, without which a line cannot match.
    """

    def __init__(self, name: str, pattern: str, sign: str) -> None:
        self.name = name
        self.sign = sign
        self._pattern = pattern

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The compiled pattern.  Its groups do not capture, which is twice as fast."""
        return re.compile(re.sub(_GROUP, lambda match: match[1] or "(?:", self._pattern))


_GROUP: Final = r"(\\.|\[\^?(?:\\.|[^\]\\])*\])|\((?!\?)"
"""The parenthesis that opens a capturing group; group 1 is an escape or a set of characters, which stays as it is."""


def boilerplate(key: str) -> str:
    """The list of the rule that matches a line; empty when no rule matches.

    Args:
        key: the folded line without spaces; not empty.
    """
    if key[0] >= _FIRST_ICON and key[0] in _ICONS:
        key = key.strip(_ICONS)
        if not key:
            return "inline"
    return list_of(key) if len(key) <= _LONGEST_NOTICE else ""


@lru_cache(maxsize=2048)
def list_of(key: str) -> str:
    """As ``boilerplate``, for a line that is not too long; cached, because a site puts the same lines on all pages."""
    if len(key) <= _LONGEST_LINE:
        name = _words().get(key if key[-1] not in _AROUND else key.strip(_AROUND))
        if name:
            return name
        by_first, words, by_word = _signs()
    else:
        by_first, words, by_word = _signs_of_longer()
    candidates = by_first.get(key[0], ())
    for word in words.findall(key):
        candidates += by_word[word]
    if candidates:
        rules = _rules()
        for number in sorted({*candidates}) if len(candidates) > 1 else candidates:
            rule = rules[number]
            if rule.pattern.fullmatch(key):
                return rule.name
    return ""


@cache
def _words() -> dict[str, str]:
    """The lines that rules give word for word, each with the list of its rule."""
    return {
        word: name
        for each in _LISTS
        for name, form, words, _, _ in rows("boilerplate.tsv")
        if (name, form) == (each, "is")
        for word in words.split(" ")
    }


@cache
def _rules() -> list[_Rule]:
    """The rules with a pattern, in the order in which they are tried; a rule's number is its index."""
    return [
        _Rule(name, pattern, sign)
        for each in _LISTS
        for name, form, pattern, sign, _ in rows("boilerplate.tsv")
        if (name, form) == (each, "like")
    ]


_Signs = tuple[dict[str, tuple[int, ...]], re.Pattern[str], dict[str, tuple[int, ...]]]


@cache
def _signs() -> _Signs:
    """The signs of all rules, as ``_signs_of`` gives them."""
    return _signs_of(_LISTS)


@cache
def _signs_of_longer() -> _Signs:
    """The signs of the rules that match longer lines."""
    return _signs_of(_LONGER)


def _signs_of(lists: tuple[str, ...]) -> _Signs:
    """The signs of the rules of some lists, for look-up.

    Returns:
        The numbers of the rules by the first character of a line; a pattern for all words that are signs; the numbers
        of the rules by such a word.
    """
    by_first: dict[str, tuple[int, ...]] = {}
    by_word: dict[str, tuple[int, ...]] = {}
    for number, rule in enumerate(_rules()):
        if rule.name not in lists:
            continue
        if rule.sign[0] == "^":
            for character in rule.sign[1:]:
                by_first[character] = (*by_first.get(character, ()), number)
        else:
            for word in rule.sign.split(" "):
                by_word[word] = (*by_word.get(word, ()), number)
    return by_first, any_of(by_word), by_word
