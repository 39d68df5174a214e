"""Title, source and date of publication of a stored notice: what its page tells, and over that what a person set.

``notices`` has the fields as they are shown.  For a field that a person set, ``corrections`` keeps what the page tells
beside it: an undo brings that back, and it follows the rules like any other.
"""

from __future__ import annotations

from collections.abc import Mapping

from annotations.notice import FieldName
from store.db.sqlite import Connection
from store.index.facets import follow_date, follow_flags
from store.index.flags import restate
from store.index.search import reindex
from store.log.corrections import Correction, page_fields


def put_correction(connection: Connection, notice: int, field: FieldName, after: Correction | None) -> None:
    """Make a field what somebody set, or without a correction what the page tells; inside the caller's transaction."""
    row = connection.execute(
        "SELECT title, published, normalized FROM notices JOIN texts ON notice = number WHERE number = ?", [notice]
    ).fetchone()
    found = page_fields(connection, notice)[field]
    connection.execute("DELETE FROM corrections WHERE notice = ? AND field = ?", [notice, field])
    if after is not None:
        connection.execute(
            "INSERT INTO corrections (notice, field, value, set_by, found) VALUES (?, ?, ?, ?, ?)",
            [notice, field, after.value, after.set_by, found],
        )
    shown = found if after is None else after.value
    _show(connection, notice, field, shown)
    if field == "title":
        reindex(connection, notice, (row["title"], row["normalized"]), (shown, row["normalized"]))
    elif field == "published":
        follow_date(connection, notice, row["published"], shown)
    follow_flags(connection, notice, *restate(connection, notice))


def put_page_field(connection: Connection, notice: int, field: FieldName, value: str | None) -> str | None:
    """Change what the page tells of a field; returns what is shown now, which stays where a person set it.

    The caller brings the indexes up to date.
    """
    kept = connection.execute(
        "UPDATE corrections SET found = ? WHERE notice = ? AND field = ? RETURNING value", [value, notice, field]
    ).fetchone()
    if kept is not None:
        return None if kept["value"] is None else str(kept["value"])
    _show(connection, notice, field, value)
    return value


def put_page_fields(connection: Connection, notice: int, fields: Mapping[FieldName, str | None]) -> None:
    """Change what the page tells of all fields, with the indexes; inside the caller's transaction."""
    before = connection.execute(
        "SELECT title, published, normalized FROM notices JOIN texts ON notice = number WHERE number = ?", [notice]
    ).fetchone()
    shown = {field: put_page_field(connection, notice, field, value) for field, value in fields.items()}
    reindex(connection, notice, (before["title"], before["normalized"]), (shown["title"], before["normalized"]))
    follow_date(connection, notice, before["published"], shown["published"])


def _show(connection: Connection, notice: int, field: FieldName, value: str | None) -> None:
    connection.execute(f"UPDATE notices SET {field} = ? WHERE number = ?", [value, notice])  # noqa: S608  # one of three names
