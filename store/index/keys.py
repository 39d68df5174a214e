"""What the sets of the index are known by, apart from what reads and changes them: the first paint needs no more."""

from __future__ import annotations

from typing import Final

Key = tuple[str, str, str]
"""What a set is of: facet, owner and value; ``store.index.facets`` lists them."""

HELD: Final[Key] = ("held", "", "")
REVIEWED: Final[Key] = ("reviewed", "", "")
UNDATED: Final[Key] = ("undated", "", "")
HIDDEN: Final[Key] = ("arm", "", "hidden")
CONTESTED: Final[Key] = ("contested", "", "")
COPIES: Final[Key] = ("copies", "", "")
LATER_COPIES: Final[Key] = ("copies", "", "later")
READY: Final[Key] = ("adjudication", "", "ready")
DONE: Final[Key] = ("adjudication", "", "done")

ANY_LAYER: Final = ""
"""Stands for the layer where suspects of all layers are meant."""

YEAR, MONTH = len("2021"), len("2021-09")
"""Code points of a date that tell its year, and its month."""

KNOWN: Final = ("0", ":")
"""A known date begins with a digit: it lies between these two, the second excluded."""


def date_of(published: str | None) -> str | None:
    """The date that the queue sorts by: none where the year is unknown (XXXX-04-12)."""
    return published if published is not None and KNOWN[0] <= published < KNOWN[1] else None
