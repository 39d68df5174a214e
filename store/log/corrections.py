"""Corrections: a field of a notice as a person set it, as the log makes them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from annotations.notice import FIELDS, FieldName, FieldsBy, NoticeFields
from store.db.sqlite import Connection, json_array
from store.errors import DamageError


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


def load_fields_by(connection: Connection, notices: Iterable[int]) -> dict[int, FieldsBy]:
    """Who set the fields of the notices with these numbers; without those that nobody corrected.

    Raises:
        DamageError: a correction is of no field.
    """
    found: dict[int, dict[str, str]] = {}
    for row in connection.execute(
        "SELECT notice, field, set_by FROM corrections WHERE notice IN (SELECT value FROM json_each(?))",
        [json_array(notices)],
    ).fetchall():
        if row["field"] not in FIELDS:
            raise DamageError(
                f"a correction of notice {row['notice']} is of no field: {row['field']}; restore a backup"
            )
        found.setdefault(row["notice"], {})[row["field"]] = row["set_by"]
    return {notice: FieldsBy(**set_by) for notice, set_by in found.items()}


def page_fields(connection: Connection, notice: int) -> dict[FieldName, str | None]:
    """The fields as the page or its row tells them, whatever people set."""
    row = connection.execute("SELECT title, source, published FROM notices WHERE number = ?", [notice]).fetchone()
    return {**{field: row[field] for field in FIELDS}, **found_fields(connection, notice)}


def found_fields(connection: Connection, notice: int) -> dict[FieldName, str | None]:
    """What the page or its row tells of the fields that people set, and of no others."""
    rows = connection.execute("SELECT field, found FROM corrections WHERE notice = ?", [notice]).fetchall()
    return {row["field"]: row["found"] for row in rows}
