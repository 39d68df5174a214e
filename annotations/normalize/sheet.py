"""A page as the search for its regions sees it: its lines and what each says by itself.

Facts only: which lines are boilerplate, bylines, text, like titles, or say the same.  What follows from where a line
stands is decided in ``head`` and ``page``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate
from typing import Final

from annotations.normalize.boilerplate import boilerplate
from annotations.normalize.byline import Byline, byline, is_bare_label
from annotations.normalize.copies import twins
from annotations.normalize.lines import Line

LONGEST_TITLE: Final = 100
SHORTEST_TITLE: Final = 5
"""A shorter line, 通知, is the title only where there is no longer one."""

_ITEM: Final = re.compile(
    r"\(?[一二三四五六七八九十百\d]{1,3}(?:[)、,:]|\.(?!\d))|第[一二三四五六七八九十百\d]{1,4}[章节条款]|附[件则]|注:"
)
_NUMBER: Final = re.compile(r".*[\[〔(]\d{4}[\])〕].{0,8}号")
"""The number of a document, 冀环办〔2021〕12号: no title, though it may stand where one does."""
_SUBTITLE: Final = re.compile(r"[-—–―]{1,4}[^-—–―]")
_LONG: Final = 60
"""A line this long is text even without a full stop, if it has a comma; in folded characters."""
_SOON: Final = 3
"""Text follows a title at once when it is among so many lines: a document number or a heading may come first."""


class Sheet:
    """The lines of one page, by index, and facts about them.

    Args:
        page: the lines; at least one.

    ``plain`` are the lines that are neither boilerplate nor byline, ``prose`` those of them that are text; ``twins``
    has for each plain line the first one that says the same.
    """

    def __init__(self, page: list[Line]) -> None:
        self.page = page
        self.count = len(page)
        self.bylines = _bylines(page)
        # Which list of rules names the line; empty: none.
        self.boilerplate = [
            "" if found else boilerplate(line.key) for found, line in zip(self.bylines, page, strict=True)
        ]
        said = [found is not None or rule != "" for found, rule in zip(self.bylines, self.boilerplate, strict=True)]
        self.plain = [index for index, other in enumerate(said) if not other]
        self.prose = [index for index in self.plain if _is_prose(page[index].key)]
        self.prose_set = set(self.prose)
        # For each plain line the next one.
        self.behind = dict(zip(self.plain, [*self.plain[1:], self.count], strict=True)) if self.plain else {}
        parts = [other and rule != "inline" for other, rule in zip(said, self.boilerplate, strict=True)]
        self._parts = list(accumulate(parts))  # how many lines up to each one part a text
        self.twins = twins(page, self.plain, self.parted)
        last = {self.twins[index]: index for index in self.prose}
        self._last_copy = list(accumulate((last[self.twins[index]] for index in self.prose), min, initial=self.count))

    def is_title(self, index: int) -> bool:
        """Whether a line looks like a title."""
        key = self.page[index].key
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
        """Whether a line looks like the second line of a title, ——在全市会议上的讲话."""
        return _SUBTITLE.match(self.page[index].key) is not None

    def text_follows(self, index: int) -> bool:
        """Whether text comes next, or nearly."""
        at = bisect_left(self.plain, index)
        return any(line in self.prose_set for line in self.plain[at : at + _SOON])

    def text_before(self, line: int) -> bool:
        """Whether text stands before a line that does not stand behind it again: then the line is no head."""
        return self._last_copy[bisect_left(self.prose, line)] < line

    def parted(self, first: int, last: int) -> bool:
        """Whether a byline or boilerplate stands between two lines; an image does not part a text."""
        return self._parts[last] > self._parts[first]


def _bylines(page: list[Line]) -> list[Byline | None]:
    """The byline that each line is; a bare label and its value in the next line are one."""
    found = [byline(line.text) for line in page]
    for index, line in enumerate(page[:-1]):
        if line.key[-1] == ":" and found[index] is None and is_bare_label(line.text):
            both = byline(f"{line.text} {page[index + 1].text}")
            if both:
                found[index] = both
            found[index + 1] = both
    return found


def _is_prose(key: str) -> bool:
    """Whether a line is text, not a heading: it holds a sentence, opens a list, greets, or is long."""
    return "。" in key or key[-1] in ";:" or (len(key) >= _LONG and "," in key) or _ITEM.match(key) is not None
