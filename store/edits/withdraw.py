"""Suggestions that are wanted no longer are withdrawn, but for those that somebody has decided."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final

from store.db.database import Database
from store.db.sqlite import Connection
from store.db.turns import in_turns
from store.log.events import annotation_change
from store.log.rows import annotation_of
from store.project.settings import labels_in
from store.write.record import record

_UNDECIDED: Final = (
    "FROM annotations AS one WHERE {} AND annotator IS NULL AND NOT EXISTS (SELECT 1 FROM annotations AS mine "
    "WHERE mine.decides = one.id AND mine.notice = one.notice)"
)


def withdraw_labels(database: Database, actor: str, labels: Collection[str]) -> int:
    """Withdraw the suggestions of some labels that nobody has decided; returns how many."""
    with database.read() as connection:
        declared = labels_in(connection)
        ids = [
            row["id"]
            for label in sorted(labels)
            for row in connection.execute(
                f"SELECT id {_UNDECIDED.format('label = ?')}", [declared.first_name_of(label)]
            ).fetchall()
        ]
    return _withdraw(database, actor, ids)


def withdraw_rules(database: Database, actor: str, suggester: str, is_wanted: Callable[[str], bool]) -> int:
    """Withdraw the suggestions of some rules that nobody has decided; returns how many.

    Args:
        database: where.
        actor: whose events it is.
        suggester: the name of the suggester.
        is_wanted: whether those of a rule stay, by their ``suggested_by``.
    """
    with database.read() as connection:
        by = connection.execute(
            "SELECT DISTINCT suggested_by FROM annotations WHERE annotator IS NULL AND suggested_by GLOB ?",
            [f"{suggester}/*"],
        ).fetchall()
        ids = [
            row["id"]
            for (rule,) in map(tuple, by)
            if not is_wanted(rule)
            for row in connection.execute(f"SELECT id {_UNDECIDED.format('suggested_by = ?')}", [rule]).fetchall()
        ]
    return _withdraw(database, actor, ids)


def _withdraw(database: Database, actor: str, ids: Sequence[str]) -> int:
    def store(connection: Connection, turn: Iterator[str]) -> int:
        withdrawn, labels = 0, labels_in(connection)
        for each in turn:
            # Somebody may have decided it meanwhile.
            row = connection.execute(f"SELECT * {_UNDECIDED.format('id = ?')}", [each]).fetchone()
            if row is not None:
                change = annotation_change(row["notice"], annotation_of(row, labels), None)
                record(connection, actor, "withdraw", change, labels=labels)
                withdrawn += 1
        return withdrawn

    return sum(in_turns(database, ids, store))
