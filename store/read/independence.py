"""Notices on which two people may not have judged independently of each other, or of a rule.

Agreement is to tell how far the guideline leads people to the same result.  It does not where one of them knew the
result of the other, or where somebody said something of several places in one step (``Annotation.bulk``), maybe without
looking at each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import islice
from typing import Final, Literal

from pyroaring import BitMap

from annotations.annotation import GOLD
from store.db.sqlite import Connection, json_array
from store.index.sets import union, walk
from store.log.seen_layers import sights

Doubt = Literal["saw", "bulk"]
"""Why a notice is in doubt: one saw the layer of the other, or gold, and then went on with their own, or one of them
has annotations that are ``bulk``."""

_AT_ONCE: Final = 1_024
"""Notices that are looked at in one statement."""

_IN_BULK: Final = """
SELECT DISTINCT one.notice, one.annotator FROM json_each(?) AS given
CROSS JOIN annotations AS one ON one.notice = given.value
WHERE one.bulk AND one.annotator IS NOT NULL
"""


class Doubts:
    """Which notices are in doubt.

    Args:
        saw: under the names of a viewer and of somebody else, the notices on which the first saw the layer of the
            second and did something to their own layer afterwards.
        bulk: the notices on which somebody has annotations that are ``bulk``, by their names.
    """

    def __init__(self, saw: Mapping[tuple[str, str], BitMap], bulk: Mapping[str, BitMap]) -> None:
        self._saw = saw
        self._bulk = bulk

    def of(self, first: str, second: str) -> dict[Doubt, BitMap]:
        """The notices that are in doubt when two people are compared."""
        # Gold is made of what the others say.
        sights = ((first, second), (second, first), (first, GOLD), (second, GOLD))
        return {
            "saw": union(self._saw.get(pair, BitMap()) for pair in sights),
            "bulk": union(self._bulk.get(name, BitMap()) for name in (first, second)),
        }


def doubts_about(connection: Connection, done: Mapping[str, BitMap]) -> Doubts:
    """The doubts about notices that several people have finished.

    Args:
        connection: for reading, within one snapshot.
        done: the notices that each person has finished.

    Raises:
        DamageError: the log cannot be read.
    """
    return Doubts(_saw(connection, done), _bulk(connection, done))


def _saw(connection: Connection, done: Mapping[str, BitMap]) -> dict[tuple[str, str], BitMap]:
    found: dict[tuple[str, str], BitMap] = defaultdict(BitMap)
    last: dict[int, int] = {}
    viewer = None
    for sight in sights(connection):
        if sight.viewer not in done or sight.notice not in done[sight.viewer]:
            continue
        if sight.viewer != viewer:
            viewer, last = sight.viewer, _last_own_events(connection, sight.viewer, sight.number)
        if last.get(sight.notice, 0) > sight.number:
            for annotator in sight.layers.annotators:
                found[viewer, annotator].add(sight.notice)
    return found


def _last_own_events(connection: Connection, actor: str, since: int) -> dict[int, int]:
    """The number of the last event by which somebody changed their layer or their review, for each notice."""
    rows = connection.execute(
        # What an adjudicator makes gold is no part of their own layer.
        "SELECT notice, max(number) FROM events WHERE actor = :actor AND number > :since "
        "AND iif(entity = 'annotation', "
        "json_extract(coalesce(after, before), '$.annotator'), iif(entity = 'review', key, NULL)) = :actor "
        "GROUP BY notice",
        {"actor": actor, "since": since},
    ).fetchall()
    return {row[0]: row[1] for row in rows}


def _bulk(connection: Connection, done: Mapping[str, BitMap]) -> dict[str, BitMap]:
    once, shared = BitMap(), BitMap()
    for numbers in done.values():
        shared |= once & numbers
        once |= numbers
    found: dict[str, BitMap] = defaultdict(BitMap)
    at = iter(walk(shared, 1))
    while some := list(islice(at, _AT_ONCE)):
        for notice, annotator in connection.execute(_IN_BULK, [json_array(some)]).fetchall():
            found[annotator].add(notice)
    return found
