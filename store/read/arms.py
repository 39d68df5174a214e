"""What suggestions do to people: pace and agreement on notices where they see some, and where nobody does."""

from __future__ import annotations

from collections import defaultdict
from statistics import median
from typing import get_args

import msgspec
from pyroaring import BitMap

from annotations.annotation import GOLD
from store.db.sqlite import Connection
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


def compare_arms(connection: Connection, log: WorkLog) -> list[ArmFigures]:
    """Pace and agreement with suggestions (``shown``) and without (``hidden``); nothing where no review has an arm.

    Args:
        connection: for reading, within one snapshot.
        log: the working time of everybody, read in that snapshot.

    Raises:
        DamageError: what is stored of a notice cannot be read.
    """
    found: dict[str, dict[str, BitMap]] = {arm: defaultdict(BitMap) for arm in get_args(Arm)}
    for arm, name, notice in connection.execute(
        "SELECT arm, annotator, notice FROM reviews WHERE status = 'done' AND arm IS NOT NULL AND annotator <> ? "
        "ORDER BY annotator",
        [GOLD],
    ):
        if arm in found:
            found[arm][name].add(notice)
    if not any(found.values()):
        return []
    return [_figures(connection, log, arm, dict(found[arm])) for arm in get_args(Arm)]


def _figures(connection: Connection, log: WorkLog, arm: Arm, done: dict[str, BitMap]) -> ArmFigures:
    reviews = sum(map(len, done.values()))
    spent = [
        time
        for name, numbers in done.items()
        if name in log.people
        for notice, time in log.people[name].by_notice.items()
        if time and notice in numbers
    ]
    (spans,) = connection.execute(
        "SELECT count(*) FROM reviews JOIN annotations USING (notice, annotator) "
        "WHERE reviews.status = 'done' AND arm = ? AND annotator <> ? AND annotations.status <> 'rejected'",
        [arm, GOLD],
    ).fetchone()
    return ArmFigures(
        arm,
        reviews,
        round(minutes(round(median(spent))), 1) if spent else None,
        round(spans / reviews, 1) if reviews else None,
        agreement_among(connection, done, AgreementFilter()),
    )
