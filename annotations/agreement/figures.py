"""A figure of agreement: a ratio of two sums, with its interval, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import add
from typing import Final

import msgspec

_OUTSIDE: Final = 0.025
"""The share of the resamples that is left out at each end: what is left is a 95 % interval."""


class Estimate(msgspec.Struct, frozen=True):
    """A figure and the ends of its 95 % interval, which are None where there are too few notices for one."""

    value: float
    low: float | None
    high: float | None


class Undefined(msgspec.Struct, frozen=True):
    """Why there is no figure, in a few words."""

    undefined: str


Figure = Estimate | Undefined


class Ratios:
    """A ratio, and what it is in each resample: parts and wholes apart, so that those of several pairs can be added.

    Args:
        parts: numerators, of all notices and of each resample.
        wholes: denominators in the same order; 0 where the ratio is undefined.
        reason: why it is undefined where it is.
    """

    def __init__(self, parts: Iterable[float], wholes: Iterable[float], reason: str) -> None:
        self._parts = list(parts)
        self._wholes = list(wholes)
        self._reason = reason

    def __add__(self, other: Ratios) -> Ratios:
        return Ratios(map(add, self._parts, other._parts), map(add, self._wholes, other._wholes), self._reason)

    @property
    def whole(self) -> float:
        """The denominator of the ratio of all notices."""
        return self._wholes[0]

    def figure(self, *, interval: bool = True) -> Figure:
        """The figure, with an interval by the percentiles of the resamples.

        Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.

        Args:
            interval: whether there is to be one: the resamples of a single notice tell nothing about others.
        """
        if not self._wholes[0]:
            return Undefined(self._reason)
        low, high = self._interval() if interval else (None, None)
        return Estimate(self._parts[0] / self._wholes[0], low, high)

    def _interval(self) -> tuple[float, float] | tuple[None, None]:
        resampled = list(zip(self._parts[1:], self._wholes[1:], strict=True))
        values = sorted(part / whole for part, whole in resampled if whole)
        if 2 * len(values) < len(resampled):
            return None, None
        outside = round(_OUTSIDE * (len(values) - 1))
        return values[outside], values[-1 - outside]


def together(ratios: Sequence[Ratios]) -> Ratios:
    """The ratio of the sums of some ratios."""
    first, *others = ratios
    return sum(others, first)
