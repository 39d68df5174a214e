"""What is read from a text once for all spans in it: its date expressions, the date it is signed with, whose years.

Most requirements of a notice hold no date, or end where a sentence does.  Their expressions are those of the whole text
that stand in them, so the text is parsed once and not anew for each.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import Final

from msgspec.structs import replace

from annotations.lexicon.patterns import pattern
from annotations.values.expression import NUMBERED, expressions
from annotations.values.point import Expression

_REPUBLICAN: Final = r"民国|(?<!\d)1[01]\d\s?年(?:度|\s?\d{1,2}\s?月)"
_SIGNED: Final = r"((?:19|20)\d\d)\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日\s*(?=\n|$)"
_LAST: Final = 400
"""How many code points at the end of a text are searched for the date that it is signed with."""
_STOPS: Final = frozenset("。；;，,！!\n")
"""Marks that stand in no expression outside of parentheses, and that no pattern for what stands beside one asks for."""
_OPEN_ENDED: Final = "来中年"
"""The last characters of patterns that also ask whether the text ends behind them."""
_PARENTHESIS: Final = 20
"""No parenthesis in an expression has more code points."""


class DatedText:
    """A text, with what is read from it when it is first asked for.

    Args:
        text: normalized text.
        shared: whether so many spans in it are read that it is worth while to parse the whole.
    """

    def __init__(self, text: str, *, shared: bool) -> None:
        self.text = text
        self._shared = shared

    @cached_property
    def expressions(self) -> list[Expression]:
        """The date expressions of the text, in order."""
        return list(expressions(self.text))

    @cached_property
    def republican(self) -> bool:
        """Whether years of three digits are those of the Republic of China."""
        return pattern(_REPUBLICAN).search(self.text) is not None

    @cached_property
    def signed(self) -> date | None:
        """The date that the text is signed with, which is a line of its own near the end; None where there is none."""
        text, last = self.text, None
        low = max(0, len(text) - _LAST)
        for found in pattern(_SIGNED).finditer(text, low):
            before = low + len(text[low : found.start()].rstrip())
            if before == 0 or "\n" in text[before : found.start()]:
                last = found
        try:
            return date(int(last[1]), int(last[2]), int(last[3])) if last else None
        except ValueError:
            return None

    def within(self, start: int, end: int) -> Iterable[Expression]:
        """The expressions that ``expressions(text[start:end])`` finds; their offsets are those of that part."""
        if self._shared and self._is_parted_at(start) and self._is_parted_at(end):
            return self._shifted(start, end)
        return expressions(self.text[start:end])

    def without(self, start: int, end: int, around: int) -> Iterable[Expression]:
        """The expressions of what stands before and behind a part, joined: at most ``around`` code points of each.

        Their offsets are those of ``before_and_behind``.
        """
        whole = start <= around and len(self.text) - end <= around
        apart = end == len(self.text) or (self.text[end] in _STOPS and self._is_parted_at(end))
        if self._shared and whole and apart and self._is_parted_at(start):
            return self._apart(start, end)
        return expressions(self.before_and_behind(start, end, around))

    def before_and_behind(self, start: int, end: int, around: int) -> str:
        """What stands before and behind a part, joined."""
        return self.text[max(0, start - around) : start] + self.text[end : end + around]

    def _apart(self, start: int, end: int) -> Iterator[Expression]:
        for each in self.expressions:
            if each.end <= start:
                yield each
            elif each.start >= end:
                yield replace(each, start=each.start - (end - start), end=each.end - (end - start))

    def _shifted(self, start: int, end: int) -> Iterator[Expression]:
        written_in = self.expressions
        for at in range(bisect_left(written_in, start, key=_start), len(written_in)):
            each = written_in[at]
            if each.end > end:
                return
            yield replace(each, start=each.start - start, end=each.end - start)

    def _is_parted_at(self, at: int) -> bool:
        """Whether the text can be parted at ``at`` without changing the expressions of either part.

        No expression and no look at what stands beside one may reach across: one of the marks in ``_STOPS`` stands
        here, outside of parentheses, and neither the end of the one part nor an enumerator at the beginning of the
        other would be read in another way.
        """
        text = self.text
        if at in (0, len(text)):
            return True
        tail = text[max(0, at - _PARENTHESIS) : at].replace("（", "(").replace("）", ")")
        if tail.rfind("(") > tail.rfind(")"):
            return False
        if text[at] in _STOPS:
            return tail[-1] not in _OPEN_ENDED
        if text[at - 1] == "\n":
            return tail[-2:-1] not in _OPEN_ENDED and not text[at].isspace()
        return text[at - 1] in _STOPS and pattern(NUMBERED).match(text, at) is None


def _start(written: Expression) -> int:
    return written.start
