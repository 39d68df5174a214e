"""The word lists of readers and suggesters as a value: the tables that ship, with the words that a project adds.

The lexicon of a project belongs to its label set, and every function that reads words takes a lexicon as an argument.
No lexicon is global to the process: two databases in one process, or two threads, must never see each other's words.
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
    """Caches a function of a lexicon: its results for the 64 lexicons and further arguments that were used last."""
    return lru_cache(maxsize=64)(function)  # type: ignore[return-value]  # it takes what the function takes


class Lexicon(msgspec.Struct, frozen=True, cache_hash=True):
    """The lists that ship, and in ``added`` the words of one project.

    Its hash is computed once: every call of a ``derived`` function looks the lexicon up in a cache.
    """

    added: tuple[WordList, ...] = ()

    def rows(self, name: str) -> tables.Rows:
        """The rows of a list, those that the project adds last; blank lines and comments are left out.

        Args:
            name: the file of the list in ``annotations/data``.
        """
        return _rows(self, name)

    def words(self, name: str, *kinds: str) -> tuple[str, ...]:
        """The words of some kinds in a list, in the order of its rows.

        Args:
            name: the file of the list in ``annotations/data``, which has the columns kind, words and reason.
            kinds: the kinds.
        """
        return _words(self, name, kinds)


SHIPPED: Final = Lexicon()
"""The lists as they ship."""


@lru_cache(maxsize=16)
def lexicon_of(words: tuple[WordList, ...]) -> Lexicon:
    """The lexicon with these words of a project; for equal words the same object, so that it is hashed once."""
    return Lexicon(words) if words else SHIPPED


@derived
def _rows(lexicon: Lexicon, name: str) -> tables.Rows:
    added = ((each.kind, " ".join(each.words), each.reason) for each in lexicon.added if f"{each.list}.tsv" == name)
    return (*tables.rows(name), *added)


@lru_cache(maxsize=256)
def _words(lexicon: Lexicon, name: str, kinds: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for kind, words, _ in lexicon.rows(name) if kind in kinds for word in words.split(" "))
