"""The one reader of the tables in ``annotations/data``.

Each is read once, when first needed, and each has rows and tabs, which take no parser.  A filter that normalizes one
page pays for all of this, so nothing here imports tomllib, ``importlib.resources`` or ``pathlib``: any of them costs
more than the tables.  Nor is anything of ``annotations.normalize`` imported: the first tag of a session must not wait
for that.
"""

from __future__ import annotations

import os.path
from functools import cache
from typing import Final

_DATA: Final = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data")  # noqa: PTH100, PTH118, PTH120  # see above

Rows = tuple[tuple[str, ...], ...]
"""The rows of a table, each a tuple of its columns."""


@cache
def rows(name: str) -> Rows:
    """The rows of a file of ``annotations/data``, as it ships; without blank lines and comments."""
    lines = _text(_DATA, name).split("\n")
    return tuple(tuple(line.split("\t")) for line in lines if line and not line.startswith("#"))


@cache
def readings() -> dict[str, str]:
    """The table that ``scripts/make_readings.py`` writes: for each syllable the characters that are read so."""
    return _pairs(_text(_DATA, "readings.tsv"))


def _pairs(text: str) -> dict[str, str]:
    """Lines of two columns, parted by a tab; split as one, for they are many."""
    fields = text.rstrip("\n").replace("\n", "\t").split("\t")
    return dict(zip(fields[::2], fields[1::2], strict=True))


def _text(*path: str) -> str:
    with open(os.path.join(*path), encoding="utf-8") as file:  # noqa: PTH118, PTH123  # see above
        return file.read()
