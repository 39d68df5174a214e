"""The regions of a page: which lines are title, metadata, body, boilerplate or a duplicate.

``facts`` says what each line is by itself; this module decides by where the line stands.  A page holds boilerplate, a
title, a byline and a body, in nearly any order, and some of it twice.  The steps run one after the other, and each
decides only about lines that are still undecided.  No rule here is about one site.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final, NamedTuple

from annotations.lexicon.headings import words_of
from annotations.lexicon.patterns import pattern
from annotations.normalize.boilerplate import ENDS
from annotations.normalize.duplicates import are_parallel, rewrapped
from annotations.normalize.facts import PageFacts
from annotations.normalize.head import Head, find_head
from annotations.normalize.lines import ITEM, SHORTEST_TITLE, lines
from annotations.regions import Region, RegionKind
from annotations.spans import RawOffset, RawSpan, raw_span

LEAST_COPY: Final = 40
"""The shortest duplicate that directly follows what it repeats, in folded code points.

A single line counts only where the text begins.
"""

LEAST_COPY_APART: Final = 12
"""The shortest duplicate that a title, a byline or boilerplate separates from what it repeats, in folded code points.

Sentences that are repeated anywhere else are no duplicates: 责任单位:… stands below every item of a plan.
"""


class Page(NamedTuple):
    """What the rules make of a page.

    ``regions`` tile the raw text.  ``spans`` has the raw span, in code points, of each line of the regions that are
    kept.  ``headline`` is the raw span of the main headline, without kicker and subtitle; None where there is no title.
    ``sure`` tells whether the title is.
    """

    regions: tuple[Region, ...]
    spans: list[tuple[int, int]]
    headline: tuple[int, int] | None
    sure: bool


_LONGEST_SITE: Final = 30
"""The longest name of a site or a channel of it, as footers link to them, in folded code points without spaces."""

_SITES: Final = 5
"""The least number of such names one below the other."""

_MOSTLY: Final = 0.6
"""The least share of such names among the lines between the body and the footer."""

_HEADS_A_LIST: Final = "附件|名单|抄送|名录|单位:|:$"
"""What heads a list that is text."""

_LABELLED: Final = "[^:]{2,8}:[^/|]{2,60}$"
"""A label and its value, 活动地点:县体育馆."""

_POINT: Final = "[,。;、]"
"""What stands in text and not in the name of a site."""


def find_regions(raw: str, known: dict[str, str] | None = None) -> Page:
    """Find the regions of a raw text; ``known`` is as for ``fold``."""
    page = lines(raw, known)
    if not page:
        return Page((Region("boilerplate", RawOffset(0), RawOffset(len(raw))),) if raw else (), [], None, sure=False)
    facts = PageFacts(page)
    head = find_head(facts)
    classifier = _Classifier(facts, head)
    regions = tuple(classifier.regions(raw))
    kept = ("title", "body")
    spans = [(line.start, line.end) for line, kind in zip(page, classifier.kinds, strict=True) if kind in kept]
    headline = None
    if head.title is not None and head.last is not None:
        headline = page[head.title].start, page[head.last].end
    return Page(regions, spans, headline, head.sure)


class _Classifier:
    """Decides the kind of each line of a page.

    ``kinds`` has the kind of each line, None while it is undecided.  ``repeats`` has for each duplicate line the first
    and the last line that it repeats.
    """

    def __init__(self, facts: PageFacts, head: Head) -> None:
        self.facts = facts
        self.head = head
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
        if not facts.repeated:
            return
        kept: dict[int, int] = {}
        for index in facts.content:
            group = facts.groups[index]
            if group not in kept or kept[group] < self.head.end <= index:
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
            if index != original and not self.head.has(index):
                run.append((index, original))
        self._mark_run(run)

    def _mark_run(self, run: list[tuple[int, int]]) -> None:
        """Mark a run of lines as duplicates, if it is long enough for the place where it stands."""
        facts = self.facts
        length = sum(len(facts.keys[index]) for index, _ in run)
        if length < LEAST_COPY_APART:
            return
        low, high = sorted(zip(run[0], run[-1], strict=True))
        separated = facts.separated(low[1], high[0]) or (
            self.head.title is not None and low[1] < self.head.title < high[0]
        )
        adjacent = facts.next_content[low[1]] == high[0] and (
            low[0] in self._text_starts()
            or (len(run) > 1 and not facts.prose_set.isdisjoint(range(low[0], low[1] + 1)))
        )
        if (separated or (adjacent and length >= LEAST_COPY)) and not self._is_parallel(run):
            for index, original in run:
                self._set_duplicate(index, original, original)

    def _is_parallel(self, run: list[tuple[int, int]]) -> bool:
        """Whether the line before or behind a run and the one beside what it repeats are parallel."""
        facts = self.facts
        for (index, original), step in ((run[0], -1), (run[-1], 1)):
            at, other = (bisect_left(facts.content, place) + step for place in (index, original))
            if min(at, other) >= 0 and max(at, other) < len(facts.content) and at != other:
                one, two = facts.keys[facts.content[at]], facts.keys[facts.content[other]]
                if are_parallel(one, two):
                    return True
        return False

    def _text_starts(self) -> list[int]:
        """The lines at which the text may begin: the first prose, and the first content behind the head."""
        at = bisect_left(self.facts.content, self.head.end)
        return [*self.facts.prose[:1], *self.facts.content[at : at + 1]]

    def _mark_rewrapped(self) -> None:
        """Mark duplicates that hold in one line the text of several lines, or the other way round."""
        for whole, parts in rewrapped(self.facts.lines, self.facts.content):
            if any(self.kinds[index] for index in (whole, *parts)):
                continue
            # What stands behind the head is kept, else what comes first.
            if (parts[0] < self.head.end, parts[0]) < (whole < self.head.end, whole):
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
        """Mark kicker, title and the subtitles below it."""
        first, title, last, *_ = self.head
        if first is None or title is None or last is None:
            return
        facts = self.facts
        for index in range(first, last + 1):
            self.kinds[index] = "title"
        after = last + 1
        while after < facts.count and self.kinds[after] is None and facts.is_subtitle(after):
            self.kinds[after] = "title"
            after += 1
        self._mark_repeated_titles(title, last)

    def _mark_repeated_titles(self, title: int, last: int) -> None:
        """Mark lines before the title, and before the text of a copy, that repeat the title, as duplicates."""
        facts = self.facts
        keys = facts.keys[title : last + 1]
        whole = "".join(keys)
        if len(whole) < SHORTEST_TITLE or (len(keys) == 1 and facts.keys.count(whole) == 1):
            return
        for index in facts.content:
            if facts.keys[index] not in (whole, keys[0]) or self.kinds[index] is not None:
                continue
            if index < title or self._is_before_text(index):
                if facts.keys[index] == whole:
                    self._set_duplicate(index, title, last)
                elif len(keys) > 1 and facts.keys[index : index + len(keys)] == keys:
                    for place in range(len(keys)):
                        self._set_duplicate(index + place, title + place, title + place)

    def _is_before_text(self, index: int) -> bool:
        """Whether a byline or a duplicate follows a line, as they follow a title."""
        after = index + 1
        return after < self.facts.count and (self.facts.bylines[after] is not None or self.kinds[after] == "duplicate")

    def _body_prose(self) -> list[int]:
        """The lines of prose that are undecided, and so belong to the body."""
        return [index for index in self.facts.prose if self.kinds[index] is None]

    def _mark_boilerplate(self) -> None:
        """Mark lines that a rule names, lines before a sure head, and lines behind what ends the body."""
        facts, prose = self.facts, self._body_prose()
        first = prose[0] if prose else facts.count
        opening = 0
        if self.head.first is not None and self.head.sure and self.head.first < first:
            opening = self.head.first
        last = self._last_of_body(prose)
        for index in self._links_before_the_footer(last):
            self.kinds[index] = "boilerplate"
        ended = links = False
        for index, rule in enumerate(facts.boilerplate):
            if rule:
                self.kinds[index] = "boilerplate"
                ended = ended or (rule != "inline" and index > last)
                links = links or (rule in ENDS and index > last)
            elif facts.bylines[index] or self.kinds[index] is not None:
                ended = ended or (self.kinds[index] == "duplicate" and index > last)
            elif index < opening:
                if prose and not facts.is_number(index):
                    self.kinds[index] = "boilerplate"
            elif ended and index > last and prose and (links or not self._is_closing(index)):
                self.kinds[index] = "boilerplate"

    def _last_of_body(self, prose: list[int]) -> int:
        """The last prose line of the body, -1 when there is none.

        The heading of a list of links and the footer of the site end the body, if less prose stands behind them than
        before them.

        Args:
            prose: the prose lines that may belong to the body.
        """
        if not self.facts.ends:
            return prose[-1] if prose else -1
        lengths = [len(self.facts.keys[index]) for index in prose]
        total = sum(lengths)
        before = at = 0
        for section in self.facts.ends:
            while at < len(prose) and prose[at] < section:
                before += lengths[at]
                at += 1
            if total - before < before and not any(self._is_part(index) for index in prose[at:]):
                return prose[at - 1]
        return prose[-1] if prose else -1

    def _is_closing(self, index: int) -> bool:
        """Whether a line closes a notice: a label with its value, or the office above the date of a signature."""
        facts = self.facts
        if pattern(_LABELLED).match(facts.keys[index]):
            return True
        after = index + 1
        if after == facts.count or not facts.keys[index].endswith(words_of("office")):
            return False
        found = facts.bylines[after]
        return found is not None and found.bare

    def _is_part(self, index: int) -> bool:
        """Whether a line begins a numbered part or an annex, as links and footers do not."""
        key = self.facts.keys[index]
        return ITEM.match(key) is not None and not key.startswith("附件下载")

    def _links_before_the_footer(self, last: int) -> range:
        """The lines between the body and the footer of the site, if they are the names of other sites.

        A list of offices below an annex, below what introduces it or above a date is text, and so is any list of other
        lines.

        Args:
            last: the last prose line of the body.
        """
        facts = self.facts
        at = bisect_right(facts.ends, last)
        if last < 0 or at == len(facts.ends) or facts.keys[last][-1] == ":":
            return range(0)
        end = facts.ends[at]
        start = end
        while start > last + 1 and self.kinds[start - 1] is None and not facts.bylines[start - 1]:
            key = facts.keys[start - 1]
            if not facts.boilerplate[start - 1]:
                if pattern(_HEADS_A_LIST).search(key):
                    return range(0)
                if len(key) > _LONGEST_SITE or pattern(_POINT).search(key):
                    break
            start -= 1
        run = [index for index in range(start, end) if not facts.boilerplate[index]]
        sites = sum(facts.keys[index].endswith(words_of("site")) for index in run)
        return range(start, end) if len(run) >= _SITES and sites >= _MOSTLY * len(run) else range(0)

    def _mark_metadata(self) -> None:
        """Mark bylines in the head or before the body, and labelled ones elsewhere.

        Inside the body a labelled line counts only if it has a source or more than one label.  A date alone counts only
        beside the title: before it stand the clock of the site and the dates of other pages.
        """
        prose = self._body_prose()
        for index, found in enumerate(self.facts.bylines):
            if found is None:
                continue
            inside = bool(prose) and prose[0] < index < prose[-1]
            labelled = found.labelled and (not inside or found.has("source") or len(found.fields) > 1)
            if prose and index > prose[-1]:
                # Behind the text stand who wrote and edited it; entries of index tables are those of a list there.
                labelled = labelled and found.has("source", "published", "person", "counter") and not found.has("title")
            beside = index < self.head.end or (prose and index < prose[0])
            if labelled or (beside and (found.fields or not self._is_apart(index))):
                self.kinds[index] = "metadata"
            elif self.head.sure and self.head.first is not None and index < self.head.first:
                self.kinds[index] = "boilerplate"

    def _is_apart(self, index: int) -> bool:
        """Whether a line of text stands between a line and the title below it."""
        at = bisect_left(self.facts.content, index)
        return self.head.first is not None and at < len(self.facts.content) and self.facts.content[at] < self.head.first

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
