"""Learning: models from what people have finished, and their suggestions in the place of those of the last models.

What the new models find is kept where nobody sees it until all notices are done.  Then one small transaction makes them
the models of the project, and the suggestions of each notice are replaced as a whole.  Whatever ends this before leaves
the old models and their suggestions as they are; whatever ends it behind, the next run goes on with the rest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec
from pyroaring import BitMap

from annotations.annotation import GOLD, Annotation, Review
from annotations.decisions import layer
from annotations.errors import LearningError
from annotations.labels import LabelSet
from annotations.learning.features import VERSION, sequences
from annotations.learning.learned import NAME, Learned, digest_of, is_learned, version_of
from annotations.learning.model import prepared
from annotations.learning.trial import Example, learn_label
from annotations.suggest import suggest
from annotations.suggest.base import signature
from store.db.database import Database
from store.db.sqlite import Connection
from store.db.turns import in_turns
from store.edits.withdraw import withdraw_rules
from store.errors import StoreError
from store.intake.learning import Steps, learning
from store.intake.suggest import SuggestReport, keep_found
from store.log.events import PROJECT, Change
from store.project.learned import SETTING, Lesson, Lessons, lessons_in, load_model, packed
from store.project.settings import Setting, labels_in, labels_of, load_setting
from store.read.finished import finished
from store.read.notices import StoredNotice, each_notice, load_notice
from store.write.record import record

_AT_ONCE: Final = 64
"""Notices that are looked at before what was found is stored."""

_FORGOTTEN_AT_ONCE: Final = 1_000
"""Notices of which what was found is forgotten at once."""

_CHANGED: Final = "the labels were changed meanwhile; the old suggestions stand; run `zhupi learn` again"


class LearnReport(msgspec.Struct, frozen=True):
    """What was learned of each label, and what became of the suggestions."""

    lessons: tuple[Lesson, ...]
    suggestions: SuggestReport


def learn(database: Database, actor: str, *, thorough: bool = False, steps: Steps | None = None) -> LearnReport:
    """Learn a model for each label, and put its suggestions in the place of those of the last one.

    A label whose finished notices are those of the last time keeps its model.

    Args:
        database: where.
        actor: who does it; an admin.
        thorough: takes some ten times as long, for models that are a little better.
        steps: told how far it is.

    Raises:
        LearningError: somebody else is learning, nothing is finished, or there is no room to train.
        StoreError: the labels were changed meanwhile.
    """
    steps = Steps() if steps is None else steps
    with learning(database, actor) as renew:
        finish(database, actor)
        labels = labels_of(database)
        before = lessons_in(database.connection)
        steps.told("reading what is finished")
        examples = finished_examples(database, labels)
        if not examples:
            raise LearningError("nothing is finished yet: mark notices as done (`m` in the app), then learn from them")
        lessons, models = _learned(examples, labels, before, thorough=thorough, told=steps.told, renew=renew)
        version = version_of({each.trial.label: each.digest for each in lessons if each.digest is not None})
        _stage_models(database, models)
        if version != before.version:
            steps.told("looking at all notices")
            _stage(database, version, _suggester(database, lessons, labels, models), labels, steps.progress, renew)
        after = Lessons(version, tuple(lessons))
        _switch(database, actor, labels, after)
        steps.told("showing what was found")
        report = finish(database, actor)
        report.withdrawn += _withdraw_others(database, actor, after)
        return LearnReport(tuple(lessons), report)


def finish(database: Database, actor: str) -> SuggestReport:
    """Show what the models of the project have found and an earlier run has not shown; usually there is nothing."""
    report = SuggestReport()
    current = lessons_in(database.connection)
    if not current.version:
        return report
    labels, by = labels_of(database), _Shown(current.version)

    def store(connection: Connection, turn: Iterator[int]) -> None:
        if labels_in(connection) != labels:
            raise StoreError("the labels were changed meanwhile; run `zhupi suggest` for the rest")
        for number in turn:
            row = connection.execute(
                "SELECT found FROM found_by_models WHERE version = ? AND notice = ?", [current.version, number]
            ).fetchone()
            if row is not None:
                found = msgspec.json.decode(row["found"], type=tuple[Annotation, ...])
                keep_found(connection, actor, (by,), number, found, report, labels)
                connection.execute(
                    "DELETE FROM found_by_models WHERE version = ? AND notice = ?", [current.version, number]
                )

    numbers = [
        row["notice"]
        for row in database.connection.execute(
            "SELECT notice FROM found_by_models WHERE version = ? ORDER BY notice", [current.version]
        ).fetchall()
    ]
    for _ in in_turns(database, numbers, store):
        pass
    report.notices = len(numbers)
    return report


def _withdraw_others(database: Database, actor: str, lessons: Lessons) -> int:
    """Withdraw what models suggest that are no more: of a label that is off now, or of a text that has changed."""
    kept = {signature(NAME, label, digest[:8]) for label, digest in lessons.digests.items()}
    return withdraw_rules(database, actor, NAME, lambda rule: rule in kept)


class _Shown(msgspec.Struct, frozen=True):
    """The suggester, where what it has found is stored."""

    version: str
    name: str = NAME


def finished_examples(database: Database, labels: LabelSet) -> list[Example]:
    """The finished notices to learn from: gold where it is done, else the layer that was finished last."""
    with database.read() as connection:
        which = finished(connection)
        examples = []
        for stored, items, reviews in each_notice(connection, which.notices):
            own = finished_layer(stored.number, items, reviews, which.gold)
            if own is not None:
                others = [item for item in items if item.annotator is None and not is_learned(item)]
                examples.append(example_of(stored, own, others, labels, which.groups[stored.number]))
    return examples


def finished_layer(
    number: int, items: Sequence[Annotation], reviews: Sequence[Review], gold: BitMap
) -> list[Annotation] | None:
    """What is right about a notice, as far as people know; None where nobody has finished it.

    Args:
        number: its number.
        items: its annotations.
        reviews: its reviews.
        gold: the notices whose gold is done.
    """
    if number in gold:
        return layer(items, GOLD)
    done = [each for each in reviews if each.status == "done" and each.annotator != GOLD]
    if not done:
        return None
    last = max(done, key=lambda each: (each.updated_at, each.annotator))
    return [item for item in layer(items, last.annotator) if item.status != "rejected"]


def example_of(
    stored: StoredNotice, own: Sequence[Annotation], others: Sequence[Annotation], labels: LabelSet, group: int
) -> Example:
    """A finished notice to learn from.

    Args:
        stored: the notice.
        own: what is right about it.
        others: what is suggested in it.
        labels: the label set of the project.
        group: the same for near-copies.
    """
    notice = stored.notice

    def places(items: Sequence[Annotation]) -> dict[str, list[tuple[int, int]]]:
        found: dict[str, list[tuple[int, int]]] = {}
        for item in items:
            span = notice.alignment.to_normalized(item.span)
            if span is not None:
                found.setdefault(labels.first_name_of(item.label), []).append((span.start, span.end))
        return found

    paragraphs = tuple((each.start, len(each.features), prepared(each.features)) for each in sequences(notice, labels))
    return Example(notice.id, group, paragraphs, places(own), places(others))


def _learned(
    examples: Sequence[Example],
    labels: LabelSet,
    before: Lessons,
    *,
    thorough: bool,
    told: Callable[[str], None],
    renew: Callable[[], None],
) -> tuple[list[Lesson], dict[str, bytes]]:
    """What each label has shown, and the models that are new, by their labels."""
    earlier = {each.trial.label: each for each in before.lessons}
    lessons, models = [], {}
    for label in labels.shown:
        name = label.first_name
        source = _source(examples, name, labels, thorough=thorough)
        known = earlier.get(name)
        if known is not None and known.source == source:
            lessons.append(known)
            continue
        told(f"learning {label.name}")
        trial, model = learn_label(examples, name, thorough=thorough)
        renew()
        digest = None
        if model is not None:
            models[name] = model
            digest = digest_of(model)
        lessons.append(Lesson(trial, source, digest))
    return lessons, models


def _source(examples: Sequence[Example], label: str, labels: LabelSet, *, thorough: bool) -> str:
    """The digest of all that a model of a label is learned from."""
    parts = [
        VERSION,
        thorough,
        [each.words for each in labels.words],
        sorted(
            (each.id, sorted(each.spans.get(label, [])), sorted(each.suggested.get(label, []))) for each in examples
        ),
    ]
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def _stage_models(database: Database, models: dict[str, bytes]) -> None:
    for model in models.values():
        digest, data = packed(model)
        with database.write() as connection:
            connection.execute("INSERT OR REPLACE INTO models (digest, data) VALUES (?, ?)", [digest, data])


def _suggester(database: Database, lessons: Sequence[Lesson], labels: LabelSet, models: dict[str, bytes]) -> Learned:
    """The suggester with the new models, and with those of labels that have learned nothing new."""
    return Learned(
        {
            each.trial.label: models.get(each.trial.label)
            or load_model(database.connection, each.trial.label, each.digest)
            for each in lessons
            if each.digest is not None
        },
        labels,
    )


def _stage(
    database: Database,
    version: str,
    suggester: Learned,
    labels: LabelSet,
    progress: Callable[[int], None],
    renew: Callable[[], None],
) -> None:
    """Look at all notices with the new models, and keep what they find where nobody sees it."""
    _forget_found(database)
    done = 0
    for numbers in _batches(database):
        found = []
        for number in numbers:
            stored = load_notice(database.connection, number)
            found.append((number, suggest(stored.notice, labels, [suggester])))

        def store(connection: Connection, turn: Iterator[tuple[int, list[Annotation]]]) -> None:
            if labels_in(connection) != labels:
                raise StoreError(_CHANGED)
            connection.executemany(
                "INSERT INTO found_by_models (version, notice, found) VALUES (?, ?, ?)",
                [(version, number, msgspec.json.encode(items).decode()) for number, items in turn],
            )

        for _ in in_turns(database, found, store):
            pass
        done += len(numbers)
        progress(done)
        renew()


def _forget_found(database: Database) -> None:
    """Forget what a run that was ended has found; it may have come to a part of the notices."""
    (last,) = database.connection.execute("SELECT coalesce(max(notice), 0) FROM found_by_models").fetchone()

    def store(connection: Connection, turn: Iterator[int]) -> None:
        for first in turn:
            connection.execute(
                "DELETE FROM found_by_models WHERE notice BETWEEN ? AND ?", [first, first + _FORGOTTEN_AT_ONCE - 1]
            )

    for _ in in_turns(database, range(0, last + 1, _FORGOTTEN_AT_ONCE) if last else (), store):
        pass


def _batches(database: Database) -> Iterator[list[int]]:
    at = 0
    while numbers := [
        row["number"]
        for row in database.connection.execute(
            "SELECT number FROM notices WHERE number > ? ORDER BY number LIMIT ?", [at, _AT_ONCE]
        ).fetchall()
    ]:
        yield numbers
        at = numbers[-1]


def _switch(database: Database, actor: str, labels: LabelSet, lessons: Lessons) -> None:
    """Make the new models those of the project."""
    after = Setting(msgspec.json.encode(lessons).decode())
    with database.write() as connection:
        if labels_in(connection) != labels:
            raise StoreError(_CHANGED)
        before = load_setting(connection, SETTING)
        record(connection, actor, "learn", Change(PROJECT, "setting", SETTING, before, after))
        kept = list(lessons.digests.values())
        marks = ", ".join("?" * len(kept))
        connection.execute(f"DELETE FROM models WHERE digest NOT IN ({marks})", kept)  # noqa: S608  # only placeholders
