"""Shares: how people write them, and how far one of a random sample may be from that of all it was drawn from."""

from __future__ import annotations

import math
from typing import Final

IN_95: Final = 1.960
"""Standard errors on either side of a share, for an interval that holds the true one in 95 of 100 cases."""

IN_99: Final = 2.576
"""The same for 99 of 100 cases."""


def in_percent(share: float) -> str:
    """A share, from 0 to 1, as somebody has given it: ``40%``, ``2.5%``."""
    return f"{100 * share:.4g}%"


def wilson_interval(hits: int, size: int, errors: float = IN_95) -> tuple[float, float]:
    """The ends of the interval of a share of which a sample has shown ``hits`` in ``size``, both in [0, 1].

    It holds for small samples too, and where all or none were hits.  Source: Wilson, Probable Inference, the Law of
    Succession, and Statistical Inference (1927).

    Args:
        hits: how many of the sample were hits.
        size: how many the sample has.
        errors: standard errors on either side.
    """
    if not size:
        return 0.0, 1.0
    share, square = hits / size, errors * errors
    middle = share + square / (2 * size)
    half = errors * math.sqrt(share * (1 - share) / size + square / (4 * size * size))
    low, high = ((middle + by) / (1 + square / size) for by in (-half, half))
    # Rounding must not leave a hair where the sample had all or none.
    return (0.0 if not hits else max(0.0, low)), (1.0 if hits == size else min(1.0, high))


def wrong_in_rest(wrong: int, size: int, rest: int) -> tuple[int, int]:
    """The least and the most of the rest that are wrong, by what a sample has shown (95 %).

    Args:
        wrong: how many of the sample were wrong.
        size: how many the sample has.
        rest: how many others there are.
    """
    low, high = wilson_interval(wrong, size)
    return math.floor(low * rest), math.ceil(high * rest)
