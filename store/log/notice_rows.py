"""What import stored of a notice, as the log keeps it: the digest of its row, which no other program can follow unseen.

The digest covers what the page tells.  Fields that people set are events of their own; what they cover is in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Final

import msgspec

from annotations.digest import hex_digest
from annotations.notice import FIELDS
from store.db.sqlite import Connection
from store.log.corrections import found_fields

_COLUMNS: Final = (
    "number", "id", "doc", "sha256", "url", "imported_at", "raw", "normalized", "normalizer", "regions", "runs", "meta",
    "html", *FIELDS,
)  # fmt: skip
"""The columns that import or the normalizer fills, in this order; ``flags`` follow from them."""

_values: Final = itemgetter(*_COLUMNS)

_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM notices LEFT JOIN texts ON notice = number WHERE number = ?"  # noqa: S608  # constants


class NoticeRow(msgspec.Struct, frozen=True):
    """A notice as it is stored: the SHA-256 of its columns, as a JSON array, in hex."""

    sha256: str


def notice_row(columns: Mapping[str, object]) -> NoticeRow:
    """The row of a notice of which no field was set by a person.

    Args:
        columns: what is stored of it, by the names of its columns, and maybe of others.
    """
    return NoticeRow(hex_digest(msgspec.json.encode(_values(columns))))


def load_notice_row(connection: Connection, number: int) -> NoticeRow | None:
    """The row of the notice with this number, digested; None where there is none."""
    row = connection.execute(_SELECT, [number]).fetchone()
    if row is None:
        return None
    columns: dict[str, object] = dict(zip(_COLUMNS, row, strict=True))
    columns.update(found_fields(connection, number).items())
    return notice_row(columns)
