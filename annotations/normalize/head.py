"""The head of a page: its title and its byline, behind which the text begins that is kept.

A head may stand before, between or behind the copies of a text, among navigation, index tables and lists of other
pages.  The byline may stand above or below the title, and either of them may be missing.  So each line that looks like
a title is a candidate, and the candidate with most evidence is the title.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final, NamedTuple

from annotations.lexicon.headings import words_of
from annotations.lexicon.patterns import pattern
from annotations.normalize.byline import Byline
from annotations.normalize.facts import PageFacts
from annotations.normalize.lines import LONGEST_TITLE, SHORTEST_TITLE

_PARENTHESES: Final = r"(?:\([^()]{1,20}\)){1,2}$"
"""What may stand behind the word that ends a title, (试行)."""
_DATED: Final = r"\(?(?:19|20)\d\d[-./年]\d{1,2}[-./月]\d{1,2}日?\)?$"
"""A date at the end of a title."""
_NO_ADDRESSEE: Final = re.compile("如下|现将|现就|现对|[。;]|^为")
"""What stands in a line that introduces a text and addresses nobody."""
_LONGEST_ADDRESSEE: Final = 120
_LINES: Final = 3
"""The most lines of one title."""
_GAP: Final = 6
"""The most lines, boilerplate and numbers of documents, between a title and its byline."""
_SHORT: Final = 10
"""A shorter line may well be the name of a column; in folded code points without spaces."""
_MENU: Final = 8
"""The longest entry of a menu, in folded code points without spaces."""
_NEAR: Final = 3
"""The text is near a title with fewer content lines between them."""
_FAR: Final = 12
"""The text is far from a title with as many content lines between them."""
_DATE_ENDS: Final = frozenset("0123456789日)")
"""The last characters of a date."""
_SHORTEST_OFFICE: Final = 3
"""The shortest name of an office in a line of its own, in folded code points without spaces."""
_KICKER: Final = 8
"""The shortest kicker; in folded code points without spaces."""

SURE: Final = 8
"""From this score on a title is sure, whatever stands before it."""
_LEAST: Final = 0.0
"""The least score of a title."""


class Head(NamedTuple):
    """The head of a page.

    ``first`` is the first line of the title region, a kicker or the title itself; ``title`` and ``last`` are the first
    and the last line of the title.  They are all None if there is no title.  ``end`` is the first line behind title
    and byline.  ``sure`` tells whether the lines before the head are no text of the notice.
    """

    first: int | None
    title: int | None
    last: int | None
    end: int
    sure: bool

    def has(self, index: int) -> bool:
        """Whether a line is one of the title."""
        return self.title is not None and self.last is not None and self.title <= index <= self.last


class _Candidate(NamedTuple):
    """Lines that may be a title, with their folded text without spaces, and the bylines above and below."""

    first: int
    last: int
    key: str
    above: tuple[int, int] | None
    below: tuple[int, int] | None


def find_head(facts: PageFacts) -> Head:
    """The head whose title has most evidence; of equal ones the last before the text."""
    lines = _like_titles(facts)
    counts: dict[str, int] = {}
    for index in lines:
        counts[facts.keys[index]] = counts.get(facts.keys[index], 0) + 1
    best: _Candidate | None = None
    score = _LEAST - 1.0
    for candidate in _candidates(facts, lines):
        found = _score(facts, candidate, counts)
        if found > score or (found == score and best is not None and not _prose_between(facts, best, candidate)):
            best, score = candidate, found
    if best is None or (not facts.prose and score < SURE):
        best = _head_of_list(facts)
    if best is None:
        return _without_title(facts)
    end = best.last + 1 if best.below is None else max(best.last, best.below[1]) + 1
    while end < facts.count and (facts.bylines[end] or (facts.boilerplate[end] and best.below)):
        end += 1
    while end - 1 > best.last and not facts.bylines[end - 1]:
        end -= 1
    alone = facts.content[0] == best.first
    return Head(_kicker(facts, best), best.first, best.last, end, alone or score >= SURE)


def _like_titles(facts: PageFacts) -> list[int]:
    """The lines that look like titles; behind the text only those with a byline behind them."""
    bylines = [index for index, found in enumerate(facts.bylines) if found is not None]
    reach = max(facts.prose[-1], bylines[-1] if bylines else 0) if facts.prose else facts.count
    return [
        index for index in facts.content if index not in facts.prose_set and index < reach and facts.is_title(index)
    ]


def _without_title(facts: PageFacts) -> Head:
    """The head of a page without a title: the bylines before its text."""
    for first, last in _byline_groups(facts):
        if any(found and found.labelled for found in facts.bylines[first : last + 1]):
            return Head(None, None, None, last + 1, sure=False)
    return Head(None, None, None, 0, sure=False)


def _head_of_list(facts: PageFacts) -> _Candidate | None:
    """The first line of a page without prose, as lists have their title there; None where it is not like a title."""
    if facts.prose or len(facts.content) < 2 or not facts.is_title(facts.content[0]):  # a title and a list
        return None
    first = facts.content[0]
    return _Candidate(first, first, facts.keys[first], None, None)


def _byline_groups(facts: PageFacts) -> Iterator[tuple[int, int]]:
    """The first and the last line of each run of bylines; boilerplate may stand between them."""
    first = last = -1
    for index, found in enumerate(facts.bylines):
        if found is not None:
            if first < 0 or not all(facts.boilerplate[last + 1 : index]):
                if first >= 0:
                    yield first, last
                first = index
            last = index
    if first >= 0:
        yield first, last


def _candidates(facts: PageFacts, lines: list[int]) -> Iterator[_Candidate]:
    """Every line like a title, and lines that are one title together.

    Args:
        facts: the facts about the page.
        lines: the lines that look like titles.
    """
    groups = list(_byline_groups(facts))
    ends = [last for _, last in groups]
    starts = [first for first, _ in groups]
    last = -1
    for index in lines:
        if index > last:
            last, key = _whole(facts, index)
            yield _Candidate(index, last, key, _above(facts, index, groups, ends), _below(facts, last, groups, starts))


def _whole(facts: PageFacts, index: int) -> tuple[int, str]:
    """The last line of the title that begins at a line, and the key of it all."""
    key = facts.keys[index]
    best = index, key
    joined = key
    for last in range(index + 1, min(index + _LINES, facts.count)):
        if not facts.is_title(last) or len(joined) + len(facts.keys[last]) > LONGEST_TITLE:
            break
        if not _continues(facts, joined, facts.keys[last]):
            break
        joined += facts.keys[last]
        best = last, joined
    return best


def _continues(facts: PageFacts, before: str, line: str) -> bool:
    """Whether a line continues the title that the lines before it begin."""
    if facts.begins_named(before + line):
        return True
    if before in facts.named or line in facts.named or pattern(_DATED).search(before):
        return False
    if line.startswith(words_of("about")):
        return (
            len(before) > _SHORTEST_OFFICE
            and before.endswith(words_of("office"))
            and (len(line) >= _SHORT or _ends(line))
        )
    if _ends(before) and before.count("《") == before.count("》"):
        return False
    opened = before.count("《") > before.count("》")
    return len(before) >= _SHORT and (opened or (_is_about(before) and _ends(line)))


def _ends(key: str) -> bool:
    """Whether a line may end the title of a document."""
    if key[-1] == ")":
        key = pattern(_PARENTHESES).sub("", key)
    return key.rstrip("》>").endswith(words_of("kind"))


def _is_about(key: str) -> bool:
    """Whether a line has a word that says what a document is about, 关于."""
    return any(word in key for word in words_of("about"))


def _above(facts: PageFacts, index: int, groups: list[tuple[int, int]], ends: list[int]) -> tuple[int, int] | None:
    """The run of bylines above a line; only boilerplate and the number of a document may stand between."""
    at = bisect_left(ends, index) - 1
    return groups[at] if at >= 0 and _is_bare(facts, groups[at][1] + 1, index) else None


def _below(facts: PageFacts, index: int, groups: list[tuple[int, int]], starts: list[int]) -> tuple[int, int] | None:
    """As ``_above``, below a line; subtitles may stand between too."""
    at = bisect_left(starts, index)
    return groups[at] if at < len(groups) and _is_bare(facts, index + 1, groups[at][0]) else None


def _is_bare(facts: PageFacts, start: int, end: int) -> bool:
    """Whether nothing but boilerplate, numbers of documents and subtitles stands in ``start..end``."""
    return end - start <= _GAP and all(
        facts.boilerplate[index] or facts.is_number(index) or facts.is_subtitle(index) for index in range(start, end)
    )


def _score(facts: PageFacts, candidate: _Candidate, counts: dict[str, int]) -> float:
    """How much speaks for a candidate: its form, its name elsewhere on the page, and what stands around it."""
    first, last, key, _, _ = candidate
    before = facts.unrepeated_prose_before(first)
    steps = facts.steps_to_prose(last + 1)
    if steps is None and before and _signs(facts, candidate):
        return _LEAST - 1
    plain = pattern(_DATED).sub("", key) if key[-1] in _DATE_ENDS else key
    score = _form(plain, facts.named) + _beside(facts, candidate) + _distance(steps)
    if key != plain or key in facts.named:
        score += 2
    following = facts.next_content[last]
    if following < facts.count and _is_addressee(facts.keys[following]):
        score += 2
    if len(key) >= _SHORT and counts.get(facts.keys[last], 0) > 1:
        score += 1
    if len(key) < _SHORT and _in_menu(facts, first):
        score -= 3
    score += 3 * (facts.is_dashed(last + 1) - facts.is_dashed(first - 1))
    if key.endswith(words_of("authority")) and plain not in facts.named:
        score -= 3
    return score - (8 * before if steps is not None else 0)


def _is_addressee(key: str) -> bool:
    """Whether a line says whom a document addresses, as the line below its title does."""
    return key[-1] == ":" and len(key) <= _LONGEST_ADDRESSEE and _NO_ADDRESSEE.search(key) is None


def _form(plain: str, named: frozenset[str]) -> float:
    """How much the form of a line, without a date at its end, speaks for a title."""
    score = 8.0 if plain in named else 0.0
    if len(plain) >= SHORTEST_TITLE and _ends(plain):
        score += 4 if _is_about(plain) else 1 if len(plain) >= _SHORT else 0
    if ":" in plain:
        score -= 2
    return score + (2 if len(plain) >= _SHORT else -2 if len(plain) < SHORTEST_TITLE else 0)


def _distance(steps: int | None) -> float:
    """How much it says that so many content lines stand between a line and the text behind it."""
    if steps is None:
        return -3
    # A number and a heading may come before the text; buttons that no rule knows, too.
    return 3 if steps < _NEAR else 1 if steps < _FAR else 0


def _signs(facts: PageFacts, candidate: _Candidate) -> bool:
    """Whether a line below the text is its signature: a date alone stands below it, or nothing."""
    return not any(byline and not byline.bare for byline in _bylines(facts, candidate.below))


def _beside(facts: PageFacts, candidate: _Candidate) -> float:
    """How much the bylines above and below a candidate speak for it."""
    best = 0.0
    for group, least in ((candidate.below, 0.0), (candidate.above, -1.0)):
        for byline in _bylines(facts, group):
            if byline is not None:
                best = max(best, least + _strength(byline))
    return best


def _bylines(facts: PageFacts, group: tuple[int, int] | None) -> list[Byline | None]:
    """The bylines of a run of lines; boilerplate between them is None."""
    return facts.bylines[group[0] : group[1] + 1] if group else []


def _strength(byline: Byline) -> float:
    if byline.labelled:
        return 5 if byline.has("source", "published") else 2
    return 3 if byline.date or byline.fields else 0


def _in_menu(facts: PageFacts, index: int) -> bool:
    """Whether lines like entries of a menu stand directly above and below a short line."""
    return all(
        0 <= other < facts.count
        and len(facts.keys[other]) <= _MENU
        and not facts.bylines[other]
        and other not in facts.prose_set
        for other in (index - 1, index + 1)
    )


def _prose_between(facts: PageFacts, first: _Candidate, second: _Candidate) -> bool:
    return bisect_left(facts.prose, first.last) < bisect_left(facts.prose, second.first)


def _kicker(facts: PageFacts, title: _Candidate) -> int:
    """The line of the kicker above a title, else the first line of the title.

    It is the one line before the title that no rule names; with more of them they are navigation.
    """
    at = bisect_left(facts.content, title.first)
    if at != 1 or facts.content[0] != title.first - 1:
        return title.first
    kicker = facts.content[0]
    key = facts.keys[kicker]
    fits = len(key) >= _KICKER and key != title.key and not key.endswith(words_of("column"))
    return kicker if fits and facts.is_title(kicker) else title.first
