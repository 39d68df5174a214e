"""Models that have not seen a notice, and what they say of its tags.

The notices are parted; of each part speak models that were trained on the others.  A model says what it finds, and how
much likelier it holds that than what people have tagged: the log of the ratio of the two.  That is no probability of
an error.  So it is told how often people say what a model says that is as sure (``calibration.Curve``), on notices
that it has not seen either.

Northcutt, Jiang and Chuang, Confident Learning: Estimating Uncertainty in Dataset Labels (2021), look for errors of
labels so, with predictions out of the sample.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from annotations.calibration import Curve, Judged
from annotations.learning.model import Model, Trainer
from annotations.learning.tags import spans_of, tags
from annotations.learning.trial import Example

PARTS: Final = 5
"""Parts of the notices."""

NEEDED_SPANS: Final = 30
"""Spans of a label from which its models say something; with fewer they only repeat what they have seen."""

Span = tuple[int, int]


class Differing(msgspec.Struct, frozen=True):
    """Where a model differs from people: what they have tagged and what it finds, ``[start, end)`` in code points.

    At least one of the two has something in it, and they are not the same.  ``margin`` is the log of how much likelier
    it holds what it finds.
    """

    tagged: tuple[Span, ...]
    found: tuple[Span, ...]
    margin: float


class Unseen:
    """The models of one label: of each part one that has not seen it.

    Args:
        models: the bytes of the model of each part.
        curve: how often people say what a model says, by how sure it is (``_score``).
    """

    def __init__(self, models: Sequence[bytes], curve: Curve) -> None:
        self._data = models
        self._models: dict[int, Model] = {}
        self._curve = curve

    def model(self, part: int) -> Model:
        """The model that has not seen a part; one at a time is ready to be applied."""
        if part not in self._models:
            self._models = {part: Model(self._data[part])}
        return self._models[part]

    def differing(
        self, part: int, paragraphs: Iterable[tuple[int, int, Any]], spans: Sequence[Span]
    ) -> Iterator[tuple[Differing, float]]:
        """Where the model differs from people in a notice of a part, each with how probably the model is right.

        Args:
            part: the part of the notice.
            paragraphs: as those of an ``Example``.
            spans: what people have tagged with the label.
        """
        for _, each in _compared(self.model(part), paragraphs, spans):
            if each.tagged != each.found:
                yield each, round(self._curve(_score(each.margin)), 3)


def part_of(place: str) -> int:
    """The part of a notice.

    Args:
        place: a digest in hex that near-copies have in common.
    """
    return int(place[:8], 16) % PARTS


def train(examples: Sequence[Example], parts: Sequence[int], label: str) -> Unseen | None:
    """Models of a label, each without one part; None where there are too few spans to learn from.

    Args:
        examples: the notices to learn from.
        parts: the part of each.
        label: the first name of the label.
    """
    if sum(len(each.spans.get(label, ())) for each in examples) < NEEDED_SPANS or len(set(parts)) < PARTS:
        return None
    trainer = Trainer()
    for example, part in zip(examples, parts, strict=True):
        trainer.add((features, wanted, part) for features, wanted in example.tagged(label))
    models = [trainer.model(part) for part in range(PARTS)]
    judged: Counter[tuple[float, bool]] = Counter()
    for part, data in enumerate(models):
        model = Model(data)
        for example, own in zip(examples, parts, strict=True):
            if own == part:
                for alone, each in _compared(model, example.paragraphs, example.spans.get(label, ())):
                    if each.found:
                        judged[_score(alone), each.tagged == each.found] += 1
    curve = Curve.fitted(
        Judged(score, n if is_right else 0, 0 if is_right else n) for (score, is_right), n in sorted(judged.items())
    )
    return Unseen(models, curve)


def _compared(
    model: Model, paragraphs: Iterable[tuple[int, int, Any]], spans: Sequence[Span]
) -> Iterator[tuple[float, Differing]]:
    """What a model finds beside what people have tagged, stretch by stretch, also where they say the same.

    Each comes with the log of how much likelier the model holds what it finds than that nothing is there.
    """
    for start, length, features in paragraphs:
        best = model.tags(features)
        own = set(spans_of(tags(spans, start, length)))
        found = set(spans_of(best))
        if not own and not found:
            continue
        for tagged, said in _stretches(own, found):
            region = min(span[0] for span in (*tagged, *said)), max(span[1] for span in (*tagged, *said))
            alone = model.margin(features, best, _instead(best, region, ()), region) if said else 0.0
            margin = alone
            if tagged and tagged != said:
                margin = model.margin(features, best, _instead(best, region, tagged), region)
            # What a model has never seen, a tag of one character, it says nothing about.
            if alone is not None and margin is not None:
                tagged_at, said_at = (tuple((a + start, b + start) for a, b in sorted(each)) for each in (tagged, said))
                yield alone, Differing(tagged_at, said_at, margin)


def _instead(best: Sequence[str], region: Span, spans: Iterable[Span]) -> list[str]:
    """The tags of a paragraph with other spans in one region of it."""
    first, last = region
    return [*best[:first], *tags(spans, first, last - first), *best[last:]]


def _stretches(own: set[Span], found: set[Span]) -> Iterator[tuple[set[Span], set[Span]]]:
    """The spans of both in stretches that do not overlap, from the left."""
    ours: set[Span] = set()
    theirs: set[Span] = set()
    end = 0
    for span in sorted(own | found):
        if span[0] >= end and (ours or theirs):
            yield ours, theirs
            ours, theirs = set(), set()
        end = max(end, span[1])
        if span in own:
            ours.add(span)
        if span in found:
            theirs.add(span)
    if ours or theirs:
        yield ours, theirs


def _score(margin: float) -> float:
    """A margin as a score in [0, 1], whose log odds are the log of the margin; by hundredths, so that few are told."""
    return round(margin / (1 + margin), 2)
