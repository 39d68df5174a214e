"""The search index made anew in many short transactions, while it is searched and kept in step.

The next index is made beside the one that is in use, and takes its place when it is whole.
``store.index.search.reindex`` keeps both in step.  What an earlier run has left that ended before its time goes first.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from store.db.sqlite import Connection
from store.index.search import NEXT, SCHEMA, is_there, put
from store.index.spans import EVERYTHING, Span, spans_of

_OLD: Final = "search_old"
"""What the last index is called until nothing is left of it."""

BESIDE: Final = (NEXT, _OLD)
"""Tables that are there only while the index is made anew."""

_AT_ONCE: Final = 8
"""Notices that are put into the next index at once."""

_ROWS: Final = 256
"""Rows of an old index that are taken away at once, 4 kB each."""


def pieces(connection: Connection) -> list[Callable[[Connection], None]]:
    """What makes all of it anew when it is done in this order, in any transactions, whatever others do meanwhile."""
    left, used = (sum(_size_of(connection, table) for table in tables) for tables in (BESIDE, ("search",)))
    return [
        *[_sweep] * (left // _ROWS + 1),
        _begin,
        *(partial(_add_to_next, span=span) for span in spans_of(connection, _AT_ONCE)),
        _take_place,
        *[_sweep] * (used // _ROWS + 1),
        _drop,
    ]


def _begin(connection: Connection) -> None:
    _drop(connection)
    connection.execute(SCHEMA.replace(" search ", f" {NEXT} ", 1))


def _add_to_next(connection: Connection, *, span: Span) -> None:
    rows = connection.execute(
        "SELECT number, title, normalized FROM notices JOIN texts ON notice = number "
        "WHERE number BETWEEN :first AND :last ORDER BY number",
        span.bounds,
    )
    for number, title, text in rows.fetchall():
        put(connection, NEXT, number, title, text)


def _take_place(connection: Connection) -> None:
    (last,) = connection.execute(f"SELECT coalesce(max(id), 0) FROM {NEXT}_docsize").fetchone()  # noqa: S608  # a constant
    # Those that were added behind the last span.
    _add_to_next(connection, span=Span(last + 1, EVERYTHING.last))
    connection.execute(f"ALTER TABLE search RENAME TO {_OLD}")
    connection.execute(f"ALTER TABLE {NEXT} RENAME TO search")


def _sweep(connection: Connection) -> None:
    """Take some of what stands beside the index away: to drop all of a large table at once takes long."""
    for table in BESIDE:
        if is_there(connection, f"{table}_data"):
            connection.execute(
                f"DELETE FROM {table}_data WHERE id IN (SELECT id FROM {table}_data LIMIT {_ROWS})"  # noqa: S608  # constants
            )


def _drop(connection: Connection) -> None:
    for table in BESIDE:
        connection.execute(f"DROP TABLE IF EXISTS {table}")


def _size_of(connection: Connection, table: str) -> int:
    """How many rows an index has in SQLite's own form; 0 where there is no such index."""
    if not is_there(connection, f"{table}_data"):
        return 0
    return int(connection.execute(f"SELECT count(*) FROM {table}_data").fetchone()[0])  # noqa: S608  # constants
