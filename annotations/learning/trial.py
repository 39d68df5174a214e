"""How good a model is on notices that it has not seen, and whether that is good enough to suggest.

Near-copies of a notice are never apart: a model that has learned one of them would know the other by heart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from annotations.agreement.spans import overlapping_pairs
from annotations.counts import counted
from annotations.learning.beside import beside
from annotations.learning.model import Model, Trainer
from annotations.learning.tags import spans_of, tags

NEEDED_SPANS: Final = 50
"""Spans of a label that there must be before a model of it suggests."""

NEEDED_F1: Final = 0.6
"""F1 on notices that it has not seen which a model must reach before it suggests."""

_FOLDS: Final = 5
"""Parts of the notices; each in turn is held out."""

_MANY: Final = 100
"""So many notices tell enough when one part is held out; all five in turn would take five times as long."""

_CURVE: Final = (10, 30, 100, 300)
"""Numbers of notices of the learning curve."""


class Example(msgspec.Struct, frozen=True):
    """A finished notice to learn from.

    ``group`` is the same for near-copies.  ``paragraphs`` are its paragraphs, where each begins, its length and its
    features as ``prepared``.  ``spans`` are those of each label, by the first name of the label, in code points of the
    normalized text; ``suggested`` the same of what other suggesters have found in it.
    """

    id: str
    group: int
    paragraphs: tuple[tuple[int, int, Any], ...]
    spans: dict[str, list[tuple[int, int]]]
    suggested: dict[str, list[tuple[int, int]]] = {}

    def tagged(self, label: str) -> Iterable[tuple[Any, list[str]]]:
        """Its paragraphs with their tags for a label."""
        spans = self.spans.get(label, [])
        return ((features, tags(spans, start, length)) for start, length, features in self.paragraphs)

    def suggested_in(self, label: str) -> Iterator[list[tuple[int, int]]]:
        """What others suggest for a label in each of its paragraphs, from the beginning of the paragraph."""
        spans = self.suggested.get(label, [])
        for start, length, _ in self.paragraphs:
            yield [(a - start, b - start) for a, b in spans if start <= a and b <= start + length]


class Trial(msgspec.Struct, frozen=True):
    """What a label has shown.

    ``notices`` and ``spans`` are what there is to learn from.  Precision, recall and F1 are those of spans that are
    found to the character on notices held out; None where too few spans or notices were there to try.  ``curve`` has
    F1 by number of notices learned from.  ``others_f1`` is that of what other suggesters have found in the same
    notices, ``together_f1`` that of both together, by overlap; None where they have found nothing.  ``reason`` says why
    no model suggests; "" where one does.
    """

    label: str
    notices: int
    spans: int
    precision: float | None = None
    recall: float | None = None
    f1: float | None = None
    curve: tuple[tuple[int, float], ...] = ()
    others_f1: float | None = None
    together_f1: float | None = None
    reason: str = ""


def learn_label(examples: Sequence[Example], label: str, *, thorough: bool = False) -> tuple[Trial, bytes | None]:
    """How a model of a label does on notices that are held out from it, and the model that has learned from all.

    Args:
        examples: the finished notices.
        label: the first name of the label.
        thorough: trains thoroughly, and holds out each part of the notices in turn however many there are.

    Returns:
        The model is None where the label stays off.
    """
    spans = sum(1 for example in examples for _, each in example.tagged(label) for _ in spans_of(each))
    groups = {example.group for example in examples}
    none = Trial(label, len(examples), spans)
    if spans < NEEDED_SPANS:
        return msgspec.structs.replace(none, reason=f"{counted(spans, 'span')}, needs {NEEDED_SPANS}"), None
    if len(groups) < _FOLDS:
        few = f"{counted(len(groups), 'notice')} of texts that differ, needs {_FOLDS}"
        return msgspec.structs.replace(none, reason=few), None
    ordered = sorted(examples, key=lambda example: _place(example.id))
    parts = folds(ordered)
    seen = [example for example in ordered if example.group not in parts[0]]
    trainer = Trainer(thorough=thorough)
    curve, added = [], 0
    for size in _CURVE:
        # One that is not far from all costs as much, and tells little more.
        if size * 3 <= len(seen) or (thorough and size < len(seen)):
            trainer.add(_given(seen[added:size], label, parts))
            added = size
            curve.append((size, _tried(trainer.model(), ordered, label, parts[0]).model.f1))
    held_out = [example for example in ordered if example.group in parts[0]]
    trainer.add(_given([*seen[added:], *held_out], label, parts))
    tried = _Tried()
    for part in range(_FOLDS if thorough or len(examples) < _MANY else 1):
        tried += _tried(trainer.model(part), ordered, label, parts[part])
    trial = msgspec.structs.replace(
        none,
        precision=round(tried.model.precision, 3),
        recall=round(tried.model.recall, 3),
        f1=round(tried.model.f1, 3),
        curve=tuple((size, round(f1, 3)) for size, f1 in (*curve, (len(seen), tried.model.f1))),
        others_f1=round(tried.others.f1, 3) if tried.others.found else None,
        together_f1=round(tried.together.f1, 3) if tried.others.found else None,
    )
    if tried.model.f1 < NEEDED_F1:
        return msgspec.structs.replace(trial, reason=f"F1 {tried.model.f1:.2f}, needs {NEEDED_F1:.2f}"), None
    if tried.together.f1 < tried.others.f1:
        told = f"with what else is suggested F1 {tried.together.f1:.2f}, that alone {tried.others.f1:.2f}"
        return msgspec.structs.replace(trial, reason=told), None
    return trial, trainer.model()


def _given(examples: Iterable[Example], label: str, parts: Sequence[set[int]]) -> Iterator[tuple[Any, list[str], int]]:
    """The paragraphs of examples, as a trainer takes them."""
    part_of = {group: number for number, part in enumerate(parts) for group in part}
    for example in examples:
        for features, wanted in example.tagged(label):
            yield features, wanted, part_of[example.group]


def folds(examples: Iterable[Example]) -> list[set[int]]:
    """The groups of examples in five parts, about as large as each other; copies are in one."""
    sizes: dict[int, int] = {}
    for example in examples:
        sizes[example.group] = sizes.get(example.group, 0) + 1
    parts: list[set[int]] = [set() for _ in range(_FOLDS)]
    for group in sorted(sizes, key=lambda each: (-sizes[each], _place(str(each)))):
        min(parts, key=lambda part: sum(sizes[each] for each in part)).add(group)
    return parts


def _place(name: str) -> str:
    """Where something comes in an order that is neither of import nor of chance."""
    return hashlib.sha256(name.encode()).hexdigest()


def _tried(model: bytes, examples: Iterable[Example], label: str, part: set[int]) -> _Tried:
    """What a model finds in the examples of a part."""
    tagger = Model(model)
    exact, others, together = [0, 0, 0], [0, 0, 0], [0, 0, 0]
    for example in examples:
        if example.group in part:
            for (features, tagged), said in zip(example.tagged(label), example.suggested_in(label), strict=True):
                spans, gold = tagger.found(features), set(spans_of(tagged))
                _count(exact, spans, gold, len(spans & gold))
                for counts, found in ((others, {*said}), (together, {*said, *beside(spans, said)})):
                    _count(counts, found, gold, overlapping_pairs(sorted(found), sorted(gold)))
    return _Tried(*(_Counts(*counts) for counts in (exact, others, together)))


def _count(counts: list[int], found: set[tuple[int, int]], gold: set[tuple[int, int]], right: int) -> None:
    for at, each in enumerate((right, len(found), len(gold))):
        counts[at] += each


class _Counts(msgspec.Struct, frozen=True):
    """Spans that are right, that were found, and that should have been."""

    right: int = 0
    found: int = 0
    wanted: int = 0

    def __add__(self, other: _Counts) -> _Counts:
        return _Counts(self.right + other.right, self.found + other.found, self.wanted + other.wanted)

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        total = self.found + self.wanted
        return 2 * self.right / total if total else 0.0


class _Tried(msgspec.Struct, frozen=True):
    """Spans of a model to the character; those of other suggesters, and of both together, by overlap."""

    model: _Counts = _Counts()
    others: _Counts = _Counts()
    together: _Counts = _Counts()

    def __add__(self, other: _Tried) -> _Tried:
        return _Tried(self.model + other.model, self.others + other.others, self.together + other.together)
