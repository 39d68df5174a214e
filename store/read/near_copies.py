"""Near-copies as they are listed: groups of notices with nearly the same text, each with its earliest first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import msgspec

from annotations.near_copies import resemblance
from store.db.sqlite import Connection


class NearCopy(msgspec.Struct, frozen=True):
    """A notice of a group; ``alike`` is how much its text resembles that of the first one, from 0 to 1."""

    number: int
    id: str
    doc: str
    title: str | None
    alike: float


def each_group(connection: Connection) -> Iterator[Iterator[NearCopy]]:
    """The groups in the order of their earliest notices, which are their first; to be read one after the other."""
    rows = connection.execute(
        'SELECT "first", number, id, doc, title, own.minima AS own, earliest.minima AS earliest FROM copy_groups '
        "JOIN notices ON number = copy_groups.notice LEFT JOIN sketches AS own ON own.notice = number "
        'LEFT JOIN sketches AS earliest ON earliest.notice = "first" ORDER BY "first", copy_groups.notice'
    )
    for _, members in groupby(rows, key=lambda row: row["first"]):
        yield (
            NearCopy(row["number"], row["id"], row["doc"], row["title"], resemblance(row["own"], row["earliest"]))
            for row in members
        )


def each_leader(connection: Connection) -> Iterator[tuple[int, str]]:
    """The number of every notice, and the id of the earliest of its near-copies, or its own; in the order of import."""
    at = 0
    while rows := connection.execute(
        "SELECT notices.number, coalesce(earliest.id, notices.id) FROM notices "
        "LEFT JOIN copy_groups ON copy_groups.notice = notices.number "
        'LEFT JOIN notices AS earliest ON earliest.number = "first" '
        "WHERE notices.number > ? ORDER BY notices.number LIMIT 4096",
        [at],
    ).fetchall():
        yield from ((row[0], row[1]) for row in rows)
        at = rows[-1][0]


def each_link(connection: Connection) -> Iterator[tuple[int, str, int, str]]:
    """Each notice that is a near-copy of an earlier one, in the order of import: number and id of both."""
    rows = connection.execute(
        "SELECT later.number, later.id, earlier.number, earlier.id FROM near_copies "
        "JOIN notices AS later ON later.number = near_copies.notice "
        "JOIN notices AS earlier ON earlier.number = copy_of ORDER BY near_copies.notice, copy_of"
    )
    return ((row[0], row[1], row[2], row[3]) for row in rows)
