"""What a format cannot carry, and what it warns of, by kind with the first ids: nothing is lost in silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator
from typing import Final, Protocol

import msgspec

from annotations.annotation import Annotation, AnnotationStatus

ATTRIBUTES: Final = "attributes"
"""An annotation has attributes that are set, and the format has no place for them."""
NOTICE_ATTRIBUTES: Final = "notice_attributes"
"""Attributes of a whole notice are set, and the format has no place for them."""
NOTICE_ATTRIBUTES_DIFFER: Final = "notice_attributes_that_differ"
"""Those who said something give a whole notice other values of an attribute: the row of the notice has none."""
COMMENTS: Final = "comments"
"""An annotation has a comment, and the format has no place for it."""
UNSURE: Final = "unsure"
"""An annotation is marked as doubtful, and the format cannot say so."""
OUTSIDE_TEXT: Final = "outside_text"
"""The text that is written leaves all of the span out: the annotation is not written."""
PARTLY_OUTSIDE_TEXT: Final = "partly_outside_text"
"""The text leaves a part of the span out: the annotation is written with the rest of it."""
EDGE_INSIDE_ARTEFACT: Final = "edge_inside_artefact"
"""An edge lies between a character and its reading: the annotation is written with the whole character."""
EDGE_INSIDE_TOKEN: Final = "edge_inside_token"  # noqa: S105  # a token of a text
"""An edge lies inside a token of the format: the annotation is not written."""
OVERLAPPING: Final = "overlapping"
"""A span nests in another or crosses it, and the format has one label a token: the annotation is not written."""
BLANK: Final = "blank"
"""A span has nothing but white space, which the format cannot mark: the annotation is not written."""
CHARACTERS_BEYOND_XML: Final = "characters_beyond_xml"
"""A notice has characters that XML cannot hold: it is written as JSON."""

GOLD_NOT_DONE: Final = "notices_with_gold_that_is_not_done"
"""A warning: what is written of a notice is its gold, and adjudicators have not decided all that is open in it."""

_MOST_NAMED: Final = 8
"""How many ids of a kind are kept."""


class Identified(Protocol):
    """An annotation or a notice."""

    @property
    def id(self) -> str:
        """What it is called by."""


class Occurrences(msgspec.Struct):
    """How often something occurred, and the ids of the first annotations or notices where it did."""

    count: int = 0
    first: list[str] = msgspec.field(default_factory=list)

    def add(self, name: str) -> None:
        """Count once more, about whatever has this id."""
        self.count += 1
        if len(self.first) < _MOST_NAMED:
            self.first.append(name)

    def __str__(self) -> str:
        more = ", …" if self.count > len(self.first) else ""
        return f"{self.count} ({', '.join(self.first)}{more})"


class Tally:
    """Occurrences by kind.

    The kinds above are for whatever happens in more than one format; a format may add kinds of its own, which are
    words joined by ``_``.
    """

    def __init__(self) -> None:
        self.kinds: dict[str, Occurrences] = {}

    def add(self, kind: str, where: Identified) -> None:
        """Count something about an annotation, or about a notice where it is about the text."""
        self.kinds.setdefault(kind, Occurrences()).add(where.id)

    def lines(self, kinds: Container[str] | None = None) -> Iterator[str]:
        """Each kind in words, for a message; None are all that occurred."""
        for kind, found in self.kinds.items():
            if kinds is None or kind in kinds:
                yield f"{kind.replace('_', ' ')}: {found}"


class Losses(Tally):
    """The losses of one export."""

    def __init__(self) -> None:
        super().__init__()
        self.dropped: Counter[AnnotationStatus] = Counter()
        """How many annotations are not written at all, by status."""

    def drop(self, kind: str, item: Annotation) -> None:
        """Count an annotation that cannot be written at all."""
        self.add(kind, item)
        self.dropped[item.status] += 1
