"""Where the word lists of readers and suggesters are read: rows and tabs in ``annotations/data``, when first needed.

A project adds words of its own in its label set; ``use`` makes them part of the lists, for the whole process.

Nothing of ``annotations.normalize`` is imported for it: the first tag of a session must not wait for that.
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from typing import Final, ParamSpec, TypeVar

from annotations.lexicon.words import WordList

_DATA: Final = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data")  # noqa: PTH100, PTH118, PTH120  # pathlib costs more to import than the lists


@cache
def pattern(source: str) -> re.Pattern[str]:
    """The pattern of a source, compiled when first needed: all of them together take longer than an import may."""
    return re.compile(source)


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
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a file, by column, and those that the project adds; without blank lines and comments."""
    added = ((each.kind, " ".join(each.words), each.reason) for each in _added if f"{each.list}.tsv" == name)
    return (*shipped(name), *added)


@cache
def shipped(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a file as it ships."""
    with open(os.path.join(_DATA, name), encoding="utf-8") as file:  # noqa: PTH118, PTH123  # see above
        lines = file.read().split("\n")
    return tuple(tuple(line.split("\t")) for line in lines if line and not line.startswith("#"))


def alternatives(words: Iterable[str]) -> str:
    """A pattern for the longest of ``words`` at a place."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
