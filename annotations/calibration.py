"""What the score of a suggestion means: how often people accept what a rule or a model of such a score has found.

A rule says 0.9 because whoever wrote it thought so, and a model says what its training left it.  What people decided
tells how often that was right.  The stored score is never changed; what is told beside it is calibrated.

The curve of one rule and label is a logistic function of the log odds of the score (Platt, Probabilistic Outputs for
Support Vector Machines, 1999).  What the rule says counts as ``WORD`` decisions, so that a rule that nobody has decided
on is taken at its word.  Where the decisions are many the curve bends to them: bins of neighbouring scores have a Beta
posterior whose prior is the logistic function, worth ``PRIOR`` decisions, and between the middles of two bins the
distance of the two is straight.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple, Self

import msgspec

WORD: Final = 8.0
"""How many decisions the word of a rule is worth, for all of its scores."""

PRIOR: Final = 30.0
"""How many decisions of a bin the logistic function is worth."""

AT_LEAST: Final = 30
"""Decisions in a bin: of fewer, chance alone tells something else each time."""

TOGETHER: Final = 8.0
"""How many decisions on what several rules found together the surest of them is worth."""

_BINS: Final = 10
"""Into how many bins decisions are parted to see how far a curve is off, as is usual."""

UNSAID: Final = 0.5
"""What is taken for the score of a suggestion that has none."""


class Judged(NamedTuple):
    """How often suggestions of one score were accepted, and how often rejected; the score is in [0, 1], or None."""

    score: float | None
    accepted: int
    rejected: int


class Bin(msgspec.Struct, frozen=True):
    """Decisions on suggestions of neighbouring scores: the mean of what was ``said``, and how often it was right.

    ``bend`` is the mean of the Beta posterior less what the logistic function says.
    """

    said: float
    accepted: int
    rejected: int
    bend: float = 0.0


class Curve(msgspec.Struct, frozen=True):
    """From what a rule says of a suggestion to how probably it is accepted.

    ``slope`` and ``offset`` are those of the logistic function, by log odds.
    """

    slope: float = 1.0
    offset: float = 0.0
    bins: tuple[Bin, ...] = ()

    @classmethod
    def fitted(cls, judged: Iterable[Judged]) -> Self:
        """The curve of what was decided on the suggestions of one rule and label, in any order."""
        rows = _by_score(judged)
        bins, (slope, offset) = _binned(rows), _logistic(rows)
        return cls(slope, offset, tuple(_bent(each, _sigmoid(slope * _log_odds(each.said) + offset)) for each in bins))

    def __call__(self, score: float | None) -> float:
        """How probably a suggestion with this score is accepted, in [0, 1]."""
        said = UNSAID if score is None else score
        return min(1.0, max(0.0, _sigmoid(self.slope * _log_odds(said) + self.offset) + self._bend(said)))

    def _bend(self, said: float) -> float:
        if not self.bins:
            return 0.0
        at = bisect_right(self.bins, said, key=lambda each: each.said)
        if at in (0, len(self.bins)):
            return self.bins[min(at, len(self.bins) - 1)].bend
        before, behind = self.bins[at - 1], self.bins[at]
        return before.bend + (said - before.said) / (behind.said - before.said) * (behind.bend - before.bend)


class Calibration:
    """What the suggestions of each rule and each label are worth, and of those that several rules found.

    Args:
        curves: the curve of each rule and label.
        together: under a label and the rules that found one span together, how often it was accepted and rejected.
    """

    def __init__(
        self,
        curves: Mapping[tuple[str, str], Curve],
        together: Mapping[tuple[str, frozenset[str]], tuple[int, int]],
    ) -> None:
        self._curves = curves
        self._together = together

    def is_told(self, label: str, rules: Iterable[str]) -> bool:
        """Whether anybody has decided on what one of these rules has found for a label."""
        return any((rule, label) in self._curves for rule in rules)

    def probability(self, label: str, found: Sequence[tuple[str, float | None]]) -> float:
        """How probably a span is accepted, in [0, 1].

        What several rules found is as probable as the surest of them says, until people have decided on spans that the
        same rules found together: the rules may all look at the same words, so that two are no better than one.

        Args:
            label: the label of the suggestions.
            found: the rule (``rule_of``) and the score of each suggestion with this span and label; at least one.
        """
        alone = max(self._curve(rule, label)(score) for rule, score in found)
        rules = frozenset(rule for rule, _ in found)
        if len(rules) == 1:
            return alone
        accepted, rejected = self._together.get((label, rules), (0, 0))
        return (accepted + TOGETHER * alone) / (accepted + rejected + TOGETHER)

    def _curve(self, rule: str, label: str) -> Curve:
        return self._curves.get((rule, label), _TAKEN_AT_ITS_WORD)


_TAKEN_AT_ITS_WORD: Final = Curve()


def calibration_error(curve: Curve, judged: Iterable[Judged]) -> float | None:
    """The expected calibration error of a curve on decisions that it was not fitted on; None where there are none.

    It is the mean, by decisions, of the distance between what the curve says of a bin and how often it was accepted.
    Source: Naeini, Cooper and Hauskrecht, Obtaining Well Calibrated Probabilities Using Bayesian Binning (2015).
    """
    rows = _by_score(judged)
    bins = _binned(rows, max(AT_LEAST, sum(yes + no for _, yes, no in rows) // _BINS))
    total = sum(each.accepted + each.rejected for each in bins)
    if not total:
        return None
    wrong = sum(abs(curve(each.said) * (each.accepted + each.rejected) - each.accepted) for each in bins)
    return wrong / total


_Row = tuple[float, int, int]
"""A score, and how often suggestions of it were accepted and rejected."""


def _by_score(judged: Iterable[Judged]) -> list[_Row]:
    """What was decided on each score, in the order of the scores."""
    found: dict[float, tuple[int, int]] = {}
    for score, accepted, rejected in judged:
        if accepted or rejected:
            said = UNSAID if score is None else score
            before = found.get(said, (0, 0))
            found[said] = before[0] + accepted, before[1] + rejected
    return [(said, *counts) for said, counts in sorted(found.items())]


def _binned(rows: Iterable[_Row], least: int = AT_LEAST) -> list[Bin]:
    """Bins of at least so many decisions, in the order of their scores; one where there are fewer in all."""
    bins: list[Bin] = []
    some: list[_Row] = []
    for row in rows:
        some.append(row)
        if sum(yes + no for _, yes, no in some) >= least:
            bins.append(_bin(some))
            some = []
    if some and bins:
        bins[-1] = _joined(bins[-1], _bin(some))
    elif some:
        bins.append(_bin(some))
    return bins


def _bin(rows: Sequence[_Row]) -> Bin:
    accepted, rejected = sum(row[1] for row in rows), sum(row[2] for row in rows)
    said = sum(row[0] * (row[1] + row[2]) for row in rows) / (accepted + rejected)
    return Bin(said, accepted, rejected)


def _joined(first: Bin, second: Bin) -> Bin:
    return _bin([(each.said, each.accepted, each.rejected) for each in (first, second)])


def _bent(each: Bin, expected: float) -> Bin:
    posterior = (each.accepted + PRIOR * expected) / (each.accepted + each.rejected + PRIOR)
    return Bin(each.said, each.accepted, each.rejected, posterior - expected)


_HOLD: Final = 0.01
"""How strongly slope and offset are held to 1 and 0, so that one score alone has a solution: a precision."""


def _logistic(judged: Sequence[_Row]) -> tuple[float, float]:
    """Slope and offset of the logistic function with the largest posterior.

    Newton's method, whose steps are halved until they make it better.
    """
    decided = sum(accepted + rejected for _, accepted, rejected in judged)
    rows: list[tuple[float, float, float]] = []
    for said, accepted, rejected in judged:
        # What the rule says of this score counts as decisions too: its share of those that all of its word is worth.
        word = WORD * (accepted + rejected) / decided
        rows.append((_log_odds(said), accepted + word * said, accepted + rejected + word))

    def loss(slope: float, offset: float) -> float:
        odds = ((slope * each + offset, right, number) for each, right, number in rows)
        held = _HOLD * ((slope - 1) ** 2 + offset**2) / 2
        return held + sum(number * math.log1p(math.exp(min(each, _FAR))) - right * each for each, right, number in odds)

    slope, offset = 1.0, 0.0
    best = loss(slope, offset)
    for _ in range(50):
        by_slope, by_offset = _HOLD * (slope - 1), _HOLD * offset
        twice, mixed, level = _HOLD, 0.0, _HOLD
        for odds, right, number in rows:
            expected = _sigmoid(slope * odds + offset)
            by_slope += (number * expected - right) * odds
            by_offset += number * expected - right
            weight = number * expected * (1 - expected)
            twice, mixed, level = twice + weight * odds * odds, mixed + weight * odds, level + weight
        size = twice * level - mixed * mixed
        steps = ((level * by_slope - mixed * by_offset) / size, (twice * by_offset - mixed * by_slope) / size)
        for halved in range(20):
            tried = (slope - steps[0] / 2**halved, offset - steps[1] / 2**halved)
            if (now := loss(*tried)) < best:
                break
        else:
            break
        if best - now < _ENOUGH:
            return tried
        (slope, offset), best = tried, now
    return slope, offset


_ENOUGH: Final = 1e-9
"""A gain below which no screen shows a difference."""

_FAR: Final = 500.0
"""Log odds beyond which nothing changes but that the exponential overflows."""

_EDGE: Final = 0.001
"""No rule is believed to be surer than this of anything."""


def _log_odds(probability: float) -> float:
    inner = min(1 - _EDGE, max(_EDGE, probability))
    return math.log(inner / (1 - inner))


def _sigmoid(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-_FAR, min(_FAR, odds))))
