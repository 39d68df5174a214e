"""Which version of each suggester has seen a notice: it need not look at it again."""

from __future__ import annotations

from collections.abc import Iterable

from store.db.sqlite import Connection


def note_seen(connection: Connection, notice: int, seen_by: Iterable[tuple[str, str]]) -> None:
    """Note that suggesters have seen a notice, inside the caller's transaction.

    Args:
        connection: in a write transaction.
        notice: the number of the notice.
        seen_by: name and version of each.
    """
    connection.executemany(
        "INSERT INTO suggested (notice, suggester, version) VALUES (?, ?, ?) "
        "ON CONFLICT (notice, suggester) DO UPDATE SET version = excluded.version",
        [(notice, name, version) for name, version in seen_by],
    )
