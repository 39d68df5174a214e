"""Keeps what a second look holds for an error: that somebody has looked at it and finds it right is an event."""

from __future__ import annotations

from annotations.annotation import now
from annotations.suspects import Suspect
from store.db.database import Database
from store.log.events import Change
from store.log.kept_suspects import kept
from store.write.permission import KEEP
from store.write.record import record


def keep(database: Database, actor: str, notice: int, suspect: Suspect) -> None:
    """Keep a suspect as it is, so that no look finds it again; undo takes that back.

    Args:
        database: where.
        actor: who does it: whose layer it is, or an adjudicator.
        notice: the number of the notice.
        suspect: the suspect.

    Raises:
        ConflictError: it was kept already.
        RoleError: it is in the layer of another.
    """
    with database.write() as connection:
        decision = kept(suspect, actor, now())
        record(connection, actor, KEEP, Change(notice, "suspect", suspect.id, None, decision))
