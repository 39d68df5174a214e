"""What suggestions do to people, and what an order of work does: reviews compared by their arms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from statistics import median
from typing import Final, get_args

import msgspec
from pyroaring import BitMap

from annotations.annotation import GOLD
from annotations.work_order import ORDER_ARMS, parted_arm
from store.db.sqlite import Connection, json_array
from store.project.control_arm import Arm
from store.read.agreement import AgreementFilter, ProjectAgreement, agreement_among
from store.read.pace import WorkLog
from store.read.working_time import minutes


class ArmFigures(msgspec.Struct, frozen=True):
    """How people did in one arm of the experiment.

    ``reviews`` are those that are done there.  ``minutes_per_notice`` is the median of active minutes of a review, as
    far as the log tells any, ``spans_per_notice`` the mean of what stands in the layers; None where there are no
    reviews.  ``agreement`` is of those who both did a notice in this arm.
    """

    arm: Arm
    reviews: int
    minutes_per_notice: float | None
    spans_per_notice: float | None
    agreement: ProjectAgreement


class OrderArmFigures(msgspec.Struct, frozen=True):
    """How people did with notices that came by an order of work, or at random within it (``-random``).

    ``reviews``, ``minutes_per_notice`` and ``spans_per_notice`` are as in ``ArmFigures``.  ``accepted`` is the share of
    the ``decisions`` on suggestions there that accepted.  ``f1`` is that of the layers against gold, by spans that are
    the same, in the ``golden`` reviews of notices whose gold is done, but for hidden checks: these did not come by the
    order, and anybody who sees a figure move would know one.  What has nothing to go by is None.
    """

    arm: str
    reviews: int
    minutes_per_notice: float | None
    spans_per_notice: float | None
    decisions: int
    accepted: float | None
    golden: int
    f1: float | None


def compare_arms(connection: Connection, log: WorkLog) -> list[ArmFigures]:
    """Pace and agreement with suggestions (``shown``) and without (``hidden``); nothing where no review has an arm.

    Args:
        connection: for reading, within one snapshot.
        log: the working time of everybody, read in that snapshot.

    Raises:
        DamageError: what is stored of a notice cannot be read.
    """
    done = _done_in(connection, lambda arm: parted_arm(arm)[0])
    if not any(arm in done for arm in get_args(Arm)):
        return []
    return [_figures(connection, log, arm, done.get(arm, {})) for arm in get_args(Arm)]


def compare_order_arms(connection: Connection, log: WorkLog) -> list[OrderArmFigures]:
    """Pace, acceptance and F1 of the reviews that were made in an order of work, by arm; nothing where there are none.

    Args:
        connection: for reading, within one snapshot.
        log: the working time of everybody, read in that snapshot.
    """
    done = _done_in(connection, lambda arm: parted_arm(arm)[1])
    return [_order_figures(connection, log, arm, done[arm]) for arm in ORDER_ARMS if arm in done]


def _done_in(connection: Connection, part: Callable[[str], str | None]) -> dict[str, dict[str, BitMap]]:
    """The notices that each person has done, by a part of the arm of the review."""
    found: dict[str, dict[str, BitMap]] = defaultdict(lambda: defaultdict(BitMap))
    for arm, name, notice in connection.execute(
        "SELECT arm, annotator, notice FROM reviews WHERE status = 'done' AND arm IS NOT NULL AND annotator <> ? "
        "ORDER BY annotator",
        [GOLD],
    ):
        of = part(arm)
        if of is not None:
            found[of][name].add(notice)
    return found


_MADE_THERE: Final = f"""
json_each(?) AS given CROSS JOIN reviews ON reviews.notice = given.value AND reviews.annotator = ?
    AND reviews.status = 'done' AND reviews.annotator <> '{GOLD}'
"""
"""The reviews of one person on some notices."""


_SPANS: Final = f"""
SELECT count(*) FROM {_MADE_THERE}
JOIN annotations USING (notice, annotator) WHERE annotations.status <> 'rejected'
"""  # noqa: S608  # constants

_DECISIONS: Final = f"""
SELECT count(*), count(*) FILTER (WHERE item.status = 'accepted') FROM {_MADE_THERE}
JOIN annotations AS item USING (notice, annotator) WHERE item.decides IS NOT NULL
"""  # noqa: S608  # constants

_GOLDEN: Final = f"""
SELECT count(*), coalesce(sum(own), 0), coalesce(sum(gold), 0), coalesce(sum(same), 0) FROM (
    SELECT (
        SELECT count(*) FROM annotations AS item
        WHERE item.notice = reviews.notice AND item.annotator = reviews.annotator AND item.status <> 'rejected'
    ) AS own, (
        SELECT count(*) FROM annotations AS item WHERE item.notice = reviews.notice AND item.annotator = '{GOLD}'
    ) AS gold, (
        SELECT count(DISTINCT item.id) FROM annotations AS item JOIN annotations AS other USING (notice, label)
        WHERE item.notice = reviews.notice AND item.annotator = '{GOLD}' AND other.annotator = reviews.annotator
            AND other."start" = item."start" AND other."end" = item."end" AND other.status <> 'rejected'
    ) AS same
    FROM {_MADE_THERE}
    WHERE EXISTS (
        SELECT 1 FROM reviews AS golden WHERE golden.notice = reviews.notice AND golden.annotator = '{GOLD}'
            AND golden.status = 'done'
    ) AND NOT EXISTS (
        SELECT 1 FROM training_results AS result
        WHERE result.notice = reviews.notice AND result.annotator = reviews.annotator
    )
)
"""  # noqa: S608  # constants


def _added(connection: Connection, statement: str, done: Mapping[str, BitMap]) -> list[int]:
    """The sums of what a statement counts of each person's reviews."""
    rows = [connection.execute(statement, [json_array(numbers), name]).fetchone() for name, numbers in done.items()]
    return [sum(column) for column in zip(*rows, strict=True)]


def _order_figures(connection: Connection, log: WorkLog, arm: str, done: Mapping[str, BitMap]) -> OrderArmFigures:
    reviews = sum(map(len, done.values()))
    (spans,) = _added(connection, _SPANS, done)
    decisions, accepted = _added(connection, _DECISIONS, done)
    golden, own, gold, same = _added(connection, _GOLDEN, done)
    return OrderArmFigures(
        arm,
        reviews,
        _minutes(log, done),
        round(spans / reviews, 1),
        decisions,
        round(accepted / decisions, 3) if decisions else None,
        golden,
        round(2 * same / (own + gold), 3) if own + gold else None,
    )


def _minutes(log: WorkLog, done: Mapping[str, BitMap]) -> float | None:
    """The median of active minutes of some reviews; None where the log tells of none."""
    spent = [
        time
        for name, numbers in done.items()
        if name in log.people
        for notice, time in log.people[name].by_notice.items()
        if time and notice in numbers
    ]
    return round(minutes(round(median(spent))), 1) if spent else None


def _figures(connection: Connection, log: WorkLog, arm: Arm, done: dict[str, BitMap]) -> ArmFigures:
    reviews = sum(map(len, done.values()))
    spans = sum(_added(connection, _SPANS, done))
    return ArmFigures(
        arm,
        reviews,
        _minutes(log, done),
        round(spans / reviews, 1) if reviews else None,
        agreement_among(connection, dict(done), AgreementFilter()),
    )
