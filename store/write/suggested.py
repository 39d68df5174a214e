"""Which version of each suggester has seen a notice: it need not look at it again."""

from __future__ import annotations

from collections.abc import Iterable

from store.db.sqlite import Connection


def note_seen(connection: Connection, notice: int, seen_by: Iterable[tuple[str, str, int | None]]) -> None:
    """Note that suggesters have seen a notice, inside the caller's transaction.

    Args:
        connection: in a write transaction.
        notice: the number of the notice.
        seen_by: name and version of each, and how many places of others it has found as well; None of one that is not
            silent there.
    """
    connection.executemany(
        "INSERT INTO suggested (notice, suggester, version, agreed) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (notice, suggester) DO UPDATE SET version = excluded.version, agreed = excluded.agreed",
        [(notice, *each) for each in seen_by],
    )
