"""The queue: what a reviewer sees of the notices, a page of rows at a time, at the same cost for any number of notices.

The numbers of notices run from 1 without a gap, so a page is a range of the primary key, never an OFFSET.  Wide text is
not touched.
"""

from __future__ import annotations

from typing import get_args

import msgspec

from annotations.annotation import ReviewStatus
from store.notices import count_notices
from store.sqlite import Connection

PAGE_ROWS = 256
"""Rows of one page."""

DEFAULT_STATUS: ReviewStatus = get_args(ReviewStatus)[0]
"""Of a notice that nobody has reviewed: open."""


class QueueRow(msgspec.Struct, frozen=True):
    """A notice as the queue shows it to one reviewer.

    ``counts`` are the reviewer's own annotations by label, rejected ones left out; ``suggestions`` the undecided ones.
    """

    number: int
    id: str
    doc: str
    title: str | None
    source: str | None
    published: str | None
    status: ReviewStatus
    counts: dict[str, int]
    suggestions: int


def queue_page(connection: Connection, annotator: str, page: int) -> list[QueueRow]:
    """Rows ``page * PAGE_ROWS`` and following, in the order of import; empty behind the last."""
    first, last = page * PAGE_ROWS + 1, (page + 1) * PAGE_ROWS
    rows = connection.execute(
        "SELECT number, id, doc, title, source, published, reviews.status FROM notices "
        "LEFT JOIN reviews ON reviews.notice = notices.number AND reviews.annotator = ? "
        "WHERE number BETWEEN ? AND ? ORDER BY number",
        [annotator, first, last],
    ).fetchall()
    counts = connection.execute(
        "SELECT notice, label, annotator IS NULL AS suggested, count(*) AS n FROM annotations "
        "WHERE notice BETWEEN ? AND ? AND (annotator = ? AND status <> 'rejected' OR annotator IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM annotations AS mine WHERE mine.id = annotations.id || '.' || ?)) "
        "GROUP BY notice, label, suggested",
        [first, last, annotator, annotator],
    ).fetchall()
    own: dict[int, dict[str, int]] = {}
    suggested: dict[int, int] = {}
    for row in counts:
        if row["suggested"]:
            suggested[row["notice"]] = suggested.get(row["notice"], 0) + row["n"]
        else:
            own.setdefault(row["notice"], {})[row["label"]] = row["n"]
    return [
        QueueRow(
            number=row["number"],
            id=row["id"],
            doc=row["doc"],
            title=row["title"],
            source=row["source"],
            published=row["published"],
            status=row["status"] or DEFAULT_STATUS,
            counts=own.get(row["number"], {}),
            suggestions=suggested.get(row["number"], 0),
        )
        for row in rows
    ]


def progress(connection: Connection, annotator: str) -> tuple[int, int]:
    """How many notices the annotator has done, and how many there are."""
    done = connection.execute(
        "SELECT count(*) FROM reviews WHERE annotator = ? AND status = 'done'", [annotator]
    ).fetchone()[0]
    return int(done), count_notices(connection)


def next_open(connection: Connection, annotator: str, after: int) -> int | None:
    """The number of the first notice behind ``after`` that the annotator has not reviewed, else the first before it."""
    for bounds, values in (("number > ?", [after]), ("number < ?", [after])):
        row = connection.execute(
            f"SELECT number FROM notices WHERE {bounds} AND NOT EXISTS (SELECT 1 FROM reviews "  # noqa: S608  # constants
            "WHERE reviews.notice = notices.number AND reviews.annotator = ? AND reviews.status <> 'open') "
            "ORDER BY number LIMIT 1",
            [*values, annotator],
        ).fetchone()
        if row is not None:
            return int(row[0])
    return None
