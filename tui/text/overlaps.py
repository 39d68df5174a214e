"""Which of many spans share a character with a stretch, without a look at each: every key asks, of thousands.

The spans are in the order of their starts.  Blocks of them that end before the stretch are passed over.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

_BLOCK: Final = 64
"""Spans of a block."""


class Overlaps:
    """The spans, as two lists of offsets in code points.

    Args:
        starts: where each begins; rising.
        ends: where each ends, in the same order.
    """

    def __init__(self, starts: Sequence[int] = (), ends: Sequence[int] = ()) -> None:
        self._starts = starts
        self._ends = ends
        # The largest end of each block: a span over the whole text must not make every search slow.
        self._block_ends = [max(ends[block : block + _BLOCK]) for block in range(0, len(ends), _BLOCK)]

    def of(self, start: int, end: int) -> Iterator[int]:
        """The indexes of the spans that share a character with ``[start, end)``, rising."""
        last = bisect_left(self._starts, end)
        for number in range(-(-last // _BLOCK)):
            if self._block_ends[number] > start:
                for index in range(number * _BLOCK, min(last, (number + 1) * _BLOCK)):
                    if self._ends[index] > start:
                        yield index
