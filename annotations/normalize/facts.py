"""Facts about the lines of one page, from which ``head`` and ``page`` decide the regions.

A fact says what a line is by itself: boilerplate, a byline, prose, like a title, or a duplicate of another line.  What
follows from the place of a line is decided in ``head`` and ``page``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate
from typing import Final

from annotations.normalize.boilerplate import boilerplate
from annotations.normalize.byline import Byline, byline, is_bare_label
from annotations.normalize.duplicates import duplicate_groups
from annotations.normalize.lines import Line

LONGEST_TITLE: Final = 100
"""The longest title, in folded code points without spaces."""

SHORTEST_TITLE: Final = 5
"""A shorter line, 通知, is the title only where no longer line can be; in folded code points without spaces."""

_ITEM: Final = re.compile(
    r"\(?[一二三四五六七八九十百\d]{1,3}(?:[)、,:]|\.(?!\d))|第[一二三四五六七八九十百\d]{1,4}[章节条款]|附[件则]|注:"
)
"""The beginning of an item of a list, of a section or of an annex."""

_NUMBER: Final = re.compile(r".*[\[〔(]\d{4}[\])〕].{0,8}号")
"""The number of a document, 冀环办〔2021〕12号.  It is no title, though it may stand where one does."""

_SUBTITLE: Final = re.compile(r"[-—–―]{1,4}[^-—–―]")
"""The beginning of a subtitle: dashes before text."""

_LONG: Final = 60
"""From this length on a line with a comma is prose, even without a full stop; in folded code points without spaces."""

_SOON: Final = 3
"""Prose follows a line when one of the next three content lines is prose: a number or a heading may come before it."""


class PageFacts:
    """Facts about the lines of one page.  A line is named by its index.

    Args:
        lines: the lines of the page; at least one.

    Attributes:
        lines: the lines.
        count: how many lines there are.
        bylines: for each line the byline that it is, else None.
        boilerplate: for each line the list of the rule that makes it boilerplate, else an empty string.
        content: the lines that are neither boilerplate nor byline, in order.
        prose: the content lines that are running text, in order; ``prose_set`` holds the same.
        next_content: for each content line the next one; for the last one ``count``.
        groups: for each content line the first line of its group of duplicates.
    """

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.count = len(lines)
        self.bylines = _bylines(lines)
        self.boilerplate = [
            "" if found else boilerplate(line.key) for found, line in zip(self.bylines, lines, strict=True)
        ]
        named = [found is not None or rule != "" for found, rule in zip(self.bylines, self.boilerplate, strict=True)]
        self.content = [index for index, other in enumerate(named) if not other]
        self.prose = [index for index in self.content if _is_prose(lines[index].key)]
        self.prose_set = set(self.prose)
        following = [*self.content[1:], self.count]
        self.next_content = dict(zip(self.content, following, strict=True)) if self.content else {}
        separates = [other and rule != "inline" for other, rule in zip(named, self.boilerplate, strict=True)]
        # How many lines up to each one, itself included, separate the lines before from the lines behind.
        self._separators = list(accumulate(separates))
        self.groups = duplicate_groups(lines, self.content, self.separated)
        last = {self.groups[index]: index for index in self.prose}
        # For each number of prose lines, counted from the first: of the last copies of these lines the earliest.
        self._earliest_last_copy = list(
            accumulate((last[self.groups[index]] for index in self.prose), min, initial=self.count)
        )

    def is_title(self, index: int) -> bool:
        """Whether a line looks like a title."""
        key = self.lines[index].key
        return (
            1 < len(key) <= LONGEST_TITLE
            and not self.boilerplate[index]
            and not self.bylines[index]
            and not _is_prose(key)
            and key[-1] not in ",、"
            and not _NUMBER.fullmatch(key)
            and not self.is_subtitle(index)
            and any("\u3400" <= character <= "\u9fff" for character in key)
        )

    def is_subtitle(self, index: int) -> bool:
        """Whether a line looks like a subtitle, ——在全市会议上的讲话."""
        return _SUBTITLE.match(self.lines[index].key) is not None

    def prose_follows(self, index: int) -> bool:
        """Whether one of the first content lines from ``index`` on, itself included, is prose."""
        at = bisect_left(self.content, index)
        return any(line in self.prose_set for line in self.content[at : at + _SOON])

    def unrepeated_prose_before(self, index: int) -> bool:
        """Whether prose stands before a line and not once more from that line on, so that the line is no head."""
        return self._earliest_last_copy[bisect_left(self.prose, index)] < index

    def separated(self, first: int, last: int) -> bool:
        """Whether a byline or boilerplate stands between two lines; rules of the list ``inline`` do not count."""
        return self._separators[last] > self._separators[first]


def _bylines(lines: list[Line]) -> list[Byline | None]:
    """For each line the byline that it is, else None.

    A label alone in a line and its value in the next line are one byline, which both lines get.
    """
    found = [byline(line.text) for line in lines]
    for index, line in enumerate(lines[:-1]):
        if line.key[-1] == ":" and found[index] is None and is_bare_label(line.text):
            both = byline(f"{line.text} {lines[index + 1].text}")
            if both:
                found[index] = both
            found[index + 1] = both
    return found


def _is_prose(key: str) -> bool:
    """Whether a line is running text and no heading: it has a full stop, introduces or lists something, or is long."""
    return "。" in key or key[-1] in ";:" or (len(key) >= _LONG and "," in key) or _ITEM.match(key) is not None
