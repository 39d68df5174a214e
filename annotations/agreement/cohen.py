"""Cohen's kappa: how far two people put the same things into the same categories, beyond what chance would have.

Cohen, A coefficient of agreement for nominal scales, 1960.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable

from annotations.agreement.figures import Ratios
from annotations.agreement.resampling import COLUMNS, unpacked


def kappa(counts: Iterable[tuple[Hashable, Hashable, int]], undefined: str) -> Ratios:
    """The ratio of (Po - Pe) to (1 - Pe), both times the number of things, so that whoever judged more weighs more.

    Args:
        counts: the category of the one, that of the other, and the packed number of things that are in both.
        undefined: why there is none where all things are in one category for both.
    """
    whole = same = 0
    sides: tuple[dict[Hashable, int], dict[Hashable, int]] = (defaultdict(int), defaultdict(int))
    for first, second, packed in counts:
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
        undefined,
    )
