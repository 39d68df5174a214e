"""The head of a page: its title and its byline, behind which the text begins that is kept.

A head may stand before, between or behind the copies of a text.  The byline may stand above or below the title, and
either of them may be missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from annotations.normalize.facts import SHORTEST_TITLE, PageFacts

_BETWEEN: Final = 4
"""The most content lines between a title and the prose below it."""

_TITLE_AND_TEXT: Final = 6
"""The score of a byline without labels that has a title and prose below it."""


class Head(NamedTuple):
    """The head of a page.

    ``title`` is the line of the title, None if there is none.  ``end`` is the first line behind title and byline.
    """

    title: int | None
    end: int


def find_head(facts: PageFacts) -> Head:
    """The best pair of a byline and a title, by score; of equal scores the first.

    Where no byline has both a title and prose, a title directly before the prose is preferred.
    """
    best, head = 0, Head(None, 0)
    for first, last in _byline_groups(facts):
        title, end = _title_beside(facts, first, last)
        labelled = any(found and found.labelled for found in facts.bylines[first : last + 1])
        if title is None and not labelled:
            continue
        prose = facts.prose_follows(end)
        score = 4 * (title is not None) + labelled + 2 * prose - 4 * (prose and facts.unrepeated_prose_before(first))
        if score > best:
            best, head = score, Head(title, end)
    title = _title_before_prose(facts)
    if title is not None and best < _TITLE_AND_TEXT:
        end = title + 1
        while end < facts.count and facts.bylines[end]:
            end += 1
        return Head(title, end)
    return head


def _byline_groups(facts: PageFacts) -> Iterator[tuple[int, int]]:
    """The first and the last line of each run of bylines; boilerplate may stand between them."""
    first = last = -1
    for index in range(facts.count):
        if facts.bylines[index]:
            if first < 0:
                first = index
            last = index
        elif not facts.boilerplate[index] and first >= 0:
            yield first, last
            first = -1
    if first >= 0:
        yield first, last


def _title_beside(facts: PageFacts, first: int, last: int) -> tuple[int | None, int]:
    """The title directly above or below the bylines ``first`` to ``last``, and the first line behind all of them.

    Boilerplate may stand between title and byline, and above the byline subtitles too.  Without a title it is None.
    """
    before = first - 1
    while before >= 0 and (facts.boilerplate[before] or facts.is_subtitle(before)):
        before -= 1
    if before >= 0 and facts.is_title(before):
        return before, last + 1
    after = last + 1
    while after < facts.count and facts.boilerplate[after]:
        after += 1
    if after < facts.count and facts.is_title(after) and facts.prose_follows(after + 1):
        return after, after + 1
    return None, last + 1


def _title_before_prose(facts: PageFacts) -> int | None:
    """A title without a byline: the last line like a title before the prose, or before a copy of the prose."""
    if not facts.prose:
        first = facts.content[:1]
        return first[0] if len(facts.content) > 1 and facts.is_title(first[0]) else None
    starts = [index for index in facts.prose if facts.groups[index] == facts.prose[0]]
    for start in starts:
        short = None
        steps = 0
        for at in range(start - 1, -1, -1):
            if at in facts.prose_set or steps == _BETWEEN:
                break
            if not facts.boilerplate[at] and not facts.bylines[at]:
                steps += 1
                if facts.is_title(at):
                    if len(facts.lines[at].key) >= SHORTEST_TITLE:
                        return at
                    short = short if short is not None else at
        if short is not None:
            return short
    return None
