"""Corrections: a field of a notice as a person set it, as the log makes them."""

from __future__ import annotations

import msgspec

from annotations.notice import FieldName, FieldsBy, NoticeFields
from store.db.sqlite import Connection


class Correction(msgspec.Struct, frozen=True):
    """The value that somebody gave to a field of a notice; None says that it is unknown."""

    value: str | None
    set_by: str


def correction_of(fields: NoticeFields, field: FieldName) -> Correction | None:
    """The correction that some fields have of one of them; None where nobody set it."""
    by = fields.by.of(field)
    return None if by is None else Correction(fields.of(field), by)


def load_correction(connection: Connection, notice: int, field: str) -> Correction | None:
    """The correction of a field; None where nobody set it."""
    row = connection.execute(
        "SELECT value, set_by FROM corrections WHERE notice = ? AND field = ?", [notice, field]
    ).fetchone()
    return Correction(row["value"], row["set_by"]) if row else None


def load_corrections(connection: Connection, notice: int) -> dict[FieldName, Correction]:
    """The corrections of a notice, by field."""
    rows = connection.execute("SELECT field, value, set_by FROM corrections WHERE notice = ?", [notice]).fetchall()
    return {row["field"]: Correction(row["value"], row["set_by"]) for row in rows}


def load_fields_by(connection: Connection, first: int, last: int) -> dict[int, FieldsBy]:
    """Who set the fields of the notices with the numbers ``first`` to ``last``; without those that nobody corrected."""
    found: dict[int, dict[str, str]] = {}
    for row in connection.execute(
        "SELECT notice, field, set_by FROM corrections WHERE notice BETWEEN ? AND ?", [first, last]
    ).fetchall():
        found.setdefault(row["notice"], {})[row["field"]] = row["set_by"]
    return {notice: FieldsBy(**set_by) for notice, set_by in found.items()}
