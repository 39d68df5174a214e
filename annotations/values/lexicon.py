"""Where the word lists of the readers are read: rows and tabs in ``annotations/data``, each when first needed.

Nothing of ``annotations.normalize`` is imported for it: the first tag of a session must not wait for that.
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Iterable
from functools import cache
from typing import Final

_DATA: Final = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data")  # noqa: PTH100, PTH118, PTH120  # pathlib costs more to import than the lists


@cache
def pattern(source: str) -> re.Pattern[str]:
    """The pattern of a source, compiled when first needed: all of them together take longer than an import may."""
    return re.compile(source)


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a file, by column; without blank lines and comments."""
    with open(os.path.join(_DATA, name), encoding="utf-8") as file:  # noqa: PTH118, PTH123  # see above
        lines = file.read().split("\n")
    return tuple(tuple(line.split("\t")) for line in lines if line and not line.startswith("#"))


def alternatives(words: Iterable[str]) -> str:
    """A pattern for the longest of ``words`` at a place."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
