"""What admins set up for training, and how people did it: all of it is events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from annotations.annotation import GOLD, Review, now, reviewed
from store.db.database import Database
from store.db.sqlite import Connection
from store.errors import StoreError
from store.log.events import PROJECT, Change
from store.log.rows import load
from store.log.seen_layers import SeenLayers, load_seen_layers
from store.log.training_results import TrainingKind, TrainingResult, load_training_result
from store.project.reviewers import find, require
from store.project.settings import load_setting
from store.project.training import SETTING, Training, as_setting, training_in
from store.read.adjudication import notices_with_gold_done
from store.write.permission import TRAIN
from store.write.record import Batch, record


def mark(database: Database, actor: str, notices: Sequence[int], kind: TrainingKind) -> Training:
    """Train people with some gold notices, or check them with these unseen; what was the other becomes this.

    Raises:
        StoreError: the gold of one is not done.
        RoleError: ``actor`` is no admin.
    """

    def marked(connection: Connection, before: Training) -> Training:
        done = notices_with_gold_done(connection)
        for number in notices:
            if number not in done:
                (doc,) = connection.execute("SELECT doc FROM notices WHERE number = ?", [number]).fetchone()
                raise StoreError(f"{doc}: its gold is not done; `zhupi adjudicate` makes it")
        training = [number for number in before.training if number not in notices]
        checks = [number for number in before.checks if number not in notices]
        (training if kind == "training" else checks).extend(dict.fromkeys(notices))
        return replace(before, training=tuple(training), checks=tuple(checks), since=before.since or now())

    return _change(database, actor, marked)


def unmark(database: Database, actor: str, notices: Iterable[int]) -> Training:
    """Neither train nor check people with some notices any more; how they did them stays.

    Raises:
        RoleError: ``actor`` is no admin.
    """
    gone = {*notices}
    return _change(
        database,
        actor,
        lambda _, before: replace(
            before,
            training=tuple(number for number in before.training if number not in gone),
            checks=tuple(number for number in before.checks if number not in gone),
        ),
    )


def set_terms(database: Database, actor: str, *, share: float | None, bar: float | None, no_bar: bool) -> Training:
    """Set which share of the notices that are handed out are hidden checks, and which F1 opens the queue.

    Args:
        database: where.
        actor: who.
        share: from 0 to 1; None leaves it.
        bar: from 0 to 1; None leaves it.
        no_bar: whether the queue is open to whoever has done all of the training, however they did it.

    Raises:
        RoleError: ``actor`` is no admin.
    """

    def terms(_: Connection, before: Training) -> Training:
        return replace(
            before,
            share=before.share if share is None else share,
            bar=None if no_bar else before.bar if bar is None else bar,
        )

    return _change(database, actor, terms)


def train(database: Database, actor: str, name: str, *, excused: bool) -> Training:
    """Train a reviewer who came before there was training, or let one do without it.

    Raises:
        RoleError: ``actor`` is no admin.
        StoreError: no reviewer here has that name.
    """

    def named(connection: Connection, before: Training) -> Training:
        known = find(connection, name)
        if known is None or known.removed_at is not None or known.role != "reviewer":
            raise StoreError(f"no reviewer here is called {name}; `zhupi reviewers list` tells who is")
        required, others = ({*names} - {name} for names in (before.required, before.excused))
        (others if excused else required).add(name)
        return replace(before, required=tuple(sorted(required)), excused=tuple(sorted(others)))

    return _change(database, actor, named)


def repeat(database: Database, actor: str, name: str) -> int:
    """Let somebody do their training once more, from the first notice on: it is open again, what they tagged stays.

    Returns:
        How many notices they had done.

    Raises:
        RoleError: ``actor`` is no admin.
    """
    from store.read.training import results_of  # noqa: PLC0415  # slow to import

    with database.write() as connection:
        require(connection, actor, "change the project")
        found, batch = results_of(connection, name, "training"), Batch()
        for notice, result in found.items():
            # First of all: a layer that is finished, and is none of training any more, would be one to adjudicate.
            before = load(connection, "review", name, notice)
            if isinstance(before, Review):
                after = reviewed(before, name, "open", before.comment, now())
                record(connection, actor, SETTING, Change(notice, "review", name, before, after), batch=batch)
            record(connection, actor, SETTING, Change(notice, "training", name, result, None), batch=batch)
        return len(found)


def note_result(connection: Connection, annotator: str, notice: int, before: Review | None) -> TrainingResult | None:
    """Note how somebody does a notice that they are trained or checked with, inside the caller's transaction.

    The caller records then that they have finished it.  Of a check nobody is told, so nothing is returned.

    Args:
        connection: in a write transaction.
        annotator: who.
        notice: its number.
        before: their review of it until now.

    Returns:
        How they did a notice of their training, which they are shown gold of; else None.
    """
    training = training_in(connection)
    if notice not in training.training and notice not in training.checks:
        return None
    from store.read.training import kind_of, measured  # noqa: PLC0415  # slow to import, and few are trained

    kind = kind_of(connection, training, notice, annotator)
    if kind is None or load_training_result(connection, notice, annotator) is not None:
        return None
    if kind == "check" and before is not None and before.status == "done":
        # It was done before it became a check.
        return None
    result = measured(connection, notice, annotator, kind)
    record(connection, annotator, TRAIN, Change(notice, "training", annotator, None, result))
    if kind == "check":
        return None
    seen = load_seen_layers(connection, notice, annotator)
    after = SeenLayers(tuple(sorted({*(seen.annotators if seen is not None else ()), GOLD})))
    record(connection, annotator, TRAIN, Change(notice, "seen", annotator, seen, after))
    return result


def _change(database: Database, actor: str, change: Callable[[Connection, Training], Training]) -> Training:
    with database.write() as connection:
        require(connection, actor, "change the project")
        kept, before = load_setting(connection, SETTING), training_in(connection)
        after = change(connection, before)
        if after != before:
            record(connection, actor, SETTING, Change(PROJECT, "setting", SETTING, kept, as_setting(after)))
        return after
