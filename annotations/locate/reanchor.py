"""Re-anchoring: finds the annotations of a page in a newer scrape of it, whose text may have changed.

A place is sure only where the same quote stands in the same context and in the same order.  Any other place comes with
a reason for doubt, in words, for a person to check.  The diff of both texts (``matching``) says where to look, so no
quote is compared with the whole page.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import msgspec

from annotations.alignment import Alignment
from annotations.locate.matching import CONTEXT, Context, Match, TextPair, occurrences
from annotations.normalize import normalize
from annotations.notice import Notice
from annotations.regions import Region
from annotations.spans import RawOffset, RawSpan, annotated_span, normalized_span, raw_span

_MARGIN = 4
"""By how much the score of a place must exceed that of the next best one, else both fit equally well."""

_NEAR = 4096
"""The distance from a place, in code points, in which other places that fit as well are counted."""

_LEFT_OUT_COSTS = 30
"""What the score of a place loses when the normalized text leaves the place out, so that another copy is preferred."""

_CHANGED = "the text around it has changed"
_MOVED = "it has moved"
_LEFT_OUT = "the normalized text leaves it out now"
_WIDENED = "it would have divided a character and its reading"
_FOLDED = "it is the same only without readings, script and white space"
_RIVALLED = "several places fit equally well"
_REWORDED = "its wording has changed"


class Place(msgspec.Struct, frozen=True):
    """The place of an annotation in the new raw text.

    ``doubt`` says why a person should check the place; it is None where the place is sure.
    """

    span: RawSpan
    doubt: str | None = None


def reanchor(old: Notice, new: Notice, spans: Sequence[RawSpan]) -> list[Place | None]:
    """Find the place of each span of a notice in another notice, which replaces it.

    Args:
        old: the notice that the spans belong to.
        new: the notice of the same page, scraped again.
        spans: raw spans of ``old``, in any order.

    Returns:
        For each span its place, in the same order; None where no similar text was found.  A sure place has the same
        text as the old span.

    Raises:
        SpanError: a span is empty or reaches past the old raw text.
    """
    for span in spans:
        annotated_span(span.start, span.end, old.raw)
    search = _Search(old, new)
    return [search.place(span) for span in spans]


class _Normalized(NamedTuple):
    """Both raw texts normalized, with all regions kept, and their maps."""

    pair: TextPair
    old: Alignment
    new: Alignment


class _Search:
    """Searches the places of spans, at first in the raw texts, and in the normalized ones where that is not enough."""

    def __init__(self, old: Notice, new: Notice) -> None:
        self._old = old
        self._new = new
        self._raw = TextPair(old.raw, new.raw)

    @cached_property
    def _normalized(self) -> _Normalized:
        old, new = (normalize(text, regions=_whole(text)) for text in (self._old.raw, self._new.raw))
        return _Normalized(TextPair(old.normalized, new.normalized), old.alignment, new.alignment)

    def place(self, span: RawSpan) -> Place | None:
        """The place of one span; None where no similar text was found."""
        kept = _kept(self._old, span)
        best: Match | None = None
        best_score = second_score = float("-inf")
        for match in self._raw.find(span.start, span.end):
            score = self._score(raw_span(match.start, match.end), match, kept=kept)
            if score > best_score:
                best, best_score, second_score = match, score, best_score
            else:
                second_score = max(second_score, score)
            if match.common and score == 2 * CONTEXT:
                break
        if best is None:
            return self._place_normalized(span, best_score, kept=kept)
        rivalled = not best.common and second_score > best_score - _MARGIN
        place = self._checked(span, best, rivalled=rivalled, kept=kept)
        if best.ordered and best.similarity == 1 and best_score == best.score >= CONTEXT:
            return place
        other = self._place_normalized(span, best_score, kept=kept)
        if other is None or (best.similarity == 1 and other.span.start < best.end and best.start < other.span.end):
            # Both searches found the same place.  More equal context in the normalized texts changes nothing.
            return place
        return other

    def _place_normalized(self, span: RawSpan, least: float, *, kept: bool) -> Place | None:
        """The best place that the normalized texts give, if its score exceeds ``least``; it is never a sure one."""
        pair, old, new = self._normalized
        normalized = old.to_normalized(span)
        quote = span.of(self._old.raw)
        if normalized is None or quote.isspace():
            return None
        best = None
        for match in pair.find(normalized.start, normalized.end):
            place = self._trimmed(new.to_raw(normalized_span(match.start, match.end)), quote)
            if place is None or (score := self._score(place, match, kept=kept)) <= least:
                continue
            least = score
            if place.of(self._new.raw) == quote:
                best = Place(place, _CHANGED if match.ordered else _MOVED)
            else:
                best = Place(place, _REWORDED if match.similarity < 1 else _FOLDED)
        return best

    def _score(self, place: RawSpan, match: Match, *, kept: bool) -> float:
        """The score of a place; it is lower where the normalized text leaves the place out.

        Args:
            place: the place in the new raw text.
            match: the match that gave it.
            kept: whether the old normalized text had the old span.
        """
        return match.score - (_LEFT_OUT_COSTS if kept and not _kept(self._new, place) else 0)

    def _trimmed(self, place: RawSpan, quote: str) -> RawSpan | None:
        """The place with better edges, None where nothing is left.

        Where the place holds the quote, the result is the quote.  Else it has no white space at an edge where the quote
        has none.  In both cases no edge divides a character from its artefact.
        """
        start, end = place.start, place.end
        text = place.of(self._new.raw)
        if quote in text:
            start = RawOffset(start + text.index(quote))
            end = RawOffset(start + len(quote))
        else:
            if not quote[0].isspace():
                start = RawOffset(end - len(text.lstrip()))
            if not quote[-1].isspace():
                end = RawOffset(place.start + len(text.rstrip()))
        return self._new.alignment.snap(RawSpan(start, end), self._new.raw) if start < end else None

    def _checked(self, span: RawSpan, match: Match, *, rivalled: bool, kept: bool) -> Place | None:
        """The place of a match in the raw text, with the doubt about it; None where nothing is left of it.

        Args:
            span: the old span.
            match: the match.
            rivalled: whether another place fits equally well.
            kept: whether the old normalized text had the old span.
        """
        place = raw_span(match.start, match.end)
        if match.similarity < 1:
            trimmed = self._trimmed(place, span.of(self._old.raw))
            return Place(trimmed, _REWORDED) if trimmed else None
        wide = self._new.alignment.snap(place, self._new.raw)
        if wide != place and self._old.alignment.snap(span, self._old.raw) == span:
            return Place(wide, _WIDENED)
        return Place(place, self._doubt(span, match, kept=kept) or (_RIVALLED if rivalled else None))

    def _doubt(self, span: RawSpan, match: Match, *, kept: bool) -> str | None:
        """Why a place with the same quote may be the wrong one; None where it is sure."""
        if not match.ordered:
            return _MOVED
        if not match.same_context:
            return _CHANGED
        if kept and not _kept(self._new, raw_span(match.start, match.end)):
            return _LEFT_OUT
        context = Context.of(self._old.raw, span.start, span.end)
        quote = span.of(self._old.raw)
        earlier, now = (
            sum(
                (not kept or _kept(notice, raw_span(at, at + len(quote))))
                and _fits_as_well(context, Context.of(notice.raw, at, at + len(quote)), match)
                for at in occurrences(notice.raw, quote, near)
                if abs(at - near) <= _NEAR
            )
            for notice, near in ((self._old, span.start), (self._new, match.start))
        )
        return None if earlier == now else f"the same passage stands here {now} times, before {earlier}"


def _kept(notice: Notice, span: RawSpan) -> bool:
    """Whether the normalized text of a notice keeps a raw span, or a part of it."""
    return notice.alignment.to_normalized(span) is not None


def _whole(raw: str) -> list[Region]:
    """The regions that keep a whole raw text."""
    return [Region("body", RawOffset(0), RawOffset(len(raw)))]


def _fits_as_well(context: Context, other: Context, match: Match) -> bool:
    """Whether another place has at least as much context in common with the quote as a match has.

    Args:
        context: the context of the quote.
        other: the context of the other place.
        match: the match.
    """
    before, after, _ = context.agreement(other)
    return before >= match.before and after >= match.after
