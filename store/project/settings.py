"""The settings of a project: its labels and its guideline, by default those that ship."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from annotations.guideline import default_guideline
from annotations.labels import LabelSet, default_labels
from store.db.database import Database
from store.db.sqlite import Connection, explained
from store.errors import DamageError


def labels_of(database: Database) -> LabelSet:
    """The label set of a project.

    Raises:
        DamageError: it is damaged.
    """
    with explained(database.path):
        return labels_in(database.connection)


def labels_in(connection: Connection) -> LabelSet:
    """The label set of a project as a connection sees it; the same object while the set is the same.

    Raises:
        DamageError: it is damaged.
    """
    kept = _setting(connection, "labels")
    try:
        return _label_set(kept) if kept is not None else default_labels()
    except msgspec.DecodeError as error:
        raise DamageError(f"the label set is damaged ({error}); restore a backup") from error


def set_labels(database: Database, labels: LabelSet) -> None:
    """Keep ``labels`` as the label set of a project that has just been made; later ones are events of the log."""
    with database.write() as connection:
        keep_labels(connection, labels)


def keep_labels(connection: Connection, labels: LabelSet) -> None:
    """Keep ``labels`` as the label set of a project, inside the caller's transaction."""
    _keep(connection, "labels", labels.to_json().decode())


def keep_labels_that_ship(connection: Connection) -> None:
    """Keep the label set that ships as that of a new project, inside the caller's transaction."""
    connection.execute("INSERT OR IGNORE INTO settings VALUES ('labels', ?)", [default_labels().to_json().decode()])


def guideline_of(database: Database) -> str:
    """The guideline of a project as Markdown."""
    with explained(database.path):
        kept = _setting(database.connection, "guideline")
    return kept if kept is not None else default_guideline()


def set_guideline(database: Database, text: str) -> None:
    """Keep ``text`` as the guideline of a project."""
    with database.write() as connection:
        _keep(connection, "guideline", text)


@lru_cache(maxsize=8)
def _label_set(text: str) -> LabelSet:
    """The label set of a text that has been kept; every save asks for it, and it hardly ever changes."""
    return LabelSet.from_json(text)


def _setting(connection: Connection, name: str) -> str | None:
    row = connection.execute("SELECT value FROM settings WHERE name = ?", [name]).fetchone()
    return None if row is None else str(row[0])


def _keep(connection: Connection, name: str, value: str) -> None:
    connection.execute(
        "INSERT INTO settings VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value", [name, value]
    )
