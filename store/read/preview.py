"""What the queue shows of a notice's text before it is opened: its beginning, or the lines around the first hit."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from store.db.sqlite import Connection
from store.index.search import Query

_AHEAD = 80
"""Code points shown before the first hit, where its line is that long."""


class Preview(msgspec.Struct, frozen=True):
    """A piece of the normalized text, with its hits ``[start, end)`` in code points of the piece.

    Newlines are as they are in the text.  ``cut`` tells that the piece does not begin where the text does.
    """

    text: str
    hits: list[tuple[int, int]]
    cut: bool = False


def hits_of(search: str) -> Callable[[str], list[tuple[int, int]]]:
    """What finds the hits of a search in a text: ``[start, end)`` in code points, sorted."""
    return Query(search).hits


def preview(connection: Connection, number: int, most: int, search: str = "") -> Preview:
    """The text around the first hit of ``search`` in a notice; its beginning where there is none.

    What was found may be in the title only: then no hit is told, and the beginning is shown.

    Args:
        connection: reads the text.
        number: of the notice.
        most: code points of the piece.
        search: what is searched for; empty where nothing is.
    """
    row = connection.execute("SELECT normalized FROM texts WHERE notice = ?", [number]).fetchone()
    if row is None:
        return Preview("", [])
    text: str = row[0]
    hits = hits_of(search)(text) if search.strip() else []
    start = 0
    if hits:
        line = text.rfind("\n", 0, hits[0][0]) + 1
        start = max(line, hits[0][0] - _AHEAD)
    piece = text[start : start + most]
    shown = [(low - start, high - start) for low, high in hits if low >= start and high <= start + len(piece)]
    return Preview(piece, shown, start > 0)
