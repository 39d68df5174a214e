"""A place of a text as the list has it: where it stands, what stands around it, and how far it is decided.

Rows are made in the thread that reads: they hold of a notice only what is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from annotations.annotation import GOLD, Annotation
from annotations.spans import RawSpan
from store.read.places import Found

AROUND: Final = 240
"""Code points before and behind a place that are kept."""

PlaceKey = tuple[int, int]
"""What a row is about: the number of the notice, and the raw offset of the place in it."""

State = Literal["tagged", "rejected", "suggested", "within", ""]
"""How far a place is decided: what one has said or waits for one is just there, or there is something around it."""


class PlaceRow(msgspec.Struct, frozen=True):
    """A place of the text.

    ``text`` is the place in the normalized text, ``before`` and ``behind`` what stands around it there.  ``said`` is
    what concerns the place, as ``store.read.places.Place`` has it.
    """

    number: int
    doc: str
    title: str | None
    span: RawSpan
    before: str
    text: str
    behind: str
    said: tuple[Annotation, ...]

    @property
    def key(self) -> PlaceKey:
        """What the row is about."""
        return self.number, self.span.start

    def state(self, me: str) -> tuple[State, tuple[str, ...]]:
        """How far the place is decided by somebody, and the labels that tell it."""
        here = [item for item in self.said if item.span == self.span and item.annotator in (None, me)]
        kinds: tuple[tuple[State, list[Annotation]], ...] = (
            ("tagged", [item for item in here if item.annotator == me and item.status != "rejected"]),
            ("suggested", [item for item in here if item.annotator is None]),
            ("rejected", [item for item in here if item.status == "rejected"]),
            ("within", [item for item in self.said if item.annotator == me and item.status != "rejected"]),
        )
        state, items = next((each for each in kinds if each[1]), ("", []))
        return state, tuple(dict.fromkeys(item.label for item in items))

    @property
    def gold(self) -> tuple[str, ...]:
        """The labels of gold that is just there."""
        here = (item.label for item in self.said if item.annotator == GOLD and item.span == self.span)
        return tuple(dict.fromkeys(here))

    def is_decided(self, me: str) -> bool:
        """Whether somebody has said what it is, or what it is not, and nothing waits for them there."""
        return self.state(me)[0] in ("tagged", "rejected")


def rows_of(found: Found) -> Iterator[PlaceRow]:
    """The rows of the places in a notice."""
    notice = found.stored.notice
    text = notice.normalized
    for place in found.places:
        start, end = place.start, place.end
        yield PlaceRow(
            found.stored.number,
            notice.doc,
            notice.title,
            place.span,
            text[max(0, start - AROUND) : start],
            text[start:end],
            text[end : end + AROUND],
            place.said,
        )
