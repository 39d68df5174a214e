"""Who is to review which notice: the people that a notice is assigned to, as the log makes them."""

from __future__ import annotations

import msgspec

from store.db.sqlite import Connection


class Assignment(msgspec.Struct, frozen=True):
    """An assignment of a notice to somebody: who made it, and when (UTC)."""

    annotator: str
    assigned_by: str
    assigned_at: str


def load_assignment(connection: Connection, notice: int, annotator: str) -> Assignment | None:
    """The assignment of a notice to somebody; None where there is none."""
    row = connection.execute(
        "SELECT * FROM assignments WHERE notice = ? AND annotator = ?", [notice, annotator]
    ).fetchone()
    return Assignment(row["annotator"], row["assigned_by"], row["assigned_at"]) if row else None
