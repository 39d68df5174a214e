"""Agreement on spans: F1 of one layer held against the other, and of attributes where the spans are the same.

F1 of two layers is 2 |A ∩ B| / (|A| + |B|), whoever is held against whom.  For spans in text, where nobody can count
what was rightly left untagged, it is what Cohen's kappa tends to (Hripcsak and Rothschild, Agreement, the F-measure,
and reliability in information retrieval, 2005).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal

from annotations.agreement.figures import Ratios
from annotations.agreement.layers import Stretch, TwoLayers
from annotations.agreement.resampling import Packed, Sums, unpacked

Matching = Literal["exact", "overlap"]
"""Which spans of the same label are the same: those with start and end in common, or those that overlap.

By overlap each span is the same as one other at most, so that a whole and its two halves are one match of three spans.
Spans are paired in such a way that as many as possible are.
"""

_TAGGED: Final = "tagged"


class SpanF1:
    """F1 of two layers, by either matching; of the same span with the same label twice in a layer one counts.

    Args:
        labels: the labels to tell apart.
    """

    def __init__(self, labels: Sequence[str]) -> None:
        self._labels = labels
        self._sums = Sums[tuple[str, str]]()

    def add(self, layers: TwoLayers, weight: Packed) -> None:
        """Count a notice."""
        self._sums.add(self._counts(layers), weight)

    def ratios(self, matching: Matching) -> dict[str | None, Ratios]:
        """The F1 of all labels, under None, and of each."""
        return {
            label: Ratios(
                (2 * number for number in self._total(of, matching)),
                self._total(of, _TAGGED),
                "nobody tagged any",
            )
            for label, of in ((None, self._labels), *((label, [label]) for label in self._labels))
        }

    def _counts(self, layers: TwoLayers) -> Iterator[tuple[tuple[str, str], int]]:
        for label in self._labels:
            first, second = (layer.stretches.get(label, []) for layer in (layers.first, layers.second))
            yield (label, _TAGGED), len(first) + len(second)
            if first == second:
                yield (label, "exact"), len(first)
                yield (label, "overlap"), len(first)
            elif first and second:
                yield (label, "exact"), len(set(first).intersection(second))
                yield (label, "overlap"), overlapping_pairs(first, second)

    def _total(self, labels: Iterable[str], what: str) -> tuple[int, ...]:
        return unpacked(sum(self._sums[label, what] for label in labels))


class AttributeAgreement:
    """In how many of the spans that both tagged alike an attribute has the same value.

    Spans in which neither set it do not count.

    Args:
        names: the attributes of each label.
    """

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        self._names = names
        self._sums = Sums[tuple[str, str, bool]]()

    def add(self, layers: TwoLayers, weight: Packed) -> None:
        """Count a notice."""
        first, second = (
            {(unit.label, unit.start, unit.end): unit.attributes for unit in units}
            for units in (layers.first.units, layers.second.units)
        )
        counts = Counter[tuple[str, str, bool]]()
        for key in first.keys() & second.keys():
            label, one, other = key[0], first[key], second[key]
            for name in self._names.get(label, ()):
                value = one.get(name)
                if value is not None or other.get(name) is not None:
                    counts[label, name, value == other.get(name)] += 1
        self._sums.add(counts.items(), weight)

    def ratios(self) -> dict[tuple[str, str], Ratios]:
        """The share of each label and attribute."""
        return {(label, name): self._of(label, name) for label, names in self._names.items() for name in names}

    def _of(self, label: str, name: str) -> Ratios:
        same, other = self._sums[label, name, True], self._sums[label, name, False]
        return Ratios(unpacked(same), unpacked(same + other), "no span that both tagged alike has one")


def overlapping_pairs(first: Sequence[Stretch], second: Sequence[Stretch]) -> int:
    """How many stretches of two lists can be paired, one of each, so that the two of a pair overlap.

    The stretch that ends first overlaps with others only at its end, and which of them it takes makes no difference to
    anything in front.  So it takes the one that ends first, which is of use to the fewest of those that come behind.
    """
    sides = [sorted(each, key=_end) for each in (first, second)]
    # Where the earliest begins of the stretches from each on: whatever ends before it overlaps none of them.
    earliest = [_earliest_starts(side) for side in sides]
    taken = [[False] * len(side) for side in sides]
    at, pairs = [0, 0], 0
    while at[0] < len(sides[0]) and at[1] < len(sides[1]):
        own = 0 if sides[0][at[0]][1] <= sides[1][at[1]][1] else 1
        other = 1 - own
        place, end = at[own], sides[own][at[own]][1]
        at[own] += 1
        if taken[own][place]:
            continue
        for candidate in range(at[other], len(sides[other])):
            if earliest[other][candidate] >= end:
                break
            if not taken[other][candidate] and sides[other][candidate][0] < end:
                taken[other][candidate] = True
                pairs += 1
                break
    return pairs


def _end(stretch: Stretch) -> int:
    return stretch[1]


def _earliest_starts(side: Sequence[Stretch]) -> list[int]:
    starts = [start for start, _ in side]
    for at in range(len(starts) - 2, -1, -1):
        starts[at] = min(starts[at], starts[at + 1])
    return starts
