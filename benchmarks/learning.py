"""Learning: F1 by the number of finished notices for label sets of three kinds, time and memory of a large project."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Final

from bars import Bar, Options
from corpus import notices
from msgspec.structs import replace

from annotations.agreement.spans import overlapping_pairs
from annotations.alignment import Alignment
from annotations.labels import LabelSet, default_labels
from annotations.learning.beside import beside
from annotations.learning.features import sequences
from annotations.learning.learned import Learned
from annotations.learning.model import Model, Trainer, prepared
from annotations.learning.tags import spans_of
from annotations.learning.trial import Example, learn_label
from annotations.notice import Notice, notice_id, raw_sha256
from annotations.regions import Region
from annotations.spans import RawOffset
from annotations.suggest import RULES, suggest, suggester_of

_KINDS: Final = {"person": "names with titles", "sum": "sums with purpose", "deadline": "deadlines"}
_SIZES: Final = (10, 30, 100, 300)
_TRIED: Final = 60
"""Notices of other names and works that a model is tried on."""
_MANY, _LONG = 500, 1_500
"""Notices of a large project, and the characters of each."""
LABELS: Final = LabelSet.from_toml(
    "".join(f'[[label]]\nname = "{kind.upper()}"\nsign = "{kind[0].upper()}"\nhue = "blue"\n' for kind in _KINDS),
    "benchmark",
)


def bars(options: Options) -> Iterator[Bar]:
    """F1 of each kind, then a large project in a process of its own."""
    for kind, what in _KINDS.items():
        tried = _examples(kind, _TRIED, 2)
        seen = _examples(kind, 30 if options.quick else max(_SIZES), 1)
        for size in _SIZES:
            if size <= len(seen):
                f1, sentences = _f1(seen[:size], tried, kind.upper())
                # Ten notices have about a hundred sentences.
                wanted = 0.8 if (kind, size) == ("person", 10) else None
                yield Bar(f"learning: F1 of {what}, {size} notices", f1, wanted, "", sentences, at_least=True)
    for kind, label in (("person", "OFFICIAL"), ("deadline", "DATE")):
        yield _together(kind, label, 30 if options.quick else 100)
    if not options.quick:
        yield from _large()


def _f1(seen: Sequence[Example], tried: Sequence[Example], label: str) -> tuple[float, str]:
    trainer = Trainer()
    trainer.add((*pair, 0) for example in seen for pair in example.tagged(label))
    model = Model(trainer.model())
    right = total = 0
    for example in tried:
        for features, wanted in example.tagged(label):
            found, gold = model.found(features), set(spans_of(wanted))
            right += len(found & gold)
            total += len(found) + len(gold)
    spans = sum(len(example.spans[label]) for example in seen)
    return 2 * right / total if total else 0.0, f"{spans} spans"


def _together(kind: str, label: str, size: int) -> Bar:
    """What rules and model find together in notices that neither has seen, beside what rules find alone."""
    rules = [suggester_of(name) for name in RULES]

    def with_rules(seed: int, count: int) -> list[Example]:
        found = []
        for text, spans in notices(kind, count, seed):
            said = suggest(as_notice(text), default_labels(), rules)
            others = [(item.start, item.end) for item in said if item.label == label]
            found.append(replace(example_of(text, {label: spans}), suggested={label: others}))
        return found

    trial, data = learn_label(with_rules(1, size), label)
    model = None if data is None else Model(data)
    alone, both, wanted = [0, 0], [0, 0], 0
    for example in with_rules(2, _TRIED):
        for (features, tagged), said in zip(example.tagged(label), example.suggested_in(label), strict=True):
            gold = sorted(spans_of(tagged))
            more = [] if model is None else beside(model.found(features), said)
            wanted += len(gold)
            for counts, spans in ((alone, said), (both, [*said, *more])):
                counts[0] += overlapping_pairs(sorted(set(spans)), gold)
                counts[1] += len(set(spans))
    one, other = (2 * right / (found + wanted) for right, found in (both, alone))
    detail = f"{one:.3f} and {other:.3f}; {trial.reason or 'the model is on'}"
    what = f"learning: F1 of rules and model less that of rules, {_KINDS[kind]}, {size} notices"
    return Bar(what, one - other, 0, "", detail, at_least=True)


def _large() -> Iterator[Bar]:
    """A project of three labels, measured in a process of its own: by its own time, since others work here too."""
    done = subprocess.run([sys.executable, __file__], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    what = f"{_MANY} notices of {_LONG:,} characters, 3 labels"
    detail = f"features {told['features']:.0f} s; F1 {', '.join(f'{each:.2f}' for each in told['f1'])}"
    yield Bar(f"learning: {what}, seconds of a processor", told["learned"], 60, " s", detail)
    yield Bar(f"learning: notices of {_LONG:,} characters tagged a second", told["tagged"], 30, "", at_least=True)
    yield Bar(f"learning: memory of {what}", told["memory"], 1000, " MB")


def _main() -> None:
    begun = time.process_time()
    some = [example_of(*text) for text in mixed(_MANY)]
    features = time.process_time() - begun
    models: dict[str, bytes] = {}
    f1 = []
    for label in LABELS:
        trial, model = learn_label(some, label.name)
        f1.append(trial.f1 or 0.0)
        models |= {} if model is None else {label.name: model}
    learned = time.process_time() - begun
    suggester = Learned(models, LABELS)
    others = [as_notice(text) for text, _ in mixed(60, 2)]
    suggest(others[0], LABELS, [suggester])
    begun = time.process_time()
    for notice in others:
        suggest(notice, LABELS, [suggester])
    tagged = len(others) / (time.process_time() - begun)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(json.dumps({"features": features, "learned": learned, "tagged": tagged, "memory": memory, "f1": f1}))


def mixed(count: int, seed: int = 1) -> Iterator[tuple[str, dict[str, list[tuple[int, int]]]]]:
    """Notices with spans of all three labels."""
    for parts in zip(*(notices(kind, count, seed, _LONG // len(_KINDS)) for kind in _KINDS), strict=True):
        text, spans = "", {}
        for kind, (part, found) in zip(_KINDS, parts, strict=True):
            spans[kind.upper()] = [(start + len(text), end + len(text)) for start, end in found]
            text += part
        yield text, spans


def _examples(kind: str, count: int, seed: int) -> list[Example]:
    return [example_of(text, {kind.upper(): spans}) for text, spans in notices(kind, count, seed)]


def example_of(text: str, spans: dict[str, list[tuple[int, int]]]) -> Example:
    """A finished notice with these spans, to learn from."""
    notice = as_notice(text)
    paragraphs = tuple(
        (each.start, len(each.features), prepared(each.features)) for each in sequences(notice, default_labels())
    )
    return Example(notice.id, int(notice.id[:12], 16), paragraphs, spans)


def as_notice(raw: str) -> Notice:
    """A notice whose normalized text is its raw text."""
    digest = raw_sha256(raw)
    region = Region("body", RawOffset(0), RawOffset(len(raw)))
    return Notice(
        id=notice_id(digest), doc="page", sha256=digest, title=None, source=None, published=None, url=None, raw=raw,
        normalized=raw, normalizer="benchmark", regions=(region,), alignment=Alignment.identity(len(raw)), meta={},
    )  # fmt: skip


if __name__ == "__main__":
    _main()
