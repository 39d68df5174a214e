"""Which notices are finished: there is gold of them that is done, or somebody has marked them as done."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from pyroaring import BitMap

from store.db.sqlite import Connection, json_array
from store.index.keys import DONE
from store.index.sets import owners_of, stored_set
from store.read.near_copies import each_leader


class Finished(msgspec.Struct, frozen=True):
    """The numbers of the finished notices, and of those among them whose gold is done.

    ``groups`` has a number for each of them that is the same for near-copies.
    """

    notices: BitMap
    gold: BitMap
    groups: dict[int, int]


def finished(connection: Connection) -> Finished:
    """The finished notices."""
    done = [("status", owner, "done") for owner in owners_of(connection, "status", "done")]
    notices, gold = stored_set(connection, [*done, DONE]), stored_set(connection, [DONE])
    groups: dict[int, int] = {}
    first: dict[str, int] = {}
    for number, leader in each_leader(connection):
        if number in notices:
            groups[number] = first.setdefault(leader, number)
    return Finished(notices, gold, groups)


def trained_layers(connection: Connection, numbers: Iterable[int]) -> set[tuple[int, str]]:
    """The layers in some notices that were held against gold in training, as the numbers of notices and names."""
    rows = connection.execute(
        "SELECT notice, annotator FROM training_results WHERE notice IN (SELECT value FROM json_each(?))",
        [json_array(numbers)],
    ).fetchall()
    return {(row["notice"], row["annotator"]) for row in rows}
