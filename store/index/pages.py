"""Which notices were extracted from which HTML: by the digest of the HTML, which their ``meta`` has.

The same HTML is the same page, whatever a version of the extractor makes of it.
"""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec

from store.db.sqlite import Connection

HTML_SHA256: Final = "html_sha256"
"""The key of ``meta`` with the digest of the HTML that the raw text was extracted from."""

EXTRACTOR: Final = "extractor"
"""The key of ``meta`` with the name and version of what extracted it."""

DIGEST: Final = f"(CASE WHEN json_valid(meta) THEN json_extract(meta, '$.{HTML_SHA256}') END)"
"""The digest of a row of ``texts``, in SQL; null where the page was no HTML, or its ``meta`` is damaged."""

SCHEMA: Final = f"CREATE INDEX texts_html ON texts({DIGEST}) WHERE {DIGEST} IS NOT NULL"


def renew_index(connection: Connection) -> None:
    """Make the index as it is made now: to its first version, damaged ``meta`` was an error that ended a write."""
    (sql,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'texts_html'").fetchone()
    if sql != SCHEMA:
        connection.execute("DROP INDEX texts_html")
        connection.execute(SCHEMA)


def html_sha256(html: str) -> str:
    """The SHA-256 digest of a decoded HTML page in UTF-8, in hex."""
    return hashlib.sha256(html.encode("utf-8")).hexdigest()


def notice_of_html(connection: Connection, digest: str) -> int | None:
    """The number of the newest notice that was extracted from the HTML with this digest; None where there is none."""
    row = connection.execute(f"SELECT max(notice) FROM texts WHERE {DIGEST} = ?", [digest]).fetchone()  # noqa: S608  # a constant
    return None if row[0] is None else int(row[0])


def rebuild(connection: Connection) -> None:
    """Put the digest of stored HTML into ``meta`` where it is missing."""
    rows = connection.execute(
        f"SELECT notice FROM texts WHERE html IS NOT NULL AND json_valid(meta) AND {DIGEST} IS NULL ORDER BY notice"  # noqa: S608  # as above
    ).fetchall()
    # One page after the other: all of them may not fit into memory.
    for (notice,) in rows:
        meta, html = connection.execute("SELECT meta, html FROM texts WHERE notice = ?", [notice]).fetchone()
        digested = msgspec.json.decode(meta) | {HTML_SHA256: html_sha256(html)}
        connection.execute(
            "UPDATE texts SET meta = ? WHERE notice = ?", [msgspec.json.encode(digested).decode(), notice]
        )
