"""Who is to review which notice: the people that a notice is assigned to, as the log makes them."""

from __future__ import annotations

import msgspec

from annotations.annotation import RESERVED_ANNOTATORS
from store.db.sqlite import Connection
from store.errors import StoreError


class Assignment(msgspec.Struct, frozen=True):
    """An assignment of a notice to somebody: who made it, and when (UTC)."""

    annotator: str
    assigned_by: str
    assigned_at: str


def check_assignee(name: str) -> None:
    """Prove that a notice can be assigned to ``name``.

    Raises:
        StoreError: it is the name of a layer, or none at all.
    """
    if name in RESERVED_ANNOTATORS:
        raise StoreError(f"{name}: this is the name of a layer, not of a person")
    if not name.strip():
        raise StoreError("a notice is assigned to a name; there is none here")


def load_assignment(connection: Connection, notice: int, annotator: str) -> Assignment | None:
    """The assignment of a notice to somebody; None where there is none."""
    row = connection.execute(
        "SELECT * FROM assignments WHERE notice = ? AND annotator = ?", [notice, annotator]
    ).fetchone()
    return Assignment(row["annotator"], row["assigned_by"], row["assigned_at"]) if row else None
