"""What stands beside a tag: the same text at other places of the notice, and the other items of a list.

How usual it is that such neighbours have the same label is learned from the project: where a guideline asks for the
first mention alone, other places without a tag are no reason.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from annotations.second_look.page import Page, Tag, overlapping
from annotations.suspects import Reason

_SHORTEST: Final = 2
_LONGEST: Final = 40
"""Code points of a text that is looked for at other places."""

_MOST: Final = 100
"""A text at more places of one notice than this is a word, not a name."""

_ITEMS: Final = 3
"""So many items make a list."""

_PRIOR: Final = 2.0
"""How many neighbours the share of the project is worth."""

_USUAL: Final = 0.5
"""Neighbours that are tagged less often than this by all that is known are no reason."""

_MARKS: Final = (
    re.compile(r"[一二三四五六七八九十]+是"),
    re.compile(r"[(][一二三四五六七八九十0-9]{1,3}[)]"),
    re.compile(r"[一二三四五六七八九十]{1,3}、"),
    re.compile(r"[0-9]{1,2}(?:[.](?![0-9])|、)"),
    re.compile(r"[①②③④⑤⑥⑦⑧⑨⑩]"),
    re.compile(r"第[一二三四五六七八九十]{1,3},"),
)
"""How the items of an enumeration begin, in folded text."""

_LONGEST_MARK: Final = 12
"""Code points of a mark and of the white space behind it at most."""

_ITEM_BEGINS: Final = re.compile(r"^|(?<=[\n。;:])")
_NAMES: Final = re.compile(r"[^、,。;:!?\n()]{2,12}(?:、[^、,。;:!?\n()]{2,12}){2,}")
"""Names or things side by side: 林知远、苏望、何青."""

Span = tuple[int, int]


class Neighbours:
    """What is usual among neighbours: every page is given to ``count`` first, then ``reasons`` tells of a page."""

    def __init__(self) -> None:
        self._places: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        self._lists: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])

    def count(self, page: Page) -> None:
        """Count of each neighbour of something tagged whether it is tagged with the same label."""
        for _, label, tagged, bare in _same_texts(page):
            _add(self._places[label], len(tagged), len(bare))
        for items in lists(page.text):
            for label, tagged, bare in _tagged_items(page, items):
                _add(self._lists[label], len(tagged), len(bare))

    def reasons(self, page: Page) -> Iterator[tuple[Span, Reason]]:
        """The places that lack a tag which their neighbours have, each with the reason."""
        for quote, label, tagged, bare in _same_texts(page):
            for span in bare:
                right, of = len(tagged), len(tagged) + len(bare) - 1
                strength = _strength(right, of, self._places[label])
                if strength >= _USUAL:
                    yield span, Reason("neighbour", "place", strength, label, quote, right, of)
        for items in lists(page.text):
            for label, tagged, bare in _tagged_items(page, items):
                right, of = len(tagged), len(items) - 1
                strength = _strength(right, of, self._lists[label])
                if strength >= _USUAL and right >= len(bare):
                    yield from ((span, Reason("neighbour", "list", strength, label, "", right, of)) for span in bare)


def _add(counts: list[int], tagged: int, bare: int) -> None:
    """Count the pairs of a tagged place and another: how often the other is tagged too."""
    counts[0] += tagged * (tagged - 1)
    counts[1] += tagged * (tagged + bare - 1)


def _strength(right: int, of: int, counts: Sequence[int]) -> float:
    """How probably a neighbour should be tagged, where ``right`` of ``of`` others are."""
    usual = (counts[0] + 0.5) / (counts[1] + 1)
    return round((right + _PRIOR * usual) / (of + _PRIOR), 3)


def _same_texts(page: Page) -> Iterator[tuple[str, str, list[Span], list[Span]]]:
    """Each text that is tagged with a label: where it is, and where it stands without one.

    A place that a tag with the label reaches into is neither.
    """
    tags: dict[tuple[str, str], list[Span]] = {}
    for tag in page.tags:
        quote = page.quote(tag.span)
        if _SHORTEST <= len(quote) <= _LONGEST and "\n" not in quote:
            tags.setdefault((quote, tag.label), []).append(tag.span)
    for (quote, label), tagged in tags.items():
        places = [*_places_of(page.text, quote)]
        if len(tagged) < len(places) <= _MOST:
            own = [tag for tag in page.tags if tag.label == label]
            bare = [span for span in places if not overlapping(own, span)]
            if bare:
                yield quote, label, tagged, bare


def _places_of(text: str, quote: str) -> Iterator[Span]:
    at = text.find(quote)
    while at >= 0:
        yield at, at + len(quote)
        at = text.find(quote, at + len(quote))


def lists(text: str) -> Iterator[list[Span]]:
    """The lists of a text: enumerations, and names side by side; the spans of their items, without their marks.

    Args:
        text: folded text.
    """
    starts = [(match.end(), *_mark(text, match.end())) for match in _ITEM_BEGINS.finditer(text)]
    for _, some in groupby((each for each in starts if each[1] is not None), key=lambda each: each[1]):
        begins = [(at, behind) for at, _, behind in some]
        if len(begins) >= _ITEMS:
            ends = [*(at for at, _ in begins[1:]), _end_of_item(text, begins[-1][1])]
            yield [_trimmed(text, behind, end) for (_, behind), end in zip(begins, ends, strict=True)]
    for match in _NAMES.finditer(text):
        items, at = [], match.start()
        for word in match[0].split("、"):
            items.append((at, at + len(word)))
            at += len(word) + 1
        yield items


def _mark(text: str, at: int) -> tuple[int | None, int]:
    """Which mark of an item stands at a place, and where the item begins behind it."""
    for number, form in enumerate(_MARKS):
        if match := form.match(text, at):
            return number, match.end()
    return None, at


def _end_of_item(text: str, at: int) -> int:
    ends = [found for each in "。;\n" if (found := text.find(each, at)) >= 0]
    return min(ends, default=len(text))


def _trimmed(text: str, start: int, end: int) -> Span:
    """The first sentence of an item, without white space and marks at its ends."""
    end = min(end, _end_of_item(text, start))
    while start < end and text[start].isspace():
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in ",;。、"):
        end -= 1
    return start, end


def _tagged_items(page: Page, items: Sequence[Span]) -> Iterator[tuple[str, list[Span], list[Span]]]:
    """By label: the items of a list with a tag in them, and those without.

    The latter begin with their marks where most tags do.
    """
    within = [[tag for tag in overlapping(page.tags, item) if _lies_in(tag, item)] for item in items]
    counts = Counter(label for each in within for label in {tag.label for tag in each})
    for label, n in sorted(counts.items()):
        if n >= _ITEMS - 1 and n < len(items):
            starts = [{tag.start for tag in each if tag.label == label} for each in within]
            marked = sum(_mark_of(page.text, item) in each for item, each in zip(items, starts, strict=True))
            tagged = [item for item, each in zip(items, starts, strict=True) if each]
            bare = [
                (_mark_of(page.text, item) if marked * 2 > n else item[0], item[1])
                for item, each in zip(items, starts, strict=True)
                if not each
                and item[0] < item[1]
                and not any(tag.label == label for tag in overlapping(page.tags, item))
            ]
            yield label, tagged, bare


def _mark_of(text: str, item: Span) -> int:
    """Where the mark of an item begins; where there is none, the item itself does."""
    for match in _ITEM_BEGINS.finditer(text, max(0, item[0] - _LONGEST_MARK), item[0]):
        number, behind = _mark(text, match.end())
        if number is not None and behind <= item[0] and not text[behind : item[0]].strip():
            return match.end()
    return item[0]


def _lies_in(tag: Tag, item: Span) -> bool:
    """Whether a tag is about an item: it begins in it, and has most of its characters there."""
    shared = min(tag.end, item[1]) - max(tag.start, item[0])
    return shared * 2 >= tag.end - tag.start
