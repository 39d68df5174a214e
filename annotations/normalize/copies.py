"""Repeated bodies: which lines of a page say again what another line says.

Equal lines are found by hashes of folded lines, so a copy in the other script, with other artefacts or other spaces is
a copy.  Near copies, with small edits, are found by what they begin or end with and compared in full; but notices are
full of sentences of one mould, so a line counts as a near copy only where the lines around it are copies too, or where
boilerplate or a byline parts the two.  A copy may also stand in one line that has several elsewhere.  Linear in the
length of the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from annotations.normalize.lines import Line

_SHORTEST: Final = 16
"""Shorter lines have too little in them to be near copies."""

_PROBE: Final = 8
_ALIKE: Final = 0.7
"""Two lines are near copies when they share so much of the longer one, in pairs of characters."""


def twins(page: Sequence[Line], plain: Sequence[int], parted: Callable[[int, int], bool]) -> dict[int, int]:
    """For each line of ``plain`` the first line of it that says the same: itself when none does before it.

    Args:
        page: all lines.
        plain: the lines, in order, that are neither boilerplate nor byline.
        parted: whether something that is no text stands between two lines.
    """
    first: dict[str, int] = {}
    result = {index: first.setdefault(page[index].key, index) for index in plain}
    for early, late in _near(page, plain, result, parted):
        result[late] = result[early]
    return result


def rewrapped(page: Sequence[Line], plain: Sequence[int]) -> list[tuple[int, list[int]]]:
    """Lines that say in one what several lines in a row say elsewhere: ``(the one, the several)``."""
    seen: dict[str, int] = {}
    found = []
    for position, index in enumerate(plain):
        key = page[index].key
        if len(key) < _SHORTEST:
            continue
        other = seen.setdefault(key[:_PROBE], position)
        if other == position or page[plain[other]].key == key:
            continue
        whole, first = sorted((other, position), key=lambda at: -len(page[plain[at]].key))
        parts = _parts(page, plain, page[plain[whole]].key, first)
        if len(parts) > 1:
            found.append((plain[whole], parts))
    return found


def _parts(page: Sequence[Line], plain: Sequence[int], whole: str, first: int) -> list[int]:
    """The lines from ``first`` on that make up ``whole``; none when they do not."""
    at, position = 0, first
    while at < len(whole) and position < len(plain) and whole.startswith(page[plain[position]].key, at):
        at += len(page[plain[position]].key)
        position += 1
    return list(plain[first:position]) if at == len(whole) else []


def _near(
    page: Sequence[Line], plain: Sequence[int], equal: dict[int, int], parted: Callable[[int, int], bool]
) -> Iterator[tuple[int, int]]:
    """Pairs of lines that differ in little, the later line in one pair at most."""
    repeated = {index for late, early in equal.items() if late != early for index in (late, early)}
    alone = [
        index
        for index in plain
        if len(page[index].key) >= _SHORTEST and "," in page[index].key and index not in repeated
    ]
    if not repeated and not (alone and parted(alone[0], alone[-1])):
        return
    beside = _beside(plain, equal)
    seen: dict[tuple[int, str], int] = {}
    candidates = set(alone)
    for index in alone:
        key = page[index].key
        comma = key.find(",") + 1
        probes = ((0, key[:_PROBE]), (1, key[-_PROBE - 1 : -1]), (2, key[comma : comma + _PROBE]))
        others = {other for probe in probes if parted(other := seen.setdefault(probe, index), index)}
        for other in sorted({*others, beside.get(index, index)} & candidates):
            if other < index and _alike(page[other].key, key):
                yield other, index
                break


def _beside(plain: Sequence[int], equal: dict[int, int]) -> dict[int, int]:
    """For each line next to a copy the line next to what is copied."""
    at = {index: position for position, index in enumerate(plain)}
    beside: dict[int, int] = {}
    for late, early in equal.items():
        if late != early:
            for step in (-1, 1):
                if 0 <= at[early] + step < at[late] + step < len(plain):
                    beside.setdefault(plain[at[late] + step], plain[at[early] + step])
    return beside


def _alike(first: str, second: str) -> bool:
    longest = max(len(first), len(second))
    if min(len(first), len(second)) < _ALIKE * longest:
        return False
    one, other = _pairs(first), _pairs(second)
    return len(one & other) >= _ALIKE * max(len(one), len(other))


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}
