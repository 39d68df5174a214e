"""Stores what a second look has found; nothing of it is an event, since the next look makes it anew."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from annotations.suspects import Suspect
from store.db.sqlite import Connection
from store.index.suspects import put_found
from store.read.suspects import Look


def put_suspects(connection: Connection, notice: int, found: Sequence[Suspect], at: str) -> list[Suspect]:
    """Put what a look has found in a notice in the place of what is open there, inside the caller's transaction.

    Args:
        connection: in a write transaction.
        notice: the number of the notice.
        found: its suspects, of all layers.
        at: when the look began (UTC).

    Returns:
        Those that are open: what was kept does not come again, nor what has changed meanwhile.
    """
    return put_found(connection, notice, found, at)


def note_look(connection: Connection, actor: str, look: Look) -> None:
    """Note when the last look was, inside the caller's transaction."""
    connection.execute(
        "INSERT OR REPLACE INTO second_look (one, made_at, actor, told) VALUES (1, ?, ?, ?)",
        [look.made_at, actor, msgspec.json.encode(look).decode()],
    )
