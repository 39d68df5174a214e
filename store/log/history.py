"""What undo and redo take back: found by walking back through what one person did."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from store.db.sqlite import Connection
from store.log.events import Event, events

UNDOABLE = ("tag", "change", "delete", "review", "override", "assign", "unassign", "correct", "redate")
"""Actions of a reviewer that undo takes back; imports stay."""


def next_undo(connection: Connection, actor: str) -> list[Event]:
    """The step that undo takes back: the actor's newest that was not taken back yet, newest event first; else empty."""
    undone = 0
    for step in _steps(connection, actor):
        action = step[0].action
        if action == "undo":
            undone += 1
        elif action == "redo" or action in UNDOABLE:
            if not undone:
                return step
            undone -= 1
    return []


def next_redo(connection: Connection, actor: str) -> list[Event]:
    """The undo that redo takes back: the newest, if nothing new was done since; newest event first, else empty."""
    redone = 0
    for step in _steps(connection, actor):
        action = step[0].action
        if action == "redo":
            redone += 1
        elif action == "undo":
            if not redone:
                return step
            redone -= 1
        elif action in UNDOABLE:
            return []
    return []


def _steps(connection: Connection, actor: str) -> Iterator[list[Event]]:
    """The steps of an actor, the newest first; the events of a batch, side by side in the log, are one step."""
    own = events(connection, actor=actor, newest_first=True)
    for batch, step in groupby(own, key=lambda event: (event.batch is not None, event.batch or event.number)):
        del batch
        yield list(step)
