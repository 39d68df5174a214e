"""What somebody decides where merged databases say different things: one side stands from now on."""

from __future__ import annotations

from annotations.annotation import Annotation
from annotations.relabelling import fitted
from store.db.database import Database
from store.errors import AmbiguousError, NotFoundError
from store.index.conflicts import Conflict, conflicts
from store.log.events import Change, Event
from store.log.rows import load
from store.project.settings import labels_in
from store.write.permission import SETTLE
from store.write.record import record


def settle(database: Database, actor: str, side: str) -> tuple[Conflict, Event]:
    """Let one side of a conflict stand, be it the one that is shown or another.

    Args:
        database: where.
        actor: whose layer it is about, or an adjudicator.
        side: the id of the event of that side, or how it begins, in hex.

    Returns:
        The conflict as it was, and the side.

    Raises:
        NotFoundError: no side of any conflict is called so.
        AmbiguousError: several are.
        RoleError: it is about the layer of another, and the actor is no adjudicator.
        ZhupiError: the label set takes no longer what that side says.
    """
    with database.write() as connection:
        found = [
            (conflict, event)
            for conflict in conflicts(connection)
            for event in conflict.sides
            if event.id.hex().startswith(side.lower())
        ]
        if not found or not side:
            raise NotFoundError(f"no conflict has a side {side}; `zhupi merge --conflicts` lists them")
        if len(found) > 1:
            raise AmbiguousError(f"several sides begin with {side}; give more of it")
        [(conflict, event)] = found
        labels = labels_in(connection)
        current = load(connection, conflict.entity, conflict.key, conflict.notice, labels=labels)
        wanted = event.change.after
        if isinstance(wanted, Annotation):
            wanted = fitted(wanted, labels)
            wanted.check_attributes(labels)
        change = Change(conflict.notice, conflict.entity, conflict.key, current, wanted)
        record(connection, actor, SETTLE, change, labels=labels)
        return conflict, event
