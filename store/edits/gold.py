"""How gold changes: its annotations and what was decided about them go together, as one step of undo.

A gold annotation belongs to one decision.  Whatever moves it elsewhere, or takes it away, takes the decision away that
it belonged to.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from annotations.annotation import GOLD, Annotation, Review, now
from store.db.sqlite import Connection
from store.log.adjudications import Adjudication, load_adjudications
from store.log.events import Change, annotation_change
from store.log.rows import load
from store.read.adjudication import finished
from store.write.record import Batch, record

Decisions = Sequence[tuple[Adjudication | None, Adjudication | None]]
"""Decisions before and after, one for each fingerprint."""


class Step(msgspec.Struct, frozen=True):
    """A decision, and the one that it takes the place of; what gold it leaves, and what stood there until now."""

    before: Adjudication | None
    decision: Adjudication
    gold: tuple[Annotation, ...]
    replaced: tuple[Annotation, ...]


class GoldChange:
    """What is to be changed in the gold of a notice.

    Args:
        notice: its number.
        decisions: all that were made, by fingerprint.
        steps: what is decided.
        others: what else changes, before and after: gold that belongs to none of the steps.
    """

    def __init__(
        self,
        notice: int,
        decisions: dict[str, Adjudication],
        steps: Sequence[Step] = (),
        others: Sequence[tuple[Annotation | None, Annotation | None]] = (),
    ) -> None:
        self.steps = steps
        self._notice = notice
        self._changes: list[tuple[Annotation | None, Annotation | None]] = []
        for step in steps:
            before = {item.id: item for item in step.replaced}
            kept = {item.id for item in step.gold}
            self._changes += [(item, None) for item in step.replaced if item.id not in kept]
            self._changes += [(before.get(item.id), item) for item in step.gold]
        self._changes += others
        self._changes = [(before, after) for before, after in self._changes if before != after]
        # Gold belongs to one decision: what was decided about it before, on other layers, holds no longer.
        moved = {item.id for step in steps for item in (*step.gold, *step.replaced)}
        moved |= {item.id for pair in others for item in pair if item is not None}
        decided = {step.decision.fingerprint: step.decision for step in steps}
        self._decisions: list[tuple[Adjudication | None, Adjudication | None]] = [
            (known, None)
            for key, known in decisions.items()
            if key not in decided and known.choice != "complete" and not moved.isdisjoint(known.gold)
        ]
        self._decisions += [(step.before, step.decision) for step in steps]

    @property
    def changes(self) -> bool:
        """Whether there is anything to do."""
        return bool(self._changes or any(before != after for before, after in self._decisions))

    @property
    def taken(self) -> int:
        """How many gold annotations there are that were not there, or were others."""
        return sum(after is not None for _, after in self._changes)

    @property
    def taken_back(self) -> int:
        """How many there are no more."""
        return sum(after is None for _, after in self._changes)

    def store(self, connection: Connection, actor: str, batch: Batch) -> None:
        """Record all of it as one step, inside the caller's transaction."""
        for before, after in self._changes:
            record(connection, actor, "adjudicate", annotation_change(self._notice, before, after), batch=batch)
        put_decisions(connection, actor, self._notice, self._decisions, batch)
        marks = {each.fingerprint for each, _ in complete_ones(connection, self._notice) if each is not None}
        ended = any(after is None for _, after in self._decisions)
        if self.changes and marks and (ended or finished(connection, self._notice)[1] not in marks):
            # It was done with other gold: it must not be done again when the layers say what they said then.
            put_open(connection, actor, self._notice, batch)


def put_decisions(
    connection: Connection,
    actor: str,
    notice: int,
    decisions: Decisions,
    batch: Batch,
) -> None:
    """Record decisions, inside the caller's transaction; those that stay the same add no event."""
    for before, after in decisions:
        some = after if after is not None else before
        if some is not None:
            change = Change(notice, "adjudication", some.fingerprint, before, after)
            record(connection, actor, "adjudicate", change, batch=batch)


def complete_ones(connection: Connection, notice: int) -> Decisions:
    """What takes back that a notice is done."""
    return [(each, None) for each in load_adjudications(connection, notice).values() if each.choice == "complete"]


def put_open(connection: Connection, actor: str, notice: int, batch: Batch) -> None:
    """Record that gold is not done after all, inside the caller's transaction; what was decided stays."""
    before = load(connection, "review", GOLD, notice)
    if isinstance(before, Review) and before.status != "open":
        change = Change(notice, "review", GOLD, before, Review(GOLD, "open", None, now()))
        record(connection, actor, "adjudicate", change, batch=batch)
    put_decisions(connection, actor, notice, complete_ones(connection, notice), batch)


def put_complete(connection: Connection, actor: str, notice: int, batch: Batch) -> None:
    """Record that the gold of a notice is done, as its layers are now, inside the caller's transaction."""
    layers, digest = finished(connection, notice)
    known = complete_ones(connection, notice)
    before = load(connection, "review", GOLD, notice)
    done = isinstance(before, Review) and before.status == "done"
    if done and any(each is not None and each.fingerprint == digest for each, _ in known):
        return
    if not done:
        change = Change(notice, "review", GOLD, before, Review(GOLD, "done", None, now()))
        record(connection, actor, "adjudicate", change, batch=batch)
    stays = next((each for each, _ in known if each is not None and each.fingerprint == digest), None)
    decision = Adjudication(digest, "complete", layers, (), actor, now())
    put_decisions(connection, actor, notice, [*(each for each in known if each[0] != stays), (stays, decision)], batch)
