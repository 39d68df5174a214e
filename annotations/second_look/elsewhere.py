"""The same text elsewhere: what other notices tag it as, if at all.

What is usual is a share of places: a text that is tagged at 19 of 20 places should be tagged at the last one, one that
is tagged at 9 of 20 depends on what stands around it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from annotations.second_look.page import Page, Tag, nearly_same, overlapping
from annotations.suggest.matching import Words
from annotations.suspects import Reason

_SHORTEST: Final = 2
"""Texts of fewer code points stand everywhere."""

_LONGEST: Final = 40
"""Texts of more code points stand nowhere else."""

_MOST: Final = 200_000
"""Texts that are held; where there are more, those that were seen least are forgotten (Manku and Motwani, Approximate
Frequency Counts over Data Streams, 2002)."""

_LEAST: Final = 3
"""Of fewer other places nothing follows."""

_USUAL: Final = 0.75
"""The share of other places from which something is usual; below, what stands around a text decides."""

NO_TAG: Final = ""
"""Stands for the label of a place without a tag."""


class Texts:
    """The texts that somebody has tagged, and as what; then where they stand at all.

    First every page is given to ``learn``; then, once ``end_learning`` was called, every page to ``count``; then
    ``reasons`` tells of a page.  Near-copies of a page should be given once only.
    """

    def __init__(self) -> None:
        self._tagged: Counter[str] = Counter()
        self._labels: dict[str, frozenset[str]] = {}
        self._dropped = 0
        self._words: Words | None = None
        self._counts: dict[str, Counter[str]] = {}

    def learn(self, page: Page) -> None:
        """Note the texts that are tagged in a page."""
        for tag in page.tags:
            quote = page.quote(tag.span)
            if _SHORTEST <= len(quote) <= _LONGEST and "\n" not in quote and quote == quote.strip():
                self._tagged[quote] += 1
                self._labels[quote] = self._labels.get(quote, frozenset()) | {tag.label}
        if len(self._tagged) > _MOST:
            self._dropped += 1
            self._tagged = Counter({text: n for text, n in self._tagged.items() if n > self._dropped})
            self._labels = {text: self._labels[text] for text in self._tagged}

    def end_learning(self) -> None:
        """Make the dictionary of what was tagged."""
        self._words = Words(self._tagged) if self._tagged else None
        self._tagged = Counter()

    def count(self, page: Page) -> None:
        """Count what each place of these texts is tagged as."""
        for quote, labels in self._counted(page).items():
            self._counts.setdefault(quote, Counter()).update(labels)

    def reasons(self, page: Page, counted: Page | None) -> Iterator[tuple[Tag | None, tuple[int, int], Reason]]:
        """What is tagged otherwise elsewhere: the tag, or None where one is missing; its place; why.

        Args:
            page: a layer.
            counted: the layer of the same notice that ``count`` was given; it is left out of what others say.
        """
        own = {} if counted is None else self._counted(counted)
        for span, tags, labels in self._places(page):
            quote = page.quote(span)
            others = Counter(self._counts.get(quote, {}))
            others.subtract(own.get(quote, {}))
            exact = [tag for tag in tags if tag.span == span]
            for tag in exact:
                if reason := _about_tag(quote, tag.label, others):
                    yield tag, span, reason
            if NO_TAG in labels and (reason := _about_none(quote, overlapping(page.tags, span), others)):
                yield None, span, reason

    def _places(self, page: Page) -> Iterator[tuple[tuple[int, int], list[Tag], set[str]]]:
        """The places of known texts in a page, with the tags about each, and their labels: ``NO_TAG`` where none is.

        A place within a longer tag, of a label that the text has elsewhere, tells nothing and has no label.
        """
        for span in self._words.spans(page.text, 0, len(page.text)) if self._words is not None else ():
            over = overlapping(page.tags, span)
            tags = nearly_same(over, span)
            labels = {tag.label for tag in tags}
            if not labels and not self._labels[page.quote(span)] & {tag.label for tag in over}:
                labels = {NO_TAG}
            yield span, tags, labels

    def _counted(self, page: Page) -> dict[str, Counter[str]]:
        found: dict[str, Counter[str]] = {}
        for span, _, labels in self._places(page):
            found.setdefault(page.quote(span), Counter()).update(labels)
        return found


def _about_tag(quote: str, label: str, others: Mapping[str, int]) -> Reason | None:
    """Why a tag of a text may be wrong."""
    total = sum(others.values())
    if total < _LEAST:
        return None
    best, n = max(others.items(), key=lambda each: (each[1], each[0]))
    if best == label or n < total * _USUAL:
        return None
    strength = share(n, total)
    if best == NO_TAG:
        return Reason("elsewhere", "spurious", strength, "", quote, n, total)
    tagged = total - others.get(NO_TAG, 0)
    return Reason("elsewhere", "label", share(n, tagged), best, quote, n, tagged)


def _about_none(quote: str, over: Iterable[Tag], others: Mapping[str, int]) -> Reason | None:
    """Why a place of a text may lack a tag; ``over`` are the tags that reach into it."""
    total = sum(others.values())
    if total < _LEAST:
        return None
    best, n = max(others.items(), key=lambda each: (each[1], each[0]))
    # A longer tag with the same label holds it already.
    if best == NO_TAG or n < total * _USUAL or any(tag.label == best for tag in over):
        return None
    return Reason("elsewhere", "missing", share(n, total), best, quote, n, total)


def share(right: int, of: int) -> float:
    """The mean of the Beta posterior of a share, before which nothing was known (Jeffreys)."""
    return round((right + 0.5) / (of + 1), 3)
