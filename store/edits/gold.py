"""How gold changes: its annotations and what was decided about them go together, as one step of undo.

A gold annotation belongs to one decision.  Whatever moves it elsewhere, or takes it away, takes the decision away that
it belonged to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec
from msgspec.structs import replace

from annotations.adjudication.rules import Rule
from annotations.annotation import GOLD, Annotation, Review, now, reviewed
from store.db.sqlite import Connection
from store.log.adjudications import Adjudication, load_adjudications
from store.log.events import Change, annotation_change
from store.log.rows import load
from store.project.settings import labels_in
from store.read.adjudication import finished, notice_values_of
from store.write.record import Batch, record, surroundings_of

Decisions = Sequence[tuple[Adjudication | None, Adjudication | None]]
"""Decisions before and after, one for each fingerprint."""


class Step(msgspec.Struct, frozen=True):
    """A decision, and the one that it takes the place of; what gold it leaves, and what stood there until now."""

    before: Adjudication | None
    decision: Adjudication
    gold: tuple[Annotation, ...]
    replaced: tuple[Annotation, ...]


class Piece(msgspec.Struct, frozen=True):
    """What of a change must be stored at once: gold annotations, and all decisions about them, before and after."""

    items: tuple[tuple[Annotation | None, Annotation | None], ...]
    decisions: Decisions


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
        # Gold belongs to one decision: what was decided about it before, on other layers, holds no longer.
        decided = {step.decision.fingerprint for step in steps}
        self._decision_of = {
            item: known
            for key, known in decisions.items()
            if key not in decided and known.choice != "complete"
            for item in known.gold
        }
        self.pieces = [
            *(self._piece(_changes_of(step), [*step.gold, *step.replaced], step) for step in steps),
            *(self._piece([pair], [item for item in pair if item is not None]) for pair in others),
        ]
        """What is to be stored, in any number of transactions, in this order."""

    @property
    def changes(self) -> bool:
        """Whether there is anything to do."""
        return self.events > 0

    @property
    def events(self) -> int:
        """How many events it takes, but those that say that gold is not done."""
        return sum(before != after for piece in self.pieces for before, after in (*piece.items, *piece.decisions))

    def store(self, connection: Connection, actor: str, batch: Batch) -> None:
        """Record all of it as one step, inside the caller's transaction."""
        self.store_opening(connection, actor, batch)
        for _ in self.store_pieces(connection, actor, batch, self.pieces):
            pass

    def store_opening(self, connection: Connection, actor: str, batch: Batch) -> None:
        """Record that gold is not done, before it changes, inside the caller's transaction.

        It was done with other gold: it must not be done again when the layers say what they said then.
        """
        marks = {each.fingerprint for each, _ in complete_ones(connection, self._notice) if each is not None}
        ended = any(after is None for piece in self.pieces for _, after in piece.decisions)
        if self.changes and marks and (ended or finished(connection, self._notice)[1] not in marks):
            put_open(connection, actor, self._notice, batch)

    def store_pieces(
        self, connection: Connection, actor: str, batch: Batch, pieces: Iterable[Piece]
    ) -> Iterator[Piece]:
        """Record some pieces, inside the caller's transaction; yields each once it is recorded."""
        labels, around = labels_in(connection), surroundings_of(connection, self._notice)
        for piece in pieces:
            for before, after in piece.items:
                change = annotation_change(self._notice, before, after)
                record(connection, actor, "adjudicate", change, batch=batch, labels=labels, around=around)
            put_decisions(connection, actor, self._notice, piece.decisions, batch)
            yield piece

    def _piece(
        self,
        items: Iterable[tuple[Annotation | None, Annotation | None]],
        touched: Iterable[Annotation],
        step: Step | None = None,
    ) -> Piece:
        """A piece, with the decisions that some gold belonged to, each of which goes once."""
        ended = {}
        for item in touched:
            known = self._decision_of.get(item.id)
            if known is not None:
                ended[known.fingerprint] = known
        for known in ended.values():
            for key in known.gold:
                self._decision_of.pop(key, None)
        decisions: list[tuple[Adjudication | None, Adjudication | None]] = [(known, None) for known in ended.values()]
        if step is not None:
            decisions.append((step.before, step.decision))
        return Piece(tuple((before, after) for before, after in items if before != after), decisions)


def _changes_of(step: Step) -> list[tuple[Annotation | None, Annotation | None]]:
    before = {item.id: item for item in step.replaced}
    kept = {item.id for item in step.gold}
    return [
        *((item, None) for item in step.replaced if item.id not in kept),
        *((before.get(item.id), item) for item in step.gold),
    ]


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
        change = Change(notice, "review", GOLD, before, reviewed(before, GOLD, "open", None, now()))
        record(connection, actor, "adjudicate", change, batch=batch)
    put_decisions(connection, actor, notice, complete_ones(connection, notice), batch)


def put_complete(
    connection: Connection,
    actor: str,
    notice: int,
    batch: Batch,
    known: tuple[tuple[str, ...], str] | None = None,
    rule: Rule = "all",
) -> None:
    """Record that the gold of a notice is done, as its layers are now, inside the caller's transaction.

    Attributes of the whole notice on which the layers agree by the rule become gold where gold has none.

    Args:
        connection: in a write transaction.
        actor: the adjudicator.
        notice: the number of the notice.
        batch: the step that it is a part of.
        known: what ``finished`` tells, where the caller knows that it still does.
        rule: what layers agree by.
    """
    layers, digest = finished(connection, notice) if known is None else known
    marks = complete_ones(connection, notice)
    before = load(connection, "review", GOLD, notice)
    gold = before if isinstance(before, Review) else None
    done = gold is not None and gold.status == "done"
    taken = notice_values_of(connection, notice, rule).taken
    if done and not taken and any(each is not None and each.fingerprint == digest for each, _ in marks):
        return
    if not done or taken:
        after = reviewed(gold, GOLD, "done", gold.comment if gold is not None and done else None, now())
        change = Change(notice, "review", GOLD, before, replace(after, attributes={**after.attributes, **taken}))
        record(connection, actor, "adjudicate", change, batch=batch)
    stays = next((each for each, _ in marks if each is not None and each.fingerprint == digest), None)
    decision = Adjudication(digest, "complete", layers, (), actor, now())
    put_decisions(connection, actor, notice, [*(each for each in marks if each[0] != stays), (stays, decision)], batch)
