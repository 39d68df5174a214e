"""Where each notice of an export stands, in a few bytes each: a million of them take 37 MB."""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from typing import Final

_ID: Final = re.compile(r"[0-9a-f]{16}")
_BUCKET: Final = 50
"""Bits of an id below those that name its bucket: of a million ids sixty share one."""


class Places:
    """The first place of each notice, by its id."""

    def __init__(self) -> None:
        self._ids: defaultdict[int, array[int]] = defaultdict(lambda: array("Q"))
        self._lines: defaultdict[int, array[int]] = defaultdict(lambda: array("Q"))
        self._others: dict[str, str] = {}

    def first(self, notice: str, where: str) -> str:
        """Where a notice stood first, which is ``where`` if it has not been seen.

        Args:
            notice: its id.
            where: where it stands now: the number of a line, or the name of a file.
        """
        if not _ID.fullmatch(notice) or not (where.isascii() and where.isdecimal() and len(where) < 19):
            return self._others.setdefault(notice, where)
        number = int(notice, 16)
        ids, lines = self._ids[number >> _BUCKET], self._lines[number >> _BUCKET]
        if number in ids:
            return str(lines[ids.index(number)])
        ids.append(number)
        lines.append(int(where))
        return where
