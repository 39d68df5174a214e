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
        'LEFT JOIN sketches AS earliest ON earliest.notice = "first" ORDER BY "first", number'
    )
    for _, members in groupby(rows, key=lambda row: row["first"]):
        yield (
            NearCopy(row["number"], row["id"], row["doc"], row["title"], resemblance(row["own"], row["earliest"]))
            for row in members
        )
