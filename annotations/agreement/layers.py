"""What agreement is measured on: the units that each of two people tagged in a text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from annotations.labels import AttributeValue

Stretch = tuple[int, int]
"""Start and end, in code points of a text."""


class Unit(NamedTuple):
    """A span ``[start, end)`` that somebody tagged, in code points of a text, with its label and its attributes."""

    label: str
    start: int
    end: int
    attributes: Mapping[str, AttributeValue]


class Layer:
    """What one person tagged in a text.

    Args:
        units: in any order.
    """

    def __init__(self, units: Iterable[Unit]) -> None:
        self.units = list(units)

    @cached_property
    def stretches(self) -> dict[str, list[Stretch]]:
        """Where the units of each label stand, in order; what is there twice comes once."""
        found: dict[str, set[Stretch]] = defaultdict(set)
        for unit in self.units:
            found[unit.label].add((unit.start, unit.end))
        return {label: sorted(stretches) for label, stretches in found.items()}

    @cached_property
    def merged(self) -> dict[str, list[Stretch]]:
        """As ``stretches``, where those of one label that overlap are one; those that touch stay two."""
        return {label: _merged(stretches) for label, stretches in self.stretches.items()}


class TwoLayers(NamedTuple):
    """What each of two people tagged in a text of ``length`` code points."""

    length: int
    first: Layer
    second: Layer


def _merged(stretches: Sequence[Stretch]) -> list[Stretch]:
    found: list[Stretch] = []
    for start, end in stretches:
        if found and start < found[-1][1]:
            if end > found[-1][1]:
                found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found
