"""Long texts into the search index, in turns: a part of one is as much as anybody has to wait for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from store.db.database import Database
from store.db.sqlite import Connection
from store.db.turns import in_turns
from store.index.search_pending import pieces
from store.index.search_rows import marked


def index_long_texts(database: Database) -> None:
    """Put the notices into the search index of which rows are still to come, whoever has left them so.

    What is to be put there is prepared without the lock.  Until it is there, a search reads their texts.
    """
    with database.read() as connection:
        waiting = marked(connection)
    for notice in waiting:
        with database.read() as connection:
            work = pieces(connection, notice)
        for _ in in_turns(database, work, _done):
            pass


def _done(connection: Connection, work: Iterator[Callable[[Connection], None]]) -> None:
    for piece in work:
        piece(connection)
