"""What an adjudicator does: fills in gold, decides where layers differ, and says that the gold of a notice is done.

Each call is one transaction and one step of undo.  ``none`` is a decision though it leaves no annotation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import msgspec

from annotations.annotation import GOLD, Annotation, now
from annotations.counts import counted
from store.db.database import Database
from store.db.sqlite import Connection
from store.edits.adjudicate_by_rule import take_by_rule
from store.edits.gold import GoldChange, Step, put_complete, put_open
from store.edits.leases import release
from store.errors import StoreError
from store.log.adjudications import Adjudication, Choice, load_adjudications
from store.log.events import ConflictError
from store.log.rows import load
from store.project.reviewers import require
from store.project.settings import labels_in
from store.read.adjudication import Case, NoticeAdjudication, load_adjudication_of
from store.write.record import Batch


def fill(database: Database, actor: str, notice: int) -> NoticeAdjudication:
    """Take what all layers agree on into gold, in one step; a second call finds nothing to do.

    Gold that came about so and that the layers say no longer is taken back.  What an adjudicator decided stays.  Gold
    from a file stands as decided where it says what a layer says.

    Returns:
        The adjudication of the notice as it is then; of one that is not ready it is as it was.

    Raises:
        RoleError: the actor is no adjudicator.
        NotFoundError: there is no such notice.
    """
    return take_by_rule(database, actor, notice, "all", Batch())[0]


def decide(
    database: Database,
    actor: str,
    notice: int,
    case: Case,
    gold: Sequence[Annotation],
    choice: Choice,
    layers: Collection[str] = (),
    at: str | None = None,
) -> Adjudication:
    """Decide what is gold in one place, or decide it otherwise; what stood there before goes.

    Args:
        database: where.
        actor: the adjudicator.
        notice: the number of the notice.
        case: what is decided, as it was shown.
        gold: the gold annotations that there shall be; none is a decision too.  One that keeps its id is changed.
        choice: ``taken``, ``none`` or ``edited``.
        layers: the names of the layers whose version was taken.
        at: when it was decided, as ``annotations.annotation.now`` writes times; None is now.  Who shows a decision
            before it is stored gives its time, so that the next one stands on what is stored then.

    Returns:
        The decision as it is stored.

    Raises:
        ConflictError: somebody has decided this meanwhile, or a layer says something else.
        RoleError: the actor is no adjudicator.
        ZhupiError: an annotation does not fit the notice or the label set.
    """
    with database.write() as connection:
        _check_members(connection, notice, case)
        _check_gold(connection, notice, gold)
        wanted = Adjudication(
            case.about.fingerprint, choice, tuple(layers), tuple(item.id for item in gold), actor, at or now()
        )
        if case.decision is not None and _same(case.decision, wanted):
            wanted = case.decision
        decisions = load_adjudications(connection, notice)
        step = Step(case.decision, wanted, tuple(gold), case.gold)
        GoldChange(notice, decisions, [step]).store(connection, actor, Batch())
        return wanted


def change_gold(
    database: Database, actor: str, notice: int, before: Annotation | None, after: Annotation | None
) -> None:
    """Add, change or take out a gold annotation that is about nothing that a layer says, in one step.

    Raises:
        ConflictError: it is no longer ``before``.
        RoleError: the actor is no adjudicator.
        ZhupiError: ``after`` does not fit the notice or the label set.
    """
    with database.write() as connection:
        _check_gold(connection, notice, [] if after is None else [after])
        decisions = load_adjudications(connection, notice)
        GoldChange(notice, decisions, others=[(before, after)]).store(connection, actor, Batch())


def complete(database: Database, actor: str, notice: int) -> None:
    """Say that the gold of a notice is done, in one step; doing it again changes nothing.

    Raises:
        StoreError: something is still to be decided, or fewer than two people have finished the notice.
        RoleError: the actor is no adjudicator.
        NotFoundError: there is no such notice.
    """
    with database.write() as connection:
        require(connection, actor, "adjudicate")
        adjudication = load_adjudication_of(connection, notice)
        if not adjudication.is_ready:
            raise StoreError("gold takes two layers, and fewer than two people have finished this notice")
        if adjudication.open:
            raise StoreError(
                f"{counted(len(adjudication.open), 'difference')} of this notice not decided; decide all first"
            )
        put_complete(connection, actor, notice, Batch())
        release(connection, actor, notice, "adjudicate")


def reopen(database: Database, actor: str, notice: int) -> None:
    """Say that the gold of a notice is not done after all, in one step; what was decided stays.

    Raises:
        RoleError: the actor is no adjudicator.
    """
    with database.write() as connection:
        require(connection, actor, "adjudicate")
        put_open(connection, actor, notice, Batch())


def _same(one: Adjudication, other: Adjudication) -> bool:
    """Whether two decisions are the same but for their time."""
    return msgspec.structs.replace(one, decided_at="") == msgspec.structs.replace(other, decided_at="")


def _check_members(connection: Connection, notice: int, case: Case) -> None:
    """Prove that the layers still say what was shown.

    Raises:
        ConflictError: one of them does not.
    """
    for members in case.about.members:
        for item in members:
            current = load(connection, "annotation", item.id, notice)
            if not isinstance(current, Annotation) or _said(current) != _said(item):
                # Names may be hidden on the screen that this is shown on.
                whose = "a suggestion" if item.annotator is None else "what a layer says"
                raise ConflictError(f"{whose} has changed meanwhile; look at it and decide again")


def _said(item: Annotation) -> tuple[object, ...]:
    return item.start, item.end, item.label, item.attributes, item.status == "rejected"


def _check_gold(connection: Connection, notice: int, gold: Iterable[Annotation]) -> None:
    """Prove that annotations are gold, and fit the notice and the label set."""
    row = connection.execute("SELECT raw FROM texts WHERE notice = ?", [notice]).fetchone()
    if row is None:
        raise StoreError(f"no notice has the number {notice}")
    labels = labels_in(connection)
    for item in gold:
        if (item.annotator, item.status) != (GOLD, "gold"):
            raise StoreError(f"annotation {item.id} is none of the layer {GOLD}")
        item.check_quote(row["raw"])
        item.check_attributes(labels)
