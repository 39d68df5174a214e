"""Looks up the words of ``obligations.tsv``: how commands, aims and reports begin, and what else they say.

Suggesters and readers ask here, so that a verb that commands is one for both.
"""

from __future__ import annotations

import re

from annotations.lexicon.lists import Lexicon, derived
from annotations.lexicon.patterns import any_of


def starts(lexicon: Lexicon, kind: str, text: str, at: int) -> bool:
    """Whether a word of one kind in ``obligations.tsv`` stands at ``at``, in code points of ``text``."""
    # This is faster than a pattern, which would try hundreds of words one by one.
    words = _by_first(lexicon, kind).get(text[at : at + 1])
    return words is not None and text.startswith(words, at)


def opens_action(lexicon: Lexicon, text: str, at: int) -> bool:
    """Whether a command, or what says by what or with what it is to be met, stands at ``at``."""
    words = _by_first(lexicon, "imperative", "preface").get(text[at : at + 1])
    return words is not None and text.startswith(words, at)


@derived
def _by_first(lexicon: Lexicon, *kinds: str) -> dict[str, tuple[str, ...]]:
    """The words of some kinds by their first character."""
    found: dict[str, list[str]] = {}
    for word in sorted({word for kind in kinds for word in obligation_words(lexicon, kind)}):
        found.setdefault(word[0], []).append(word)
    return {first: tuple(words) for first, words in found.items()}


@derived
def obligation_pattern(lexicon: Lexicon, kind: str) -> re.Pattern[str]:
    """A pattern for the words of one kind in ``obligations.tsv``."""
    return any_of(obligation_words(lexicon, kind))


@derived
def obligation_words(lexicon: Lexicon, kind: str) -> frozenset[str]:
    """The words of one kind in ``obligations.tsv``."""
    return frozenset(lexicon.words("obligations.tsv", kind))
