"""Which spans of several layers are about the same thing, so that one decision settles them.

It begins with places: a place is a span under a label, with all annotations that stand there.  Places are joined, in
this order:

1. under one label, where the intersection over union (IoU) is at least one half, the highest first;
2. the same span under other labels;
3. under one label, wherever they overlap, the highest IoU first;
4. a span that covers several of another layer's, side by side, under one label;
5. under other labels, where the IoU is at least one half.

Only 4 joins places of one layer: else each layer has one place in a group at most.  What comes first at equal IoU is
what stands first in the text.  Names and order of layers have no say in it.

Where very many places lie over one another (``_MOST_OPEN``), each is compared with the nearest before it alone, so that
the work grows with the number of places and not with its square.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Final, NamedTuple

from annotations.annotation import Annotation
from annotations.spans import RawSpan, intersection_over_union

_MOST_OPEN: Final = 64
"""Places before a place, and reaching into it, that it is compared with: those that begin last.  What several people
read in one sentence is far fewer."""


class Vote(NamedTuple):
    """An annotation as it is compared: ``span`` is what its raw span means (``comparison.meant``)."""

    layer: str
    span: RawSpan
    annotation: Annotation

    @property
    def place(self) -> tuple[RawSpan, str]:
        """Its span and label."""
        return self.span, self.annotation.label


def matched(votes: Iterable[Vote]) -> list[list[Vote]]:
    """The votes in groups that are about the same thing; each vote is in one group.

    Returns:
        The groups by the first place of each, in the order of the text; votes of one layer stand in the order that they
        came in.
    """
    places: dict[tuple[RawSpan, str], _Place] = {}
    for vote in votes:
        places.setdefault(vote.place, _Place(*vote.place, [])).votes.append(vote)
    ordered = sorted(places.values(), key=lambda place: (place.span, place.label))
    pairs: dict[int, list[_Pair]] = {step: [] for step in range(1, 6)}
    for pair in _overlapping(ordered):
        for step in pair.steps:
            pairs[step].append(pair)
    groups = _Groups(ordered)
    for step, found in pairs.items():
        # Of equal ones that stays first which stands first in the text.
        for pair in sorted(found, key=attrgetter("iou" if step != 4 else "shared"), reverse=True):
            if step == 4:
                groups.join_parts(pair)
            else:
                groups.join_apart(pair)
    return groups.all()


def iou(one: RawSpan, other: RawSpan) -> float:
    """The intersection over union of two spans: 0 where they are apart, 1 where they are the same."""
    return intersection_over_union((one.start, one.end), (other.start, other.end))


class _Place(NamedTuple):
    """A span under a label, and who has it."""

    span: RawSpan
    label: str
    votes: list[Vote]


class _Pair(NamedTuple):
    """Two places that overlap, by their numbers in the order of the text; ``shared`` code points are in both.

    ``steps`` of the module's list may join the two.
    """

    first: int
    second: int
    shared: int
    iou: float
    steps: tuple[int, ...]


def _overlapping(places: list[_Place]) -> Iterator[_Pair]:
    """All pairs of places that a step may join, in the order of the text."""
    layers = [{vote.layer for vote in place.votes} for place in places]
    reaching: list[int] = []
    for second, place in enumerate(places):
        reaching = [first for first in reaching if places[first].span.end > place.span.start][-_MOST_OPEN:]
        for first in reaching:
            other = places[first]
            # What one layer has of its own is never joined directly.
            if layers[first].isdisjoint(layers[second]):
                shared = min(other.span.end, place.span.end) - place.span.start
                likeness = shared / (max(other.span.end, place.span.end) - other.span.start)
                steps = _steps(likeness, same_label=other.label == place.label)
                if steps:
                    yield _Pair(first, second, shared, likeness, steps)
        reaching.append(second)


def _steps(likeness: float, *, same_label: bool) -> tuple[int, ...]:
    """Which steps may join two places that overlap, by their IoU."""
    if same_label:
        return (1, 4) if likeness >= 0.5 else (3, 4)
    if likeness < 0.5:
        return ()
    return (2,) if likeness == 1 else (5,)


class _Groups:
    """Places joined step by step."""

    def __init__(self, places: list[_Place]) -> None:
        self._places = places
        self._group_of = list(range(len(places)))
        self._members = [[number] for number in range(len(places))]
        self._spans: list[dict[str, list[RawSpan]]] = []
        """What each layer has in each group."""
        for place in places:
            self._spans.append({vote.layer: [place.span] for vote in place.votes})

    def all(self) -> list[list[Vote]]:
        """The votes of each group, the groups by their first place."""
        return [
            [vote for number in members for vote in self._places[number].votes]
            for at, members in enumerate(self._members)
            if self._group_of[at] == at
        ]

    def join_apart(self, pair: _Pair) -> None:
        """Join the groups of two places, if no layer has something in both."""
        one, other = self._group_of[pair.first], self._group_of[pair.second]
        if one != other and self._spans[one].keys().isdisjoint(self._spans[other]):
            self._join(one, other)

    def join_parts(self, pair: _Pair) -> None:
        """Join the groups of two places, if one of the two is a whole and the other a part of it beside others."""
        for whole, part in ((pair.first, pair.second), (pair.second, pair.first)):
            one, other = self._group_of[whole], self._group_of[part]
            span = self._places[whole].span
            if one != other and _lies_in(self._places[part].span, span) and self._side_by_side(one, other, span):
                self._join(one, other)

    def _side_by_side(self, one: int, other: int, whole: RawSpan) -> bool:
        """Whether each layer that has something in both groups has parts of a whole there that do not overlap."""
        mine, others = self._spans[one], self._spans[other]
        return all(
            _lies_in(first, whole) and _lies_in(second, whole) and not _shared(first, second)
            for layer in mine.keys() & others.keys()
            for first in mine[layer]
            for second in others[layer]
        )

    def _join(self, one: int, other: int) -> None:
        first, second = min(one, other), max(one, other)
        for number in self._members[second]:
            self._group_of[number] = first
        self._members[first] = sorted([*self._members[first], *self._members[second]])
        for layer, spans in self._spans[second].items():
            self._spans[first].setdefault(layer, []).extend(spans)


def _shared(one: RawSpan, other: RawSpan) -> int:
    """How many code points are in both spans."""
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def _lies_in(part: RawSpan, whole: RawSpan) -> bool:
    """Whether more than half of a span, the shorter of the two, lies in another."""
    return len(part) < len(whole) and 2 * _shared(part, whole) > len(part)
