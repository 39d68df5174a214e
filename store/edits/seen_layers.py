"""Notes in the log that somebody was shown the layers of others, whatever they do then."""

from __future__ import annotations

from collections.abc import Iterable

from store.db.database import Database
from store.log.events import Change
from store.log.seen_layers import SeenLayers, load_seen_layers
from store.write.record import record


def see_layers(database: Database, actor: str, notice: int, annotators: Iterable[str]) -> None:
    """Note that ``actor`` is shown the layers of others on a notice; those that they have seen before add nothing.

    Raises:
        RoleError: their role does not allow them to see any.
    """
    with database.write() as connection:
        before = load_seen_layers(connection, notice, actor)
        known = set() if before is None else set(before.annotators)
        after = SeenLayers(tuple(sorted(known.union(annotators) - {actor})))
        if after.annotators:
            record(connection, actor, "see", Change(notice, "seen", actor, before, after))
