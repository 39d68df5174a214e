"""Most unsure first against at random: characters that somebody reviews until models of three labels reach F1 0.85.

A simulated reviewer says what is right of each notice and is never wrong.  The learner is that of ``zhupi learn``, the
order that of the queue; the notices are invented, of several lengths, and have spans of one label more often than of
another.
"""

from __future__ import annotations

import random
import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from bars import Bar, Options
from corpus import notices
from learning import example_of

from annotations.calibration import Calibration, Curve, Judged
from annotations.learning.model import Model, Trainer
from annotations.learning.tags import spans_of
from annotations.learning.trial import Example
from annotations.work_order import Chances, balanced, mixed, unsureness

WANTED: Final = (0.85, 0.95)
"""F1 that is to be reached: the mean of those of the labels."""

_SHARES: Final = {"person": 0.8, "deadline": 0.6, "sum": 0.4}
"""In which share of the notices there is a passage of each kind; in the others it is without any."""
_POOL, _TRIED, _BEGINNING, _STEP = 150, 60, 4, 2
"""Notices to choose among, those that models are tried on, how many are reviewed first, and then at a time."""
_LENGTHS: Final = (60, 120, 240)
"""Code points of a passage."""
_MOST: Final = 90
"""Notices after which a run ends that has not reached it."""


class _Text(msgspec.Struct):
    """A notice with its length in code points."""

    example: Example
    characters: int


def bars(options: Options) -> Iterator[Bar]:
    """Characters until the models are good enough, by order, and the ratio of two orders."""
    # Others than those by which the order was chosen.
    seeds = range(101, 103 if options.quick else 111)
    drawn, mixture, alone = "at random", "unsure first, a fifth at random", "unsure first"
    found = {
        name: [characters_until(share, seed) for seed in seeds]
        for name, share in ((drawn, 1.0), (mixture, 0.2), (alone, 0.0))
    }
    for at, wanted in enumerate(WANTED):
        for name, runs in found.items():
            some = [run[at] for run in runs]
            detail = f"{min(some):,} to {max(some):,}, {len(some)} seeds"
            yield Bar(f"learning: characters until F1 {wanted}, {name}", statistics.mean(some), None, "", detail)
        pairs = [(one[at], other[at]) for one, other in zip(found[mixture], found[drawn], strict=True)]
        less = sum(one < other for one, other in pairs)
        ratio = statistics.geometric_mean(one / other for one, other in pairs)
        # With ten runs of two orders that are alike, chance alone makes a difference of a tenth; with two, of any size.
        most = None if options.quick else 1.1
        detail = f"fewer with {less} of {len(pairs)} seeds; {mixture}"
        yield Bar(f"learning: characters until F1 {wanted}, unsure first / at random", ratio, most, detail=detail)


def characters_until(share: float, seed: int) -> list[int]:
    """How many characters are reviewed until models reach each F1 of ``WANTED``, with a share of notices at random."""
    chance = random.Random(seed)
    pool, tried = _texts(_POOL, 2 * seed + 1), _texts(_TRIED, 2 * seed + 2, even=True)
    chances = Chances(str(seed), share)
    chance.shuffle(pool)
    seen, left = pool[:_BEGINNING], pool[_BEGINNING:]
    judged: dict[str, list[Judged]] = {}
    reached: list[int] = []
    while True:
        models = _models(seen)
        read, f1 = sum(each.characters for each in seen), _f1(models, tried)
        while len(reached) < len(WANTED) and (f1 >= WANTED[len(reached)] or len(seen) >= _MOST):
            reached.append(read)
        if len(reached) == len(WANTED):
            return reached
        means = Calibration({(_rule(label), label): Curve.fitted(some) for label, some in judged.items()}, {})
        chosen = _first(left, models, means, chances)[:_STEP]
        for each in chosen:
            left.remove(each)
            for label, score, right in _suggested(each, models):
                judged.setdefault(label, []).append(Judged(round(score, 2), int(right), int(not right)))
        seen += chosen


def _first(left: Sequence[_Text], models: dict[str, Model], means: Calibration, chances: Chances) -> list[_Text]:
    """The notices that are left in the order of the queue."""
    parts: list[dict[str, float]] = []
    wholes: dict[str, float] = defaultdict(float)
    for each in left:
        by_label: dict[str, list[float]] = defaultdict(list)
        for label, score, _ in _suggested(each, models):
            by_label[label].append(means.probability(label, [(_rule(label), score)]))
        parts.append({label: unsureness(some, each.characters) for label, some in by_label.items()})
        for label, part in parts[-1].items():
            wholes[label] += part
    scores = {at: balanced(of, wholes) for at, of in enumerate(parts)}
    drawn = {at for at, each in enumerate(left) if chances.is_random(each.example.id)}
    ordered = sorted(scores.keys() - drawn, key=lambda at: -scores[at])
    places = sorted((chances.of(left[at].example.id), at) for at in drawn)
    return [left[at] for at in mixed(ordered, len(ordered), [(at, place) for (_, place), at in places], len(drawn))]


def _suggested(text: _Text, models: dict[str, Model]) -> Iterator[tuple[str, float, bool]]:
    """What models suggest in a notice: label, score, and whether it is right."""
    for label, model in models.items():
        for features, wanted in text.example.tagged(label):
            right = set(spans_of(wanted))
            for start, end, score in model.spans(features):
                yield label, score, (start, end) in right


def _models(seen: Sequence[_Text]) -> dict[str, Model]:
    """A model of each label that somebody has tagged."""
    found = {}
    for label in (kind.upper() for kind in _SHARES):
        if any(each.example.spans.get(label) for each in seen):
            trainer = Trainer()
            trainer.add((*pair, 0) for each in seen for pair in each.example.tagged(label))
            found[label] = Model(trainer.model())
    return found


def _f1(models: dict[str, Model], tried: Sequence[_Text]) -> float:
    """The mean of the F1 of all labels, to the character; 0 of one without a model."""
    return statistics.mean(_f1_of(models.get(kind.upper()), tried, kind.upper()) for kind in _SHARES)


def _f1_of(model: Model | None, tried: Sequence[_Text], label: str) -> float:
    if model is None:
        return 0.0
    right = total = 0
    for each in tried:
        for features, wanted in each.example.tagged(label):
            found, gold = model.found(features), set(spans_of(wanted))
            right += len(found & gold)
            total += len(found) + len(gold)
    return 2 * right / total if total else 0.0


def _rule(label: str) -> str:
    return f"learned/{label}"


def _texts(count: int, seed: int, *, even: bool = False) -> list[_Text]:
    """Notices of several passages: with ``even`` of other names and works than without."""
    chance = random.Random(seed)
    found = []
    for at in range(count):
        text, spans = "", {}
        kinds = [kind for kind, share in _SHARES.items() if chance.random() < share]
        for kind in kinds or [chance.choice(list(_SHARES))]:
            ((part, there),) = notices(kind, 1, 2 * (1000 * seed + at) + (not even), chance.choice(_LENGTHS))
            spans[kind.upper()] = [(start + len(text), end + len(text)) for start, end in there]
            text += part
        found.append(_Text(example_of(text, spans), len(text)))
    return found
