"""Where the annotations of a page stand once the page has been scraped again with changes.

A place is sure only where the very quote stands in the same context and the same order; whatever else is found is told
with the doubt, in words, for a human to look at.  No quote is compared with the whole page: the passages that both
texts share (``matching``) say where to look.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import msgspec

from annotations.alignment import Alignment
from annotations.locate.matching import CONTEXT, Found, Frame, TextPair, occurrences
from annotations.normalize import normalize
from annotations.notice import Notice
from annotations.regions import Region
from annotations.spans import RawOffset, RawSpan, annotated_span, normalized_span, raw_span

_MARGIN = 4
"""By how many code points of context a place must fit better than the next one."""

_NEAR = 4096
"""How far around a place others that fit as well are counted, in code points."""

_LEFT_OUT_COSTS = 30
"""How many code points of context it costs that the normalized text leaves a place out: another copy is preferred."""

_CHANGED = "the text around it has changed"
_MOVED = "it has moved"
_LEFT_OUT = "the normalized text leaves it out now"
_WIDENED = "it would have divided a character and its reading"
_FOLDED = "it is the same only without readings, script and white space"
_RIVALLED = "several places fit equally well"
_REWORDED = "its wording has changed"


class Place(msgspec.Struct, frozen=True):
    """Where an annotation stands in the new raw text; ``doubt`` says why a human should look, None where it is sure."""

    span: RawSpan
    doubt: str | None = None


def reanchor(old: Notice, new: Notice, spans: Sequence[RawSpan]) -> list[Place | None]:
    """Find for each span of one notice its place in another one, which replaces it.

    Args:
        old: what the spans belong to.
        new: the same page, scraped again.
        spans: raw spans of ``old``, in any order.

    Returns:
        A place for each span, in the same order; None where nothing like it was found.  The text under a sure place
        is the text under the old span.

    Raises:
        SpanError: a span is empty or reaches past the old raw text.
    """
    for span in spans:
        annotated_span(span.start, span.end, old.raw)
    search = _Search(old, new)
    return [search.place(span) for span in spans]


class _Folded(NamedTuple):
    """Both raw texts without readings, script and superfluous white space, all regions kept."""

    pair: TextPair
    old: Alignment
    new: Alignment


class _Search:
    """Looks for the places of spans, first in the raw texts, where need be in the folded ones."""

    def __init__(self, old: Notice, new: Notice) -> None:
        self._old = old
        self._new = new
        self._raw = TextPair(old.raw, new.raw)

    @cached_property
    def _folded(self) -> _Folded:
        old, new = (normalize(text, regions=_whole(text)) for text in (self._old.raw, self._new.raw))
        return _Folded(TextPair(old.normalized, new.normalized), old.alignment, new.alignment)

    def place(self, span: RawSpan) -> Place | None:
        """The place of one span; None where nothing like it was found."""
        kept = _kept(self._old, span)
        best: Found | None = None
        worth = second = float("-inf")
        for found in self._raw.find(span.start, span.end):
            here = self._worth(raw_span(found.start, found.end), found, kept=kept)
            if here > worth:
                best, worth, second = found, here, worth
            else:
                second = max(second, here)
            if found.mapped and here == 2 * CONTEXT:
                break
        if best is None:
            return self._place_folded(span, worth, kept=kept)
        placed = self._placed(span, best, rivalled=not best.mapped and second > worth - _MARGIN, kept=kept)
        if best.ordered and best.alike == 1 and worth == best.score >= CONTEXT:
            return placed
        other = self._place_folded(span, worth, kept=kept)
        if other is None or (best.alike == 1 and other.span.start < best.end and best.start < other.span.end):
            # The very quote is there; that folding sees more of the same around it changes nothing.
            return placed
        return other

    def _place_folded(self, span: RawSpan, worth: float, *, kept: bool) -> Place | None:
        """The best place in the folded texts, if it is worth more than ``worth``."""
        pair, old, new = self._folded
        folded = old.to_normalized(span)
        quote = span.of(self._old.raw)
        if folded is None or quote.isspace():
            return None
        best = None
        for found in pair.find(folded.start, folded.end):
            place = self._tidied(new.to_raw(normalized_span(found.start, found.end)), quote)
            if place is None or (here := self._worth(place, found, kept=kept)) <= worth:
                continue
            worth = here
            if place.of(self._new.raw) == quote:
                best = Place(place, _CHANGED if found.ordered else _MOVED)
            else:
                best = Place(place, _REWORDED if found.alike < 1 else _FOLDED)
        return best

    def _worth(self, place: RawSpan, found: Found, *, kept: bool) -> float:
        """How well a place fits; less where a reader no longer sees what stood in plain sight before."""
        return found.score - (_LEFT_OUT_COSTS if kept and not _kept(self._new, place) else 0)

    def _tidied(self, place: RawSpan, quote: str) -> RawSpan | None:
        """The quote itself where the place holds it, else no white space at an edge that had none; whole readings."""
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

    def _placed(self, span: RawSpan, found: Found, *, rivalled: bool, kept: bool) -> Place | None:
        """A place in the raw text with the doubt about it, if there is one."""
        place = raw_span(found.start, found.end)
        if found.alike < 1:
            tidy = self._tidied(place, span.of(self._old.raw))
            return Place(tidy, _REWORDED) if tidy else None
        wide = self._new.alignment.snap(place, self._new.raw)
        if wide != place and self._old.alignment.snap(span, self._old.raw) == span:
            return Place(wide, _WIDENED)
        return Place(place, self._doubt(span, found, kept=kept) or (_RIVALLED if rivalled else None))

    def _doubt(self, span: RawSpan, found: Found, *, kept: bool) -> str | None:
        """Why the very quote may not be in the right place."""
        if not found.ordered:
            return _MOVED
        if not found.framed:
            return _CHANGED
        if kept and not _kept(self._new, raw_span(found.start, found.end)):
            return _LEFT_OUT
        frame = Frame.of(self._old.raw, span.start, span.end)
        quote = span.of(self._old.raw)
        earlier, now = (
            sum(
                (not kept or _kept(notice, raw_span(at, at + len(quote))))
                and _as_good(frame, Frame.of(notice.raw, at, at + len(quote)), found)
                for at in occurrences(notice.raw, quote, near)
                if abs(at - near) <= _NEAR
            )
            for notice, near in ((self._old, span.start), (self._new, found.start))
        )
        return None if earlier == now else f"the same passage stands here {now} times, before {earlier}"


def _kept(notice: Notice, span: RawSpan) -> bool:
    return notice.alignment.to_normalized(span) is not None


def _whole(raw: str) -> list[Region]:
    return [Region("body", RawOffset(0), RawOffset(len(raw)))]


def _as_good(frame: Frame, other: Frame, found: Found) -> bool:
    """Whether another place agrees with a frame as far as the found one does."""
    before, after, _ = frame.agreement(other)
    return before >= found.before and after >= found.after
