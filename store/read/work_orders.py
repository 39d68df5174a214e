"""What the orders of work go by: how unsure suggestions are, how rules and models differ, and which stratum it is.

Everything is read notice by notice, a stretch of them at a time, so that it takes the same memory for any number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Final

import msgspec
from pyroaring import BitMap

from annotations.calibration import Calibration
from annotations.learning.learned import NAME as LEARNED
from annotations.muting import Pair, is_muted, rule_of
from annotations.work_order import WorkOrder, disagreement, length_band, unsureness
from store.db.database import Database
from store.db.sqlite import Connection, Row
from store.index.keys import LATER_COPIES, MONTH, REVIEWED, date_of
from store.index.numbers import count_notices
from store.index.sets import stored_set
from store.index.work_orders import order_in
from store.log.chain import newest
from store.project.learned import lessons_in
from store.project.muting import muting_in
from store.project.order_share import order_share_in
from store.read.calibration import calibration

_AT_ONCE: Final = 4_096
"""Notices that are read at once."""

_PATIENCE: Final = 200
"""So many times as long as it took to make an order it is good enough, whatever happens meanwhile."""

_ALL: Final = ""
"""Of all labels: what an order goes by that does not tell them apart."""

_PLACES: Final = """
SELECT notice, "start", "end", label, id, annotator, decides, suggested_by, score FROM annotations
WHERE notice BETWEEN ? AND ? ORDER BY notice, "start", "end", label
"""


class Standing(msgspec.Struct, frozen=True):
    """What a notice is placed by: parts of a score by label (``annotations.work_order.balanced``), or a stratum.

    The largest score comes first.  An order that goes by a score has no strata, and the other way round.
    """

    number: int
    id: str
    parts: dict[str, float] = {}
    stratum: str | None = None


class OrderState(msgspec.Struct, frozen=True):
    """How far an order is.

    ``made_at`` is when it was made, of the first ``ordered`` notices of ``notices``; None where it never was.
    ``behind`` is how many events of the log it does not know; ``is_stale`` whether it is time to make it anew, with the
    ``share`` of the notices that comes at random.
    """

    name: WorkOrder
    made_at: str | None
    ordered: int
    notices: int
    behind: int
    is_stale: bool
    share: float


def order_state(connection: Connection, name: WorkOrder) -> OrderState:
    """How far an order is; for reading, within one snapshot."""
    wanted, order, notices = order_share_in(connection), order_in(connection, name), count_notices(connection)
    event = newest(connection).number
    if order is None:
        return OrderState(name, None, 0, notices, event, is_stale=True, share=wanted.share)
    behind = event - order.event
    age = (datetime.now(UTC) - datetime.fromisoformat(order.made_at)).total_seconds()
    # What a clock that was wrong has made is not waited for.
    is_old = not 0 <= age < _PATIENCE * order.seconds
    is_other = (order.share, order.seed) != (wanted.share, wanted.seed)
    is_stale = is_other or (behind != 0 and is_old)
    return OrderState(name, order.made_at, order.notices, notices, behind, is_stale=is_stale, share=wanted.share)


def has_nothing_to_go_by(connection: Connection, name: WorkOrder) -> bool:
    """Whether nothing is suggested that an order by a score could go by, so that it is that of import."""
    if name == "disagreement":
        return not lessons_in(connection).digests
    return name == "unsure" and not stored_set(connection, [("suggested", "", "")])


def put_last(connection: Connection) -> tuple[BitMap, BitMap]:
    """The notices that come behind all others: near-copies of an earlier one, and behind these what is reviewed."""
    return stored_set(connection, [LATER_COPIES]), stored_set(connection, [REVIEWED])


def standings(database: Database, name: WorkOrder) -> Iterator[list[Standing]]:
    """What each notice is placed by, a stretch of notices at a time, each read from a snapshot of its own."""
    with database.read() as connection:
        reader = _READERS[name](connection)
        last = count_notices(connection)
    for first in range(1, last + 1, _AT_ONCE):
        with database.read() as connection:
            some = list(reader(connection, first, min(first + _AT_ONCE - 1, last)))
        yield some


_Reader = Callable[[Connection, int, int], Iterator[Standing]]


def _strata(what: str, stratum: Callable[[Row], str]) -> Callable[[Connection], _Reader]:
    """Reads the strata of notices, by a column of them or of what is known of their texts."""

    def read(connection: Connection, first: int, last: int) -> Iterator[Standing]:
        rows = connection.execute(
            f"SELECT number, id, {what} AS what FROM notices LEFT JOIN text_lengths ON notice = number "  # noqa: S608  # constants
            "WHERE number BETWEEN ? AND ? ORDER BY number",
            [first, last],
        ).fetchall()
        return (Standing(row["number"], row["id"], stratum=stratum(row)) for row in rows)

    return lambda _: read


def _month_of(row: Row) -> str:
    return (date_of(row["what"]) or "")[:MONTH]


def _unsure(connection: Connection) -> _Reader:
    """Reads how unsure the suggestions of notices are, as far as nobody has decided on them."""
    means, muted = calibration(connection), muting_in(connection).pairs

    def parts(rows: list[Row], characters: int) -> dict[str, float]:
        by_label: dict[str, list[float]] = defaultdict(list)
        for found in _open_places(rows, muted):
            by_label[found[0]["label"]].append(_probability(means, found))
        return {label: unsureness(some, characters) for label, some in by_label.items()}

    def read(connection: Connection, first: int, last: int) -> Iterator[Standing]:
        lengths = dict(
            connection.execute(
                "SELECT notice, characters FROM text_lengths WHERE notice BETWEEN ? AND ?", [first, last]
            ).fetchall()
        )
        return _scored(connection, first, last, lambda number, rows: parts(rows, lengths.get(number, 0)))

    return read


def _disagreement(connection: Connection) -> _Reader:
    """Reads how far rules and models differ on notices, of the labels that a model suggests."""
    lessons = lessons_in(connection)
    learned, muted = frozenset(lessons.digests), muting_in(connection).pairs

    def read(connection: Connection, first: int, last: int) -> Iterator[Standing]:
        agreed: dict[int, int] = dict(
            connection.execute(
                "SELECT notice, coalesce(agreed, 0) FROM suggested WHERE notice BETWEEN ? AND ? AND suggester = ? "
                "AND version = ?",
                [first, last, LEARNED, lessons.version],
            ).fetchall()
        )

        def parts(number: int, rows: list[Row]) -> dict[str, float]:
            return {_ALL: _differing(_open_places(rows, muted), learned, agreed.get(number))}

        return _scored(connection, first, last, parts)

    return read


def _scored(
    connection: Connection, first: int, last: int, parts: Callable[[int, list[Row]], dict[str, float]]
) -> Iterator[Standing]:
    """The standings of some notices by a score of their annotations, which those without any do not have."""
    ids = connection.execute(
        "SELECT number, id FROM notices WHERE number BETWEEN ? AND ? ORDER BY number", [first, last]
    ).fetchall()
    # Read row by row: a stretch may have a million annotations.
    rows = groupby(connection.execute(_PLACES, [first, last]), key=lambda row: row["notice"])
    scores = {number: parts(number, list(some)) for number, some in rows}
    for number, notice_id in ids:
        yield Standing(number, notice_id, scores.get(number, {}))


def _open_places(rows: list[Row], muted: Collection[Pair]) -> Iterator[list[Row]]:
    """The suggestions of a notice place by place, but for muted ones, and for places that somebody has decided."""
    decided = {row["decides"] for row in rows if row["decides"] is not None}
    for _, same in groupby(rows, key=lambda row: (row["start"], row["end"], row["label"])):
        there = list(same)
        if any(row["annotator"] is not None or row["id"] in decided for row in there):
            continue
        heard = [row for row in there if not is_muted(row["id"], row["suggested_by"], row["label"], muted)]
        if heard:
            yield heard


def _probability(means: Calibration, found: list[Row]) -> float:
    return means.probability(found[0]["label"], [(rule_of(row["suggested_by"]), row["score"]) for row in found])


def _differing(places: Iterable[list[Row]], learned: frozenset[str], agreed: int | None) -> float:
    """How far rules and models differ on a notice; ``agreed`` is None where the models of now have not looked at it.

    A model is silent where something else suggests nearly the same, so that its own suggestions are what only it found.
    """
    mine = others = 0
    for found in places:
        if any(rule_of(row["suggested_by"]).startswith(f"{LEARNED}/") for row in found):
            mine += 1
        elif found[0]["label"] in learned:
            others += 1
    both = others if agreed is None else min(agreed, others)
    return disagreement(mine + others - both, mine + others)


_READERS: Final[dict[WorkOrder, Callable[[Connection], _Reader]]] = {
    "unsure": _unsure,
    "disagreement": _disagreement,
    "source": _strata("source", lambda row: row["what"] or ""),
    "month": _strata("published", _month_of),
    "length": _strata("characters", lambda row: f"{length_band(row['what'] or 0):02}"),
}

BY_SCORE: Final[frozenset[WorkOrder]] = frozenset({"unsure", "disagreement"})
"""The orders that go by a score; the others take strata in turn."""

BY_LENGTH: Final[frozenset[WorkOrder]] = frozenset({"unsure", "length"})
"""The orders for which texts have to be measured first."""
