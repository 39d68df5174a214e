"""Training and hidden checks: what somebody gets next, how they did it, and what gold says of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from annotations.adjudication.comparison import Difference, compare
from annotations.agreement.spans import overlapping_pairs
from annotations.annotation import GOLD, Annotation, now
from annotations.guideline import section_of
from annotations.labels import LabelSet
from annotations.notice_attributes import NoticeValue
from store.db.sqlite import Connection
from store.index.filters import QueueFilter
from store.index.sets import stored_set
from store.log.training_results import TrainingKind, TrainingResult, result_of
from store.project.reviewers import admins, everybody, find
from store.project.settings import labels_in
from store.project.training import Training, training_in
from store.read.adjudication import notices_with_gold_done
from store.read.agreement import layers_in_zone
from store.read.notices import load_notice, notice_annotations, notice_reviews
from store.read.queue import place_of

_ALL: Final = 1 << 64
"""As many values as eight bytes of a digest have."""


class Step(msgspec.Struct, frozen=True):
    """What the training of somebody has for them now.

    ``notice`` is the next one; None where they have done all.  ``barred`` says why the queue is not open to them all
    the same, in a line; None where it is.
    """

    notice: int | None = None
    barred: str | None = None


class PersonTraining(msgspec.Struct, frozen=True):
    """How somebody has done so far; F1 is of exact spans and of spans that overlap, None where nothing was done.

    ``of`` is how many notices there are to train with; 0 where they are not trained.
    """

    annotator: str
    of: int
    trained: int
    f1_exact: float | None
    f1_overlap: float | None
    checked: int
    check_f1_exact: float | None
    check_f1_overlap: float | None


class ValueDifference(msgspec.Struct, frozen=True):
    """An attribute of a whole notice of which somebody says something else than gold; None where one says nothing.

    ``section`` is what the guideline says about it, else its description.
    """

    name: str
    mine: NoticeValue
    gold: NoticeValue
    section: str


class Feedback(msgspec.Struct, frozen=True):
    """What gold says of a notice that somebody has done in their training.

    ``differences`` are in the order of the text; of each, ``members`` has what they say and what gold says.
    ``sections`` has what the guideline says about each label, else its description, by its name.  ``left`` is how many
    notices of the training are not done yet.  ``values`` are in the order in which the label set declares them; none
    where gold says nothing of the whole notice.
    """

    notice: int
    result: TrainingResult
    f1: float
    differences: tuple[Difference, ...]
    sections: dict[str, str]
    left: int
    values: tuple[ValueDifference, ...] = ()


def f1(results: Iterable[TrainingResult], *, overlap: bool = False) -> float | None:
    """The F1 of somebody's spans held against gold over several notices; None where there is no notice.

    Where neither has a span both say the same, so it is 1.
    """
    found = list(results)
    whole = sum(each.own + each.gold for each in found)
    same = sum(each.overlap if overlap else each.exact for each in found)
    return (2 * same / whole if whole else 1.0) if found else None


def results_of(connection: Connection, annotator: str, kind: TrainingKind) -> dict[int, TrainingResult]:
    """How somebody did the notices that they were trained or checked with, by their numbers."""
    rows = connection.execute(
        "SELECT * FROM training_results WHERE annotator = ? AND kind = ? ORDER BY notice", [annotator, kind]
    ).fetchall()
    return {row["notice"]: result_of(row) for row in rows}


def training_step(connection: Connection, annotator: str, behind: int | None = None) -> Step:
    """What somebody gets first, before any other notice.

    Args:
        connection: for reading, within one snapshot.
        annotator: who.
        behind: a notice that they come from: another one is preferred.
    """
    training = training_in(connection)
    if not training.trains(find(connection, annotator)):
        return Step()
    results = results_of(connection, annotator, "training")
    left = _standing(connection, [number for number in training.training if number not in results])
    if left:
        return Step(next((number for number in left if number != behind), left[0]))
    reached = f1(results.values())
    if training.bar is None or reached is None or reached >= training.bar:
        return Step()
    return Step(barred=f"trained to F1 {reached:.2f}, and {training.bar:.2f} opens the queue; ask {admins(connection)}")


def hidden_check(connection: Connection, annotator: str, which: QueueFilter, behind: int | None = None) -> int | None:
    """The hidden check that somebody gets now; None where it is not the turn of one.

    Whether it is follows from how many notices they have done, so that it does not help to ask again.

    Args:
        connection: for reading, within one snapshot.
        annotator: who.
        which: what of the queue they look at: a check that is not among it would be known for one.
        behind: the notice that they come from.
    """
    training = training_in(connection)
    known = find(connection, annotator)
    if not training.checks or known is None or known.role != "reviewer":
        return None
    done = stored_set(connection, [("status", annotator, "done")])
    if _drawn(annotator, str(len(done))) >= training.share:
        return None
    results = results_of(connection, annotator, "check")
    left = [each for each in training.checks if each not in results and each not in done and each != behind]
    shown = [
        number
        for number in _standing(connection, left)
        if place_of(connection, annotator, msgspec.structs.replace(which, status="open"), number) is not None
    ]
    # Each gets them in another order.
    return min(shown, key=lambda number: _drawn(annotator, f"check {number}"), default=None)


def measured(connection: Connection, notice: int, annotator: str, kind: TrainingKind) -> TrainingResult:
    """The layer of somebody as it is now, held against gold."""
    labels = labels_in(connection)
    layers = layers_in_zone(connection, labels, notice, (annotator, GOLD))
    mine, gold = layers[annotator].stretches, layers[GOLD].stretches
    return TrainingResult(
        annotator,
        kind,
        own=sum(map(len, mine.values())),
        gold=sum(map(len, gold.values())),
        exact=sum(len({*mine.get(label, ())} & {*there}) for label, there in gold.items()),
        overlap=sum(overlapping_pairs(mine.get(label, ()), there) for label, there in gold.items()),
        finished_at=now(),
    )


def feedback(connection: Connection, notice: int, result: TrainingResult, guideline: str) -> Feedback:
    """What gold says of a notice that somebody has just done in their training.

    Args:
        connection: for reading, within one snapshot.
        notice: the number of the notice.
        result: how they did it.
        guideline: Markdown.
    """
    labels = labels_in(connection)
    items = notice_annotations(connection, notice, labels)
    layers: dict[str, Sequence[Annotation]] = {
        name: [item for item in items if item.annotator == name] for name in (result.annotator, GOLD)
    }
    differences = compare(layers, load_notice(connection, notice).notice.alignment, labels).differences
    training = training_in(connection)
    done = results_of(connection, result.annotator, "training")
    return Feedback(
        notice,
        result,
        f1([result]) or 0.0,
        differences,
        _sections(labels, guideline),
        len(_standing(connection, [number for number in training.training if number not in done])),
        _value_differences(connection, notice, result.annotator, labels, guideline),
    )


def _value_differences(
    connection: Connection, notice: int, annotator: str, labels: LabelSet, guideline: str
) -> tuple[ValueDifference, ...]:
    said = {each.annotator: each.attributes for each in notice_reviews(connection, notice)}
    mine, gold = said.get(annotator, {}), said.get(GOLD, {})
    return tuple(
        ValueDifference(
            each.name,
            mine.get(each.name),
            gold.get(each.name),
            section_of(guideline, frozenset([each.name])) or each.description,
        )
        for each in labels.notice
        if gold and mine.get(each.name) != gold.get(each.name)
    )


def people_in_training(connection: Connection) -> list[PersonTraining]:
    """How everybody does who is trained, or was trained or checked with some notice, by name.

    Who was checked with what is for admins: whoever shows this shows it to them.
    """
    training = training_in(connection)
    of = len(training.training)
    known = {each.name: each for each in everybody(connection)}
    names = {row[0] for row in connection.execute("SELECT DISTINCT annotator FROM training_results").fetchall()}
    names |= {name for name, each in known.items() if each.removed_at is None and training.trains(each)}
    found = []
    for name in sorted(names):
        trained, checked = (results_of(connection, name, kind).values() for kind in ("training", "check"))
        found.append(
            PersonTraining(
                name,
                of if training.trains(known.get(name)) else 0,
                len(trained),
                f1(trained),
                f1(trained, overlap=True),
                len(checked),
                f1(checked),
                f1(checked, overlap=True),
            )
        )
    return found


def kind_of(connection: Connection, training: Training, notice: int, annotator: str) -> TrainingKind | None:
    """What a notice is for somebody who finishes it for the first time; None where it is one like others."""
    known = find(connection, annotator)
    if known is None or known.role != "reviewer" or not _standing(connection, [notice]):
        return None
    if notice in training.training:
        return "training" if training.trains(known) else None
    return "check" if notice in training.checks else None


def _standing(connection: Connection, numbers: Sequence[int]) -> list[int]:
    """Those of some notices whose gold is done."""
    done = notices_with_gold_done(connection) if numbers else ()
    return [number for number in numbers if number in done]


def _sections(labels: LabelSet, guideline: str) -> dict[str, str]:
    return {label.name: section_of(guideline, label.names) or label.description for label in labels}


def _drawn(annotator: str, what: str) -> float:
    """A number from 0 to 1 that follows from a name and a word."""
    digest = hashlib.sha256(f"{annotator}\0{what}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / _ALL
