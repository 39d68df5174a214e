"""Offsets and spans of the two texts of a notice, as types that cannot be mixed up.

An offset is an index of Unicode code points; a span is half open, ``[start, end)``.  Raw and normalized offsets are
different types to the type checker, and ``RawSpan`` and ``NormalizedSpan`` are different classes at run time too: they
never compare equal, and ``alignment`` refuses the wrong one.  Nothing here knows what a text says.
"""

from __future__ import annotations

from typing import NewType

import msgspec

from annotations.errors import SpanError

RawOffset = NewType("RawOffset", int)
"""Index of a code point in raw text."""

NormalizedOffset = NewType("NormalizedOffset", int)
"""Index of a code point in normalized text."""


class RawSpan(msgspec.Struct, frozen=True, order=True, array_like=True, gc=False):
    """A stretch ``[start, end)`` of raw text, in code points; ``[start, end]`` in JSON."""

    start: RawOffset
    end: RawOffset

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise SpanError(f"raw span {self.start}..{self.end} is no stretch of text: 0 <= start <= end must hold")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, raw: str) -> str:
        """The text under the span."""
        return raw[self.start : self.end]


class NormalizedSpan(msgspec.Struct, frozen=True, order=True, array_like=True, gc=False):
    """A stretch ``[start, end)`` of normalized text, in code points; ``[start, end]`` in JSON."""

    start: NormalizedOffset
    end: NormalizedOffset

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise SpanError(
                f"normalized span {self.start}..{self.end} is no stretch of text: 0 <= start <= end must hold"
            )

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, normalized: str) -> str:
        """The text under the span."""
        return normalized[self.start : self.end]


def raw_span(start: int, end: int) -> RawSpan:
    """A raw span from plain integers, where they enter: a file, a command line, a database row."""
    return RawSpan(RawOffset(start), RawOffset(end))


def normalized_span(start: int, end: int) -> NormalizedSpan:
    """A normalized span from plain integers, where they enter."""
    return NormalizedSpan(NormalizedOffset(start), NormalizedOffset(end))


def annotated_span(start: int, end: int, raw: str) -> RawSpan:
    """A raw span that an annotation may have in ``raw``: not empty, inside the text.

    Raises:
        SpanError: it is empty, reversed or reaches past the end; the line says how long the text is.
    """
    if not 0 <= start < end <= len(raw):
        raise SpanError(
            f"span {start}..{end} does not fit: it needs 0 <= start < end <= {len(raw):d}, the length of the raw text"
        )
    return raw_span(start, end)
