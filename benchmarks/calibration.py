"""How right calibrated scores are: simulated rules whose scores mislead, and reviewers who err, at known rates.

Of each simulated rule it is known how probably a suggestion with a given score is accepted.  After some decisions the
curve is held against that on suggestions that nobody has decided: the expected calibration error (ten bins of as many
suggestions each, by what the curve says) and, which is stricter, the mean distance of each single suggestion.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from random import Random
from statistics import fmean
from typing import Final, NamedTuple

from bars import Bar, Options

from annotations.calibration import Calibration, Curve, Decided, Judged, calibration_error
from annotations.muting import is_below

_DECISIONS: Final = 300
_HELD_OUT: Final = 2_000
_SEEDS: Final = 60
_WORLD: Final = 12_000
"""Candidates of spans that two rules look at."""
_REVIEWERS: Final = (0.02, 0.05, 0.15)
"""How often each of the simulated reviewers decides against what is right."""
_BAR: Final = 0.05
_MUTE_BELOW: Final = 0.4


class Rule(NamedTuple):
    """A rule: the score that it gives a suggestion, and how often one of that score is right."""

    says: Callable[[Random], float | None]
    is_right: Callable[[float | None], float]


def _between(low: float, high: float) -> Callable[[Random], float | None]:
    # The store keeps hundredths.
    return lambda rng: round(rng.uniform(low, high), 2)


def _by_score(right: Callable[[float], float]) -> Callable[[float | None], float]:
    return lambda said: right(said if said is not None else 0.5)


RULES: Final = {
    "over-confident": Rule(_between(0.3, 1), _by_score(lambda said: said**2)),
    "under-confident": Rule(_between(0.1, 1), _by_score(lambda said: said**0.5)),
    "flat": Rule(_between(0.3, 1), lambda _: 0.5),
    "one score": Rule(lambda _: 0.95, lambda _: 0.8),
    "three scores": Rule(
        lambda rng: rng.choice([0.5, 0.7, 0.9]), _by_score({0.5: 0.2, 0.7: 0.9, 0.9: 0.95}.__getitem__)
    ),
    "a step": Rule(_between(0.3, 1), _by_score(lambda said: 0.15 if said < 0.7 else 0.9)),
    "two steps": Rule(_between(0.2, 1), _by_score(lambda said: 0.1 if said < 0.4 else 0.5 if said < 0.8 else 0.95)),
    "the wrong way round": Rule(_between(0.3, 1), _by_score(lambda said: 1 - said)),
    "a hump": Rule(_between(0.2, 1), _by_score(lambda said: 0.9 - 2.5 * (said - 0.6) ** 2)),
    "all near 1": Rule(_between(0.9, 1), _by_score(lambda said: 0.3 + 6 * (said - 0.9))),
    "no score": Rule(lambda _: None, lambda _: 0.6),
}


class Error(NamedTuple):
    """Expected calibration error, and mean distance of single suggestions."""

    expected: float
    distance: float


def bars(options: Options) -> Iterator[Bar]:
    """Calibration errors in hundredths of a share; the bar is what issue 25 asks for."""
    seeds = options.runs(_SEEDS)
    told = []
    for name, rule in RULES.items():
        errors = [_error_of(rule, seed) for seed in range(seeds)]
        told.append([_estimate(rule, seed) for seed in range(seeds)])
        yield _bar(f"calibration error, {name}", errors)
    yield Bar(
        "calibration error that `zhupi stats` tells, mean over these rules", 100 * fmean(map(fmean, told)), None,
        "hundredths", "measured on decisions that the curve was not fitted on, of half as many",
    )  # fmt: skip
    yield from _pooled(seeds)
    yield from _changing(seeds)
    yield from _muted(seeds)


def _bar(what: str, errors: Sequence[Error], wanted: float | None = _BAR) -> Bar:
    expected = [each.expected for each in errors]
    return Bar(
        f"{what}, {_DECISIONS} decisions",
        100 * fmean(expected),
        None if wanted is None else 100 * wanted,
        "hundredths",
        f"worst of {len(errors)} seeds {100 * max(expected):.1f}; "
        f"distance {100 * fmean(each.distance for each in errors):.1f}",
    )


def _accepted(right: float, error: float) -> float:
    """How probably a reviewer accepts what is right with some probability."""
    return right * (1 - error) + (1 - right) * error


def _is_accepted(right: float) -> float:
    """How probably one of the reviewers does, whoever it is."""
    return fmean(_accepted(right, error) for error in _REVIEWERS)


def _decided(rule: Rule, number: int, rng: Random) -> list[Judged]:
    judged = []
    for _ in range(number):
        said = rule.says(rng)
        accepted = rng.random() < _accepted(rule.is_right(said), rng.choice(_REVIEWERS))
        judged.append(Judged(said, int(accepted), int(not accepted)))
    return judged


def _error_of(rule: Rule, seed: int) -> Error:
    rng = Random(seed)
    curve = Curve.fitted(_decided(rule, _DECISIONS, rng))
    shown = [rule.says(rng) for _ in range(_HELD_OUT)]
    return _error([(curve(said), _is_accepted(rule.is_right(said))) for said in shown])


def _estimate(rule: Rule, seed: int) -> float:
    """The error as ``zhupi stats`` tells it: one half of the decisions is held against the other."""
    judged = _decided(rule, _DECISIONS, Random(seed))
    first, second = judged[::2], judged[1::2]
    errors = (calibration_error(Curve.fitted(one), other) for one, other in ((first, second), (second, first)))
    return fmean(each for each in errors if each is not None)


def _error(pairs: Sequence[tuple[float, float]]) -> Error:
    """The error of what was told and what is true of each suggestion."""
    ordered = sorted(pairs)
    size = len(ordered) // 10
    bins = [ordered[at : at + size] for at in range(0, len(ordered), size)]
    expected = sum(abs(sum(told - true for told, true in each)) for each in bins) / len(ordered)
    return Error(expected, fmean(abs(told - true) for told, true in ordered))


# Several rules


def _pooled(seeds: int) -> Iterator[Bar]:
    """Spans that two rules found, which copy each other's mistakes never, half the time, or always."""
    for copies in (0.0, 0.5, 1.0):
        for together in (0, 30, _DECISIONS):
            errors = [_pooled_error(copies, together, seed) for seed in range(seeds)]
            yield _bar(
                f"calibration error of spans that two rules found, {copies:.0%} of the mistakes shared, "
                f"{together} decisions on such",
                errors,
                _BAR if together == _DECISIONS else None,
            )


def _pooled_error(copies: float, together: int, seed: int) -> Error:
    rng = Random(seed)
    world = [_candidate(copies, rng) for _ in range(_WORLD)]
    both = [each for each in world if all(each.found)]
    one_alone = [each for each in world if sum(each.found) == 1]
    # People have decided on so many spans that both found, and on others until each rule has enough.
    decided = [*both[:together], *one_alone[: 2 * max(0, _DECISIONS - together)]]
    calibration = Calibration.fitted(_decision(each, rng) for each in decided)
    # How often such a span is right is counted over the whole world, by the scores of both.
    counts: dict[tuple[float, float], list[int]] = defaultdict(list)
    for each in both:
        counts[each.said].append(int(each.is_right))
    shown = both[-_HELD_OUT:]
    return _error(
        [(calibration.probability("DATE", _found_by(each)), _is_accepted(fmean(counts[each.said]))) for each in shown]
    )


def _decision(each: _Candidate, rng: Random) -> Decided:
    accepted = rng.random() < _accepted(float(each.is_right), rng.choice(_REVIEWERS))
    return Decided("DATE", _found_by(each), int(accepted), int(not accepted))


def _found_by(each: _Candidate) -> tuple[tuple[str, float | None], ...]:
    named = zip(("a", "b"), each.found, each.said, strict=True)
    return tuple((name, said) for name, found, said in named if found)


class _Candidate(NamedTuple):
    """A span that might be marked: whether that is right, which of two rules found it, and what they say of it."""

    is_right: bool
    found: tuple[bool, bool]
    said: tuple[float, float]


def _candidate(copies: float, rng: Random) -> _Candidate:
    is_right = rng.random() < 0.5
    first = _look(is_right, rng)
    second = first if rng.random() < copies else _look(is_right, rng)
    return _Candidate(is_right, (first[0], second[0]), (first[1], second[1]))


def _look(is_right: bool, rng: Random) -> tuple[bool, float]:  # noqa: FBT001  # what the rule looks at
    """Whether a rule finds a candidate, and how sure it says it is: a little surer of what is right, but too sure."""
    found = rng.random() < (0.8 if is_right else 0.4)
    return found, round(min(0.99, rng.choice([0.7, 0.8, 0.9]) + (0.09 if is_right and rng.random() < 0.6 else 0)), 2)


# Rules that change


def _changing(seeds: int) -> Iterator[Bar]:
    """A rule that becomes worse little by little, and one that is another from one day to the next."""
    for name, rates in (
        ("a slow drift from 0.8 to 0.6", [0.8 - 0.2 * at / _DECISIONS for at in range(_DECISIONS)]),
        ("a slow drift from 0.8 to 0.6 over 1,000", [0.8 - 0.2 * at / 1_000 for at in range(1_000)]),
        ("a new version, 0.5 before and 0.8 for the last 100", [0.5] * (_DECISIONS - 100) + [0.8] * 100),
    ):
        errors = []
        for seed in range(seeds):
            rng = Random(seed)
            judged = [each for rate in rates for each in _decided(_of_one_score(rate), 1, rng)]
            errors.append(abs(Curve.fitted(judged)(0.9) - _is_accepted(rates[-1])))
        yield Bar(
            f"error of a score behind {name}, {len(rates):,} decisions", 100 * fmean(errors), None, "hundredths",
            f"worst of {seeds} seeds {100 * max(errors):.1f}",
        )  # fmt: skip


def _of_one_score(rate: float) -> Rule:
    return Rule(lambda _: 0.9, lambda _: rate)


# Muting


def _muted(seeds: int) -> Iterator[Bar]:
    """How often a bar of 40 % mutes a rule that is looked at after every 25 of 1,000 decisions, and how soon."""
    many = seeds * 10
    for rate, wanted in ((0.5, 1.0), (0.45, 2.0), (0.4, None), (0.3, None), (0.2, None)):
        first = [_muted_at(rate, seed) for seed in range(many)]
        muted = sorted(each for each in first if each is not None)
        soon = f"half of them within {muted[len(muted) // 2]:,} decisions" if muted else ""
        yield Bar(
            f"rules accepted {rate:.0%} of the time that a bar of {_MUTE_BELOW:.0%} ever mutes in 1,000 decisions",
            100 * len(muted) / many, wanted, "%", soon,
        )  # fmt: skip


def _muted_at(rate: float, seed: int) -> int | None:
    """After how many decisions a rule is muted; None where it never is."""
    rng = Random(seed)
    right = list(accumulate(int(rng.random() < rate) for _ in range(1_000)))
    return next((at for at in range(25, 1_001, 25) if is_below(right[at - 1], at, _MUTE_BELOW)), None)
