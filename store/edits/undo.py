"""Undo and redo: the newest step of one's own is taken back, on whatever notices, by events that are its inverse.

Undo goes through one's own steps whatever others did meanwhile.  A step that cannot be taken back any more is stepped
over: events that change nothing stand for it in the log, so that the next undo goes on with the step before it.

A step of very many events is taken back in short transactions, so that whoever else writes gets a turn between two.
Where that ends before all of it was taken back (by a kill, say), the next undo goes on with the rest.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import nullcontext, suppress
from functools import partial
from itertools import chain
from typing import Final, Literal, cast

import msgspec
from msgspec.structs import replace

from annotations.annotation import Annotation, clip
from annotations.errors import AttributeValueError, LabelError
from annotations.labels import LabelSet
from annotations.regions import Region
from annotations.relabelling import fitted
from store.db.database import Database
from store.db.sqlite import Connection
from store.db.turns import AT_ONCE, in_turns
from store.edits.pieces import pieces_of
from store.edits.regions import rebased
from store.errors import RoleError
from store.index.conflicts import has_merged, is_contested, register_of
from store.log.events import REOPEN, Change, ConflictError, Entity, Event, joined
from store.log.history import Part, Walked, next_redo, next_undo, taken_back
from store.log.register import MERGED
from store.log.rows import load
from store.project.settings import labels_in
from store.read.notices import load_notice, name_of
from store.write.permission import SETTLE
from store.write.record import Batch, record, surroundings_of
from store.write.search import indexed_in_turns

_Action = Literal["undo", "redo"]

_OBSTACLES: Final = (ConflictError, RoleError, LabelError, AttributeValueError)
"""Why a step cannot be taken back."""


class _OvertakenError(Exception):
    """Another session of the same person was first."""


class Reversal(msgspec.Struct, frozen=True):
    """What an undo or a redo did about a step.

    Of a step of several events ``event`` and ``change`` are the first.
    """

    action: _Action
    events: tuple[Event, ...]
    """What was done at first, in that order."""

    changes: tuple[Change, ...]
    """What the undo or redo has left of it, in the same order; what was so already is the same before and after."""

    obstacle: str | None = None
    """Why the step could not be undone or redone and was stepped over; None where it was."""

    title: str | None = None
    """The title, or else the doc, of the notice that the step is about; None where it is about several."""

    quote: str | None = None
    """The first annotation of the step as a reader sees it; None where it is in the notice that is shown, or none is.
    """

    is_contested: bool = False
    """Whether merged databases say something of it differently now, as they did before the step decided it."""

    @property
    def event(self) -> Event:
        """The first event of the step."""
        return self.events[0]

    @property
    def change(self) -> Change:
        """What the undo or redo of the first event left."""
        return self.changes[0]

    @property
    def whole(self) -> list[Change]:
        """What the step had done to each thing, which may have been several times."""
        return joined(event.change for event in self.events)

    @property
    def first(self) -> Change:
        """What the step had done at the first place in the texts."""
        return min(self.whole, key=_place)

    @property
    def size(self) -> int:
        """How many events the step has."""
        return len(self.events)


def undo(database: Database, actor: str, shown: int | None = None) -> Reversal | None:
    """Take back the newest step of ``actor`` that was not taken back yet, on whatever notices; None when there is none.

    A step that others have changed since is stepped over, whole, and named in what this returns.

    Args:
        database: the database.
        actor: whose step it is.
        shown: the number of the notice whose text is at hand, so that no quote of it is read.

    Raises:
        RoleError: the actor works here no longer.
    """
    return _named(database, _reverse(database, actor, "undo"), shown)


def redo(database: Database, actor: str, shown: int | None = None) -> Reversal | None:
    """Do again the newest step that ``actor`` has undone, unless something new was done since; None when there is none.

    A step that others have changed since is stepped over, whole, and named in what this returns.

    Args:
        database: the database.
        actor: whose step it is.
        shown: as for ``undo``.

    Raises:
        RoleError: the actor works here no longer.
    """
    return _named(database, _reverse(database, actor, "redo"), shown)


def _named(database: Database, reversal: Reversal | None, shown: int | None) -> Reversal | None:
    """What was done, with the title of its notice and the quote of its first annotation."""
    if reversal is None:
        return None
    first, notices = reversal.first, {change.notice for change in reversal.changes}
    item = first.after if first.after is not None else first.before
    with database.read() as connection:
        title = name_of(connection, first.notice) if len(notices) == 1 else None
        quote = None
        if isinstance(item, Annotation) and first.notice != shown:
            quote = load_notice(connection, first.notice).notice.shown(item.span)
        contested = any(is_contested(connection, change) for change in reversal.changes)
    return msgspec.structs.replace(reversal, title=title, quote=quote, is_contested=contested)


def _place(change: Change) -> tuple[int, int]:
    """Where a change is, as notice and raw offset."""
    item = change.after if change.after is not None else change.before
    return change.notice, item.start if isinstance(item, Annotation) else 0


def _reverse(database: Database, actor: str, action: _Action) -> Reversal | None:
    while True:
        with database.read() as connection:
            step, newest = _next(connection, actor, action), _newest(connection, actor)
            other_text = _prepare(connection, actor, action, step.parts)
        if len(step.parts) > AT_ONCE and _can_be_looked_at(step.parts):
            with suppress(_OvertakenError):
                return _reverse_in_turns(database, actor, action, step, newest)
        else:
            in_turns_around = indexed_in_turns(database, *other_text) if other_text is not None else nullcontext()
            with in_turns_around, database.write() as connection:
                if _newest(connection, actor) == newest:
                    return _reverse_at_once(connection, actor, action, step) if step.parts else None


def _prepare(
    connection: Connection, actor: str, action: _Action, parts: Sequence[Part]
) -> tuple[int, str | None] | None:
    """Make the text anew that another kind of a region leads to, before the lock is taken.

    Returns:
        The notice and that text; None where the step is about no region.
    """
    if len(parts) != 1 or parts[0].event.change.entity != "regions":
        return None
    # It brings the normalizer, and the app rarely needs it.
    from store.write.texts import prepare  # noqa: PLC0415

    with suppress(*_OBSTACLES):
        unchanged = _unchanged(connection, parts[0])
        change = _Steps(connection, actor, action, labels_in(connection)).reversed(parts[0], unchanged)
        return change.notice, prepare(connection, change.notice, cast("tuple[Region, ...]", change.after))
    return None


def _next(connection: Connection, actor: str, action: _Action) -> Walked:
    return next_undo(connection, actor) if action == "undo" else next_redo(connection, actor)


def _newest(connection: Connection, actor: str) -> int:
    """The number of what somebody did last, in any session of theirs: while it stays, so does their next step."""
    row = connection.execute("SELECT max(number) FROM events WHERE actor = ?", [actor]).fetchone()
    return row[0] or 0


def _about(change: Change) -> tuple[int, Entity, str]:
    return change.notice, change.entity, change.key


def _can_be_looked_at(parts: Sequence[Part]) -> bool:
    """Whether each event can be looked at before any is taken back.

    An override changes one region of the regions as they are, which is known only when those behind it are taken back.
    """
    regions = [_about(part.event.change) for part in parts if part.event.change.entity == "regions"]
    return len(set(regions)) == len(regions)


def _reverse_at_once(connection: Connection, actor: str, action: _Action, step: Walked) -> Reversal:
    parts = _in_order(action, step.parts)
    batch = Batch(step.begun) if len(parts) > 1 or step.begun is not None else None
    record_all = partial(_record, connection, parts, actor, action, batch)
    connection.execute("SAVEPOINT step")
    obstacle = None
    try:
        changes = record_all(stepping_over=False)
    except _OBSTACLES as error:
        obstacle = _told(connection, step.parts, error)
        connection.execute("ROLLBACK TO step")
        changes = record_all(stepping_over=True)
    connection.execute("RELEASE step")
    return _reversal(action, step, parts, changes, obstacle)


def _reverse_in_turns(database: Database, actor: str, action: _Action, step: Walked, newest: int) -> Reversal:
    """Take back a step of many events: looked at as a whole first, without the lock, and then turn by turn.

    Where others change something between the look and its turn, the rest is stepped over.

    Raises:
        _OvertakenError: the actor did something else since their newest event; nothing was done here.
    """
    parts = [part for piece in pieces_of(_in_order(action, step.parts)) for part in piece]
    turns = _Turns(actor, action, Batch(step.begun), newest, _obstacle(database, actor, action, parts))
    while True:
        try:
            pieces = pieces_of(parts[len(turns.changes) :])
            for changes, newest_of_turn in in_turns(database, pieces, turns.store):
                turns.changes.extend(changes)
                turns.newest = newest_of_turn
        except _OBSTACLES as error:
            if turns.obstacle is not None:
                raise
            with database.read() as connection:
                told = _told(connection, parts, error)
            turns.obstacle = f"{told}, after {len(turns.changes):,} of {len(parts):,}"
        else:
            return _reversal(action, step, parts, turns.changes, turns.obstacle)


class _Turns:
    """An undo or redo of many events, while it goes on."""

    def __init__(self, actor: str, action: _Action, batch: Batch, newest: int, obstacle: str | None) -> None:
        self.actor, self.action, self.batch = actor, action, batch
        self.newest, self.obstacle = newest, obstacle
        self.changes: list[Change] = []
        self._taken: set[int] = set()

    def store(self, connection: Connection, turn: Iterator[tuple[Part, ...]]) -> tuple[list[Change], int]:
        """Record a turn; returns what it changed, and the newest event that counts once it is committed."""
        if _newest(connection, self.actor) != self.newest:
            if not self.changes:
                raise _OvertakenError
            # Another session of theirs may go on with the same step.
            self._taken = taken_back(connection, self.actor, self.batch.number(connection))
        over = self.obstacle is not None
        parts = chain.from_iterable(turn)
        changes = _record(connection, parts, self.actor, self.action, self.batch, taken=self._taken, stepping_over=over)
        return changes, _newest(connection, self.actor)


def _obstacle(database: Database, actor: str, action: _Action, parts: Sequence[Part]) -> str | None:
    """Why the parts cannot be taken back or done again, as things are now; None when they can."""
    with database.read() as connection:
        labels = labels_in(connection)
        left: dict[tuple[int, Entity, str], Change] = {}
        steps = _Steps(connection, actor, action, labels)
        try:
            for part in parts:
                # What the part before it about the same thing will have left.
                unchanged = left.get(_about(part.event.change)) or _unchanged(connection, part)
                _, change = steps.taken(part, unchanged)
                left[_about(change)] = replace(change, before=change.after)
        except _OBSTACLES as error:
            return _told(connection, parts, error)
    return None


def _in_order(action: _Action, parts: Sequence[Part]) -> Sequence[Part]:
    # The newest event is undone first; an earlier one may be about the same thing.
    return parts[::-1] if action == "undo" else parts


def _told(connection: Connection, parts: Sequence[Part], error: Exception) -> str:
    """Why a step is stepped over, as the part of a sentence."""
    several = len({part.event.change.notice for part in parts}) > 1
    at = error.change if several and isinstance(error, ConflictError) else None
    return str(error) if at is None else f"{error}, in {clip(name_of(connection, at.notice) or '')}"


def _reversal(
    action: _Action, step: Walked, parts: Sequence[Part], changes: Sequence[Change], obstacle: str | None
) -> Reversal:
    """What was done about a step, whose parts were taken in some order, with what each left."""
    left = {part.stands_for: change for part, change in zip(parts, changes, strict=True)}
    return Reversal(
        action, tuple(part.event for part in step.parts), tuple(left[part.stands_for] for part in step.parts), obstacle
    )


def _record(
    connection: Connection,
    parts: Iterable[Part],
    actor: str,
    action: _Action,
    batch: Batch | None,
    *,
    taken: Container[int] = (),
    stepping_over: bool,
) -> list[Change]:
    """Record the undo or redo of each part, or that it is stepped over; returns what it changed, in that order.

    What is ``taken`` back already, by the number that the part stands for, needs no event.
    """
    labels, changes = labels_in(connection), []
    at, around = -1, None
    steps = _Steps(connection, actor, action, labels)
    for part in parts:
        if part.event.change.entity == "annotation":
            if part.event.change.notice != at:
                at = part.event.change.notice
                around = surroundings_of(connection, at)
        elif part.event.change.entity == "regions":
            at, around = -1, None
        named: str = action
        change = _unchanged(connection, part)
        if not stepping_over and part.stands_for not in taken:
            named, change = steps.taken(part, change)
        changes.append(change)
        number = part.stands_for
        if number not in taken:
            undoes, redoes = (number, None) if action == "undo" else (None, number)
            record(
                connection, actor, named, change,
                undoes=undoes, redoes=redoes, batch=batch, labels=labels, around=around,
            )  # fmt: skip
    return changes


class _Steps:
    """How one step after the other is taken back, or done again, inside the caller's transaction.

    Args:
        connection: where the state is.
        actor: who wants it.
        action: undo or redo.
        labels: the present label set.
    """

    def __init__(self, connection: Connection, actor: str, action: _Action, labels: LabelSet) -> None:
        self._connection, self._actor, self._action, self._labels = connection, actor, action, labels
        self._can_reopen = has_merged(connection)

    def taken(self, part: Part, unchanged: Change) -> tuple[str, Change]:
        """What takes a part back, or does it again, as the log names it, from the state as it is.

        Args:
            part: the part.
            unchanged: what it is about as it is now, before and after.

        Raises:
            ConflictError, LabelError, AttributeValueError: as ``_wanted``.
        """
        done = part.event.change
        if not self._can_reopen or done.entity not in MERGED:
            return self._action, self.reversed(part, unchanged)
        register = register_of(self._connection, done.entity, done.key, done.notice, self._labels)
        reopened = register.reopened(part.stands_for)
        if reopened is not None:
            return REOPEN, replace(unchanged, after=reopened.state)
        change = self.reversed(part, unchanged)
        if self._action == "undo" or not register.was_reopened(part.stands_for):
            return self._action, change
        if not register.is_newest(part.stands_for):
            # What differs now is not what was decided then.
            raise ConflictError(_since(self._connection, self._actor, done), done, unchanged.before)
        return SETTLE if part.event.action == SETTLE else self._action, change

    def reversed(self, part: Part, unchanged: Change) -> Change:
        """As ``taken``, where no conflict is."""
        done = part.event.change
        change = done.inverse if self._action == "undo" else done
        return _wanted(self._connection, self._actor, change, unchanged, self._labels)


def _unchanged(connection: Connection, part: Part) -> Change:
    """What a part is about as it is now, before and after."""
    done = part.event.change
    current = load(connection, done.entity, done.key, done.notice)
    return Change(done.notice, done.entity, done.key, current, current)


def _wanted(connection: Connection, actor: str, change: Change, unchanged: Change, labels: LabelSet) -> Change:
    """What leads from the state as it is to what ``change`` leaves.

    Args:
        connection: where the state is.
        actor: who wants it.
        change: what was done, or its inverse, with the labels and attributes of its time.
        unchanged: the same entity as it is now, before and after.
        labels: the present label set.

    Raises:
        ConflictError: the entity is neither what it was before ``change`` nor what it was behind it.
        LabelError: the annotation that comes back has a label that is there no longer.
        AttributeValueError: the same of its attributes.
    """
    if change.entity == "regions":
        return rebased(connection, change)
    before, after = (
        fitted(each, labels) if isinstance(each, Annotation) else each for each in (change.before, change.after)
    )
    current = unchanged.before
    # Whoever has the notice again has it, whoever gave it.
    if current == after or (change.entity == "assignment" and before is None and None not in (current, after)):
        return unchanged
    if current != before:
        raise ConflictError(_since(connection, actor, change), change, current)
    if isinstance(after, Annotation):
        after.check_attributes(labels)
    return Change(change.notice, change.entity, change.key, before, after)


def _since(connection: Connection, actor: str, change: Change) -> str:
    """Who has changed the entity of a change last, as the part of a sentence."""
    row = connection.execute(
        "SELECT actor FROM events WHERE entity = ? AND key = ? AND notice = ? AND before IS NOT after "
        "ORDER BY number DESC LIMIT 1",
        [change.entity, change.key, change.notice],
    ).fetchone()
    return "it was changed since" if row["actor"] == actor else f"{row['actor']} has changed it since"
