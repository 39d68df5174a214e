"""What two texts have in common, in order, and where a stretch of the one stands in the other.

Passages are found between clauses that each text has once, then character by character in what is left between them.
It never compares everything with everything: a few passes, each linear in the two texts but for a logarithm, so that a
page of a megabyte with every line changed costs no more than one with none.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

CONTEXT = 24
"""How many visible code points on each side of a quote make its context; less where its line begins or ends before."""

_ALIKE = 0.6
"""How much of a quote whose wording has changed must be there still, as a share of both wordings."""

_ELSEWHERE = 8
"""How many code points of quote and context must agree where a quote is found out of order."""

MOST_PLACES = 32
"""How many places of a quote are looked at on each side of where it should be."""

_PASSES = 8
"""How often what lies between two anchors is searched for further anchors; what is still open then stays open."""

# A clause with the punctuation and white space behind it.
_clauses = re.compile(r"[^\s、，。：；！？,:;!?]*[\s、，。：；！？,:;!?]+|[^\s、，。：；！？,:;!?]+")

_spaces = re.compile(r"\s+")


class Passage(NamedTuple):
    """``length`` code points that are the same from ``old`` on in the old text and from ``new`` on in the new one."""

    old: int
    new: int
    length: int


class Found(NamedTuple):
    """A place in the new text.

    ``before`` and ``after`` count the code points of equal context, ``framed`` tells that it is the same as far as
    context counts: to the ends of its line at least, if that is long enough to be told from others.  ``alike`` is the
    share of the wording that is the same; ``ordered`` whether the order is kept; ``mapped`` whether the whole quote is
    in passages that both texts share, so that no other place competes with it.
    """

    start: int
    end: int
    before: int
    after: int
    framed: bool
    alike: float
    ordered: bool
    mapped: bool

    @property
    def score(self) -> float:
        """How well the place fits; what keeps the order is worth twice as much as what does not."""
        return (self.before + self.after) * self.alike * (1 if self.ordered else 0.5)


class _Cell(NamedTuple):
    """A stretch of the old text and what stands in its place; ``same`` where the two are equal."""

    old_start: int
    old_end: int
    start: int
    end: int
    same: bool

    @property
    def alike(self) -> bool:
        """Whether what stands there is about as long, so that it may as a whole be another wording."""
        return self.end - self.start <= 2 * (self.old_end - self.old_start)


class Frame(NamedTuple):
    """What stands around a quote, read from the quote on; line breaks count as one, other white space as none."""

    before: str
    after: str

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Frame:
        """What stands around ``text[start:end]``; a text begins and ends with a line break."""
        low, high = start - 4 * CONTEXT, end + 4 * CONTEXT
        before = text[low:start] if low > 0 else "\n" + text[:start]
        after = text[end:high] if high < len(text) else text[end:] + "\n"
        return cls(_visible(before)[-CONTEXT:][::-1], _visible(after)[:CONTEXT])

    def agreement(self, other: Frame) -> tuple[int, int, bool]:
        """How many code points agree before and after, and whether that is on both sides at least the line."""
        before, before_line = _agreement(self.before, other.before)
        after, after_line = _agreement(self.after, other.after)
        return before, after, before_line and after_line


class TextPair:
    """An old and a new text with what they have in common."""

    def __init__(self, old: str, new: str) -> None:
        self.old = old
        self.new = new
        self._cells = list(_cells(common_passages(old, new), len(old), len(new)))
        self._starts = [cell.old_start for cell in self._cells]

    def find(self, start: int, end: int) -> Iterator[Found]:
        """Places of ``old[start:end]``: first where it should be, then others by distance from there."""
        quote = self.old[start:end]
        at, until = self._image(start, end)
        same = sum(min(end, cell.old_end) - max(start, cell.old_start) for cell in self._over(start, end) if cell.same)
        exact = self.new[at:until] == quote
        if exact:
            yield self._found(start, end, at, mapped=same == len(quote))
        elif quote not in self.new[max(0, at - len(quote) + 1) : until + len(quote) - 1]:
            alike = 2 * same / (len(quote) + until - at)
            if alike >= _ALIKE:
                yield self._found(start, end, at, until, alike=alike)
        low, high = self._between(start, end)
        for place in occurrences(self.new, quote, at):
            if exact and place == at:
                continue
            found = self._found(start, end, place, ordered=low <= place <= high - len(quote))
            if found.ordered or len(quote) + found.before + found.after >= _ELSEWHERE:
                yield found

    def _cell(self, offset: int) -> _Cell:
        return self._cells[bisect_right(self._starts, offset) - 1]

    def _over(self, start: int, end: int) -> list[_Cell]:
        return self._cells[bisect_right(self._starts, start) - 1 : bisect_right(self._starts, end - 1)]

    def _image(self, start: int, end: int) -> tuple[int, int]:
        """What stands in the place of ``old[start:end]``; where an edge is among changed words, the likeliest edge."""
        cell = self._cell(start)
        if cell.same or (start == cell.old_start and cell.alike):
            at = cell.start + start - cell.old_start
        else:
            at = max(cell.start, cell.end - (cell.old_end - start))
        cell = self._cell(end - 1)
        if not cell.same and end == cell.old_end and cell.alike:
            until = cell.end
        else:
            until = min(cell.end, cell.start + end - cell.old_start)
        return at, max(at, until)

    def _between(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the new text that keeps the order: between what stands before and behind."""
        low, high = 0, len(self.new)
        if start > 0:
            cell = self._cell(start - 1)
            low = cell.start + start - cell.old_start if cell.same else cell.start
        if end < len(self.old):
            cell = self._cell(end)
            high = cell.start + end - cell.old_start if cell.same else cell.end
        return low, high

    def _found(
        self,
        start: int,
        end: int,
        at: int,
        until: int | None = None,
        *,
        alike: float = 1.0,
        ordered: bool = True,
        mapped: bool = False,
    ) -> Found:
        until = at + end - start if until is None else until
        before, after, framed = Frame.of(self.old, start, end).agreement(Frame.of(self.new, at, until))
        framed = framed and before + end - start + after >= CONTEXT
        return Found(at, until, before, after, framed, alike, ordered, mapped)


def occurrences(text: str, quote: str, near: int) -> list[int]:
    """Where a quote stands in a text, the nearest to ``near`` first; ``MOST_PLACES`` on either side at most."""
    places: list[int] = []
    at = text.find(quote, near)
    while at >= 0 and len(places) < MOST_PLACES:
        places.append(at)
        at = text.find(quote, at + 1)
    behind = len(places)
    at = text.rfind(quote, 0, near + len(quote) - 1)
    while at >= 0 and len(places) < behind + MOST_PLACES:
        places.append(at)
        at = text.rfind(quote, 0, at + len(quote) - 1)
    return sorted(places, key=lambda place: abs(place - near))


def common_passages(old: str, new: str) -> list[Passage]:
    """Passages that stand in both texts in the same order; no two overlap, and none could be joined with the next."""
    joined: list[Passage] = []
    for passage in _passages(old, new):
        last = joined[-1] if joined else Passage(0, 0, 0)
        if (passage.old, passage.new) == (last.old + last.length, last.new + last.length):
            joined[-1:] = [Passage(last.old, last.new, last.length + passage.length)]
        else:
            joined.append(passage)
    return joined


def _passages(old: str, new: str) -> Iterator[Passage]:
    """Common runs of clauses, and of characters in the gaps between them."""
    old_clauses, new_clauses = _clauses.findall(old), _clauses.findall(new)
    old_starts = [0, *accumulate(map(len, old_clauses))]
    new_starts = [0, *accumulate(map(len, new_clauses))]
    old_at = new_at = 0
    for first, second, count in [*_runs(old_clauses, new_clauses), Passage(len(old_clauses), len(new_clauses), 0)]:
        start, new_start = old_starts[first], new_starts[second]
        yield from _runs(old[old_at:start], new[new_at:new_start], old_at, new_at)
        old_at, new_at = old_starts[first + count], new_starts[second + count]
        if count:
            yield Passage(start, new_start, old_at - start)


def _runs(
    old: Sequence[Hashable], new: Sequence[Hashable], old_at: int = 0, new_at: int = 0, passes: int = _PASSES
) -> Iterator[Passage]:
    """Common runs of tokens, in order; offsets count tokens from ``old_at`` and ``new_at``."""
    most = min(len(old), len(new))
    head = next((at for at in range(most) if old[at] != new[at]), most)
    most -= head
    tail = next((at for at in range(most) if old[-1 - at] != new[-1 - at]), most)
    if head:
        yield Passage(old_at, new_at, head)
    old_end, new_end = len(old) - tail, len(new) - tail
    if passes and head < old_end and head < new_end:
        middle, new_middle = old[head:old_end], new[head:new_end]
        anchors = [(-1, -1), *_anchors(middle, new_middle), (len(middle), len(new_middle))]
        if len(anchors) > 2:  # more than the two ends
            for (first, second), (first_next, second_next) in pairwise(anchors):
                if first >= 0:
                    yield Passage(old_at + head + first, new_at + head + second, 1)
                yield from _runs(
                    middle[first + 1 : first_next],
                    new_middle[second + 1 : second_next],
                    old_at + head + first + 1,
                    new_at + head + second + 1,
                    passes - 1,
                )
    if tail:
        yield Passage(old_at + old_end, new_at + new_end, tail)


def _anchors(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """The most tokens that each side has once and that stand in the same order on both."""
    there = _once(new)
    pairs = [(at, there[token]) for token, at in _once(old).items() if at >= 0 and there.get(token, -1) >= 0]
    # The longest rising sequence: ``ends[n]`` is the least end of one that has n + 1 members.
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, (_, at) in enumerate(pairs):
        place = bisect_left(ends, at)
        before.append(last[place - 1] if place else -1)
        ends[place : place + 1] = [at]
        last[place : place + 1] = [index]
    chain = []
    index = last[-1] if last else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]


def _once(tokens: Sequence[Hashable]) -> dict[Hashable, int]:
    """Where each token stands, in order; -1 for one that stands more than once."""
    places: dict[Hashable, int] = {}
    for at, token in enumerate(tokens):
        places[token] = -1 if token in places else at
    return places


def _cells(passages: list[Passage], old_length: int, new_length: int) -> Iterator[_Cell]:
    """The passages and what lies between them, covering the old text."""
    for last, passage in pairwise([Passage(0, 0, 0), *passages, Passage(old_length, new_length, 0)]):
        old_end, end = last.old + last.length, last.new + last.length
        if old_end < passage.old:
            yield _Cell(old_end, passage.old, end, passage.new, same=False)
        if passage.length:
            yield _Cell(passage.old, passage.old + passage.length, passage.new, passage.new + passage.length, same=True)


def _visible(text: str) -> str:
    return _spaces.sub(lambda match: "\n" if "\n" in match[0] or "\r" in match[0] else "", text)


def _agreement(first: str, second: str) -> tuple[int, bool]:
    most = min(len(first), len(second))
    same = next((at for at in range(most) if first[at] != second[at]), most)
    if same == len(first) == len(second):
        # All there is, or all that counts.
        return CONTEXT, True
    return same, "\n" in first[:same]
