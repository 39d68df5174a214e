"""What waits for somebody to be decided, rule by rule: how much of it from which score on, and random samples of it.

There may be millions of suggestions: they are read some notices at a time, each within a snapshot of its own, and what
is kept of them does not grow with their number.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby, islice
from operator import itemgetter
from random import Random, SystemRandom
from typing import Any, Final, NamedTuple

import msgspec
from msgspec.structs import replace
from pyroaring import BitMap

from annotations.muting import Pair, is_muted, rule_of
from store.db.sqlite import Connection, json_array
from store.index.filters import QueueFilter
from store.index.keys import HIDDEN
from store.index.sets import stored_set
from store.project.muting import counted_in
from store.read.queue import count_queue, numbers_behind

SAMPLE: Final = 20
"""Places in a sample, where nobody wants another number."""

_AT_ONCE: Final = 1_024
"""Notices that are read from one snapshot."""

_STEPS: Final = 1_000
"""So many scores are told apart."""

_ROWS: Final = """
SELECT one.notice, one."start", one."end", one.label, one.id, one.annotator, one.status, one.decides, one.suggested_by,
    one.score
FROM json_each(:numbers) AS given CROSS JOIN annotations AS one ON one.notice = given.value
WHERE one.annotator = :annotator OR one.annotator IS NULL AND one.label = coalesce(:label, one.label)
"""


class WaitingPlace(NamedTuple):
    """A span and a label that somebody has still to decide on.

    ``notice`` is the number of the notice, ``start`` and ``end`` are raw code points, ``label`` is the first name of a
    label.  ``suggestion`` is the id of the one that a decision is about, which has the highest score, and of equal
    scores the highest id (``annotations.decisions.waiting``).  ``found`` are the rules that found it, whatever their
    version, with their scores.  ``overlaps`` is whether an annotation of theirs with this label shares a character.
    """

    notice: int
    start: int
    end: int
    label: str
    suggestion: str
    found: tuple[tuple[str, float], ...]
    overlaps: bool

    def score(self, rule: str | None) -> float | None:
        """The highest score that a rule gave it, or any of them; None where that rule did not find it."""
        return max((score for name, score in self.found if rule in (None, name)), default=None)


class Wanted(msgspec.Struct, frozen=True):
    """Which places somebody means: those of a label that a rule found, with a score of at least ``above``.

    ``label`` is the first name of the label, ``rule`` the name of a rule or model without its version; None is any.
    The score is the one that the rule gave; a suggestion without one counts as 0.
    """

    label: str
    rule: str | None
    above: float

    def takes(self, place: WaitingPlace) -> bool:
        """Whether a place is meant."""
        score = place.score(self.rule)
        return place.label == self.label and score is not None and score >= self.above


def waiting_in(
    connection: Connection, annotator: str, numbers: Iterable[int], label: str | None = None
) -> Iterator[WaitingPlace]:
    """The places that wait for somebody in some notices, notice by notice; none in the control arm, nothing muted.

    Args:
        connection: for reading, within one snapshot.
        annotator: who decides.
        numbers: the numbers of the notices.
        label: the first name of the only label that is looked for; None looks for all.
    """
    counted = counted_in(connection)
    shown = BitMap(numbers) - stored_set(connection, [HIDDEN])
    cursor = connection.cursor()
    cursor.row_factory = None  # plain tuples: there may be millions
    rows = cursor.execute(_ROWS, {"numbers": json_array(shown), "annotator": annotator, "label": label})
    for number, group in groupby(rows, itemgetter(0)):
        yield from _waiting(list(group), counted.at(number))


def _waiting(rows: Sequence[tuple[Any, ...]], muted: Collection[Pair]) -> Iterator[WaitingPlace]:
    """The places that wait in one notice, from the rows of its suggestions and of the layer of who decides."""
    own = [row for row in rows if row[5] is not None]
    taken = {(row[3], row[1], row[2]) for row in own}
    decided = {row[7] for row in own if row[7] is not None}
    said: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for _, start, end, label, _, _, status, *_ in own:
        if status != "rejected":
            said[label].append((start, end))
    places: dict[tuple[str, int, int], list[tuple[Any, ...]]] = {}
    for row in rows:
        place = row[3], row[1], row[2]
        waits = row[5] is None and place not in taken and row[4] not in decided
        if waits and not is_muted(row[4], row[8], row[3], muted):
            places.setdefault(place, []).append(row)
    for (label, start, end), some in places.items():
        best = max(some, key=lambda row: (row[9] or 0, row[4]))
        found = tuple((rule_of(row[8]), row[9] or 0.0) for row in some)
        overlaps = any(first < end and start < last for first, last in said.get(label, ()))
        yield WaitingPlace(best[0], start, end, label, best[4], found, overlaps)


class RuleWaiting:
    """What waits of one rule, or of all rules, with one label; what overlaps one's own is not counted."""

    def __init__(self) -> None:
        self.notices: Final = BitMap()
        """The notices that hold any of it."""
        self._counts: Counter[int] = Counter()

    def add(self, notice: int, score: float) -> None:
        """Count a place in a notice."""
        self.notices.add(notice)
        self._counts[int(score * _STEPS + 1e-6)] += 1

    def count(self, above: float = 0.0) -> int:
        """How many places have at least this score; from three digits behind the point on it is an estimate."""
        return sum(number for score, number in self._counts.items() if score >= int(above * _STEPS + 1e-6))

    @property
    def highest(self) -> float:
        """The highest score, in three digits behind the point."""
        return max(self._counts, default=0) / _STEPS

    def mean(self, above: float = 0.0) -> float:
        """The mean of the scores that are at least this one; 0 where there are none."""
        some = [(score, number) for score, number in self._counts.items() if score >= int(above * _STEPS + 1e-6)]
        total = sum(number for _, number in some)
        return sum(score * number for score, number in some) / total / _STEPS if total else 0.0


class Survey:
    """What waits for somebody in the notices that a filter shows, by label and rule.

    Args:
        annotator: who decides.
        which: the filter; its order does not count.
    """

    def __init__(self, annotator: str, which: QueueFilter) -> None:
        self._annotator: Final = annotator
        # Only notices with something to decide are read.
        self._which: Final = which if which.open_point is not None else replace(which, open_point="undecided")
        self._behind: int | None = 0
        self.looked = 0
        """Notices that were read."""
        self.total: int | None = None
        """Notices that there are to read; None before the first were."""
        self.found: dict[tuple[str, str | None], RuleWaiting] = {}
        """Under the first name of a label and the name of a rule, or None for all rules of the label."""

    def read_on(self, connection: Connection) -> bool:
        """Read some more notices, within one snapshot; returns whether there are more."""
        if self._behind is None:
            return False
        if self.total is None:
            self.total = count_queue(connection, self._annotator, self._which)
        numbers = numbers_behind(connection, self._annotator, self._which, self._behind, _AT_ONCE)
        for place in waiting_in(connection, self._annotator, numbers):
            if not place.overlaps:
                for rule in (None, *dict.fromkeys(name for name, _ in place.found)):
                    waiting = self.found.setdefault((place.label, rule), RuleWaiting())
                    waiting.add(place.notice, place.score(rule) or 0.0)
        self.looked += len(numbers)
        self._behind = numbers[-1] if len(numbers) == _AT_ONCE else None
        return self._behind is not None

    def waiting(self, wanted: Wanted) -> RuleWaiting:
        """What was found of a rule and a label, whatever its score; nothing where there is none."""
        return self.found.get((wanted.label, wanted.rule), RuleWaiting())


class Draw:
    """A random sample of the places that somebody means: each of them is as likely in it as any other.

    Args:
        annotator: who decides.
        wanted: which places.
        notices: the notices that they stand in.
        size: how many the sample has at most.
        random: where chance comes from.
    """

    def __init__(
        self, annotator: str, wanted: Wanted, notices: BitMap, size: int = SAMPLE, random: Random | None = None
    ) -> None:
        self._annotator: Final = annotator
        self.wanted: Final = wanted
        self._random: Final = SystemRandom() if random is None else random
        self._size: Final = size
        self._left: Iterator[int] = iter(notices)
        self.notices: Final = BitMap()
        """The notices that hold any of the places."""
        self.count = 0
        """How many places there are."""
        self._sample: list[WaitingPlace] = []

    @property
    def sample(self) -> list[WaitingPlace]:
        """The sample, in the order of notices and texts."""
        return sorted(self._sample)

    def read_on(self, connection: Connection) -> bool:
        """Read some more notices, within one snapshot; returns whether there are more."""
        numbers = list(islice(self._left, _AT_ONCE))
        for place in waiting_in(connection, self._annotator, numbers, self.wanted.label):
            if place.overlaps or not self.wanted.takes(place):
                continue
            self.notices.add(place.notice)
            self.count += 1
            # A reservoir: Vitter, Random Sampling with a Reservoir (1985), algorithm R.
            if len(self._sample) < self._size:
                self._sample.append(place)
            elif (at := self._random.randrange(self.count)) < self._size:
                self._sample[at] = place
        return len(numbers) == _AT_ONCE
