"""Who learns, or looks at what is finished once more: one process at a time, which tells how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from annotations.annotation import now, timestamp
from annotations.errors import LearningError
from store.db.database import Database
from store.db.processes import may_run, this_process

_LEASE: Final = timedelta(minutes=30)
"""For how long nobody else begins where the process that learns cannot be asked; each step begins it anew."""


class Steps(msgspec.Struct, frozen=True):
    """Who is told how far it is: ``told`` a step by its name, ``progress`` how many notices of ``count`` are done."""

    told: Callable[[str], None] = lambda _: None
    progress: Callable[[int], None] = lambda _: None


@contextmanager
def learning(database: Database, actor: str) -> Iterator[Callable[[], None]]:
    """Be the only one who learns, or looks at all again, while the block runs; yields what begins the lease anew.

    Raises:
        LearningError: somebody else is learning.
    """
    process = this_process()

    def take() -> None:
        until = timestamp(datetime.now(UTC) + _LEASE)
        with database.write() as connection:
            row = connection.execute("SELECT actor, process, until FROM learning").fetchone()
            if row is not None and row["process"] != process and row["until"] > now() and may_run(row["process"]):
                raise LearningError(f"{row['actor']} is learning already ({row['process']}); wait until that has ended")
            connection.execute(
                "INSERT OR REPLACE INTO learning (one, actor, process, until) VALUES (1, ?, ?, ?)",
                [actor, process, until],
            )

    take()
    try:
        yield take
    finally:
        with database.write() as connection:
            connection.execute("DELETE FROM learning WHERE process = ?", [process])
