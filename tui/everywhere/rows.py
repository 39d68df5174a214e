"""A place as the list has it: where it stands, what stands around it, and how far it is decided.

Rows are made in the thread that reads: they hold of a notice only what is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, Literal

import msgspec

from annotations.annotation import GOLD, Annotation
from annotations.decisions import decides
from annotations.spans import RawSpan, raw_span
from store.db.sqlite import Connection
from store.read.notices import load_notice
from store.read.places import Found, said_at
from store.read.waiting import WaitingPlace

AROUND: Final = 240
"""Code points before and behind a place that are kept."""

PlaceKey = tuple[int, int, int]
"""What a row is about: the number of the notice, and the raw offsets of the place in it."""

State = Literal["tagged", "rejected", "suggested", "within", ""]
"""How far a place is decided: what one has said or waits for one is just there, or there is something around it."""


class PlaceRow(msgspec.Struct, frozen=True):
    """A place in a notice.

    ``text`` is the place in the normalized text, ``before`` and ``behind`` what stands around it there; of a place that
    the normalized text leaves out they are raw.  ``said`` is what concerns the place, as ``store.read.places.Place``
    has it.  ``suggestion`` is the id of the suggestion that the row is about; None where it is about a text.
    """

    number: int
    doc: str
    title: str | None
    span: RawSpan
    before: str
    text: str
    behind: str
    said: tuple[Annotation, ...]
    suggestion: str | None = None

    @property
    def key(self) -> PlaceKey:
        """What the row is about."""
        return self.number, self.span.start, self.span.end

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
    def score(self) -> float | None:
        """The score of the suggestion that the row is about; None where it is about a text, or there is none."""
        return next((item.score for item in self.said if item.id == self.suggestion), None)

    @property
    def gold(self) -> tuple[str, ...]:
        """The labels of gold that is just there."""
        here = (item.label for item in self.said if item.annotator == GOLD and item.span == self.span)
        return tuple(dict.fromkeys(here))

    def is_right(self, me: str, label: str) -> bool | None:
        """Whether somebody has taken the suggestion as it is, with its label; None while they have not decided."""
        own = [item for item in self.said if item.annotator == me]
        if any((item.span, item.label) == (self.span, label) and item.status != "rejected" for item in own):
            return True
        is_decided = any(decides(item) == self.suggestion or item.span == self.span for item in own)
        return False if is_decided else None

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


def rows_of_sample(
    connection: Connection, annotator: str, places: Sequence[WaitingPlace], label: str
) -> list[PlaceRow]:
    """The rows of places that wait for somebody, those of a notice side by side.

    Args:
        connection: for reading, within one snapshot.
        annotator: who looks.
        places: the places, in the order of notices.
        label: the present name of their label.
    """
    spans: dict[int, list[RawSpan]] = {}
    for place in places:
        spans.setdefault(place.notice, []).append(raw_span(place.start, place.end))
    said, rows = said_at(connection, annotator, spans), []
    for number, places_there in groupby(places, lambda each: each.notice):
        notice = load_notice(connection, number).notice
        for place, span, about in zip(places_there, spans[number], said[number], strict=True):
            found = notice.alignment.to_normalized(span)
            text, start, end = (
                (notice.raw, int(span.start), int(span.end))
                if found is None
                else (notice.normalized, int(found.start), int(found.end))
            )
            rows.append(
                PlaceRow(
                    number,
                    notice.doc,
                    notice.title,
                    span,
                    text[max(0, start - AROUND) : start],
                    text[start:end],
                    text[end : end + AROUND],
                    about_suggestion(about, label, place.suggestion),
                    place.suggestion,
                )
            )
    return rows


def about_suggestion(said: tuple[Annotation, ...], label: str, suggestion: str | None) -> tuple[Annotation, ...]:
    """Of what is said about a place, what concerns one suggestion: all with its label, and whatever decides it."""
    return tuple(item for item in said if item.label == label or decides(item) == suggestion)
