"""Who is to review which notices: given to somebody, taken off them, or shared out among several; each in one step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

import msgspec

from annotations.annotation import now
from store.db.database import Database
from store.db.sqlite import Connection
from store.db.turns import in_turns
from store.errors import StoreError
from store.log.assignments import Assignment
from store.log.events import Change
from store.log.rows import load
from store.project.reviewers import check_name
from store.write.record import Batch, record


def assign(
    database: Database, actor: str, notices: Sequence[int], annotator: str, *, beside: Collection[str] | None = None
) -> int:
    """Make ``annotator`` one of those who are to review the notices, in one step.

    What somebody took for themselves becomes what another gave them, once another assigns it to them.

    Args:
        database: where.
        actor: who does it.
        notices: their numbers.
        annotator: who is to review them.
        beside: a notice that anybody but these has by then stays as it is; None assigns it whoever has it.

    Returns:
        For how many notices that was new.

    Raises:
        StoreError: nobody can have that name.
        RoleError: the role of ``actor`` does not allow it (``store.write.permission``).
    """
    check_name(annotator)
    return _assign(database, actor, notices, annotator, wanted=True, beside=beside)


def unassign(database: Database, actor: str, notices: Sequence[int], annotator: str) -> int:
    """Take ``annotator`` off the notices, in one step; returns from how many.

    Raises:
        RoleError: the role of ``actor`` does not allow it (``store.write.permission``).
    """
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
        StoreError: nobody can have one of the names, or there are fewer names than ``overlap``.
        RoleError: the role of ``actor`` does not allow it (``store.write.permission``).
    """
    names = list(dict.fromkeys(annotators))
    for name in names:
        check_name(name)
    if not 1 <= overlap <= len(names):
        raise StoreError(f"each notice cannot go to {overlap} of {len(names)} people: name as many, or fewer notices")
    batch, at = Batch(), now()
    given, short = dict.fromkeys(names, 0), []
    with database.read() as connection:
        # What somebody else assigns meanwhile counts for its notice; who has how many is known from before.
        known = Counter(name for notice in notices for name in _assignees(connection, notice))
    load_of = {name: known[name] for name in names}

    def store(connection: Connection, turn: Iterator[int]) -> None:
        for notice in turn:
            has = _assignees(connection, notice)
            wanted = max(0, overlap - len(has))
            # Whoever has fewest, in the order of the names where several have.
            free = sorted((name for name in names if name not in has), key=lambda name: load_of[name])
            for name in free[:wanted]:
                change = Change(notice, "assignment", name, None, Assignment(name, actor, at))
                record(connection, actor, "assign", change, batch=batch)
                load_of[name] += 1
                given[name] += 1
            if wanted > len(free):
                short.append(notice)

    for _ in in_turns(database, notices, store):
        pass
    return Shared(sum(given.values()), given, tuple(short))


def _assignees(connection: Connection, notice: int) -> set[str]:
    rows = connection.execute("SELECT annotator FROM assignments WHERE notice = ?", [notice]).fetchall()
    return {row[0] for row in rows}


def _assign(  # as its two callers
    database: Database,
    actor: str,
    notices: Sequence[int],
    annotator: str,
    *,
    wanted: bool,
    beside: Collection[str] | None = None,
) -> int:
    batch = Batch()

    def store(connection: Connection, turn: Iterator[int]) -> int:
        changed = 0
        for notice in turn:
            before = load(connection, "assignment", annotator, notice)
            given = wanted and actor != annotator and isinstance(before, Assignment) and before.assigned_by == annotator
            if (before is not None) == wanted and not given:
                continue
            if beside is not None and _assignees(connection, notice) - {annotator, *beside}:
                # Two people may share out the same notices at once.
                continue
            after = Assignment(annotator, actor, now()) if wanted else None
            change = Change(notice, "assignment", annotator, before, after)
            record(connection, actor, "assign" if wanted else "unassign", change, batch=batch)
            changed += 1
        return changed

    return sum(in_turns(database, notices, store))
