"""What is to be said about an import besides what it added and refused: each kind of thing once, when it is done.

A folder may hold a million files that are no pages, and a table a million dates that cannot be read.  They are counted
here as they occur, in a memory that does not grow with them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

import msgspec

from annotations.annotation import clip
from store.input.opening import COMPRESSIONS, compression_of

_MOST: Final = 20
"""The most endings, and the most kinds of dates, that are named; what is beyond them is counted together."""
_MOST_NAMES: Final = 5
"""The most columns that are named for one field."""

_ENDING: Final = re.compile(rf"\.[0-9a-z]{{1,8}}(?:{'|'.join(map(re.escape, COMPRESSIONS))})?", re.ASCII)
_LETTERS: Final = re.compile(r"[^\W\d_年月日时分秒]+")
_DIGITS: Final = re.compile(r"\d+")
_LONGEST_KIND: Final = 40


class _Unread(msgspec.Struct):
    """The first date of a kind that could not be read, and how many more there were."""

    told: str
    more: int = 0


class Remarks:
    """Collects remarks while sources are read."""

    def __init__(self) -> None:
        self._passed_over: Counter[str] = Counter()
        self._unread: dict[str, _Unread] = {}
        self._further = 0
        self._taken: dict[str, list[str]] = {}
        self._rivals: dict[str, Sequence[str]] = {}

    def pass_over(self, name: str) -> None:
        """A file of a folder, with this name, is no page."""
        whole = name.lower()
        inner = whole.removesuffix(compression_of(whole) or "")
        suffix = PurePath(inner).suffix
        ending = suffix + whole[len(inner) :] if suffix else "without an ending"
        few = ending in self._passed_over or len(self._passed_over) < _MOST
        if suffix and not (few and _ENDING.fullmatch(ending)):
            ending = "with another ending"
        self._passed_over[ending] += 1

    def take(self, field: str, name: str) -> None:
        """A column was taken for a field of the notice because of its name."""
        names = self._taken.setdefault(field, [])
        if name not in names and len(names) < _MOST_NAMES:
            names.append(name)

    def leave(self, field: str, names: Sequence[str]) -> None:
        """Several columns could be a field of the notice, so that none was taken."""
        self._rivals.setdefault(field, names)

    def unread(self, where: str, name: str, value: object) -> None:
        """A publication date could not be read; of each kind the first one is named.

        Args:
            where: the row.
            name: the name of the field.
            value: what it holds.
        """
        text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        kind = _DIGITS.sub("0", _LETTERS.sub("x", text[:_LONGEST_KIND]))
        if kind in self._unread:
            self._unread[kind].more += 1
        elif len(self._unread) < _MOST:
            self._unread[kind] = _Unread(
                f"{where}: {clip(name)} is {clip(text)}, no date that can be read: the row was taken without it"
            )
        else:
            self._further += 1

    @property
    def passed_over(self) -> dict[str, int]:
        """How many files of folders are no pages, by their ending, the most frequent first."""
        return dict(self._passed_over.most_common())

    @property
    def unread_dates(self) -> list[str]:
        """A line for each kind of publication date that could not be read."""
        lines = [each.told + (f" ({each.more} more like it)" if each.more else "") for each in self._unread.values()]
        return lines + ([f"{self._further} more that are like none of these"] if self._further else [])

    @property
    def columns(self) -> list[str]:
        """A line about the columns that were taken because of their names, and one for each that was not clear."""
        pairs = [f"{', '.join(map(clip, names))} as {field}" for field, names in self._taken.items()]
        taken = [f"taken by name: {'; '.join(pairs)} (--field FIELD=NAME takes another)"] if pairs else []
        return taken + [
            f"{', '.join(map(clip, names[:_MOST_NAMES]))} could each be {field}, so none was taken: "
            f"name one, --field {field}=NAME"
            for field, names in self._rivals.items()
        ]
