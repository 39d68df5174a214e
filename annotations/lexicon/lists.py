"""The word lists of readers and suggesters as a value: the tables that ship, and the words that a project adds to them.

A label set has its lexicon, a page and a passage know theirs, and whoever reads hands it on.  There is none that counts
for the whole process: two databases in one process, or two threads, must never see each other's words.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, ParamSpec, TypeVar

import msgspec

from annotations.lexicon import tables
from annotations.lexicon.words import WordList

_P = ParamSpec("_P")
_R = TypeVar("_R")


def derived(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Keeps what a function makes of a lexicon, for the lexicons and arguments that were asked for last."""
    return lru_cache(maxsize=64)(function)  # type: ignore[return-value]  # it takes what the function takes


class Lexicon(msgspec.Struct, frozen=True, cache_hash=True):
    """The lists that ship and ``added``, the words of one project.

    It is hashed whenever something that is ``derived`` from it is asked for, so it keeps its hash.
    """

    added: tuple[WordList, ...] = ()

    def rows(self, name: str) -> tables.Rows:
        """The rows of a list, by column, and those that the project adds; without blank lines and comments.

        Args:
            name: the list's file in ``annotations/data``.
        """
        return _rows(self, name)

    def words(self, name: str, *kinds: str) -> tuple[str, ...]:
        """The words of some kinds in a list, in the order of its rows; it has the columns kind, words and reason."""
        return _words(self, name, kinds)


SHIPPED: Final = Lexicon()
"""The lists as they ship."""


@lru_cache(maxsize=16)
def lexicon_of(words: tuple[WordList, ...]) -> Lexicon:
    """The lexicon with these words of a project; the same one for the same words, so that it is hashed once."""
    return Lexicon(words) if words else SHIPPED


@derived
def _rows(lexicon: Lexicon, name: str) -> tables.Rows:
    added = ((each.kind, " ".join(each.words), each.reason) for each in lexicon.added if f"{each.list}.tsv" == name)
    return (*tables.rows(name), *added)


@lru_cache(maxsize=256)
def _words(lexicon: Lexicon, name: str, kinds: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for kind, words, _ in lexicon.rows(name) if kind in kinds for word in words.split(" "))
