"""Agreement on characters: Cohen's kappa, each character put into a category by each of two people.

Cohen, A coefficient of agreement for nominal scales, 1960.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from annotations.agreement.figures import Ratios
from annotations.agreement.layers import TwoLayers
from annotations.agreement.resampling import COLUMNS, Packed, Sums, unpacked

_Categories = int
"""The category of a character by one and by the other, a bit for each label that stands on it there."""


class Kappa:
    """Cohen's kappa, where the category of a character is the set of labels that stand on it.

    Of one label it is about in and out.

    Args:
        labels: the labels to tell apart.
    """

    def __init__(self, labels: Sequence[str]) -> None:
        self._labels = labels
        self._bits = {label: 1 << at for at, label in enumerate(labels)}
        self._sums = Sums[_Categories]()

    def add(self, layers: TwoLayers, weight: Packed) -> None:
        """Count the characters of a notice."""
        self._sums.add(self._counts(layers).items(), weight)

    def ratios(self) -> dict[str | None, Ratios]:
        """Kappa of all labels, under None, and of each."""
        everything = self._kappa((1 << len(self._labels)) - 1)
        return {None: everything, **{label: self._kappa(bit) for label, bit in self._bits.items()}}

    def _kappa(self, mask: int) -> Ratios:
        """The ratio of (Po - Pe) to (1 - Pe), both times the number of characters, so that long texts weigh more.

        Args:
            mask: which labels make a category.
        """
        whole = same = 0
        sides: tuple[dict[int, int], dict[int, int]] = (defaultdict(int), defaultdict(int))
        for categories, packed in self._sums.items():
            first, second = categories & mask, categories >> len(self._labels) & mask
            whole += packed
            same += packed if first == second else 0
            sides[0][first] += packed
            sides[1][second] += packed
        chance = [0] * COLUMNS
        for category, packed in sides[0].items():
            both = zip(unpacked(packed), unpacked(sides[1].get(category, 0)), strict=True)
            chance = [before + one * other for before, (one, other) in zip(chance, both, strict=True)]
        # Whole numbers as far as possible: that a ratio is undefined is no matter of rounding.
        rows = list(zip(unpacked(whole), unpacked(same), chance, strict=True))
        return Ratios(
            ((agreed * length - by) / length if length else 0.0 for length, agreed, by in rows),
            ((length * length - by) / length if length else 0.0 for length, _, by in rows),
            "both have all text in one category",
        )

    def _counts(self, layers: TwoLayers) -> dict[_Categories, int]:
        """How many characters are in each category: the text is cut wherever a unit begins or ends."""
        counts: dict[_Categories, int] = defaultdict(int)
        at = categories = 0
        for place, bit in sorted(self._edges(layers)):
            if place > at:
                counts[categories] += place - at
                at = place
            categories ^= bit
        counts[categories] += layers.length - at
        return counts

    def _edges(self, layers: TwoLayers) -> Iterator[tuple[int, int]]:
        """Where a label begins or ends to stand on characters; its units do not overlap each other."""
        for shift, layer in ((0, layers.first), (len(self._labels), layers.second)):
            for label, bit in self._bits.items():
                for start, end in layer.merged.get(label, ()):
                    yield start, bit << shift
                    yield end, bit << shift
