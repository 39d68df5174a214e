"""A database copied page by page, as it is at one instant, while others write to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from store.db.sqlite import Connection

_STEP: Final = 2_048
"""Pages between two calls of whoever is told how far it is: 8 MB."""

Progress = Callable[[int, int], None]
"""Told how much is done, and of how much."""


def copy_database(source: Connection, copy: Connection, progress: Progress = lambda *_: None) -> None:
    """Copy a database into an empty one.

    Args:
        source: a connection to it; it may be in a transaction.
        copy: the copy; nobody else has it.
        progress: told how many pages are copied, and of how many.
    """
    with _one_instant(source):
        source.backup(copy, pages=_STEP, progress=lambda _, left, pages: progress(pages - left, pages))


@contextmanager
def _one_instant(source: Connection) -> Iterator[None]:
    """Have one snapshot all along: else each write of others would begin the copy anew."""
    begins = not source.in_transaction
    if begins:
        source.execute("BEGIN")
    try:
        # The snapshot is that of the first read.
        source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        yield
    finally:
        if begins:
            source.execute("ROLLBACK")
