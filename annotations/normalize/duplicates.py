"""Duplicate lines: which lines of a page repeat other lines of it.

Pages often hold their body twice, the second time in the other script, with other artefacts, other spaces or small
edits.  Three kinds of duplicates are found:

- Equal lines have the same folded text without spaces.
- Near-duplicates share most of their bigrams and all of their facts.  Notices are full of similar sentences, so two
  similar lines count only where a line next to each is a duplicate too, or where a byline or boilerplate separates the
  two.  Similar lines that differ in a number, a date or a name are parallel, as the sections of two districts are.
- A re-wrapped line holds the text of several consecutive lines.

The time is linear in the length of the page: equal lines are found by hash, and a line is compared only with the few
lines that share a short piece of text with it or that stand next to a duplicate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Final

from annotations.lexicon.patterns import pattern
from annotations.lexicon.tables import rows
from annotations.normalize.lines import Line

_SHORTEST: Final = 16
"""The shortest near-duplicate or re-wrapped line, in folded code points."""

_PIECE: Final = 8
"""The length of the pieces of text by which lines are found that may be similar, in folded code points."""

_LONGEST_NAME: Final = 8
"""The longest name in which parallel lines differ, in code points."""

_PLACES: Final = frozenset("省市县区州盟旗镇乡村街局厅")
"""Characters that end the names of places and offices."""

_SUFFIX: Final = 2
"""How far behind what differs such a character may stand, 东|湖区 and 西|湖区."""

_NEGATIVE: Final = frozenset("不未免无非否勿")
"""Characters that turn what a line says into its opposite."""

_DIGITS: Final = str.maketrans(
    "〇○零一二三四五六七八九壹贰叁肆伍陆柒捌玖拾佰仟甲乙丙丁", "000123456789123456789十百千1234"
)
_NUMBER: Final = r"[\d十廿百千]+"
_WORD: Final = "[a-z]+"

_SIMILAR: Final = 0.7
"""The least share of the longer text, in length and in bigrams, that two near-duplicates have in common."""


def duplicate_groups(
    page: Sequence[Line], content: Sequence[int], separated: Callable[[int, int], bool]
) -> dict[int, int]:
    """Group the lines that repeat each other.

    Args:
        page: all lines of the page.
        content: the indexes, in order, of the lines that are neither boilerplate nor byline.
        separated: whether a byline or boilerplate stands between two lines.

    Returns:
        For each line of ``content`` the first line of its group.  A line without duplicates is alone in its group.
    """
    first: dict[str, int] = {}
    groups = {index: first.setdefault(page[index].key, index) for index in content}
    for early, late in _near_duplicates(page, content, groups, separated):
        groups[late] = groups[early]
    return groups


def rewrapped(page: Sequence[Line], content: Sequence[int]) -> list[tuple[int, list[int]]]:
    """Find the lines that hold the text of several consecutive lines.

    Args:
        page: all lines of the page.
        content: the indexes, in order, of the lines that are neither boilerplate nor byline.

    Returns:
        Pairs of such a line and the lines whose text it holds.
    """
    seen: dict[str, int] = {}
    found = []
    for position, index in enumerate(content):
        key = page[index].key
        if len(key) < _SHORTEST:
            continue
        other = seen.setdefault(key[:_PIECE], position)
        if other == position or page[content[other]].key == key:
            continue
        whole, first = sorted((other, position), key=lambda at: -len(page[content[at]].key))
        parts = _parts(page, content, page[content[whole]].key, first)
        if len(parts) > 1:
            found.append((content[whole], parts))
    return found


def _parts(page: Sequence[Line], content: Sequence[int], whole: str, first: int) -> list[int]:
    """The consecutive lines, from ``content[first]`` on, whose text makes up ``whole``; empty when none do."""
    at, position = 0, first
    while at < len(whole) and position < len(content) and whole.startswith(page[content[position]].key, at):
        at += len(page[content[position]].key)
        position += 1
    return list(content[first:position]) if at == len(whole) else []


def _near_duplicates(
    page: Sequence[Line], content: Sequence[int], groups: dict[int, int], separated: Callable[[int, int], bool]
) -> Iterator[tuple[int, int]]:
    """Pairs ``(early, late)`` of near-duplicates; each line is the later one of at most one pair.

    Args:
        page: all lines of the page.
        content: the indexes of the lines that may be duplicates.
        groups: the groups of equal lines.
        separated: whether a byline or boilerplate stands between two lines.
    """
    repeated = {index for late, early in groups.items() if late != early for index in (late, early)}
    alone = [
        index
        for index in content
        if len(page[index].key) >= _SHORTEST and "," in page[index].key and index not in repeated
    ]
    if not repeated and not (alone and separated(alone[0], alone[-1])):
        return
    counterparts = _counterparts(content, groups)
    seen: dict[tuple[int, str], int] = {}
    candidates = set(alone)
    for index in alone:
        key = page[index].key
        comma = key.find(",") + 1
        # Its beginning, its end without the full stop, and what follows its first comma.
        pieces = ((0, key[:_PIECE]), (1, key[-_PIECE - 1 : -1]), (2, key[comma : comma + _PIECE]))
        others = {other for piece in pieces if separated(other := seen.setdefault(piece, index), index)}
        for other in sorted({*others, counterparts.get(index, index)} & candidates):
            if other < index and _similar(page[other].key, key) and not differ_in_fact(page[other].key, key):
                yield other, index
                break


def _counterparts(content: Sequence[int], groups: dict[int, int]) -> dict[int, int]:
    """For each line next to a duplicate the line at the same side of what the duplicate repeats."""
    at = {index: position for position, index in enumerate(content)}
    counterparts: dict[int, int] = {}
    for late, early in groups.items():
        if late != early:
            for step in (-1, 1):
                if 0 <= at[early] + step < at[late] + step < len(content):
                    counterparts.setdefault(content[at[late] + step], content[at[early] + step])
    return counterparts


def _similar(first: str, second: str) -> bool:
    """Whether two texts have enough bigrams in common, and nearly the same length."""
    longest = max(len(first), len(second))
    if min(len(first), len(second)) < _SIMILAR * longest:
        return False
    one, other = _bigrams(first), _bigrams(second)
    return len(one & other) >= _SIMILAR * max(len(one), len(other))


def are_parallel(first: str, second: str) -> bool:
    """Whether two lines say the same of different things: they are similar, and a number, date or name differs."""
    if first == second or not differ_in_fact(first, second):
        return False
    if max(len(first), len(second)) > _LONGEST_NAME:
        return _similar(first, second)
    return 2 * (_common(first, second) + _common(first[::-1], second[::-1])) >= max(len(first), len(second))


def differ_in_fact(first: str, second: str) -> bool:
    """Whether two similar lines differ in a number, a date or a name.

    Args:
        first: a folded line without spaces.
        second: another one.
    """
    words = pattern(_WORD).findall(first), pattern(_WORD).findall(second)
    # A reading that only one of the two has, or a word within it, is no other fact.
    if _numbers(first) != _numbers(second) or (all(words) and words[0] != words[1]):
        return True
    start = _common(first, second)
    end = _common(first[start:][::-1], second[start:][::-1])
    one, other = first[start : len(first) - end], second[start : len(second) - end]
    if max(len(one), len(other)) > _LONGEST_NAME:
        return False
    if any(character in _NEGATIVE for character in one + other):
        return True
    if not (one and other):
        return False
    behind = first[len(first) - end :][:_SUFFIX]
    if any(character in _PLACES for character in (*one[1:], *other[1:], *behind)):
        return True
    return min(len(one), len(other)) > 1 and one[0] != other[0] and {one[0], other[0]} <= _surnames()


def _common(first: str, second: str) -> int:
    """How many characters two texts begin with in common."""
    for at, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            return at
    return min(len(first), len(second))


def _numbers(key: str) -> list[str]:
    """The numbers in a line, with Chinese digits as ASCII ones."""
    return pattern(_NUMBER).findall(key.translate(_DIGITS))


@cache
def _surnames() -> frozenset[str]:
    return frozenset(name for kind, names, _ in rows("surnames.tsv") if kind == "single" for name in names.split(" "))


def _bigrams(text: str) -> set[str]:
    """All pairs of adjacent characters."""
    return {text[at : at + 2] for at in range(len(text) - 1)}
