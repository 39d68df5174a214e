"""Offsets in UTF-16 units, for tools that count as JavaScript and Java do; inside zhupi offsets are code points."""

from __future__ import annotations

from bisect import bisect_left

from annotations.errors import SpanError

_LAST_OF_ONE_UNIT = "\uffff"


class Utf16:
    """The map between offsets of one text in code points and in UTF-16 units.

    A code point beyond U+FFFF has two units; in most texts there is none, and the two offsets are the same.
    """

    def __init__(self, text: str) -> None:
        self._length = len(text)
        # Where the characters of two units are, in code points.
        narrow = text.isascii() or max(text, default="") <= _LAST_OF_ONE_UNIT
        self._wide = [] if narrow else [at for at, each in enumerate(text) if each > _LAST_OF_ONE_UNIT]

    def units(self, offset: int) -> int:
        """The offset in UTF-16 units of an offset in code points."""
        return offset + bisect_left(self._wide, offset)

    def offset(self, units: int) -> int:
        """As ``code_points``, for what is read from a file.

        Raises:
            SpanError: there is no such offset in the text.
        """
        found = self.code_points(units)
        if found is None:
            raise SpanError(f"{units} UTF-16 units are no offset in the text, which has {self.units(self._length)}")
        return found

    def code_points(self, units: int) -> int | None:
        """The offset in code points of an offset in UTF-16 units; None inside a character or outside of the text."""
        wide = bisect_left(self._wide, units, key=lambda at: self.units(at) + 1)
        offset = units - wide
        return offset if 0 <= offset <= self._length and self.units(offset) == units else None
