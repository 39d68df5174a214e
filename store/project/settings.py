"""The settings of a project: its labels and its guideline, by default those that ship."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from annotations.labels import LabelSet
from store.db.database import Database
from store.db.sqlite import Connection, explained
from store.errors import DamageError


class Setting(msgspec.Struct, frozen=True):
    """The value of a setting: the guideline, who may join."""

    value: str


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
    kept = load_setting(connection, "labels")
    if kept is None:
        raise DamageError("the label set is missing; restore a backup")
    try:
        return _label_set(kept.value)
    except msgspec.DecodeError as error:
        raise DamageError(f"the label set is damaged ({error}); restore a backup") from error


def guideline_of(database: Database) -> str:
    """The guideline of a project as Markdown."""
    from annotations.guideline import default_guideline  # noqa: PLC0415  # the first paint needs labels alone

    with explained(database.path):
        kept = load_setting(database.connection, "guideline")
    return kept.value if kept is not None else default_guideline()


def load_setting(connection: Connection, name: str) -> Setting | None:
    """A setting of a project; None where nobody made it."""
    row = connection.execute("SELECT value FROM settings WHERE name = ?", [name]).fetchone()
    return None if row is None else Setting(row[0])


def keep(connection: Connection, name: str, value: str) -> None:
    """Keep a setting, inside the caller's transaction."""
    connection.execute(
        "INSERT INTO settings VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value", [name, value]
    )


@lru_cache(maxsize=8)
def _label_set(text: str) -> LabelSet:
    """The label set of a text that has been kept; every save asks for it, and it hardly ever changes."""
    return LabelSet.from_json(text)
