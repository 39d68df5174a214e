"""How the state changes: one event is appended to the log, and the state follows in the same transaction.

``record`` is the only way to annotations, reviews, regions, assignments, corrections of fields, adjudications, people,
settings, the label set, questions, results of training and suspects that are kept.  A change whose ``before`` is no
longer the state is refused (optimistic locking): the second of two people who change one thing is told, nobody is
overwritten.  Undo and redo are events too: the inverse of one of one's own.

What comes from before a label was renamed, from the log or from an open session, is recorded under the present name:
no annotation gets a label that the label set does not have.
"""

from __future__ import annotations

from typing import Final, cast

import msgspec

from annotations.annotation import Annotation, Review, clip
from annotations.decisions import decides
from annotations.labels import LabelSet
from annotations.notice import FieldName
from annotations.notice_attributes import check_values
from annotations.questions import Question
from annotations.regions import Region
from annotations.relabelling import followed
from store.db.sqlite import Connection
from store.index.adjudications import follow_notice
from store.index.conflicts import note, register_of, settled
from store.index.facets import (
    follow_arm,
    follow_assignment,
    follow_guideline,
    follow_question,
    follow_review,
    following_annotation,
)
from store.index.suspects import follow_kept
from store.index.tallies import Surroundings
from store.log.adjudications import Adjudication
from store.log.assignments import Assignment
from store.log.chain import newest
from store.log.corrections import Correction
from store.log.events import REOPEN, Change, ConflictError, Subject, changes_nothing
from store.log.history import first_event
from store.log.kept_suspects import KeptSuspect
from store.log.rows import as_stored, load
from store.log.training_results import TrainingResult
from store.project.control_arm import SETTING as CONTROL_ARM
from store.project.muting import SETTING as MUTING
from store.project.reviewers import Reviewer
from store.project.settings import Setting, labels_in
from store.write.append import append
from store.write.fields import put_correction
from store.write.labels import put_labels
from store.write.muting import follow_muting
from store.write.permission import SETTLE, check_permission
from store.write.project import put_reviewer, put_setting

_CHANGED: Final = {
    "field": "the {key} was set back meanwhile",
    "adjudication": "a decision on this notice was taken back meanwhile",
    "regions": "somebody else changed the regions of this notice meanwhile",
    "labels": "somebody else changed the labels meanwhile",
    "reviewer": "somebody else changed what {key} is here meanwhile",
    "setting": "somebody else changed the {key} meanwhile",
    "assignment": "who is to review notice {notice} was changed meanwhile",
    "question": "the question was answered or taken back meanwhile",
    "suspect": "it was kept already, or is not any more",
    "training": "{key} has done notice {notice} in training meanwhile",
}
"""What has happened to an entity of which the refusal of a change shows no state."""


class Batch:
    """Several changes, maybe in several transactions, that are one step to the person who did them, and to undo.

    Args:
        first: the number of one that goes on, which is that of its first event.
    """

    def __init__(self, first: int | None = None) -> None:
        self.first = first

    def number(self, connection: Connection) -> int:
        """The number of the first event of the batch: the next of the log, when none of it is there yet."""
        if self.first is None:
            self.first = newest(connection).number + 1
        return self.first


def surroundings_of(connection: Connection, notice: int) -> Surroundings:
    """What ``record`` needs around each annotation of a notice, read once for many; inside the caller's transaction.

    It holds as long as the regions of the notice stay as they are.
    """
    return Surroundings(connection, notice)


def record(  # noqa: PLR0913  # what a caller has read already must not be read again for each of thousands
    connection: Connection,
    actor: str,
    action: str,
    change: Change,
    *,
    undoes: int | None = None,
    redoes: int | None = None,
    batch: Batch | None = None,
    labels: LabelSet | None = None,
    around: Surroundings | None = None,
) -> int | None:
    """Append an event and change the state, inside the caller's transaction.

    Doing it twice is the same as once: a change that is already the state adds no event.  An undo or a redo always
    adds one, so that the next goes on behind it, and so does who settles a conflict by the side that is shown.  What
    changes a subject ends its conflict; an undo or a redo that changes nothing leaves it open.

    Args:
        connection: in a write transaction.
        actor: who does it.
        action: what is done, as the log names it.
        change: the entity before and after; annotations may be as they were before the labels were changed.
        undoes: the number of the event that it takes back.
        redoes: the number of the undo that it takes back.
        batch: the step that it is a part of.
        labels: the label set, where the caller has read it in this transaction.
        around: what warnings on the notice depend on, where the caller has read that for several changes.

    Returns:
        The number of the event; None when the state was already so and no event was needed.

    Raises:
        ConflictError: the entity is no longer what ``change.before`` says.
        RoleError: the actor may not do this (``store.write.permission``).
        LabelError: the project has no such label.
        AttributeValueError: a notice can have no such attribute here.
    """
    taken_back = undoes or redoes
    first_action = action if taken_back is None else first_event(connection, taken_back).action
    check_permission(connection, actor, first_action, change, is_still=changes_nothing(action, change))
    if change.entity == "annotation":
        labels = labels_in(connection) if labels is None else labels
        change = _followed(change, labels)
    elif isinstance(change.after, Review) and change.after.attributes:
        check_values(labels_in(connection).notice, change.after.attributes)
    current = load(connection, change.entity, change.key, change.notice, labels=labels)
    if current == change.after:
        if undoes is None and redoes is None and action != SETTLE:
            return None
        change = Change(change.notice, change.entity, change.key, current, current)
    if current != change.before:
        raise ConflictError(_conflict(change, current), change, current)
    number = append(
        connection,
        actor,
        action,
        change,
        undoes=undoes,
        redoes=redoes,
        batch=None if batch is None else batch.number(connection),
    )
    if change.before != change.after:
        put(connection, actor, change if labels is None else stored_change(change, labels), around)
    if action == REOPEN:
        note(connection, change, register_of(connection, change.entity, change.key, change.notice, labels))
    elif not changes_nothing(action, change):
        settled(connection, change)
    return number


def _followed(change: Change, labels: LabelSet) -> Change:
    """The change of an annotation under the present label set."""
    before, after = (
        followed(subject, labels) if isinstance(subject, Annotation) else None
        for subject in (change.before, change.after)
    )
    if after is not None:
        labels[after.label]  # raises where there is none
    return Change(change.notice, change.entity, change.key, before, after)


def stored_change(change: Change, labels: LabelSet) -> Change:
    """The change of an annotation as rows have it."""
    before, after = (
        as_stored(subject, labels) if isinstance(subject, Annotation) else subject
        for subject in (change.before, change.after)
    )
    return Change(change.notice, change.entity, change.key, before, after)


def put(connection: Connection, actor: str, change: Change, around: Surroundings | None = None) -> None:
    """Make the state what a change leaves, inside the caller's transaction, which appends its event.

    Args:
        connection: in a write transaction.
        actor: who does it.
        change: the entity before and after; annotations as ``stored_change`` gives them.
        around: what the warnings of the notice depend on, where the caller has read it.
    """
    before, after = change.before, change.after
    match change.entity:
        case "annotation":
            items = cast("tuple[Annotation | None, Annotation | None]", (before, after))
            _put_annotation(connection, change, *items, around)
        case "review":
            _put_review(connection, change, *cast("tuple[Review | None, Review | None]", (before, after)))
        case "assignment":
            _put_assignment(connection, change, cast("Assignment | None", after))
        case "field":
            put_correction(connection, change.notice, cast("FieldName", change.key), cast("Correction | None", after))
        case "adjudication":
            _put_adjudication(connection, change, cast("Adjudication | None", after))
        case "question" | "suspect" | "training":
            _put_beside(connection, change)
        case "labels" | "reviewer" | "setting":
            _put_of_project(connection, change)
        case "regions":
            # It brings the normalizer, and the app rarely needs it.
            from store.write.texts import renormalize  # noqa: PLC0415

            renormalize(connection, actor, change.notice, cast("tuple[Region, ...]", after))


def _put_beside(connection: Connection, change: Change) -> None:
    """Store what is said beside the annotations: questions, what is kept, how somebody did a notice in training."""
    before, after = change.before, change.after
    match change.entity:
        case "question":
            questions = cast("tuple[Question | None, Question | None]", (before, after))
            _put_question(connection, change, *questions)
        case "suspect":
            _put_kept(connection, change, *cast("tuple[KeptSuspect | None, KeptSuspect | None]", (before, after)))
        case _:
            _put_training_result(connection, change, cast("TrainingResult | None", after))


def _put_of_project(connection: Connection, change: Change) -> None:
    match change.entity:
        case "labels":
            put_labels(connection, *cast("tuple[LabelSet, LabelSet]", (change.before, change.after)))
        case "reviewer":
            put_reviewer(connection, cast("Reviewer", change.after))
        case _:
            put_setting(connection, change.key, cast("Setting | None", change.after))
            if change.key == CONTROL_ARM:
                follow_arm(connection)
            elif change.key == MUTING:
                follow_muting(connection)
            elif change.key == "guideline":
                follow_guideline(connection)


def put_first(connection: Connection, notice: int, said: Annotation | Review, labels: LabelSet) -> None:
    """Store what is said about a notice that has just been added, inside the caller's transaction.

    The caller appends the event, and brings the facets up to date with all that is said about the notice.

    Args:
        connection: in a write transaction.
        notice: the number of the notice.
        said: an annotation under the present label set, or a review.
        labels: the present label set.
    """
    if isinstance(said, Review):
        _insert_review(connection, notice, said)
    else:
        _insert_annotation(connection, notice, as_stored(said, labels))


def _put_annotation(
    connection: Connection,
    change: Change,
    before: Annotation | None,
    after: Annotation | None,
    around: Surroundings | None,
) -> None:
    with following_annotation(connection, change.notice, before, after, around):
        connection.execute("DELETE FROM annotations WHERE id = ?", [change.key])
        if after is not None:
            _insert_annotation(connection, change.notice, after)


def _put_review(connection: Connection, change: Change, before: Review | None, after: Review | None) -> None:
    connection.execute("DELETE FROM reviews WHERE notice = ? AND annotator = ?", [change.notice, change.key])
    if after is not None:
        _insert_review(connection, change.notice, after)
    follow_review(connection, change.notice, before, after)


def _put_assignment(connection: Connection, change: Change, after: Assignment | None) -> None:
    connection.execute("DELETE FROM assignments WHERE notice = ? AND annotator = ?", [change.notice, change.key])
    if after is not None:
        connection.execute(
            "INSERT INTO assignments (notice, annotator, assigned_by, assigned_at) VALUES (?, ?, ?, ?)",
            [change.notice, after.annotator, after.assigned_by, after.assigned_at],
        )
    follow_assignment(connection, change.notice, change.key, there=after is not None)


def _put_adjudication(connection: Connection, change: Change, after: Adjudication | None) -> None:
    connection.execute("DELETE FROM adjudications WHERE notice = ? AND fingerprint = ?", [change.notice, change.key])
    if after is not None:
        layers, gold = (msgspec.json.encode(names).decode() for names in (after.layers, after.gold))
        connection.execute(
            "INSERT INTO adjudications (notice, fingerprint, choice, layers, gold, decided_by, decided_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [change.notice, after.fingerprint, after.choice, layers, gold, after.decided_by, after.decided_at],
        )
    if "complete" in {each.choice for each in (change.before, after) if isinstance(each, Adjudication)}:
        follow_notice(connection, change.notice)


def _put_question(connection: Connection, change: Change, before: Question | None, after: Question | None) -> None:
    connection.execute("DELETE FROM questions WHERE id = ?", [change.key])
    if after is not None:
        connection.execute(
            "INSERT INTO questions (id, notice, annotation, annotator, asked, text, created_at, answers, closed_by) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                after.id, change.notice, after.annotation, after.annotator, after.to, after.text, after.created_at,
                msgspec.json.encode(after.answers).decode(), after.closed_by,
            ],
        )  # fmt: skip
    follow_question(connection, change.notice, before, after)


def _put_kept(connection: Connection, change: Change, before: KeptSuspect | None, after: KeptSuspect | None) -> None:
    connection.execute("DELETE FROM kept_suspects WHERE id = ?", [change.key])
    if after is not None:
        connection.execute(
            'INSERT INTO kept_suspects (id, notice, layer, annotation, label, "start", "end", kinds, kept_by, kept_at) '
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                after.id, change.notice, after.layer, after.annotation, after.label, after.start, after.end,
                msgspec.json.encode(after.kinds).decode(), after.kept_by, after.kept_at,
            ],
        )  # fmt: skip
    some = after if after is not None else before
    if some is not None:
        follow_kept(connection, change.notice, some)


def _put_training_result(connection: Connection, change: Change, after: TrainingResult | None) -> None:
    connection.execute("DELETE FROM training_results WHERE notice = ? AND annotator = ?", [change.notice, change.key])
    if after is not None:
        connection.execute(
            'INSERT INTO training_results (notice, annotator, kind, own, gold, exact, "overlap", finished_at) '
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                change.notice, after.annotator, after.kind, after.own, after.gold, after.exact, after.overlap,
                after.finished_at,
            ],
        )  # fmt: skip
    # Whoever is trained with a notice is no layer to adjudicate.
    follow_notice(connection, change.notice)


def _insert_review(connection: Connection, notice: int, review: Review) -> None:
    connection.execute(
        "INSERT INTO reviews (notice, annotator, status, comment, updated_at, attributes, arm) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            notice,
            review.annotator,
            review.status,
            review.comment,
            review.updated_at,
            msgspec.json.encode(review.attributes, order="deterministic").decode(),
            review.arm,
        ],
    )


def _insert_annotation(connection: Connection, notice: int, item: Annotation) -> None:
    connection.execute(
        'INSERT INTO annotations (id, notice, label, "start", "end", text, attributes, annotator, status, unsure, '
        "comment, created_at, updated_at, suggested_by, score, decides, bulk) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            item.id,
            notice,
            item.label,
            item.start,
            item.end,
            item.text,
            msgspec.json.encode(item.attributes).decode(),
            item.annotator,
            item.status,
            int(item.unsure),
            item.comment,
            item.created_at,
            item.updated_at,
            item.suggested_by,
            item.score,
            decides(item),
            int(item.bulk),
        ],
    )


def _conflict(change: Change, current: Subject | None) -> str:
    match current:
        case Annotation():
            what = f"annotation {current.label} {clip(current.text)} was changed meanwhile ({current.updated_at})"
        case Review():
            what = f"the review of {current.annotator} was set to {current.status} meanwhile"
        case Correction():
            what = f"{current.set_by} set the {change.key} to {clip(current.value or 'unknown')} meanwhile"
        case Adjudication():
            what = f"{current.decided_by} has decided this meanwhile"
        case _ if change.entity in _CHANGED:
            what = _CHANGED[change.entity].format(key=change.key, notice=change.notice)
        case _ if isinstance(change.before, Annotation):
            return f"{change.before.label} {clip(change.before.text)} was deleted meanwhile; nothing was changed"
        case _:
            return f"the review of {change.key} was deleted meanwhile; nothing was changed"
    return f"{what}; look at it and try again"
