"""A notice into the database: its row, its texts, and its place in the search index and in the order of dates."""

from __future__ import annotations

from typing import Final

import msgspec

from annotations.annotation import now
from annotations.formats.native_record import native_regions
from annotations.near_copies import Sketch
from annotations.notice import Notice
from store.db.sqlite import Connection
from store.index import near_copies
from store.index.facets import add_date, follow_flags
from store.index.flags import flags_text
from store.index.search import index
from store.log.events import Change
from store.log.notice_rows import notice_row
from store.read.notices import notice_number
from store.write.append import append

_INSERT_NOTICE: Final = (
    "INSERT INTO notices (id, doc, sha256, title, source, published, url, imported_at, flags) "
    "VALUES (:id, :doc, :sha256, :title, :source, :published, :url, :imported_at, :flags)"
)
_INSERT_TEXT: Final = (
    "INSERT INTO texts (notice, raw, normalized, normalizer, regions, runs, meta, html) "
    "VALUES (:number, :raw, :normalized, :normalizer, :regions, :runs, :meta, :html)"
)


def add_notice(
    connection: Connection, actor: str, notice: Notice, html: str | None = None, sketch: Sketch | None = None
) -> int | None:
    """Add a notice, inside the caller's transaction.

    Its fields are those of the page or its row: what people set is recorded behind it (``store.write.record``).

    Args:
        connection: in a write transaction.
        actor: who imports it.
        notice: normalized and proved.
        html: the page that its raw text was extracted from.
        sketch: that of its normalized text, where the caller has made it without the lock.

    Returns:
        Its number; None when a notice with the same raw text is there already.
    """
    if notice_number(connection, notice.id) is not None:
        return None
    columns = _columns(notice, html)
    columns["number"] = number = connection.execute(_INSERT_NOTICE, columns).lastrowid
    connection.execute(_INSERT_TEXT, columns)
    if number is not None:
        append(connection, actor, "import", Change(number, "notice", notice.id, None, notice_row(columns)))
        index(connection, number, notice.title, notice.normalized)
        add_date(connection, number, notice.published)
        follow_flags(connection, number, (), notice.flags)
        near_copies.add(connection, number, notice.normalized, sketch)
    return number


def _columns(notice: Notice, html: str | None) -> dict[str, str | int | None]:
    return {
        "id": notice.id,
        "doc": notice.doc,
        "sha256": notice.sha256,
        "title": notice.title,
        "source": notice.source,
        "published": notice.published,
        "url": notice.url,
        "imported_at": now(),
        "flags": flags_text(notice.flags),
        "raw": notice.raw,
        "normalized": notice.normalized,
        "normalizer": notice.normalizer,
        "regions": msgspec.json.encode(native_regions(notice.regions)).decode(),
        "runs": msgspec.json.encode(notice.alignment.runs).decode(),
        "meta": msgspec.json.encode(notice.meta).decode(),
        "html": html,
    }
