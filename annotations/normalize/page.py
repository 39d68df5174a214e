"""The regions of a page: which lines are title, metadata, body, boilerplate or a duplicate.

``facts`` says what each line is by itself; this module decides by where the line stands.  A page holds boilerplate, a
title, a byline and a body, in nearly any order, and some of it twice.  The steps run one after the other, and each
decides only about lines that are still undecided.  No rule here is about one site.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from annotations.normalize.duplicates import rewrapped
from annotations.normalize.facts import SHORTEST_TITLE, PageFacts
from annotations.normalize.head import find_head
from annotations.normalize.lines import lines
from annotations.regions import Region, RegionKind
from annotations.spans import RawOffset, RawSpan, raw_span

LEAST_COPY: Final = 40
"""The shortest duplicate that directly follows what it repeats, in folded code points.

It counts only where the text begins.
"""

LEAST_COPY_APART: Final = 12
"""The shortest duplicate that a title, a byline or boilerplate separates from what it repeats, in folded code points.

Sentences that are repeated anywhere else are no duplicates: 责任单位:… stands below every item of a plan.
"""


def find_regions(raw: str) -> tuple[tuple[Region, ...], list[tuple[int, int]]]:
    """Find the regions of a raw text.

    Returns:
        The regions, which tile the raw text; the raw span, in code points, of each line of the regions that are kept.
    """
    page = lines(raw)
    if not page:
        return ((Region("boilerplate", RawOffset(0), RawOffset(len(raw))),) if raw else ()), []
    regions = tuple(_Classifier(PageFacts(page)).regions(raw))
    starts = [line.start for line in page]
    spans = [
        (line.start, line.end)
        for region in regions
        if region.kept
        for line in page[bisect_left(starts, region.start) : bisect_left(starts, region.end)]
    ]
    return regions, spans


class _Classifier:
    """Decides the kind of each line of a page.

    ``kinds`` has the kind of each line, None while it is undecided.  ``repeats`` has for each duplicate line the first
    and the last line that it repeats.
    """

    def __init__(self, facts: PageFacts) -> None:
        self.facts = facts
        self.title, self.head_end = find_head(facts)
        self.kinds: list[RegionKind | None] = [None] * facts.count
        self.repeats: dict[int, tuple[int, int]] = {}

    def regions(self, raw: str) -> Iterator[Region]:
        """Decide the kind of every line, then join lines to regions."""
        self._mark_duplicates()
        self._mark_rewrapped()
        self._mark_titles()
        self._mark_boilerplate()
        self._mark_metadata()
        self.kinds = [kind or "body" for kind in self.kinds]
        return self._joined(raw)

    # --- duplicates ----------------------------------------------------------------------------------------------

    def _mark_duplicates(self) -> None:
        """Mark the lines that repeat others: of each group the first line behind the head is kept, else the first."""
        facts = self.facts
        kept: dict[int, int] = {}
        for index in facts.content:
            group = facts.groups[index]
            if group not in kept or kept[group] < self.head_end <= index:
                kept[group] = index
        # Lines that follow each other and repeat lines that follow each other: (line, line that it repeats).
        run: list[tuple[int, int]] = []
        for index in facts.content:
            original = kept[facts.groups[index]]
            if run:
                following = facts.next_content[run[-1][1]]
                if following != index and facts.groups.get(following) == facts.groups[index]:
                    original = following
                else:
                    self._mark_run(run)
                    run = []
            if index not in (original, self.title):
                run.append((index, original))
        self._mark_run(run)

    def _mark_run(self, run: list[tuple[int, int]]) -> None:
        """Mark a run of lines as duplicates, if it is long enough for the place where it stands."""
        facts = self.facts
        length = sum(len(facts.lines[index].key) for index, _ in run)
        if length < LEAST_COPY_APART:
            return
        low, high = sorted(zip(run[0], run[-1], strict=True))
        separated = facts.separated(low[1], high[0]) or (self.title is not None and low[1] < self.title < high[0])
        adjacent = low[0] in self._text_starts() and facts.next_content[low[1]] == high[0]
        if separated or (adjacent and length >= LEAST_COPY):
            for index, original in run:
                self._set_duplicate(index, original, original)

    def _text_starts(self) -> list[int]:
        """The lines at which the text may begin: the first prose, and the first content behind the head."""
        at = bisect_left(self.facts.content, self.head_end)
        return [*self.facts.prose[:1], *self.facts.content[at : at + 1]]

    def _mark_rewrapped(self) -> None:
        """Mark duplicates that hold in one line the text of several lines, or the other way round."""
        for whole, parts in rewrapped(self.facts.lines, self.facts.content):
            if any(self.kinds[index] for index in (whole, *parts)):
                continue
            # What stands behind the head is kept, else what comes first.
            if (parts[0] < self.head_end, parts[0]) < (whole < self.head_end, whole):
                self._set_duplicate(whole, parts[0], parts[-1])
            else:
                for part in parts:
                    self._set_duplicate(part, whole, whole)

    def _set_duplicate(self, line: int, first: int, last: int) -> None:
        """Note a line as a duplicate of the lines ``first`` to ``last``."""
        self.kinds[line] = "duplicate"
        self.repeats[line] = first, last

    # --- the rest ------------------------------------------------------------------------------------------------

    def _mark_titles(self) -> None:
        """Mark the title and the subtitles below it; mark lines that repeat the title as duplicates."""
        if self.title is None:
            return
        facts, title = self.facts, self.title
        self.kinds[title] = "title"
        after = title + 1
        while after < facts.count and self.kinds[after] is None and facts.is_subtitle(after):
            self.kinds[after] = "title"
            after += 1
        key = facts.lines[title].key
        if len(key) < SHORTEST_TITLE:
            return
        for index in facts.content:
            if (
                self.kinds[index] is None
                and facts.lines[index].key == key
                and (index < title or self._is_before_text(index))
            ):
                self._set_duplicate(index, title, title)

    def _is_before_text(self, index: int) -> bool:
        """Whether a byline or a duplicate follows a line, as they follow a title."""
        after = index + 1
        return after < self.facts.count and (self.facts.bylines[after] is not None or self.kinds[after] == "duplicate")

    def _body_prose(self) -> list[int]:
        """The lines of prose that are undecided, and so belong to the body."""
        return [index for index in self.facts.prose if self.kinds[index] is None]

    def _mark_boilerplate(self) -> None:
        """Mark lines that a rule names, lines before the title, and lines behind the boilerplate that ends the body."""
        facts, prose = self.facts, self._body_prose()
        first = prose[0] if prose else facts.count
        opening = self.title if self.title is not None and self.title < first else min(first, self.head_end or first)
        last = self._last_of_body(prose)
        ended = False
        for index, rule in enumerate(facts.boilerplate):
            if rule:
                self.kinds[index] = "boilerplate"
                ended = ended or (rule != "inline" and index > last)
            elif facts.bylines[index] or self.kinds[index] is not None:
                ended = ended or (self.kinds[index] == "duplicate" and index > last)
            elif prose and (index < opening or (ended and index > last)):
                self.kinds[index] = "boilerplate"

    def _last_of_body(self, prose: list[int]) -> int:
        """The last prose line of the body, -1 when there is none.

        The heading of a list of links ends the body, if less prose stands behind it than before it.

        Args:
            prose: the prose lines that may belong to the body.
        """
        lengths = [len(self.facts.lines[index].key) for index in prose]
        total = sum(lengths)
        before = at = 0
        for section in (index for index, rule in enumerate(self.facts.boilerplate) if rule == "section"):
            while at < len(prose) and prose[at] < section:
                before += lengths[at]
                at += 1
            if total - before < before:
                return prose[at - 1]
        return prose[-1] if prose else -1

    def _mark_metadata(self) -> None:
        """Mark bylines in the head or before the body, and labelled ones elsewhere.

        Inside the body a labelled line counts only if it has a source or more than one label.
        """
        prose = self._body_prose()
        for index, found in enumerate(self.facts.bylines):
            if found is None:
                continue
            inside = bool(prose) and prose[0] < index < prose[-1]
            labelled = found.labelled and (not inside or found.has("source") or len(found.fields) > 1)
            if labelled or index < self.head_end or (prose and index < prose[0]):
                self.kinds[index] = "metadata"

    # --- regions -------------------------------------------------------------------------------------------------

    def _joined(self, raw: str) -> Iterator[Region]:
        """One region for each run of lines of one kind.  White space belongs to the region that it follows."""
        first = 0
        kinds = [*self.kinds, None]
        for last, kind in enumerate(self.kinds):
            if kind == kinds[last + 1] and (kind != "duplicate" or self._continues(last)):
                continue
            if kind == "duplicate" and not self._is_exact(raw, first, last):
                for index in range(first, last + 1):
                    yield self._region(raw, index, index)
            else:
                yield self._region(raw, first, last)
            first = last + 1

    def _continues(self, index: int) -> bool:
        """Whether the next line repeats the line behind the one that this line repeats."""
        return self.repeats[index + 1][0] == self.repeats[index][1] + 1

    def _is_exact(self, raw: str, first: int, last: int) -> bool:
        """Whether the raw text of some duplicate lines is equal to the raw text that they repeat."""
        text = raw[self.facts.lines[first].start : self.facts.lines[last].end]
        return self._repeated_span(first, last).of(raw) == text

    def _repeated_span(self, first: int, last: int) -> RawSpan:
        """The raw span that the duplicate lines ``first`` to ``last`` repeat."""
        return raw_span(self.facts.lines[self.repeats[first][0]].start, self.facts.lines[self.repeats[last][1]].end)

    def _region(self, raw: str, first: int, last: int) -> Region:
        """The region of the lines ``first`` to ``last``, which are of one kind."""
        kind = self.kinds[first]
        assert kind is not None  # noqa: S101  # every line has been decided about
        start = self.facts.lines[first].start if first else 0
        end = self.facts.lines[last + 1].start if last + 1 < self.facts.count else len(raw)
        of = self._repeated_span(first, last) if kind == "duplicate" else None
        return Region(kind, RawOffset(start), RawOffset(end), of)
