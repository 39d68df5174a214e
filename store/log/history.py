"""What undo and redo take back: found by walking back through what one person did in this database.

What was merged from elsewhere is no step of theirs here: to change it is a new step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from store.db.sqlite import Connection
from store.log.events import OWN, REOPEN, Event, event_of, last_event

UNDOABLE: Final = (
    "tag", "change", "delete", "review", "attributes", "override", "assign", "unassign", "correct", "redate",
    "adjudicate", "import layer", "find", "settle", "ask", "answer", "keep",
)  # fmt: skip
"""Actions that undo takes back; what else is imported stays."""

_STEPPING: Final = (*UNDOABLE, "undo", "redo", REOPEN)
"""The actions of steps, and of taking them back or doing them again."""

_STEPS: Final = f"""
SELECT number, iif(undoes IS NOT NULL, 'undo', iif(redoes IS NOT NULL, 'redo', action)), batch FROM events
WHERE actor = ? AND number < ? AND {OWN} AND action IN {_STEPPING}
ORDER BY number DESC LIMIT ?
"""  # noqa: S608  # constants
"""What a walk looks at: whoever imported a million notices has as many events that no undo is about."""
_FIRST, _MOST = 16, 1024
"""How many are read at first, and later at most at once: to look for more may read all that the actor has imported."""


class Part(msgspec.Struct, frozen=True):
    """An event of a step: ``event`` is what was done at first, ``stands_for`` the number of its newest undo or redo.

    ``stands_for`` is the number of ``event`` itself where it has never been undone.
    """

    stands_for: int
    event: Event


class Walked(msgspec.Struct, frozen=True):
    """The step that a walk has come to."""

    parts: tuple[Part, ...] = ()
    """Its events, the oldest first; none where there is no such step."""

    begun: int | None = None
    """Of an undo or redo that ended before it had taken back all of a step: its batch, whose rest ``parts`` is."""


def next_undo(connection: Connection, actor: str) -> Walked:
    """The step that undo takes back: the actor's newest that was not taken back yet, or what is left of it."""
    undone = 0
    for step in _steps(connection, actor):
        if step.action == "undo":
            if not undone and (rest := _rest(connection, actor, step)):
                return rest
            undone += 1
        else:
            if not undone:
                return Walked(_parts(connection, actor, step.number, step.batch))
            undone -= 1
    return Walked()


def next_redo(connection: Connection, actor: str) -> Walked:
    """The step that redo does again: of the newest undo, or what is left of it, if nothing new was done since."""
    redone = 0
    for step in _steps(connection, actor):
        if step.action == "redo":
            if not redone and (rest := _rest(connection, actor, step)):
                return rest
            redone += 1
        elif step.action == "undo":
            if not redone:
                return Walked(_parts(connection, actor, step.number, step.batch))
            redone -= 1
        elif step.action in UNDOABLE:
            return Walked()
    return Walked()


def last_step(connection: Connection, actor: str) -> Event | None:
    """The newest event of an actor that is a step of undo, or of an undo or a redo; None where there is none."""
    row = connection.execute(
        f"SELECT * FROM events WHERE actor = ? AND action IN {_STEPPING} "  # noqa: S608  # constants
        "ORDER BY number DESC LIMIT 1",
        [actor],
    ).fetchone()
    return None if row is None else event_of(row)


def first_event(connection: Connection, number: int) -> Event:
    """What was done at first: of an undo or a redo the event that it takes back, or does again."""
    while True:
        row = connection.execute("SELECT * FROM events WHERE number = ?", [number]).fetchone()
        earlier = row["undoes"] or row["redoes"]
        if earlier is None:
            return event_of(row)
        number = earlier


class _Step(msgspec.Struct, frozen=True):
    """A step as the walk meets it: the newest of its events, and its batch where it may have several."""

    number: int
    action: str
    batch: int | None


def _steps(connection: Connection, actor: str) -> Iterator[_Step]:
    """The steps of an actor, the newest first, each once, whatever the actor did between the events of a batch."""
    batches: set[int] = set()
    at, most = last_event(connection) + 1, _FIRST
    while rows := connection.execute(_STEPS, [actor, at, most]).fetchall():
        most = min(_MOST, 4 * most)
        for step in (_Step(*row) for row in rows):
            if step.batch is None or step.batch not in batches:
                yield step
            if step.batch is not None:
                batches.add(step.batch)
        at = rows[-1]["number"]


def _rest(connection: Connection, actor: str, step: _Step) -> Walked | None:
    """What an undo or redo of several events has not come to; None when it has taken back all of its step."""
    if step.batch is None:
        return None
    done = taken_back(connection, actor, step.batch)
    one = min(done)
    of = connection.execute("SELECT batch FROM events WHERE number = ?", [one]).fetchone()["batch"]
    left = [number for number in _numbers(connection, actor, one, of) if number not in done]
    return Walked(_parts_of(connection, left), step.batch) if left else None


def taken_back(connection: Connection, actor: str, batch: int) -> set[int]:
    """The numbers of the events that an undo or redo of several has come to."""
    rows = connection.execute(
        "SELECT coalesce(undoes, redoes) AS number FROM events "  # noqa: S608  # constant
        f"WHERE actor = ? AND batch = ? AND number >= ? AND {OWN}",
        [actor, batch, batch],
    ).fetchall()
    return {row["number"] for row in rows}


def _parts(connection: Connection, actor: str, number: int, batch: int | None) -> tuple[Part, ...]:
    return _parts_of(connection, _numbers(connection, actor, number, batch))


def _numbers(connection: Connection, actor: str, number: int, batch: int | None) -> list[int]:
    if batch is None:
        return [number]
    rows = connection.execute(
        f"SELECT number FROM events WHERE actor = ? AND batch = ? AND number >= ? AND {OWN}",  # noqa: S608  # constant
        [actor, batch, batch],
    ).fetchall()
    return [row["number"] for row in rows]


def _parts_of(connection: Connection, numbers: Sequence[int]) -> tuple[Part, ...]:
    parts = [Part(number, first_event(connection, number)) for number in numbers]
    return tuple(sorted(parts, key=lambda part: part.event.number))
