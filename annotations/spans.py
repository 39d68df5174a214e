"""Offsets and spans of the raw and of the normalized text, as types that cannot be mixed up.

An offset counts Unicode code points.  A span is half open, ``[start, end)``.  ``RawOffset`` and ``NormalizedOffset``
are different types for the type checker.  ``RawSpan`` and ``NormalizedSpan`` are different classes at run time too:
they never compare equal, and ``Alignment`` refuses the wrong one.  Nothing here knows what a text means.
"""

from __future__ import annotations

from typing import NewType

import msgspec

from annotations.errors import SpanError

RawOffset = NewType("RawOffset", int)
"""An offset in raw text, in code points."""

NormalizedOffset = NewType("NormalizedOffset", int)
"""An offset in normalized text, in code points."""


class RawSpan(msgspec.Struct, frozen=True, order=True, array_like=True, gc=False):
    """A span ``[start, end)`` of raw text, in code points; in JSON the list ``[start, end]``.

    Raises:
        SpanError: unless ``0 <= start <= end``.
    """

    start: RawOffset
    end: RawOffset

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise SpanError(f"raw span {self.start}..{self.end} is no stretch of text: 0 <= start <= end must hold")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, raw: str) -> str:
        """The text that the span covers."""
        return raw[self.start : self.end]


class NormalizedSpan(msgspec.Struct, frozen=True, order=True, array_like=True, gc=False):
    """A span ``[start, end)`` of normalized text, in code points; in JSON the list ``[start, end]``.

    Raises:
        SpanError: unless ``0 <= start <= end``.
    """

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
        """The text that the span covers."""
        return normalized[self.start : self.end]


def intersection_over_union(one: tuple[int, int], other: tuple[int, int]) -> float:
    """How much two stretches ``[start, end)`` of a text have in common: 0 where they are apart, 1 where equal."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return shared / (one[1] - one[0] + other[1] - other[0] - shared) if shared > 0 else 0.0


def raw_span(start: int, end: int) -> RawSpan:
    """A raw span from plain integers, as a file, a command line or a database row gives them.

    Raises:
        SpanError: unless ``0 <= start <= end``.
    """
    return RawSpan(RawOffset(start), RawOffset(end))


def normalized_span(start: int, end: int) -> NormalizedSpan:
    """A normalized span from plain integers.

    Raises:
        SpanError: unless ``0 <= start <= end``.
    """
    return NormalizedSpan(NormalizedOffset(start), NormalizedOffset(end))


def annotated_span(start: int, end: int, raw: str) -> RawSpan:
    """A raw span for an annotation of ``raw``: it is not empty and inside the text.

    Raises:
        SpanError: the span is empty, reversed or reaches past the end; the message gives the length of the text.
    """
    if not 0 <= start < end <= len(raw):
        raise SpanError(
            f"span {start}..{end} does not fit: it needs 0 <= start < end <= {len(raw):d}, the length of the raw text"
        )
    return raw_span(start, end)
