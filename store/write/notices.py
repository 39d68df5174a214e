"""A notice into the database: its row, its texts, and its place in the search index and in the order of dates."""

from __future__ import annotations

import msgspec

from annotations.annotation import now
from annotations.formats.native import native_regions
from annotations.notice import Notice
from store.db.sqlite import Connection
from store.index import near_copies
from store.index.facets import add_date, follow_flags
from store.index.flags import flags_text
from store.index.search import index
from store.read.notices import notice_number


def add_notice(connection: Connection, notice: Notice, html: str | None = None) -> int | None:
    """Add a notice, inside the caller's transaction.

    Its fields are those of the page or its row: what people set is recorded behind it (``store.write.record``).

    Returns:
        Its number; None when a notice with the same raw text is there already.
    """
    if notice_number(connection, notice.id) is not None:
        return None
    number = connection.execute(
        "INSERT INTO notices (id, doc, sha256, title, source, published, url, imported_at, flags) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            notice.id,
            notice.doc,
            notice.sha256,
            notice.title,
            notice.source,
            notice.published,
            notice.url,
            now(),
            flags_text(notice.flags),
        ],
    ).lastrowid
    connection.execute(
        "INSERT INTO texts (notice, raw, normalized, normalizer, regions, runs, meta, html) VALUES (?,?,?,?,?,?,?,?)",
        [
            number,
            notice.raw,
            notice.normalized,
            notice.normalizer,
            msgspec.json.encode(native_regions(notice.regions)).decode(),
            msgspec.json.encode(notice.alignment.runs).decode(),
            msgspec.json.encode(notice.meta).decode(),
            html,
        ],
    )
    if number is not None:
        index(connection, number, notice.title, notice.normalized)
        add_date(connection, number, notice.published)
        follow_flags(connection, number, (), notice.flags)
        near_copies.add(connection, number, notice.normalized)
    return number
