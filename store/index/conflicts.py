"""Where merged databases contradict each other: subjects of the log that two of them changed without knowing it.

What the sides are, the log tells (``store.log.register``).  The table says only where there are some, so that nobody
walks the whole log to find them; it follows from the log.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Final, NamedTuple

import msgspec

from annotations.labels import LabelSet
from store.db.sqlite import Connection
from store.errors import DamageError
from store.index.keys import CONTESTED
from store.index.sets import mark
from store.log.events import Change, Entity, Event, event_of
from store.log.register import MERGED, Register
from store.project.settings import labels_in

SCHEMA = """
-- What merged databases say differently of, and nobody has settled since; the log tells the sides.
CREATE TABLE conflicts (
    notice INTEGER NOT NULL REFERENCES notices(number),
    entity TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (notice, entity, key)
) STRICT, WITHOUT ROWID;
"""

_CANDIDATES: Final = f"SELECT DISTINCT notice, entity, key FROM events WHERE origin IS NOT NULL AND entity IN {MERGED}"  # noqa: S608  # constants
"""What can have two sides: subjects of which an event came from elsewhere."""

_AT_ONCE: Final = 200
"""Subjects that are looked at in one piece of a repair."""


class _Subject(NamedTuple):
    """What an event is about."""

    notice: int
    entity: Entity
    key: str


class Conflict(msgspec.Struct, frozen=True):
    """A subject with several sides: the notice by its number, and the event of each, the one that is shown first."""

    notice: int
    entity: Entity
    key: str
    sides: tuple[Event, ...]


def register_of(
    connection: Connection, entity: Entity, key: str, notice: int, labels: LabelSet | None = None
) -> Register:
    """What the log says of one subject.

    Args:
        connection: for reading.
        entity: what it is.
        key: its key.
        notice: the number of its notice.
        labels: the label set that annotations follow, where the caller has read it.

    Raises:
        DamageError: one of its events holds no entity of its kind.
    """
    register = Register(entity, labels_in(connection) if labels is None else labels)
    for row in connection.execute(
        "SELECT * FROM events WHERE entity = ? AND key = ? AND notice = ? ORDER BY number", [entity, key, notice]
    ).fetchall():
        register.take(event_of(row))
    return register


def note(connection: Connection, change: Change, register: Register) -> None:
    """Note whether a subject has several sides now, inside the caller's transaction."""
    _note(connection, _Subject(change.notice, change.entity, change.key), there=register.is_contested)


def settled(connection: Connection, change: Change) -> None:
    """Note that somebody has changed a subject here, knowing all its sides; inside the caller's transaction."""
    _note(connection, _Subject(change.notice, change.entity, change.key), there=False)


def conflicts(connection: Connection, notice: int | None = None) -> Iterator[Conflict]:
    """What has several sides, by notice; of one notice, or of all."""
    where, values = ("", []) if notice is None else ("WHERE notice = ?", [notice])
    for row in connection.execute(
        f"SELECT notice, entity, key FROM conflicts {where} ORDER BY notice, entity, key",  # noqa: S608  # constants
        values,
    ).fetchall():
        sides = register_of(connection, row["entity"], row["key"], row["notice"]).sides
        yield Conflict(row["notice"], row["entity"], row["key"], sides)


def is_contested(connection: Connection, change: Change) -> bool:
    """Whether what a change is about has several sides."""
    found = connection.execute(
        "SELECT 1 FROM conflicts WHERE notice = ? AND entity = ? AND key = ?",
        [change.notice, change.entity, change.key],
    ).fetchone()
    return found is not None


def has_merged(connection: Connection) -> bool:
    """Whether anything was ever merged into a database: else nothing in it has several sides."""
    return bool(connection.execute("SELECT 1 FROM events WHERE origin IS NOT NULL LIMIT 1").fetchone())


def pieces(connection: Connection) -> list[Callable[[Connection], None]]:
    """What makes the table anew, when all of it is done in this order; between two pieces others may write."""
    subjects = _candidates(connection)
    return [
        partial(_forget_others, {*subjects}),
        *(partial(_noted, subjects[first : first + _AT_ONCE]) for first in range(0, len(subjects), _AT_ONCE)),
    ]


def differences(connection: Connection) -> Iterator[str]:
    """One line where the table does not say what the log does."""
    yield from noted_otherwise(connection, {each for each in _candidates(connection) if _has_sides(connection, each)})


def noted_otherwise(connection: Connection, found: AbstractSet[tuple[int, Entity, str]]) -> Iterator[str]:
    """One line where the table does not say what was found in the log.

    Args:
        connection: for reading.
        found: notice, entity and key of each subject that has several sides.
    """
    noted = {_Subject(*row) for row in connection.execute("SELECT notice, entity, key FROM conflicts").fetchall()}
    if noted != found:
        yield f"conflicts: {len(noted ^ found):,} are not noted as the log has them; `zhupi check --repair` mends it"


def _candidates(connection: Connection) -> list[_Subject]:
    rows = connection.execute(_CANDIDATES).fetchall()
    return [_Subject(*row) for row in rows]


def _has_sides(connection: Connection, subject: _Subject) -> bool:
    try:
        return register_of(connection, subject.entity, subject.key, subject.notice).is_contested
    except DamageError:
        return False  # check tells of the event


def _forget_others(subjects: Container[_Subject], connection: Connection) -> None:
    for row in connection.execute("SELECT notice, entity, key FROM conflicts").fetchall():
        if _Subject(*row) not in subjects:
            _note(connection, _Subject(*row), there=False)


def _noted(subjects: Sequence[_Subject], connection: Connection) -> None:
    for each in subjects:
        _note(connection, each, there=_has_sides(connection, each))


def _note(connection: Connection, subject: _Subject, *, there: bool) -> None:
    sql = (
        "INSERT OR IGNORE INTO conflicts (notice, entity, key) VALUES (?, ?, ?)"
        if there
        else "DELETE FROM conflicts WHERE notice = ? AND entity = ? AND key = ?"
    )
    if connection.execute(sql, subject).rowcount:
        others = connection.execute("SELECT 1 FROM conflicts WHERE notice = ? LIMIT 1", [subject.notice]).fetchone()
        mark(connection, CONTESTED, subject.notice, there=others is not None)
