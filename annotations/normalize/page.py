"""Which region each line of a page belongs to: title, metadata, body, boilerplate or a duplicate.

What a line says by itself is told by rules (``sheet``); here is only what follows from where it stands.  A page is
boilerplate, title and byline, body and boilerplate again, in any order that occurs, with parts of it twice.  Each step
decides about lines that no step before it has decided about.  Nothing here knows a site.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from annotations.normalize.copies import rewrapped
from annotations.normalize.head import find_head
from annotations.normalize.lines import lines
from annotations.normalize.sheet import SHORTEST_TITLE, Sheet
from annotations.regions import Region, RegionKind
from annotations.spans import RawOffset, RawSpan, raw_span

LEAST_COPY: Final = 40
"""The text from its beginning on, repeated at once, is a copy from this many folded characters on."""

LEAST_COPY_APART: Final = 12
"""So is a stretch from here on where a title, a byline or boilerplate parts the two.  A sentence that returns anywhere
else is none: 责任单位:… stands under every item of a plan."""


def find_regions(raw: str) -> tuple[tuple[Region, ...], list[tuple[int, int]]]:
    """The regions of a raw text, which tile it, and the raw spans of the lines in those that are kept."""
    page = lines(raw)
    if not page:
        return ((Region("boilerplate", RawOffset(0), RawOffset(len(raw))),) if raw else ()), []
    regions = tuple(_Reading(Sheet(page)).regions(raw))
    starts = [line.start for line in page]
    spans = [
        (line.start, line.end)
        for region in regions
        if region.kept
        for line in page[bisect_left(starts, region.start) : bisect_left(starts, region.end)]
    ]
    return regions, spans


class _Reading:
    """What has been decided about each line of a page."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.title, self.head = find_head(sheet)
        self.kinds: list[RegionKind | None] = [None] * sheet.count
        self.copied: dict[int, tuple[int, int]] = {}  # duplicate line: the first and the last line it copies

    def regions(self, raw: str) -> Iterator[Region]:
        """Decide about every line, then join lines to regions."""
        self._copies()
        self._rewrapped()
        self._titles()
        self._boilerplate()
        self._metadata()
        self.kinds = [kind or "body" for kind in self.kinds]
        return self._joined(raw)

    # --- copies --------------------------------------------------------------------------------------------------

    def _copies(self) -> None:
        """Mark the lines that copy others; what follows title and byline is kept, else what comes first."""
        sheet = self.sheet
        kept: dict[int, int] = {}
        for index in sheet.plain:
            twin = sheet.twins[index]
            if twin not in kept or kept[twin] < self.head <= index:
                kept[twin] = index
        stretch: list[tuple[int, int]] = []
        for index in sheet.plain:
            original = kept[sheet.twins[index]]
            if stretch:
                following = sheet.behind[stretch[-1][1]]
                if following != index and sheet.twins.get(following) == sheet.twins[index]:
                    original = following
                else:
                    self._copy(stretch)
                    stretch = []
            if index not in (original, self.title):
                stretch.append((index, original))
        self._copy(stretch)

    def _copy(self, stretch: list[tuple[int, int]]) -> None:
        """Mark a stretch of lines that say what others say, if it is long enough for where it stands."""
        sheet = self.sheet
        weight = sum(len(sheet.page[index].key) for index, _ in stretch)
        if weight < LEAST_COPY_APART:
            return
        low, high = sorted(zip(stretch[0], stretch[-1], strict=True))
        parted = sheet.parted(low[1], high[0]) or (self.title is not None and low[1] < self.title < high[0])
        at_once = low[0] in self._starts() and sheet.behind[low[1]] == high[0]
        if parted or (at_once and weight >= LEAST_COPY):
            for index, original in stretch:
                self._duplicate(index, original, original)

    def _starts(self) -> list[int]:
        """Where the text may begin: at the first sentence, or right behind title and byline."""
        at = bisect_left(self.sheet.plain, self.head)
        return [*self.sheet.prose[:1], *self.sheet.plain[at : at + 1]]

    def _rewrapped(self) -> None:
        """Mark copies that have in one line what the other has in several."""
        for whole, parts in rewrapped(self.sheet.page, self.sheet.plain):
            if any(self.kinds[index] for index in (whole, *parts)):
                continue
            # What stands behind the head is kept, else what comes first.
            if (parts[0] < self.head, parts[0]) < (whole < self.head, whole):
                self._duplicate(whole, parts[0], parts[-1])
            else:
                for part in parts:
                    self._duplicate(part, whole, whole)

    def _duplicate(self, line: int, first: int, last: int) -> None:
        self.kinds[line] = "duplicate"
        self.copied[line] = first, last

    # --- the rest ------------------------------------------------------------------------------------------------

    def _titles(self) -> None:
        """Mark the title, its subtitles and what repeats it."""
        if self.title is None:
            return
        sheet, title = self.sheet, self.title
        self.kinds[title] = "title"
        after = title + 1
        while after < sheet.count and self.kinds[after] is None and sheet.is_subtitle(after):
            self.kinds[after] = "title"
            after += 1
        key = sheet.page[title].key
        if len(key) < SHORTEST_TITLE:
            return
        for index in sheet.plain:
            if self.kinds[index] is None and sheet.page[index].key == key and (index < title or self._heads(index)):
                self._duplicate(index, title, title)

    def _heads(self, index: int) -> bool:
        """Whether a line stands where a second title does: before a byline or a copy."""
        after = index + 1
        return after < self.sheet.count and (self.sheet.bylines[after] is not None or self.kinds[after] == "duplicate")

    def _text(self) -> list[int]:
        """The lines of text that are still undecided, so that they are body."""
        return [index for index in self.sheet.prose if self.kinds[index] is None]

    def _boilerplate(self) -> None:
        """Mark boilerplate: what a rule names, what stands before the title, what follows the end of the text."""
        sheet, text = self.sheet, self._text()
        first = text[0] if text else sheet.count
        opening = self.title if self.title is not None and self.title < first else min(first, self.head or first)
        last = self._last(text)
        ended = False
        for index, rule in enumerate(sheet.boilerplate):
            if rule:
                self.kinds[index] = "boilerplate"
                ended = ended or (rule != "inline" and index > last)
            elif sheet.bylines[index] or self.kinds[index] is not None:
                ended = ended or (self.kinds[index] == "duplicate" and index > last)
            elif text and (index < opening or (ended and index > last)):
                self.kinds[index] = "boilerplate"

    def _last(self, text: list[int]) -> int:
        """The last line of the text; behind a heading of links there is none, if it is less than stands before."""
        weights = [len(self.sheet.page[index].key) for index in text]
        total = sum(weights)
        before = at = 0
        for section in (index for index, rule in enumerate(self.sheet.boilerplate) if rule == "section"):
            while at < len(text) and text[at] < section:
                before += weights[at]
                at += 1
            if total - before < before:
                return text[at - 1]
        return text[-1] if text else -1

    def _metadata(self) -> None:
        """Mark bylines: at the head, or labelled and not between paragraphs."""
        text = self._text()
        for index, found in enumerate(self.sheet.bylines):
            if found is None:
                continue
            inside = bool(text) and text[0] < index < text[-1]
            apart = found.labelled and (not inside or found.has("source") or len(found.fields) > 1)
            if apart or index < self.head or (text and index < text[0]):
                self.kinds[index] = "metadata"

    # --- regions -------------------------------------------------------------------------------------------------

    def _joined(self, raw: str) -> Iterator[Region]:
        """One region a stretch of lines of one kind; white space belongs to the region it follows."""
        first = 0
        kinds = [*self.kinds, None]
        for last, kind in enumerate(self.kinds):
            if kind == kinds[last + 1] and (kind != "duplicate" or self._continues(last)):
                continue
            if kind == "duplicate" and not self._same(raw, first, last):
                for index in range(first, last + 1):
                    yield self._region(raw, index, index)
            else:
                yield self._region(raw, first, last)
            first = last + 1

    def _continues(self, index: int) -> bool:
        """Whether the next line copies what follows what this one copies."""
        return self.copied[index + 1][0] == self.copied[index][1] + 1

    def _same(self, raw: str, first: int, last: int) -> bool:
        return self._copied_span(first, last).of(raw) == raw[self.sheet.page[first].start : self.sheet.page[last].end]

    def _copied_span(self, first: int, last: int) -> RawSpan:
        return raw_span(self.sheet.page[self.copied[first][0]].start, self.sheet.page[self.copied[last][1]].end)

    def _region(self, raw: str, first: int, last: int) -> Region:
        kind = self.kinds[first]
        assert kind is not None  # noqa: S101  # every line has been decided about
        start = self.sheet.page[first].start if first else 0
        end = self.sheet.page[last + 1].start if last + 1 < self.sheet.count else len(raw)
        of = self._copied_span(first, last) if kind == "duplicate" else None
        return Region(kind, RawOffset(start), RawOffset(end), of)
