"""How somebody did a notice that they were trained or checked with, as they first finished it.

Later changes of their layer, when they may have seen gold, count for nothing.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from store.db.sqlite import Connection, Row

TrainingKind = Literal["training", "check"]


class TrainingResult(msgspec.Struct, frozen=True):
    """The layer of an annotator held against gold, when they first finished the notice (UTC).

    ``own`` and ``gold`` count the spans of either, ``exact`` those of them that are the same in label, start and end,
    ``overlap`` the pairs of one label that overlap.  All are of the zone in which agreement is told.
    """

    annotator: str
    kind: TrainingKind
    own: int
    gold: int
    exact: int
    overlap: int
    finished_at: str


def load_training_result(connection: Connection, notice: int, annotator: str) -> TrainingResult | None:
    """How somebody did a notice; None where they were not trained or checked with it."""
    row = connection.execute(
        "SELECT * FROM training_results WHERE notice = ? AND annotator = ?", [notice, annotator]
    ).fetchone()
    return result_of(row) if row else None


def result_of(row: Row) -> TrainingResult:
    """The result of a row of its table."""
    return TrainingResult(
        row["annotator"], row["kind"], row["own"], row["gold"], row["exact"], row["overlap"], row["finished_at"]
    )
