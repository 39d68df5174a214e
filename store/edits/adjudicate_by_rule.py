"""What a rule makes gold: what all layers say, or more than half of them; in one notice or in all that are ready."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from annotations.adjudication.rules import Rule, winners
from annotations.annotation import Annotation, now
from annotations.errors import ZhupiError
from annotations.origins import agreed
from store.db.database import Database
from store.db.sqlite import Connection
from store.db.turns import AT_ONCE, in_turns
from store.edits.gold import GoldChange, Piece, Step, put_complete
from store.log.adjudications import Adjudication
from store.log.events import ConflictError, events_since
from store.project.reviewers import require
from store.read.adjudication import (
    Case,
    NoticeAdjudication,
    finished,
    gold_by_rule,
    load_adjudication_of,
    notice_values_of,
    says_the_same,
)
from store.write.record import Batch


class Outcome(msgspec.Struct, frozen=True):
    """What a rule did, or would do, in some notices.

    ``notices`` were looked at.  ``taken`` and ``taken_back`` count gold annotations, ``settled`` what layers say
    and was decided, and ``open`` what was left to adjudicators, attributes of the whole notice included.
    ``completed`` counts notices whose gold is done by it.  ``refused`` has a line for each notice that could not be
    looked at.
    """

    notices: int = 0
    taken: int = 0
    taken_back: int = 0
    settled: int = 0
    open: int = 0
    completed: int = 0
    refused: tuple[str, ...] = ()

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(*(mine + its for mine, its in zip(*map(msgspec.structs.astuple, (self, other)), strict=True)))


def adjudicate_by_rule(
    database: Database, actor: str, notices: Sequence[int], rule: Rule, *, dry_run: bool = False
) -> Iterator[Outcome]:
    """Take into gold what a rule takes, and say of each notice that is decided then that its gold is done.

    All of it is one step of undo.  A notice that is not ready stays as it is.

    Args:
        database: where.
        actor: the adjudicator.
        notices: their numbers.
        rule: which.
        dry_run: whether nothing is changed.

    Yields:
        What was done in one turn, once it is committed.

    Raises:
        RoleError: the actor is no adjudicator.
    """
    batch: Batch | None = None if dry_run else Batch()
    long = []

    def outcome(connection: Connection, notice: int) -> Outcome:
        if batch is not None and _is_long(connection, notice):
            long.append(notice)
            return Outcome()
        return _at_once(connection, actor, notice, rule, batch)

    def store(connection: Connection, turn: Iterator[int]) -> Outcome:
        require(connection, actor, "adjudicate")
        return sum((outcome(connection, notice) for notice in turn), Outcome())

    if batch is None:
        with database.read() as connection:
            yield store(connection, iter(notices))
        return
    yield from in_turns(database, notices, store)
    for notice in long:
        try:
            yield _in_turns(database, actor, notice, rule, batch)
        except ZhupiError as error:
            yield Outcome(refused=(str(error),))


def _at_once(connection: Connection, actor: str, notice: int, rule: Rule, batch: Batch | None) -> Outcome:
    """What a rule does in a notice; all of it inside the caller's transaction, or nothing where there is no batch."""
    try:
        adjudication = load_adjudication_of(connection, notice)
    except ZhupiError as error:
        # Of very many notices a damaged one must not hinder the others.
        return Outcome(refused=(str(error),))
    if not adjudication.is_ready:
        return Outcome()
    change = by_rule(adjudication, actor, rule)
    left = len(adjudication.open) - len(change.steps) + len(notice_values_of(connection, notice, rule).open)
    if batch is not None:
        change.store(connection, actor, batch)
        if not left:
            put_complete(connection, actor, notice, batch, rule=rule)
    return sum(map(_outcome_of, change.pieces), Outcome(notices=1, open=left, completed=int(not left)))


def take_by_rule(
    database: Database, actor: str, notice: int, rule: Rule, batch: Batch
) -> tuple[NoticeAdjudication, Outcome]:
    """Take into gold what a rule takes in one notice, in turns where that is much.

    What it takes is found without the lock.  A layer that changes meanwhile is as one that changes behind it: a
    decision is about what layers said.  Where somebody else decides meanwhile, it looks again and goes on.

    Args:
        database: where.
        actor: the adjudicator.
        notice: its number.
        rule: which.
        batch: the step that it is a part of.

    Returns:
        The adjudication as it is then, and what was done.

    Raises:
        RoleError: the actor is no adjudicator.
        ConflictError: gold is not what the log says.
        NotFoundError: there is no such notice.
    """
    made, seen = Outcome(), -1
    while True:
        with database.read() as connection:
            require(connection, actor, "adjudicate")
            adjudication = load_adjudication_of(connection, notice)
        change = by_rule(adjudication, actor, rule)
        if not change.changes:
            return adjudication, made
        first = batch.first
        try:
            for done in _stored(database, actor, change, batch):
                made, first = made + done, batch.first
        except ConflictError:
            # The first event of the step is none that was rolled back.
            batch.first = first
            if adjudication.last_event == seen:
                raise
        seen = adjudication.last_event


def _stored(database: Database, actor: str, change: GoldChange, batch: Batch) -> Iterator[Outcome]:
    """Store a change of gold, at once where it is small; yields what is committed."""
    if change.events <= AT_ONCE:
        with database.write() as connection:
            change.store(connection, actor, batch)
        yield sum(map(_outcome_of, change.pieces), Outcome())
        return
    with database.write() as connection:
        change.store_opening(connection, actor, batch)

    def store(connection: Connection, turn: Iterator[Piece]) -> Outcome:
        return sum(map(_outcome_of, change.store_pieces(connection, actor, batch, turn)), Outcome())

    yield from in_turns(database, change.pieces, store)


def _in_turns(database: Database, actor: str, notice: int, rule: Rule, batch: Batch) -> Outcome:
    """Take what a rule takes in a notice where that is much, and say that its gold is done where all is decided."""
    made = Outcome()
    while True:
        adjudication, done = take_by_rule(database, actor, notice, rule, batch)
        made += done
        if not adjudication.is_ready:
            return made
        with database.read() as connection:
            left = len(adjudication.open) + len(notice_values_of(connection, notice, rule).open)
        if left or _completed(database, actor, adjudication, batch, rule):
            return made + Outcome(notices=1, open=left, completed=int(not left))


def _completed(database: Database, actor: str, adjudication: NoticeAdjudication, batch: Batch, rule: Rule) -> bool:
    """Say that gold is done, unless anything has changed in the notice since it was looked at."""
    with database.read() as connection:
        known = finished(connection, adjudication.number)
    with database.write() as connection:
        if events_since(connection, adjudication.last_event, adjudication.number):
            return False
        put_complete(connection, actor, adjudication.number, batch, known, rule)
        return True


def _is_long(connection: Connection, notice: int) -> bool:
    """Whether there may be more to take in a notice than is stored at once."""
    (count,) = connection.execute("SELECT count(*) FROM annotations WHERE notice = ?", [notice]).fetchone()
    return bool(count > AT_ONCE)


def _outcome_of(piece: Piece) -> Outcome:
    """What is done once a piece is stored."""
    return Outcome(
        taken=sum(after is not None for _, after in piece.items),
        taken_back=sum(after is None for _, after in piece.items),
        settled=sum(after is not None for _, after in piece.decisions),
    )


def by_rule(adjudication: NoticeAdjudication, actor: str, rule: Rule) -> GoldChange:
    """What a rule changes in a notice: it takes what layers say, and takes back what it took and they say no more.

    Gold that no decision is about, as it comes from a file, stands as decided where it says what a layer says.  Nothing
    is changed of a notice that is not ready.
    """
    decisions = adjudication.decisions
    if not adjudication.is_ready:
        return GoldChange(adjudication.number, decisions)
    opened = adjudication.open
    left = [item for case in opened for item in case.gold] + list(adjudication.loose)
    ruled = gold_by_rule(decisions.values())
    taken = {item.id for item in left if item.id in ruled}
    standing = {item.id: item for case in adjudication.cases for item in case.gold}
    standing.update((item.id, item) for item in adjudication.loose)
    decided = {key for decision in decisions.values() for key in decision.gold}
    steps = []
    for case in opened:
        step = _step(adjudication, actor, case, rule, taken, standing) or _as_it_stands(
            adjudication, actor, case, decided
        )
        if step is not None:
            steps.append(step)
    kept = {item.id for step in steps for item in (*step.gold, *step.replaced)}
    taken_back = [(item, None) for item in left if item.id in taken and item.id not in kept]
    return GoldChange(adjudication.number, decisions, steps, taken_back)


def _step(
    adjudication: NoticeAdjudication,
    actor: str,
    case: Case,
    rule: Rule,
    taken: Collection[str],
    standing: Mapping[str, Annotation],
) -> Step | None:
    """What a rule decides; None where it leaves that to an adjudicator.

    Args:
        adjudication: of the notice.
        actor: the adjudicator.
        case: what is decided.
        rule: which.
        taken: the ids of open gold that a rule took.
        standing: all gold of the notice, by id.
    """
    notice, labels = adjudication.notice, adjudication.labels
    won = winners(case.about, adjudication.layers, rule, notice.alignment)
    gold = []
    for winner in won:
        first, at = winner.members[0], max(item.updated_at for item in winner.members)
        made = agreed(notice, winner.span, labels[first.label], first.attributes, case.about.fingerprint, at)
        # What stands there and says the same stays, whoever decided it.
        gold.append(next((item for item in case.gold if says_the_same(adjudication, item, made)), made))
    # What somebody made of it stays: another annotation here, or what was made by this rule once, and changed since.
    by_hand = [item for item in case.gold if item not in gold and item.id not in taken]
    if not won or by_hand or any(standing.get(item.id, item) != item for item in gold):
        return None
    decision = Adjudication(
        fingerprint=case.about.fingerprint,
        choice="agreed" if case.kind == "agreed" else "majority",
        layers=tuple(dict.fromkeys(name for winner in won for name in winner.layers)),
        gold=tuple(item.id for item in gold),
        decided_by=actor,
        decided_at=now(),
    )
    return Step(case.decision, decision, tuple(gold), case.gold)


def _as_it_stands(adjudication: NoticeAdjudication, actor: str, case: Case, decided: Collection[str]) -> Step | None:
    """What decides a place by gold that no decision is about; None where there is other gold, or no layer says so.

    ``decided`` are the ids of all gold that a decision is about.
    """
    if not case.gold or any(item.id in decided for item in case.gold):
        return None
    layers = tuple(
        name
        for name, members in zip(adjudication.layers, case.about.members, strict=False)
        if _say_the_same(adjudication, case.gold, members)
    )
    if not layers:
        return None
    gold = tuple(item.id for item in case.gold)
    return Step(None, Adjudication(case.about.fingerprint, "taken", layers, gold, actor, now()), case.gold, case.gold)


def _say_the_same(adjudication: NoticeAdjudication, some: Sequence[Annotation], others: Sequence[Annotation]) -> bool:
    """Whether each of some annotations says what one of others does, and the other way round."""
    return all(
        any(says_the_same(adjudication, item, other) for other in there)
        for here, there in ((some, others), (others, some))
        for item in here
    )
