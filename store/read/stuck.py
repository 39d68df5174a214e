"""What is stuck: work that somebody took, put aside or said twice, and that goes on only if somebody looks at it.

Each kind has a reader in ``_READERS``, which is the one list of kinds: command, screen and report show what is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final, Literal

import msgspec

from annotations.annotation import timestamp
from store.db.sqlite import Connection, Row, json_array
from store.index.conflicts import conflicts
from store.index.sets import owners_of, stored_set
from store.project.presence import present, running_leases
from store.read.conflicts import about, count_conflicts
from store.read.questions import open_questions

StuckKind = Literal["lease", "flag", "question", "conflict"]
"""A notice that was handed out and left, one that somebody flagged, a question without an answer, what merged databases
say differently."""

MOST: Final = 200
"""How many of a kind are listed, the oldest first; of the others it is told how many there are."""

LONG: Final = timedelta(hours=1)
"""Whoever has had a notice open for longer holds it long."""


class Stuck(msgspec.Struct, frozen=True):
    """One thing that is stuck.

    ``number``, ``notice`` and ``doc`` are of the notice: its place in the order of import, its id, the stem of its
    file; ``title`` may be None.  ``who`` has it, flagged it, is asked ("" where anybody is), or said it last; ``since``
    is when (UTC).  ``what`` says it in words: why it was flagged, what is asked and by whom, what the conflict is
    about, what became of the lease.
    """

    kind: StuckKind
    number: int
    notice: str
    doc: str
    title: str | None
    who: str
    since: str
    what: str


class StuckList(msgspec.Struct, frozen=True):
    """All of a kind: how many there are, and the oldest of them."""

    kind: StuckKind
    count: int
    items: tuple[Stuck, ...]


_Found = tuple[int, str, str, str]
"""The number of a notice, and ``who``, ``since`` and ``what`` of a ``Stuck``."""


def stuck(connection: Connection) -> tuple[StuckList, ...]:
    """What is stuck now, kind by kind.

    Raises:
        DamageError: what the queue filters by is not what the tables say, or the log cannot be read.
    """
    lists = []
    for kind, read in _READERS.items():
        count, found = read(connection)
        notices = _notices(connection, {number for number, *_ in found})
        items = (
            Stuck(kind, number, notices[number]["id"], notices[number]["doc"], notices[number]["title"], *rest)
            for number, *rest in found
            # Another program noted it of none; check tells.
            if number in notices
        )
        lists.append(StuckList(kind, count, tuple(items)))
    return tuple(lists)


def _notices(connection: Connection, numbers: Iterable[int]) -> dict[int, Row]:
    rows = connection.execute(
        "SELECT number, notices.id, doc, title FROM json_each(?) AS given CROSS JOIN notices ON number = given.value",
        [json_array(numbers)],
    ).fetchall()
    return {row["number"]: row for row in rows}


def _leases(connection: Connection) -> tuple[int, list[_Found]]:
    """Notices that were handed out, and whose holder let the lease end, or has had them open for long."""
    now, believed = running_leases()
    long_ago = timestamp(datetime.now(UTC) - LONG)
    open_since = {(each.annotator, each.notice): each.since for each in present(connection)}
    found: list[_Found] = []
    for number, task, who, until in connection.execute("SELECT notice, task, annotator, until FROM leases").fetchall():
        since = open_since.get((who, number))
        handed = "handed out to review" if task == "review" else "handed out to adjudicate"
        if not now < until <= believed:
            found.append((number, who, until, f"{handed}; the lease has ended"))
        elif since is not None and since <= long_ago:
            found.append((number, who, since, f"{handed}; open since then"))
    return len(found), sorted(found, key=lambda each: each[2])[:MOST]


def _flags(connection: Connection) -> tuple[int, list[_Found]]:
    """Notices that somebody has flagged."""
    count, found = 0, []
    for who in owners_of(connection, "status", "flagged"):
        numbers = stored_set(connection, [("status", who, "flagged")])
        count += len(numbers)
        found += connection.execute(
            "SELECT notice, annotator, updated_at, coalesce(comment, '') FROM json_each(?) AS given "
            "CROSS JOIN reviews ON notice = given.value AND annotator = ? ORDER BY updated_at, notice LIMIT ?",
            [json_array(numbers), who, MOST],
        ).fetchall()
    return count, sorted((tuple(row) for row in found), key=lambda each: each[2])[:MOST]


def _questions(connection: Connection) -> tuple[int, list[_Found]]:
    """Questions that nobody has answered."""
    waiting = open_questions(connection)
    found = [
        (number, each.to or "", each.created_at, f"{each.annotator} asks: {each.text}")
        for number, each in waiting[:MOST]
    ]
    return len(waiting), found


def _conflicts(connection: Connection) -> tuple[int, list[_Found]]:
    """What merged databases say differently, in the order of notices."""
    found = []
    for conflict in islice(conflicts(connection), MOST):
        newest = max(conflict.sides, key=lambda event: event.at, default=None)
        if newest is not None:
            found.append((conflict.notice, newest.actor, newest.at, about(conflict)))
    return count_conflicts(connection), found


_READERS: Final[dict[StuckKind, Callable[[Connection], tuple[int, list[_Found]]]]] = {
    "lease": _leases,
    "flag": _flags,
    "question": _questions,
    "conflict": _conflicts,
}
