"""Undo and redo: the newest step of one's own is taken back, on whatever notices, by events that are its inverse."""

from __future__ import annotations

from typing import Literal

import msgspec

from annotations.annotation import Annotation
from annotations.labels import LabelSet
from annotations.relabelling import fitted
from store.db.database import Database
from store.log.events import Change, Event
from store.log.history import next_redo, next_undo
from store.project.settings import labels_in
from store.write.record import Batch, record


class Reversal(msgspec.Struct, frozen=True):
    """What an undo or a redo did: ``event`` is the one it took back, ``changes`` what it left.

    Of a step of several events ``event`` and ``change`` are the first.
    """

    event: Event
    changes: tuple[Change, ...]

    @property
    def change(self) -> Change:
        """What the undo or redo of the first event left."""
        return self.changes[0]

    @property
    def size(self) -> int:
        """How many events the step has."""
        return len(self.changes)


def undo(database: Database, actor: str) -> Reversal | None:
    """Take back the newest step of ``actor`` that was not taken back yet, on whatever notices; None when there is none.

    Raises:
        ConflictError: somebody has changed the same entity since.
    """
    return _reverse(database, actor, "undo")


def redo(database: Database, actor: str) -> Reversal | None:
    """Take back the newest undo of ``actor``, unless something new was done since; None when there is none.

    Raises:
        ConflictError: somebody has changed the same entity since.
    """
    return _reverse(database, actor, "redo")


def _reverse(database: Database, actor: str, action: Literal["undo", "redo"]) -> Reversal | None:
    with database.write() as connection:
        step = next_undo(connection, actor) if action == "undo" else next_redo(connection, actor)
        if not step:
            return None
        batch = Batch() if len(step) > 1 else None
        labels = labels_in(connection)
        changes = [_inverse(event.change, labels) for event in step]
        for event, change in zip(step, changes, strict=True):
            record(
                connection,
                actor,
                action,
                change,
                undoes=event.number if action == "undo" else None,
                redoes=event.number if action == "redo" else None,
                batch=batch,
                labels=labels,
            )
        # A step comes with its newest event first; its oldest one is shown.
        return Reversal(step[-1], tuple(reversed(changes)))


def _inverse(change: Change, labels: LabelSet) -> Change:
    """The inverse of a change, with the labels and attributes that there are now: the log has those of its time."""
    before, after = (
        fitted(each, labels) if isinstance(each, Annotation) else each for each in (change.after, change.before)
    )
    return Change(change.notice, change.entity, change.key, before, after)
