"""Finding text in a notice the way a reader would: whatever the script, whatever readings stand between.

The whole page is normalized here, with all that the normalized text of the notice leaves out, so that a word is found
in the byline, in the repeated copy and in boilerplate as well.  What is found are spans of raw text.
"""

from __future__ import annotations

from functools import cached_property

from annotations.alignment import Alignment
from annotations.normalize import normalize
from annotations.normalize.folding import flat
from annotations.notice import Notice
from annotations.regions import Region, region_at
from annotations.spans import NormalizedOffset, NormalizedSpan, RawOffset, RawSpan


def folded(text: str) -> str:
    """A text as it is compared: normalized, then folded character for character; its lines joined by newlines."""
    if not text:
        return ""
    found = normalize(text, regions=[Region("body", RawOffset(0), RawOffset(len(text)))])
    return flat(found.normalized)


class Finder:
    """Finds text in one notice; the page is read once, when the first is asked for.

    Args:
        notice: the notice.
    """

    def __init__(self, notice: Notice) -> None:
        self._notice = notice

    def find(self, query: str) -> list[RawSpan]:
        """Where the raw text says ``query``, in order; readings and script aside.  Nothing for an empty query."""
        # A phrase may have become another one in the page than its characters alone would.
        wanted = {term for term in (folded(query), flat(query.strip())) if term.strip()}
        text, alignment = self._page
        return sorted(
            {_raw(alignment, at, at + len(term)) for term in wanted for at in _occurrences(text, term, 0, len(text))}
        )

    def in_copy(self, span: RawSpan) -> RawSpan | None:
        """The same text in the other copy of a repeated body; None where the page has no other, or it differs there.

        Args:
            span: a span in a duplicate, or in what a duplicate copies.
        """
        other = self._other_copy(span)
        text, alignment = self._page
        here = alignment.to_normalized(span)
        if other is None or here is None:
            return None
        own, there = (alignment.to_normalized(copy) for copy in other)
        if own is None or there is None:
            return None
        quote = text[here.start : here.end]
        before = list(_occurrences(text, quote, own.start, own.end))
        after = list(_occurrences(text, quote, there.start, there.end))
        # Of a quote that stands there several times, the one in the same place.
        if here.start not in before or len(before) != len(after):
            return None
        at = after[before.index(here.start)]
        return _raw(alignment, at, at + len(quote))

    @cached_property
    def _page(self) -> tuple[str, Alignment]:
        raw = self._notice.raw
        if not raw:
            return "", self._notice.alignment
        found = normalize(raw, regions=[Region("body", RawOffset(0), RawOffset(len(raw)))])
        return flat(found.normalized), found.alignment

    def _other_copy(self, span: RawSpan) -> tuple[RawSpan, RawSpan] | None:
        """The copy that holds the span, and the other one."""
        regions = self._notice.regions
        region = region_at(regions, span.start)
        if region is not None and region.of is not None:
            return RawSpan(region.start, region.end), region.of
        for each in regions:
            if each.of is not None and each.of.start <= span.start and span.end <= each.of.end:
                return each.of, RawSpan(each.start, each.end)
        return None


def _occurrences(text: str, wanted: str, start: int, end: int) -> list[int]:
    found, at = [], text.find(wanted, start, end)
    while at >= 0:
        found.append(at)
        at = text.find(wanted, at + len(wanted), end)
    return found


def _raw(alignment: Alignment, start: int, end: int) -> RawSpan:
    return alignment.to_raw(NormalizedSpan(NormalizedOffset(start), NormalizedOffset(end)))
