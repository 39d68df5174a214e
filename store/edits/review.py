"""How far somebody is with a notice: done, flagged, skipped or open again; one notice or several, in one step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from annotations.annotation import Review, ReviewStatus, now
from store.db.database import Database
from store.db.sqlite import Connection
from store.db.turns import in_turns
from store.edits.leases import release
from store.log.events import Change
from store.log.rows import load
from store.write.record import Batch, record


def set_review(database: Database, actor: str, notice: int, review: Review) -> None:
    """Store how far an annotator is with a notice."""
    with database.write() as connection:
        before = load(connection, "review", review.annotator, notice)
        record(connection, actor, "review", Change(notice, "review", review.annotator, before, review))
        if review.status != "open":
            release(connection, review.annotator, notice)


def set_reviews(
    database: Database, actor: str, notices: Sequence[int], status: ReviewStatus, comment: str | None = None
) -> int:
    """Store how far ``actor`` is with several notices, in one step.

    Returns:
        For how many it changed; a notice that is so already stays as it is.
    """
    batch = Batch()

    def store(connection: Connection, turn: Iterator[int]) -> int:
        changed = 0
        for notice in turn:
            before = load(connection, "review", actor, notice)
            if isinstance(before, Review) and (before.status, before.comment) == (status, comment):
                continue
            change = Change(notice, "review", actor, before, Review(actor, status, comment, now()))
            changed += record(connection, actor, "review", change, batch=batch) is not None
            if status != "open":
                release(connection, actor, notice)
        return changed

    return sum(in_turns(database, notices, store))
