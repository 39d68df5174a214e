"""A patience diff of two texts, and the places in the new text where a quote of the old one may stand.

The diff is made of clauses first, then of characters in what lies between equal clauses.  Each pass works like this:

1. The equal beginnings and the equal ends of both texts are split off.
2. In the rest, the anchors are tokens (clauses or characters) that each text holds exactly once.
3. Of the anchors, the longest sequence that has the same order in both texts is kept.
4. What lies between two anchors is compared in the same way, by a pass inside this one, ``_PASSES`` deep at most.

A pass takes O(n log n) time in the length of the texts.  So a page of a megabyte in which every line has changed takes
no longer than one in which none has.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

CONTEXT = 24
"""How much context of a quote is compared on each side, in visible code points."""

_SIMILAR = 0.6
"""The least similarity of a quote and a changed wording of it: twice the equal code points over the length of both."""

_ELSEWHERE = 8
"""How many code points of quote and equal context a match needs that is not in the order of the old text."""

MOST_PLACES = 32
"""The most places of a quote that are looked at, on each side of where it is expected."""

_PASSES = 8
"""The most passes, one inside the other; what is between anchors after the last one counts as changed."""

# A clause with the punctuation and white space behind it.
_clauses = re.compile(r"[^\s、，。：；！？,:;!?]*[\s、，。：；！？,:;!?]+|[^\s、，。：；！？,:;!?]+")

_spaces = re.compile(r"\s+")


class Passage(NamedTuple):
    """A common passage: ``old_text[old : old + length] == new_text[new : new + length]``, in code points."""

    old: int
    new: int
    length: int


class Match(NamedTuple):
    """A place in the new text where a quote of the old text may stand.

    Attributes:
        start: where the place begins in the new text, in code points.
        end: where it ends.
        before: the code points of equal context before the quote.
        after: the code points of equal context behind it.
        same_context: whether the context is equal on both sides, at least up to the line breaks; False where quote and
            context together are too short to be told from others.
        similarity: 1.0 where the very quote stands there, less where its wording has changed.
        ordered: whether the place is between the text that stands before the quote and the text behind it.
        common: whether all of the quote is in common passages, so that there is no doubt about the place.
    """

    start: int
    end: int
    before: int
    after: int
    same_context: bool
    similarity: float
    ordered: bool
    common: bool

    @property
    def score(self) -> float:
        """How well the place fits; a place out of order counts half."""
        return (self.before + self.after) * self.similarity * (1 if self.ordered else 0.5)


class _Segment(NamedTuple):
    """A span of the old text and the span of the new text in its place; ``same`` where their texts are equal."""

    old_start: int
    old_end: int
    start: int
    end: int
    same: bool

    @property
    def may_be_rewording(self) -> bool:
        """Whether the new text is at most twice as long, so that all of it may be another wording of the old text."""
        return self.end - self.start <= 2 * (self.old_end - self.old_start)


class Context(NamedTuple):
    """The visible text on each side of a quote, each side read away from the quote.

    White space with a line break in it counts as one line break, other white space is left out.
    """

    before: str
    after: str

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Context:
        """The context of ``text[start:end]``; the beginning and the end of a text count as line breaks."""
        low, high = start - 4 * CONTEXT, end + 4 * CONTEXT
        before = text[low:start] if low > 0 else "\n" + text[:start]
        after = text[end:high] if high < len(text) else text[end:] + "\n"
        return cls(_visible(before)[-CONTEXT:][::-1], _visible(after)[:CONTEXT])

    def agreement(self, other: Context) -> tuple[int, int, bool]:
        """Compare two contexts.

        Returns:
            The equal code points before and after the quote; whether both sides are equal at least up to a line break.
        """
        before, whole_before = _agreement(self.before, other.before)
        after, whole_after = _agreement(self.after, other.after)
        return before, after, whole_before and whole_after


class TextPair:
    """An old and a new text with their diff."""

    def __init__(self, old: str, new: str) -> None:
        self.old = old
        self.new = new
        self._segments = list(_segments(common_passages(old, new), len(old), len(new)))
        self._starts = [segment.old_start for segment in self._segments]

    def find(self, start: int, end: int) -> Iterator[Match]:
        """Places of the quote ``old[start:end]``: first the expected one, then others by their distance from it."""
        quote = self.old[start:end]
        at, until = self._expected(start, end)
        same = sum(
            min(end, segment.old_end) - max(start, segment.old_start)
            for segment in self._overlapping(start, end)
            if segment.same
        )
        exact = self.new[at:until] == quote
        if exact:
            yield self._match(start, end, at, common=same == len(quote))
        elif quote not in self.new[max(0, at - len(quote) + 1) : until + len(quote) - 1]:
            similarity = 2 * same / (len(quote) + until - at)
            if similarity >= _SIMILAR:
                yield self._match(start, end, at, until, similarity=similarity)
        low, high = self._in_order(start, end)
        for place in occurrences(self.new, quote, at):
            if exact and place == at:
                continue
            match = self._match(start, end, place, ordered=low <= place <= high - len(quote))
            if match.ordered or len(quote) + match.before + match.after >= _ELSEWHERE:
                yield match

    def _segment(self, offset: int) -> _Segment:
        """The segment that holds the old text at ``offset``."""
        return self._segments[bisect_right(self._starts, offset) - 1]

    def _overlapping(self, start: int, end: int) -> list[_Segment]:
        """The segments that overlap ``old[start:end]``."""
        return self._segments[bisect_right(self._starts, start) - 1 : bisect_right(self._starts, end - 1)]

    def _expected(self, start: int, end: int) -> tuple[int, int]:
        """The span of the new text in the place of ``old[start:end]``.

        An edge inside changed text keeps its distance, in code points, from that end of the changed text which is
        inside the quote, but never leaves the changed text.  An edge at the other end of changed text stays at that
        end, if the new text there may be a rewording.
        """
        segment = self._segment(start)
        if segment.same or (start == segment.old_start and segment.may_be_rewording):
            at = segment.start + start - segment.old_start
        else:
            at = max(segment.start, segment.end - (segment.old_end - start))
        segment = self._segment(end - 1)
        if not segment.same and end == segment.old_end and segment.may_be_rewording:
            until = segment.end
        else:
            until = min(segment.end, segment.start + end - segment.old_start)
        return at, max(at, until)

    def _in_order(self, start: int, end: int) -> tuple[int, int]:
        """The span of the new text between what stands before ``old[start:end]`` and what stands behind it."""
        low, high = 0, len(self.new)
        if start > 0:
            segment = self._segment(start - 1)
            low = segment.start + start - segment.old_start if segment.same else segment.start
        if end < len(self.old):
            segment = self._segment(end)
            high = segment.start + end - segment.old_start if segment.same else segment.end
        return low, high

    def _match(
        self,
        start: int,
        end: int,
        at: int,
        until: int | None = None,
        *,
        similarity: float = 1.0,
        ordered: bool = True,
        common: bool = False,
    ) -> Match:
        """``new[at:until]`` as a place of ``old[start:end]``; without ``until`` it is as long as the quote."""
        until = at + end - start if until is None else until
        before, after, same_context = Context.of(self.old, start, end).agreement(Context.of(self.new, at, until))
        same_context = same_context and before + end - start + after >= CONTEXT
        return Match(at, until, before, after, same_context, similarity, ordered, common)


def occurrences(text: str, quote: str, near: int) -> list[int]:
    """The offsets of a quote in a text, those nearest to ``near`` first; at most ``MOST_PLACES`` on each side of it."""
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
    """The common passages of two texts, in the same order in both.

    No two overlap, and no two that touch each other in both texts are left apart.
    """
    joined: list[Passage] = []
    for passage in _passages(old, new):
        last = joined[-1] if joined else Passage(0, 0, 0)
        if (passage.old, passage.new) == (last.old + last.length, last.new + last.length):
            joined[-1:] = [Passage(last.old, last.new, last.length + passage.length)]
        else:
            joined.append(passage)
    return joined


def _passages(old: str, new: str) -> Iterator[Passage]:
    """Common passages of clauses, and of characters in what lies between them; neighbours may touch each other."""
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
    """The common runs of two sequences of tokens, in order.

    Args:
        old: the tokens of the old text.
        new: the tokens of the new text.
        old_at: the offset of the first old token, in tokens.
        new_at: the offset of the first new token, in tokens.
        passes: how many passes may follow inside this one.
    """
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
    """The longest sequence of tokens that each side holds exactly once, in the same order on both: their indexes."""
    there = _once(new)
    pairs = [(at, there[token]) for token, at in _once(old).items() if at >= 0 and there.get(token, -1) >= 0]
    # The longest increasing subsequence of second indexes.  ``ends[n]`` is the smallest last member of an increasing
    # subsequence of n + 1 members, ``last[n]`` the pair of that member; ``before`` has for each pair the one before it.
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
    """The index of each token, in order; -1 for a token that occurs more than once."""
    places: dict[Hashable, int] = {}
    for at, token in enumerate(tokens):
        places[token] = -1 if token in places else at
    return places


def _segments(passages: list[Passage], old_length: int, new_length: int) -> Iterator[_Segment]:
    """The common passages and the changed text between them; together they cover the old text."""
    for last, passage in pairwise([Passage(0, 0, 0), *passages, Passage(old_length, new_length, 0)]):
        old_end, end = last.old + last.length, last.new + last.length
        if old_end < passage.old:
            yield _Segment(old_end, passage.old, end, passage.new, same=False)
        if passage.length:
            yield _Segment(
                passage.old, passage.old + passage.length, passage.new, passage.new + passage.length, same=True
            )


def _visible(text: str) -> str:
    """The text without white space, but with one line break for white space that holds one."""
    return _spaces.sub(lambda match: "\n" if "\n" in match[0] or "\r" in match[0] else "", text)


def _agreement(first: str, second: str) -> tuple[int, bool]:
    """The equal code points from the beginning on; whether they reach a line break or the end of both texts.

    Texts that are equal as a whole count as ``CONTEXT`` code points.
    """
    most = min(len(first), len(second))
    same = next((at for at in range(most) if first[at] != second[at]), most)
    if same == len(first) == len(second):
        return CONTEXT, True
    return same, "\n" in first[:same]
