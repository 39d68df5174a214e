"""The word lists of readers and suggesters: tables that ship, and the words that a project adds to them.

A project adds words of its own in its label set; ``use`` makes them part of the lists, for the whole process.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import ParamSpec, TypeVar

from annotations.lexicon import tables
from annotations.lexicon.words import WordList

_P = ParamSpec("_P")
_R = TypeVar("_R")

_derived: list[Callable[[], None]] = []
_added: tuple[WordList, ...] = ()


def derived(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Keeps what a function makes of the word lists, until there are others."""
    kept = lru_cache(maxsize=64)(function)
    _derived.append(kept.cache_clear)
    return kept  # type: ignore[return-value]  # it takes what the function takes


def use(words: Sequence[WordList]) -> None:
    """Take these words of a project for the lists, beside those that ship; those of another project go."""
    global _added  # noqa: PLW0603  # one label set a process, and every reader asks for its words
    if tuple(words) != _added:
        _added = tuple(words)
        for forget in _derived:
            forget()


@derived
def rows(name: str) -> tables.Rows:
    """The rows of a file, by column, and those that the project adds; without blank lines and comments."""
    added = ((each.kind, " ".join(each.words), each.reason) for each in _added if f"{each.list}.tsv" == name)
    return (*tables.rows(name), *added)
