"""Krippendorff's alpha for unitizing: agreement on where units are and how long, corrected for chance.

This is the definition of Krippendorff, Content Analysis, second edition, 2004, page 254, for two observers.
INCEpTION uses it too.  It is not the revision of 2016.  Notices are laid behind each other to one continuum, in which
no unit and no gap reaches from one notice into the next.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final, Literal

from annotations.agreement.figures import Ratios, together
from annotations.agreement.layers import Stretch, TwoLayers
from annotations.agreement.resampling import COLUMNS, Packed, Sums, unpacked

_OBSERVERS: Final = 2
_LENGTH: Final = ("", "length", 0)

_Key = tuple[str, Literal["length", "observed", "unit", "gap"], int]
"""Label, what is counted, and for units and gaps how long they are."""


class Alpha:
    """Alpha of two layers; over all labels it is what is observed of all against what is expected of all.

    Units of one label that overlap in one layer count as one, since the definition knows no others.

    Args:
        labels: the labels to tell apart.
    """

    def __init__(self, labels: Sequence[str]) -> None:
        self._labels = labels
        self._sums = Sums[_Key]()

    def add(self, layers: TwoLayers, weight: Packed) -> None:
        """Count a notice."""
        self._sums.add(self._counts(layers), weight)

    def ratios(self) -> dict[str | None, Ratios]:
        """Alpha of all labels, under None, and of each."""
        found: dict[str | None, Ratios] = {label: self._alpha(label) for label in self._labels}
        return {None: together(list(found.values())), **found}

    def _alpha(self, label: str) -> Ratios:
        """The ratio of (De - Do) to De, both times the length of the continuum, so that long texts weigh more."""
        lengths = unpacked(self._sums[_LENGTH])
        observed = unpacked(self._sums[label, "observed", 0])
        expected = self._expected(label, lengths)
        return Ratios(
            (by - of / length if length else 0.0 for by, of, length in zip(expected, observed, lengths, strict=True)),
            expected,
            "nobody tagged any",
        )

    def _expected(self, label: str, lengths: Sequence[int]) -> list[float]:
        """The expected disagreement, times the length of the continuum.

        Each unit is laid over each other unit, and into each gap that holds it, in every way.
        """
        units = sorted(length for of, what, length in self._sums if of == label and what == "unit")
        counts = [self._sums[label, "unit", length] for length in units]
        others = [number - 1 for number in unpacked(sum(counts))]
        total = [0.0] * COLUMNS
        for length, count, room in zip(units, counts, self._room(label, units), strict=True):
            overlaps, squared = 2 * length**3 - 3 * length**2 + length, length**2
            total = [
                before + number * (other * overlaps / 3 + squared * places)
                for before, number, other, places in zip(total, unpacked(count), others, room, strict=True)
            ]
        within = unpacked(sum(count * length * (length - 1) for length, count in zip(units, counts, strict=True)))
        positions = [_OBSERVERS * length for length in lengths]
        pairs = [number * (number - 1) - inside for number, inside in zip(positions, within, strict=True)]
        return [2 * each / number if number else 0.0 for each, number in zip(total, pairs, strict=True)]

    def _room(self, label: str, units: Sequence[int]) -> Iterator[tuple[int, ...]]:
        """In how many places of all gaps a unit lies, for each of some lengths, which are in order."""
        gaps = sorted(length for of, what, length in self._sums if of == label and what == "gap")
        counts = [self._sums[label, "gap", length] for length in gaps]
        # From the longest on: how many gaps are at least so long, and how many characters and one more they have.
        number = [0, *accumulate(reversed(counts))]
        size = [0, *accumulate(count * (gap + 1) for count, gap in zip(reversed(counts), reversed(gaps), strict=True))]
        for length in units:
            holding = len(gaps) - bisect_left(gaps, length)
            yield unpacked(size[holding] - length * number[holding])

    def _counts(self, layers: TwoLayers) -> Iterator[tuple[_Key, int]]:
        yield _LENGTH, layers.length
        for label in self._labels:
            first, second = (layer.merged.get(label, []) for layer in (layers.first, layers.second))
            yield (label, "observed", 0), _observed(first, second)
            for side in (first, second):
                at = 0
                for start, end in side:
                    yield (label, "unit", end - start), 1
                    if start > at:
                        yield (label, "gap", start - at), 1
                    at = end
                if layers.length > at:
                    yield (label, "gap", layers.length - at), 1


def _observed(first: Sequence[Stretch], second: Sequence[Stretch]) -> int:
    """The squares of what overlapping units differ by, and of the lengths of units that lie in a gap of the other."""
    if first == second:
        return 0
    found = at = 0
    lonely = set(second)
    for start, end in first:
        while at < len(second) and second[at][1] <= start:
            at += 1
        across = at
        while across < len(second) and second[across][0] < end:
            low, high = second[across]
            found += (start - low) ** 2 + (end - high) ** 2
            lonely.discard(second[across])
            across += 1
        if across == at:
            found += (end - start) ** 2
    return found + sum((end - start) ** 2 for start, end in lonely)
