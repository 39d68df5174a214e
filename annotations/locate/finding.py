"""Search for text in a notice, whatever its script and whatever pinyin artefacts stand inside the words.

The search normalizes and folds the whole raw text, also what the normalized text of the notice leaves out.  So a word
is found in the byline, in duplicates and in boilerplate too.  The results are spans of raw text.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from annotations.alignment import Alignment
from annotations.normalize import normalize
from annotations.normalize.folding import flat
from annotations.notice import Notice
from annotations.regions import Region, region_at
from annotations.spans import NormalizedOffset, NormalizedSpan, RawOffset, RawSpan


def folded(text: str) -> str:
    """A text as the search compares it: normalized, then folded (``normalize.folding``)."""
    if not text:
        return ""
    found = normalize(text, regions=[Region("body", RawOffset(0), RawOffset(len(text)))])
    return flat(found.normalized)


class Finder:
    """Searches one notice.  The first search normalizes the page, later ones use the result.

    Args:
        notice: the notice.
    """

    def __init__(self, notice: Notice) -> None:
        self._notice = notice

    def find(self, query: str) -> list[RawSpan]:
        """All places of ``query``, as spans of the raw text, in order; empty for a query without visible text."""
        text, alignment = self._page
        return sorted(
            {
                _raw_span(alignment, at, at + len(term))
                for term in self._terms(query)
                for at in _occurrences(text, term, 0, len(text))
            }
        )

    def find_near(self, query: str, at: RawOffset, most: int) -> tuple[list[RawSpan], bool]:
        """The first places of ``query`` behind an offset, then those before it, in bounded time.

        Args:
            query: what is searched for.
            at: where the search begins.
            most: how many places at most.

        Returns:
            The places, in order, and whether they are all there are.
        """
        text, alignment = self._page
        middle = alignment.normalized_offset(at)
        found: set[RawSpan] = set()
        is_all = True
        for term in self._terms(query):
            places = list(islice(_each_occurrence(text, term, middle, len(text)), most + 1))
            # One that lies over the middle belongs to the first half.
            rest = min(len(text), middle + len(term) - 1)
            places += islice(_each_occurrence(text, term, 0, rest), most + 1 - len(places))
            is_all = is_all and len(places) <= most
            found.update(_raw_span(alignment, place, place + len(term)) for place in places[:most])
        return sorted(found), is_all

    def _terms(self, query: str) -> set[str]:
        # The page may convert the characters of the query as part of a longer phrase, and so otherwise than the query.
        return {term for term in (folded(query), flat(query.strip())) if term.strip()}

    def in_copy(self, span: RawSpan) -> RawSpan | None:
        """The place of the same text in the other copy of a repeated body.

        Where the text occurs several times in a copy, the first place in the one copy belongs to the first in the
        other, and so on.

        Args:
            span: a span in a duplicate, or in the text that a duplicate repeats.

        Returns:
            The raw span in the other copy.  None where there is no other copy, or where the text does not occur in it
            as often as in this one.
        """
        copies = self._copies(span)
        text, alignment = self._page
        here = alignment.to_normalized(span)
        if copies is None or here is None:
            return None
        own, other = (alignment.to_normalized(copy) for copy in copies)
        if own is None or other is None:
            return None
        quote = text[here.start : here.end]
        own_places = list(_occurrences(text, quote, own.start, own.end))
        other_places = list(_occurrences(text, quote, other.start, other.end))
        if here.start not in own_places or len(own_places) != len(other_places):
            return None
        at = other_places[own_places.index(here.start)]
        return _raw_span(alignment, at, at + len(quote))

    @cached_property
    def _page(self) -> tuple[str, Alignment]:
        """The folded text of the whole page, and its map to the raw text."""
        raw = self._notice.raw
        if not raw:
            return "", self._notice.alignment
        found = normalize(raw, regions=[Region("body", RawOffset(0), RawOffset(len(raw)))])
        return flat(found.normalized), found.alignment

    def _copies(self, span: RawSpan) -> tuple[RawSpan, RawSpan] | None:
        """The copy of a repeated text that holds the span, and the other copy; None where no text is repeated."""
        regions = self._notice.regions
        region = region_at(regions, span.start)
        if region is not None and region.of is not None:
            return RawSpan(region.start, region.end), region.of
        for each in regions:
            if each.of is not None and each.of.start <= span.start and span.end <= each.of.end:
                return each.of, RawSpan(each.start, each.end)
        return None


def _occurrences(text: str, wanted: str, start: int, end: int) -> list[int]:
    """The offsets of ``wanted`` in ``text[start:end]``; occurrences do not overlap."""
    return list(_each_occurrence(text, wanted, start, end))


def _each_occurrence(text: str, wanted: str, start: int, end: int) -> Iterator[int]:
    at = text.find(wanted, start, end)
    while at >= 0:
        yield at
        at = text.find(wanted, at + len(wanted), end)


def _raw_span(alignment: Alignment, start: int, end: int) -> RawSpan:
    """The raw span that made ``start`` to ``end`` of the folded page."""
    return alignment.to_raw(NormalizedSpan(NormalizedOffset(start), NormalizedOffset(end)))
