"""What a model says beside other suggesters: where one of them suggests nearly the same already, the model is silent.

So nobody decides twice about one thing, and what rules find well is not drowned by what a model finds a little
otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from annotations.spans import intersection_over_union

_NEARLY: Final = 0.5
"""The intersection over union from which two spans are nearly the same; it is that of the adjudication too."""


def beside(found: Iterable[tuple[int, int]], others: Collection[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans of a model that are shown beside those that others suggest for the same label.

    Args:
        found: what the model has found, ``[start, end)`` in code points.
        others: what other suggesters have found, in the same text.
    """
    return [span for span in found if all(intersection_over_union(span, other) < _NEARLY for other in others)]
