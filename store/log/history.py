"""What undo and redo take back: found by walking back through what one person did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from store.db.sqlite import Connection
from store.log.events import Event, event_of, last_event

UNDOABLE: Final = ("tag", "change", "delete", "review", "override", "assign", "unassign", "correct", "redate")
"""Actions of a reviewer that undo takes back; imports stay."""


class Part(msgspec.Struct, frozen=True):
    """An event of a step: ``event`` is what was done at first, ``stands_for`` the number of its newest undo or redo.

    ``stands_for`` is the number of ``event`` itself where it has never been undone.
    """

    stands_for: int
    event: Event


def next_undo(connection: Connection, actor: str) -> list[Part]:
    """The step that undo takes back: the actor's newest that was not taken back yet, oldest event first; else empty."""
    undone = 0
    for step in _steps(connection, actor):
        if step.action == "undo":
            undone += 1
        elif step.action == "redo" or step.action in UNDOABLE:
            if not undone:
                return _parts(connection, actor, step)
            undone -= 1
    return []


def next_redo(connection: Connection, actor: str) -> list[Part]:
    """The step that redo does again: of the newest undo, if nothing new was done since; else empty."""
    redone = 0
    for step in _steps(connection, actor):
        if step.action == "redo":
            redone += 1
        elif step.action == "undo":
            if not redone:
                return _parts(connection, actor, step)
            redone -= 1
        elif step.action in UNDOABLE:
            return []
    return []


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
    at = last_event(connection) + 1
    while rows := connection.execute(
        "SELECT number, action, batch FROM events WHERE actor = ? AND number < ? ORDER BY number DESC LIMIT 1000",
        [actor, at],
    ).fetchall():
        for step in (_Step(*row) for row in rows):
            if step.batch is None or step.batch not in batches:
                yield step
            if step.batch is not None:
                batches.add(step.batch)
        at = rows[-1]["number"]


def _parts(connection: Connection, actor: str, step: _Step) -> list[Part]:
    numbers = [step.number]
    if step.batch is not None:
        rows = connection.execute(
            "SELECT number FROM events WHERE actor = ? AND batch = ? AND number >= ?", [actor, step.batch, step.batch]
        ).fetchall()
        numbers = [row["number"] for row in rows]
    parts = [Part(number, first_event(connection, number)) for number in numbers]
    return sorted(parts, key=lambda part: part.event.number)
