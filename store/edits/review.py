"""What somebody says about a whole notice: done, flagged, skipped or open again, and the attributes of the notice.

The status changes for one notice or for several, in one step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from annotations.annotation import GOLD, Review, ReviewStatus, now, reviewed
from annotations.notice_attributes import NoticeValue, check_values, with_values
from annotations.work_order import joined_arm, parted_arm
from store.db.database import Database
from store.db.sqlite import Connection
from store.db.turns import in_turns
from store.edits.leases import release
from store.index.filters import QueueSort
from store.index.work_orders import arm_in_order
from store.log.events import Change
from store.log.rows import load
from store.log.training_results import TrainingResult
from store.project.control_arm import arm_in
from store.project.settings import labels_in
from store.write.permission import ATTRIBUTES
from store.write.record import Batch, record


def set_review(
    database: Database, actor: str, notice: int, review: Review, order: QueueSort | None = None
) -> TrainingResult | None:
    """Store how far an annotator is with a notice; the attributes that they gave the notice stay.

    Args:
        database: where.
        actor: who does it.
        notice: the number of the notice.
        review: how far the annotator is.
        order: that of the queue which the notice came from; None where it came from none.

    Returns:
        How they did a notice of their training, where they have finished that now; else None.
    """
    from store.edits.training import note_result  # noqa: PLC0415  # slow, and a notice is shown before one is finished

    with database.write() as connection:
        before, result = _review_in(connection, review.annotator, notice), None
        if review.status == "done":
            result = note_result(connection, review.annotator, notice, before)
        after = reviewed(before, review.annotator, review.status, review.comment, review.updated_at)
        # What training has handed out did not come by the order of the queue.
        after = _in_arm(connection, notice, before, after, order if result is None else None)
        record(connection, actor, "review", Change(notice, "review", review.annotator, before, after))
        if review.status != "open":
            release(connection, review.annotator, notice)
        return result


def set_reviews(
    database: Database, actor: str, notices: Sequence[int], status: ReviewStatus, comment: str | None = None
) -> int:
    """Store how far ``actor`` is with several notices, in one step.

    Returns:
        For how many it changed; a notice that is so already stays as it is.
    """
    from store.edits.training import note_result  # noqa: PLC0415  # as above

    batch = Batch()

    def store(connection: Connection, turn: Iterator[int]) -> int:
        changed = 0
        for notice in turn:
            before = _review_in(connection, actor, notice)
            if before is not None and (before.status, before.comment) == (status, comment):
                continue
            if status == "done":
                note_result(connection, actor, notice, before)
            after = _in_arm(connection, notice, before, reviewed(before, actor, status, comment, now()))
            change = Change(notice, "review", actor, before, after)
            changed += record(connection, actor, "review", change, batch=batch) is not None
            if status != "open":
                release(connection, actor, notice)
        return changed

    return sum(in_turns(database, notices, store))


def set_notice_attributes(
    database: Database,
    actor: str,
    notice: int,
    annotator: str,
    values: Mapping[str, NoticeValue],
    order: QueueSort | None = None,
) -> Review:
    """Store attributes of a whole notice in somebody's review of it; those that are not given stay as they are.

    Args:
        database: where.
        actor: who does it: the annotator, or for the layer ``gold`` an adjudicator.
        notice: the number of the notice.
        annotator: whose review it is.
        values: the attributes to set, each with its value; None unsets it.
        order: as for ``set_review``.

    Returns:
        The review as it is then.

    Raises:
        AttributeValueError: an attribute is not declared, or its value is not of its type.
        RoleError: the actor may not say that.
    """
    with database.write() as connection:
        check_values(labels_in(connection).notice, values)
        before = _review_in(connection, annotator, notice)
        first = before if before is not None else Review(annotator, "open", None, "")
        attributes = with_values({**first.attributes, **values})
        if attributes == first.attributes:
            return first
        after = _in_arm(connection, notice, before, replace(first, attributes=attributes, updated_at=now()), order)
        action = ATTRIBUTES if annotator != GOLD else "adjudicate"
        record(connection, actor, action, Change(notice, "review", annotator, before, after))
        return after


def _in_arm(
    connection: Connection, notice: int, before: Review | None, review: Review, order: QueueSort | None = None
) -> Review:
    """A review with the arms in which the notice is reviewed: those in which it began stay.

    Args:
        connection: in a write transaction.
        notice: the number of the notice.
        before: the review as it was.
        review: as it is going to be.
        order: that of the queue which the notice came from.
    """
    if review.annotator == GOLD:
        return review
    control, by_order = parted_arm(review.arm)
    if control is None and by_order is None:
        control = arm_in(connection, notice)
    if by_order is None and order is not None and (before is None or before.status == "open"):
        by_order = arm_in_order(connection, order, notice)
    return replace(review, arm=joined_arm(control, by_order))


def _review_in(connection: Connection, annotator: str, notice: int) -> Review | None:
    found = load(connection, "review", annotator, notice)
    return found if isinstance(found, Review) else None
