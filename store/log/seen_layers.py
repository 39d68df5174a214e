"""Whose layers of a notice somebody has been shown: it stays in the log, since it bears on how far people agree."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from store.db.sqlite import Connection
from store.errors import DamageError


class SeenLayers(msgspec.Struct, frozen=True):
    """The people whose layers somebody has been shown in a notice, in order of their names."""

    annotators: tuple[str, ...]


class Sight(msgspec.Struct, frozen=True):
    """``viewer`` was shown layers of a notice that they had not seen before; ``number`` is that of the event."""

    number: int
    notice: int
    viewer: str
    layers: SeenLayers


def load_seen_layers(connection: Connection, notice: int, viewer: str) -> SeenLayers | None:
    """All layers of a notice that somebody has been shown so far; None where they saw none."""
    rows = connection.execute(
        "SELECT number, notice, key, after FROM events WHERE entity = 'seen' AND key = ? AND notice = ?",
        [viewer, notice],
    ).fetchall()
    # What was merged from elsewhere tells only of what was seen there.
    names = {name for row in rows for name in _sight(*row).layers.annotators}
    return SeenLayers(tuple(sorted(names))) if rows else None


def sights(connection: Connection) -> Iterator[Sight]:
    """Each time that somebody was shown layers for the first time: by their names, and then in order.

    Raises:
        DamageError: what the log says of one cannot be read.
    """
    rows = connection.execute(
        "SELECT number, notice, key, after FROM events WHERE entity = 'seen' ORDER BY key, number"
    )
    for row in rows:
        yield _sight(*row)


def _sight(number: int, notice: int, viewer: str, after: str) -> Sight:
    try:
        return Sight(number, notice, viewer, msgspec.json.decode(after, type=SeenLayers))
    except msgspec.DecodeError as error:
        raise DamageError(f"event {number} of the log is damaged ({error}); restore a backup") from error
