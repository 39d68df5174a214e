"""Long texts into the search index and out of it, in turns: a part of one is as much as anybody has to wait for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from store.db.database import Database
from store.db.sqlite import Connection
from store.db.turns import in_turns
from store.errors import DatabaseError
from store.index.search_pending import pieces, pieces_out
from store.index.search_rows import marked


def index_long_texts(database: Database) -> None:
    """Put the notices into the search index of which rows are still to come, whoever has left them so.

    What is to be put there is prepared without the lock.  Until it is there, a search reads their texts.
    """
    with database.read() as connection:
        waiting = marked(connection)
    for notice in waiting:
        _index(database, notice)


@contextmanager
def indexed_in_turns(database: Database, notice: int, after: str | None) -> Iterator[None]:
    """Have the index follow a long text that the block makes another one, in turns before and behind it.

    Whenever this is killed, the notice is found by its text.

    Args:
        database: where the notice is; the block has the transaction.
        notice: the number of the notice.
        after: its next normalized text, as far as can be known before; None where it stays as it is.
    """
    with database.read() as connection:
        work = pieces_out(connection, notice, after) if after is not None else []
    try:
        for _ in in_turns(database, work, _done):
            pass
        yield
    finally:
        # The change stands by then: whoever is told that it failed would make it again.
        with suppress(DatabaseError):
            _index(database, notice)


def _index(database: Database, notice: int) -> None:
    with database.read() as connection:
        work = pieces(connection, notice)
    for _ in in_turns(database, work, _done):
        pass


def _done(connection: Connection, work: Iterator[Callable[[Connection], None]]) -> None:
    for piece in work:
        piece(connection)
