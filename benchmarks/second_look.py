"""Second look: errors that are put into finished layers, and how many of them stand first among the suspects."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Final, NamedTuple

from bars import Bar, Options
from learning import LABELS, as_notice, mixed

from annotations.labels import default_labels
from annotations.learning.features import sequences
from annotations.learning.model import prepared
from annotations.learning.trial import Example
from annotations.normalize.folding import flat
from annotations.second_look.elsewhere import Texts
from annotations.second_look.finding import Known, found_in
from annotations.second_look.neighbours import Neighbours
from annotations.second_look.page import Page, Tag
from annotations.second_look.unseen import part_of, train
from annotations.spans import intersection_over_union
from annotations.suspects import pooled

_SPANS: Final = 4_000
_ERRORS: Final = 248
"""Errors that are put in, as many of each kind."""
_FIRST, _MANY = 50, 500
_SEEDS: Final = (1, 2, 3, 4, 5)
_LOOSE: Final = 0.05
"""The share of the tags that are drawn with other ends without being wrong, as people do."""
_NAMES: Final = tuple(label.name for label in LABELS)

_Tags = list[tuple[str, int, int]]


class _Error(NamedTuple):
    """An error: the page, what is wrong, and where."""

    page: int
    kind: str
    start: int
    end: int


def bars(options: Options) -> Iterator[Bar]:
    """Precision and recall of the first suspects, for several seeds; the worst of them counts."""
    for loose in (0.0, _LOOSE):
        measured = [_measured(seed, loose) for seed in (_SEEDS[:1] if options.quick else _SEEDS)]
        where = "" if not loose else f", {loose:.0%} of the others drawn otherwise"
        what = f"second look: {_ERRORS} errors among {_SPANS:,} spans{where}"
        precisions, recalls = [each[0] for each in measured], [each[1] for each in measured]
        missed = sum((each[2] for each in measured), Counter[str]())
        detail = "missed: " + (", ".join(f"{n} {kind}" for kind, n in sorted(missed.items())) or "none")
        seconds = f"{sum(each[3] for each in measured) / len(measured):.0f} s of a processor"
        yield Bar(f"{what}, right in the first {_FIRST}", min(precisions), 0.7, "", _each(precisions), at_least=True)
        yield Bar(f"{what}, found in the first {_MANY}", min(recalls), 0.8, "",
                  f"{_each(recalls)}; {detail}; {seconds}", at_least=True)  # fmt: skip


def _each(figures: list[float]) -> str:
    return "seeds " + ", ".join(f"{each:.2f}" for each in figures)


def _measured(seed: int, loose: float) -> tuple[float, float, Counter[str], float]:
    """Precision in the first fifty, recall in the first five hundred, which errors were missed, and the time."""
    random = Random(f"second look {seed} {loose}")
    texts, layers = _finished(seed)
    errors = _spoil(random, texts, layers, loose)
    begun = time.process_time()
    ranked = _suspects(texts, layers)
    seconds = time.process_time() - begun
    hits = [
        {at for at, each in enumerate(errors) if each.page == page and _same(each, span)} for _, page, span in ranked
    ]
    right = sum(1 for each in hits[:_FIRST] if each)
    found = set().union(*hits[:_MANY])
    missed = Counter(each.kind for at, each in enumerate(errors) if at not in found)
    return right / _FIRST, len(found) / len(errors), missed, seconds


def _same(error: _Error, span: tuple[int, int]) -> bool:
    return intersection_over_union((error.start, error.end), span) >= 1 / 3


def _finished(seed: int) -> tuple[list[str], list[_Tags]]:
    """Texts with the right tags, until there are as many as there are to be."""
    texts: list[str] = []
    layers: list[_Tags] = []
    spans = 0
    for text, found in mixed(10_000, seed):
        tags = sorted((label, start, end) for label, places in found.items() for start, end in places)
        if spans >= _SPANS:
            return texts, layers
        texts.append(text)
        layers.append(tags)
        spans += len(tags)
    raise RuntimeError("the notices have too few spans")


def _spoil(random: Random, texts: list[str], layers: list[_Tags], loose: float) -> list[_Error]:
    """Put the errors in, a quarter of each kind: another label, other ends, none, and one where none belongs."""
    every = [(page, tag) for page, tags in enumerate(layers) for tag in tags]
    chosen = random.sample(every, round(len(every) * loose) + 3 * (_ERRORS // 4))
    kinds = ["label", "ends", "missing"] * (_ERRORS // 4)
    errors = []
    for (page, tag), kind in zip(chosen, [*kinds, *[""] * len(chosen)], strict=False):
        label, start, end = tag
        layers[page].remove(tag)
        if kind == "label":
            layers[page].append((random.choice([name for name in _NAMES if name != label]), start, end))
        elif kind != "missing":
            start, end = _moved(random, texts[page], start, end)
            layers[page].append((label, start, end))
        if kind:
            errors.append(_Error(page, kind, start, end))
    while len(errors) < _ERRORS:
        page = random.randrange(len(texts))
        start = random.randrange(len(texts[page]) - 8)
        end = start + random.randint(2, 7)
        if "\n" not in texts[page][start:end] and all(b <= start or end <= a for _, a, b in layers[page]):
            layers[page].append((random.choice(_NAMES), start, end))
            errors.append(_Error(page, "spurious", start, end))
    return errors


def _moved(random: Random, text: str, start: int, end: int) -> tuple[int, int]:
    while True:
        a, b = start + random.randint(-2, 2), end + random.randint(-2, 2)
        if (a, b) != (start, end) and 0 <= a < b <= len(text) and "\n" not in text[a:b]:
            return a, b


def _suspects(texts: list[str], layers: list[_Tags]) -> list[tuple[float, int, tuple[int, int]]]:
    """All suspects, those first that are likeliest to be errors: rank, page and place."""
    pages = [
        Page(flat(text), tuple(Tag(str(at), *tag) for at, tag in enumerate(sorted(tags, key=lambda each: each[1:]))))
        for text, tags in zip(texts, layers, strict=True)
    ]
    notices = [as_notice(text) for text in texts]
    parts = [part_of(notice.id) for notice in notices]
    examples = []
    for notice, page in zip(notices, pages, strict=True):
        paragraphs = tuple(
            (each.start, len(each.features), prepared(each.features)) for each in sequences(notice, default_labels())
        )
        spans: dict[str, list[tuple[int, int]]] = {}
        for tag in page.tags:
            spans.setdefault(tag.label, []).append(tag.span)
        examples.append(Example(notice.id, int(notice.id[:12], 16), paragraphs, spans))
    models = {name: made for name in _NAMES if (made := train(examples, parts, name)) is not None}
    known = Known(Texts(), Neighbours(), models)
    for page in pages:
        known.texts.learn(page)
        known.neighbours.count(page)
    known.texts.end_learning()
    for page in pages:
        known.texts.count(page)
    ranked = [
        (pooled(each.reasons), at, each.span)
        for at, (page, part, example) in enumerate(zip(pages, parts, examples, strict=True))
        for each in found_in(page, page, known, part, example.paragraphs)
    ]
    return sorted(ranked, key=lambda each: (-each[0], *each[1:]))
