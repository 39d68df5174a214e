"""The search index made anew in many short transactions, while it is searched and kept in step.

The next index is made beside the one that is in use, and takes its place when it is whole.
``store.index.search.reindex`` keeps both in step.  What an earlier run has left that ended before its time goes first.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from store.db.sqlite import Connection
from store.errors import StoreError
from store.index.search import NEXT, SCHEMA, is_there, merge_in_large_steps, put
from store.index.search_rows import last_notice
from store.index.spans import EVERYTHING, Span, spans_of

_OLD: Final = "search_old"
"""What the last index is called until nothing is left of it."""

BESIDE: Final = (NEXT, _OLD)
"""Tables that are there only while the index is made anew."""

_AT_ONCE: Final = 8
"""Notices that are put into the next index at once."""

_ROWS: Final = 256
"""Rows of an old index that are taken away at once, 4 kB each."""

_OVERTAKEN: Final = "somebody else has begun to repair the search index meanwhile, and goes on; this repair has ended"


def pieces(connection: Connection) -> list[Callable[[Connection], None]]:
    """What makes all of it anew when it is done in this order, in any transactions, whatever others do meanwhile.

    Where somebody else begins to make it anew meanwhile, it raises a ``StoreError``, and they go on.
    """
    left, used = (sum(_size_of(connection, table) for table in tables) for tables in (BESIDE, ("search",)))
    mark = -1 - secrets.randbits(62)
    return [
        _disown,
        *[_sweep_beside] * (left // _ROWS + 1),
        partial(_begin, mark=mark),
        *(partial(_add_to_next, mark=mark, span=span) for span in spans_of(connection, _AT_ONCE)),
        partial(_take_place, mark=mark),
        *[partial(_sweep, tables=(_OLD,))] * (used // _ROWS + 1),
        partial(_drop, tables=(_OLD,)),
    ]


def _disown(connection: Connection) -> None:
    """Take the mark off a next index that another run makes, or has left."""
    if is_there(connection, f"{NEXT}_docsize"):
        connection.execute(f"DELETE FROM {NEXT}_docsize WHERE id < 0")  # noqa: S608  # a constant


def _sweep_beside(connection: Connection) -> None:
    """Take some of what earlier runs have left away, but nothing of the index that another has begun since."""
    if is_there(connection, f"{NEXT}_docsize"):
        marked = connection.execute(f"SELECT 1 FROM {NEXT}_docsize WHERE id < 0").fetchone()  # noqa: S608  # a constant
        if marked is not None:
            raise StoreError(_OVERTAKEN)
    _sweep(connection, tables=BESIDE)


def _begin(connection: Connection, *, mark: int) -> None:
    _drop(connection, tables=BESIDE)
    connection.execute(SCHEMA.replace(" search ", f" {NEXT} ", 1))
    merge_in_large_steps(connection, NEXT)
    # Notices have numbers from 1 on.
    connection.execute(f"INSERT INTO {NEXT}_docsize (id, sz) VALUES (?, x'00')", [mark])  # noqa: S608  # a constant


def _add_to_next(connection: Connection, *, mark: int, span: Span) -> None:
    _prove_own(connection, mark)
    rows = connection.execute(
        "SELECT number, title, normalized FROM notices JOIN texts ON notice = number "
        "WHERE number BETWEEN :first AND :last ORDER BY number",
        span.bounds,
    )
    for number, title, text in rows.fetchall():
        put(connection, NEXT, number, title, text)


def _take_place(connection: Connection, *, mark: int) -> None:
    _prove_own(connection, mark)
    # Those that were added behind the last span.
    _add_to_next(connection, mark=mark, span=Span(last_notice(connection, NEXT) + 1, EVERYTHING.last))
    _disown(connection)
    connection.execute(f"ALTER TABLE search RENAME TO {_OLD}")
    connection.execute(f"ALTER TABLE {NEXT} RENAME TO search")


def _prove_own(connection: Connection, mark: int) -> None:
    if is_there(connection, f"{NEXT}_docsize"):
        owned = connection.execute(f"SELECT 1 FROM {NEXT}_docsize WHERE id = ?", [mark]).fetchone()  # noqa: S608  # a constant
        if owned is not None:
            return
    raise StoreError(_OVERTAKEN)


def _sweep(connection: Connection, *, tables: Sequence[str]) -> None:
    """Take some of what stands beside the index away: to drop all of a large table at once takes long."""
    for table in tables:
        if is_there(connection, f"{table}_data"):
            connection.execute(
                f"DELETE FROM {table}_data WHERE id IN (SELECT id FROM {table}_data LIMIT {_ROWS})"  # noqa: S608  # constants
            )


def _drop(connection: Connection, *, tables: Sequence[str]) -> None:
    for table in tables:
        connection.execute(f"DROP TABLE IF EXISTS {table}")


def _size_of(connection: Connection, table: str) -> int:
    """How many rows an index has in SQLite's own form; 0 where there is no such index."""
    if not is_there(connection, f"{table}_data"):
        return 0
    return int(connection.execute(f"SELECT count(*) FROM {table}_data").fetchone()[0])  # noqa: S608  # constants
