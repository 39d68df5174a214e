"""A layer of a notice as a second look takes it: its tags in the normalized text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from annotations.spans import intersection_over_union

NEARLY: Final = 0.5
"""The intersection over union from which two stretches are about the same thing; it is that of the adjudication too."""


class Tag(msgspec.Struct, frozen=True):
    """A tag of the layer, ``[start, end)`` in code points of the normalized text.

    ``id`` is that of the annotation, ``label`` the first name of its label.
    """

    id: str
    label: str
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands."""
        return self.start, self.end


class Page(msgspec.Struct, frozen=True):
    """A layer of a notice.

    ``text`` is the normalized text, folded character by character (``flat``).  ``tags`` are in order of place, without
    what was rejected.
    """

    text: str
    tags: tuple[Tag, ...]

    def quote(self, span: tuple[int, int]) -> str:
        """The folded text of a span."""
        return self.text[span[0] : span[1]]


def overlapping(tags: Iterable[Tag], span: tuple[int, int]) -> list[Tag]:
    """The tags that have a character in common with a span."""
    return [each for each in tags if each.start < span[1] and span[0] < each.end]


def nearly_same(tags: Sequence[Tag], span: tuple[int, int]) -> list[Tag]:
    """The tags that are about the same place as a span, whatever their labels."""
    return [each for each in tags if intersection_over_union(each.span, span) >= NEARLY]
