"""The patterns of a project: each is a setting of its own, so that the log holds a large dictionary once."""

from __future__ import annotations

from typing import Final

import msgspec

from annotations.suggest.pattern import Pattern
from store.db.sqlite import Connection
from store.errors import DamageError

PREFIX: Final = "pattern/"
"""What the name of a setting begins with that is a pattern."""


def patterns_in(connection: Connection) -> tuple[Pattern, ...]:
    """The patterns of a project, by name.

    Raises:
        DamageError: one of them is damaged.
    """
    rows = connection.execute(
        "SELECT name, value FROM settings WHERE name >= ? AND name < ? ORDER BY name", [PREFIX, PREFIX + "\U0010ffff"]
    ).fetchall()
    return tuple(_pattern(row["name"], row["value"]) for row in rows)


def _pattern(name: str, value: str) -> Pattern:
    try:
        return msgspec.json.decode(value, type=Pattern)
    except msgspec.DecodeError as error:
        raise DamageError(f"pattern {name.removeprefix(PREFIX)} is damaged ({error}); restore a backup") from error
