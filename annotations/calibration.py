"""What the score of a suggestion means: how often people accept what a rule or a model of such a score has found.

A rule says 0.9 because whoever wrote it thought so, and a model says what its training left it.  What people decided
tells how often that was right.  The stored score is never changed; what is told beside it is calibrated.

The curve of one rule and label is the mean of two guesses, each weighed by how well it explains the decisions (its
marginal likelihood):

- a logistic function of the log odds of the score (Platt, Probabilistic Outputs for Support Vector Machines, 1999).
  What the rule says counts as ``WORD`` decisions, so that a rule that nobody has decided on is taken at its word;
- all step functions of the score at once, each as probable as it is by the decisions.  It is the exact mean over all
  ways to part the scores, which dynamic programming gives (Hutter, Exact Bayesian Regression of Piecewise Constant
  Functions, 2007); bins of a fixed size would smear a step, and follow chance where there is none.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final, NamedTuple, Self

import msgspec

from annotations.muting import Pair

WORD: Final = 8.0
"""How many decisions the word of a rule is worth, for all of its scores."""

WORD_OF_STEP: Final = 4.0
"""How many decisions it is worth on each step of a step function."""

STEPS: Final = 5.0
"""How many steps are expected before anybody has decided, whatever the number of scores."""

AT_LEAST: Final = 30
"""Decisions in a bin in which a curve is held against decisions."""

_BINS: Final = 10
"""Into how many bins decisions are parted to see how far a curve is off, as is usual."""

UNSAID: Final = 0.5
"""What is taken for the score of a suggestion that has none."""


class Judged(NamedTuple):
    """How often suggestions of one score were accepted, and how often rejected; the score is in [0, 1], or None."""

    score: float | None
    accepted: int
    rejected: int


class Level(msgspec.Struct, frozen=True):
    """The mean of all step functions at a score that people have decided on."""

    said: float
    accepted: float


class Curve(msgspec.Struct, frozen=True):
    """From what a rule says of a suggestion to how probably it is accepted.

    ``slope`` and ``offset`` are those of the logistic function, by log odds; ``weight`` is how much of the curve it is,
    from 0 to 1.  ``levels`` are the rest, in the order of their scores; between two of them the way is straight.
    """

    slope: float = 1.0
    offset: float = 0.0
    weight: float = 1.0
    levels: tuple[Level, ...] = ()

    @classmethod
    def fitted(cls, judged: Iterable[Judged]) -> Self:
        """The curve of what was decided on the suggestions of one rule and label, in any order."""
        rows = _by_score(judged)
        if not rows:
            return cls()
        (slope, offset), (levels, steps) = _logistic(rows), _steps(rows)
        more = steps - _evidence(rows, slope, offset)
        return cls(slope, offset, _sigmoid(-more), levels)

    def __call__(self, score: float | None) -> float:
        """How probably a suggestion with this score is accepted, in [0, 1]."""
        said = UNSAID if score is None else score
        logistic = _sigmoid(self.slope * _log_odds(said) + self.offset)
        return logistic if not self.levels else self.weight * logistic + (1 - self.weight) * self._level(said)

    def _level(self, said: float) -> float:
        at = bisect_right(self.levels, said, key=lambda each: each.said)
        if at in (0, len(self.levels)):
            return self.levels[min(at, len(self.levels) - 1)].accepted
        before, behind = self.levels[at - 1], self.levels[at]
        return before.accepted + (said - before.said) / (behind.said - before.said) * (
            behind.accepted - before.accepted
        )


class Decided(NamedTuple):
    """How often a span that some rules found, each with a score, was accepted, and how often rejected.

    ``found`` has each rule once (``annotations.muting.rule_of``); the label is told by its first name.
    """

    label: str
    found: tuple[tuple[str, float | None], ...]
    accepted: int
    rejected: int

    def by_rule(self) -> Iterator[tuple[Pair, Judged]]:
        """What it says of each of the rules."""
        for rule, score in self.found:
            yield (rule, self.label), Judged(score, self.accepted, self.rejected)


class Calibration:
    """What the suggestions of each rule and each label are worth, and of those that several rules found.

    Args:
        curves: the curve of each rule and label.
        together: under a label and the rules that found one span together, the curve from what the surest of them says
            of such spans, calibrated, to how probably they are accepted.
    """

    def __init__(
        self, curves: Mapping[Pair, Curve], together: Mapping[tuple[str, frozenset[str]], Curve] | None = None
    ) -> None:
        self._curves = curves
        self._together = together or {}

    @classmethod
    def fitted(cls, decided: Iterable[Decided]) -> Self:
        """What people have decided so far makes of the scores."""
        decided = list(decided)
        judged: dict[Pair, list[Judged]] = defaultdict(list)
        for each in decided:
            for pair, one in each.by_rule():
                judged[pair].append(one)
        alone = cls({pair: Curve.fitted(some) for pair, some in judged.items()})
        joint: dict[tuple[str, frozenset[str]], list[Judged]] = defaultdict(list)
        for each in decided:
            if len(each.found) > 1:
                said = alone.probability(each.label, each.found)
                rules = frozenset(rule for rule, _ in each.found)
                joint[each.label, rules].append(Judged(said, each.accepted, each.rejected))
        return cls(alone._curves, {key: Curve.fitted(some) for key, some in joint.items()})

    def is_told(self, label: str, rules: Iterable[str]) -> bool:
        """Whether anybody has decided on what one of these rules has found for a label."""
        return any((rule, label) in self._curves for rule in rules)

    def probability(self, label: str, found: Sequence[tuple[str, float | None]]) -> float:
        """How probably a span is accepted, in [0, 1].

        What several rules found is as probable as the surest of them says, until people have decided on spans that the
        same rules found together: the rules may all look at the same words, so that two are no better than one.  What
        is decided then moves it as the decisions on a rule move what that says.

        Args:
            label: the label of the suggestions.
            found: the rule (``rule_of``) and the score of each suggestion with this span and label; at least one.
        """
        alone = max(self._curve(rule, label)(score) for rule, score in found)
        rules = frozenset(rule for rule, _ in found)
        if len(rules) == 1:
            return alone
        pooled = self._together.get((label, rules))
        return alone if pooled is None else pooled(alone)

    def _curve(self, rule: str, label: str) -> Curve:
        return self._curves.get((rule, label), _TAKEN_AT_ITS_WORD)


_TAKEN_AT_ITS_WORD: Final = Curve()


def calibration_error(curve: Curve, judged: Iterable[Judged]) -> float | None:
    """How far a curve is from decisions that it was not fitted on; None where there are none.

    It is the root of the mean, by decisions, of the squared distance between what the curve says of a bin and how often
    it was accepted, less what chance alone makes of that: of a curve that is right it is 0 in the mean.
    Source: Kumar, Liang and Ma, Verified Uncertainty Calibration (2019), the debiased estimator.
    """
    rows = _by_score(judged)
    bins = _binned(rows, max(AT_LEAST, sum(yes + no for _, yes, no in rows) // _BINS))
    total = sum(yes + no for _, yes, no in bins)
    if not total:
        return None
    wrong = 0.0
    for said, yes, no in bins:
        share = yes / (yes + no)
        by_chance = share * (1 - share) / max(1, yes + no - 1)
        wrong += ((curve(said) - share) ** 2 - by_chance) * (yes + no)
    return math.sqrt(max(0.0, wrong / total))


_Row = tuple[float, int, int]
"""A score, and how often suggestions of it were accepted and rejected."""


def _by_score(judged: Iterable[Judged]) -> list[_Row]:
    """What was decided on each score, in the order of the scores; scores by hundredths."""
    found: dict[float, tuple[int, int]] = {}
    for score, accepted, rejected in judged:
        if accepted or rejected:
            said = round(UNSAID if score is None else score, 2)
            before = found.get(said, (0, 0))
            found[said] = before[0] + accepted, before[1] + rejected
    return [(said, *counts) for said, counts in sorted(found.items())]


def _binned(rows: Iterable[_Row], least: int) -> list[_Row]:
    """Bins of at least so many decisions, in the order of their scores; one where there are fewer in all."""
    bins: list[list[_Row]] = [[]]
    for row in rows:
        if sum(yes + no for _, yes, no in bins[-1]) >= least:
            bins.append([])
        bins[-1].append(row)
    if len(bins) > 1 and sum(yes + no for _, yes, no in bins[-1]) < least:
        bins[-2:] = [bins[-2] + bins[-1]]
    return [_together(each) for each in bins if each]


def _together(rows: Sequence[_Row]) -> _Row:
    """Rows as one, of the mean of their scores."""
    accepted, rejected = sum(row[1] for row in rows), sum(row[2] for row in rows)
    said = sum(row[0] * (row[1] + row[2]) for row in rows) / (accepted + rejected)
    return said, accepted, rejected


def _steps(rows: Sequence[_Row]) -> tuple[tuple[Level, ...], float]:
    """The mean of all step functions at each score, and the logarithm of their marginal likelihood.

    A step function parts the scores, in their order, into stretches of one share of acceptance each.  Between any two
    neighbouring scores a new stretch begins as probably as ``STEPS`` are expected in all.  The share of a stretch has a
    Beta prior by what the rule says there.
    """
    size = len(rows)
    accepted = list(accumulate((row[1] for row in rows), initial=0))
    decided = list(accumulate((row[1] + row[2] for row in rows), initial=0))
    said = list(accumulate((row[0] * (row[1] + row[2]) for row in rows), initial=0.0))
    change = min(0.5, STEPS / size)
    begins, goes_on = math.log(change), math.log(1 - change)

    def stretch(first: int, behind: int) -> tuple[float, float]:
        """The logarithm of the probability of the decisions of one stretch and of its being one; its share."""
        yes, number = accepted[behind] - accepted[first], decided[behind] - decided[first]
        word = min(1 - _SURELY, max(_SURELY, (said[behind] - said[first]) / number))
        right, wrong = WORD_OF_STEP * word, WORD_OF_STEP * (1 - word)
        chance = _log_beta(right + yes, wrong + number - yes) - _log_beta(right, wrong)
        being = (behind - first - 1) * goes_on + (begins if first else 0.0)
        return chance + being, (right + yes) / (WORD_OF_STEP + number)

    found = [[stretch(first, behind) for behind in range(first + 1, size + 1)] for first in range(size)]
    # Of all that lies before a score, and of all that lies behind it, whichever way it is parted.
    before = [0.0]
    for behind in range(1, size + 1):
        before.append(_sum_of([before[first] + found[first][behind - first - 1][0] for first in range(behind)]))
    after = [0.0] * (size + 1)
    for first in reversed(range(size)):
        after[first] = _sum_of([each + after[first + 1 + at] for at, (each, _) in enumerate(found[first])])
    # What each stretch adds to the scores in it: noted where it begins and where it ends, and summed up then.
    added = [0.0] * (size + 1)
    for first, stretches in enumerate(found):
        for behind, (each, share) in enumerate(stretches, first + 1):
            part = math.exp(before[first] + each + after[behind] - before[size]) * share
            added[first] += part
            added[behind] -= part
    means = list(accumulate(added[:size]))
    levels = tuple(Level(row[0], min(1.0, max(0.0, mean))) for row, mean in zip(rows, means, strict=True))
    return levels, before[size]


def _log_beta(right: float, wrong: float) -> float:
    """The logarithm of the Beta function."""
    return math.lgamma(right) + math.lgamma(wrong) - math.lgamma(right + wrong)


def _sum_of(logarithms: Sequence[float]) -> float:
    """The logarithm of a sum of numbers that are given by their logarithms."""
    largest = max(logarithms)
    return largest + math.log(sum(math.exp(each - largest) for each in logarithms))


_HOLD: Final = 0.01
"""How strongly slope and offset are held to 1 and 0, so that one score alone has a solution: a precision."""


_Weighed = tuple[float, float, float]
"""Log odds of a score, how many decisions accepted and how many there are, what the rule says counted as some."""


def _weighed(judged: Sequence[_Row]) -> tuple[list[_Weighed], list[_Weighed]]:
    """What the rule says of each score as decisions: its share of those that all of its word is worth.

    Returns:
        That alone, and with what was decided.
    """
    decided = sum(accepted + rejected for _, accepted, rejected in judged)
    word, both = [], []
    for said, accepted, rejected in judged:
        number = WORD * (accepted + rejected) / decided
        right = number * _sigmoid(_log_odds(said))
        word.append((_log_odds(said), right, number))
        both.append((_log_odds(said), accepted + right, accepted + rejected + number))
    return word, both


def _evidence(judged: Sequence[_Row], slope: float, offset: float) -> float:
    """The logarithm of the marginal likelihood of the decisions under the logistic function, by Laplace's method.

    The prior is what the word of the rule and the hold make of slope and offset, whose mode is the rule taken at its
    word.
    """
    word, both = _weighed(judged)
    return _volume(both, slope, offset) - _volume(word, 1.0, 0.0)


def _volume(rows: Sequence[_Weighed], slope: float, offset: float) -> float:
    """The logarithm of the integral of a likelihood around its mode, less a constant."""
    twice, mixed, level = _HOLD, 0.0, _HOLD
    for odds, _, number in rows:
        expected = _sigmoid(slope * odds + offset)
        weight = number * expected * (1 - expected)
        twice, mixed, level = twice + weight * odds * odds, mixed + weight * odds, level + weight
    return -_loss(rows, slope, offset) - math.log(twice * level - mixed * mixed) / 2


def _loss(rows: Sequence[_Weighed], slope: float, offset: float) -> float:
    """How badly a logistic function explains decisions: the logarithm of their likelihood and of the hold, negated."""
    odds = ((slope * each + offset, right, number) for each, right, number in rows)
    held = _HOLD * ((slope - 1) ** 2 + offset**2) / 2
    # Where exp would overflow, the logarithm of 1 more than it is the exponent.
    return held + sum(
        number * (each if each > _FAR else math.log1p(math.exp(each))) - right * each for each, right, number in odds
    )


def _logistic(judged: Sequence[_Row]) -> tuple[float, float]:
    """Slope and offset of the logistic function with the largest posterior.

    Newton's method, whose steps are halved until they make it better.
    """
    _, rows = _weighed(judged)
    slope, offset = 1.0, 0.0
    best = _loss(rows, slope, offset)
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
            if (now := _loss(rows, *tried)) < best:
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

_SURELY: Final = 0.05
"""What a rule says is taken for no surer than this where its word counts as decisions on a step."""

_EDGE: Final = 0.001
"""No rule is believed to be surer than this of anything."""


def _log_odds(probability: float) -> float:
    inner = min(1 - _EDGE, max(_EDGE, probability))
    return math.log(inner / (1 - inner))


def _sigmoid(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-_FAR, min(_FAR, odds))))
