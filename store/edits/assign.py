"""Who is to review which notices: given to somebody, taken off them, or shared out among several; each in one step."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from annotations.annotation import now
from store.db.database import Database
from store.errors import StoreError
from store.log.assignments import Assignment, check_assignee
from store.log.events import Change
from store.log.rows import load
from store.write.record import Batch, record


def assign(database: Database, actor: str, notices: Sequence[int], annotator: str) -> int:
    """Make ``annotator`` one of those who are to review the notices, in one step.

    Returns:
        For how many notices that was new.

    Raises:
        StoreError: the name is that of a layer, or none at all.
    """
    check_assignee(annotator)
    return _assign(database, actor, notices, annotator, wanted=True)


def unassign(database: Database, actor: str, notices: Sequence[int], annotator: str) -> int:
    """Take ``annotator`` off the notices, in one step; returns from how many."""
    return _assign(database, actor, notices, annotator, wanted=False)


class Shared(msgspec.Struct, frozen=True):
    """What sharing out did: so many assignments made, to each of them how many, and notices that too few can have."""

    made: int
    to: dict[str, int]
    short: tuple[int, ...]


def share_out(
    database: Database, actor: str, notices: Sequence[int], annotators: Sequence[str], overlap: int = 1
) -> Shared:
    """Assign each notice to so many of the annotators, each of whom gets about as many; all in one step.

    Whoever has a notice already counts, so that doing it again changes nothing.

    Args:
        database: where.
        actor: who does it.
        notices: their numbers.
        annotators: among whom they are shared out.
        overlap: how many of them each notice goes to.

    Raises:
        StoreError: a name is that of a layer or none at all, or there are fewer names than ``overlap``.
    """
    names = list(dict.fromkeys(annotators))
    for name in names:
        check_assignee(name)
    if not 1 <= overlap <= len(names):
        raise StoreError(f"each notice cannot go to {overlap} of {len(names)} people: name as many, or fewer notices")
    batch, at = Batch(), now()
    load_of, given = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    with database.write() as connection:
        missing: list[tuple[int, set[str], int]] = []
        for notice in notices:
            rows = connection.execute("SELECT annotator FROM assignments WHERE notice = ?", [notice]).fetchall()
            has = {row[0] for row in rows}
            for name in has & set(names):
                load_of[name] += 1
            missing.append((notice, has, overlap - len(has)))
        for notice, has, wanted in missing:
            # Whoever has fewest, in the order of the names where several have.
            free = sorted((name for name in names if name not in has), key=lambda name: load_of[name])
            for name in free[: max(0, wanted)]:
                change = Change(notice, "assignment", name, None, Assignment(name, actor, at))
                record(connection, actor, "assign", change, batch=batch)
                load_of[name] += 1
                given[name] += 1
    made = sum(given.values())
    short = tuple(notice for notice, has, wanted in missing if wanted > len(set(names) - has))
    return Shared(made, given, short)


def _assign(database: Database, actor: str, notices: Sequence[int], annotator: str, *, wanted: bool) -> int:
    batch, changed = Batch(), 0
    with database.write() as connection:
        for notice in notices:
            before = load(connection, "assignment", annotator, notice)
            if (before is not None) == wanted:
                continue
            after = Assignment(annotator, actor, now()) if wanted else None
            change = Change(notice, "assignment", annotator, before, after)
            record(connection, actor, "assign" if wanted else "unassign", change, batch=batch)
            changed += 1
    return changed
