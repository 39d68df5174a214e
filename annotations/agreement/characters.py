"""Agreement on characters: Cohen's kappa, each character put into a category by each of two people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from annotations.agreement.cohen import kappa
from annotations.agreement.figures import Ratios
from annotations.agreement.layers import TwoLayers
from annotations.agreement.resampling import Packed, Sums

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
        """Kappa over all characters, so that long texts weigh more.

        Args:
            mask: which labels make a category.
        """
        return kappa(
            (
                (categories & mask, categories >> len(self._labels) & mask, packed)
                for categories, packed in self._sums.items()
            ),
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
