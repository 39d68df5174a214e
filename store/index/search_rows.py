"""Which rows of the search index a notice has: one, or where its text is long one for each part of it.

Nobody may wait until a million characters are indexed, so a long text is cut into parts, and the rows of a new notice
follow it in transactions of their own (``store.index.search_pending``).  Until all are there the notice is marked, and
whoever searches reads its text.  A text is cut at white space, which no term of a query holds: nothing that is found in
the whole is missed in the parts.

================= ==============================================
row               of
================= ==============================================
``n``             all of notice ``n``
``PARTS`` and on  the parts of notices, ``MOST_PARTS`` for each
``MARKS + n``     nothing: rows of notice ``n`` are still to come
================= ==============================================
"""

from __future__ import annotations

import re
from typing import Final

from store.db.sqlite import Connection

LONG: Final = 32_768
"""Code points of normalized text beyond which it is cut: about as many are in a part."""

PARTS: Final = 1 << 44
MOST_PARTS: Final = 1 << 12
MARKS: Final = 1 << 60

_SPACE: Final = re.compile("[ \n]")


def parts_of(title: str | None, text: str) -> list[tuple[str | None, str]]:
    """A text in parts, the first with the title; one where it is short, or has no white space to be cut at."""
    parts: list[tuple[str | None, str]] = []
    begin = 0
    while len(text) - begin > LONG and len(parts) < MOST_PARTS - 1:
        cut = _SPACE.search(text, begin + LONG)
        if cut is None or cut.end() == len(text):
            break
        parts.append((None, text[begin : cut.end()]))
        begin = cut.end()
    parts.append((None, text[begin:]))
    parts[0] = title, parts[0][1]
    return parts


def row_of_part(notice: int, part: int) -> int:
    """The number of the row of a part."""
    return PARTS + notice * MOST_PARTS + part


def notice_of_row(row: int) -> int:
    """Whose a row is."""
    if row >= MARKS:
        return row - MARKS
    return (row - PARTS) // MOST_PARTS if row >= PARTS else row


def has_row(connection: Connection, table: str, row: int) -> bool:
    """Whether an index has a row."""
    return connection.execute(f"SELECT 1 FROM {table}_docsize WHERE id = ?", [row]).fetchone() is not None  # noqa: S608  # a constant


def parts_there(connection: Connection, table: str, notice: int) -> set[int]:
    """Of which parts of a notice an index has the rows."""
    first = row_of_part(notice, 0)
    rows = connection.execute(
        f"SELECT id FROM {table}_docsize WHERE id BETWEEN ? AND ?",  # noqa: S608  # a constant
        [first, first + MOST_PARTS - 1],
    )
    return {row - first for (row,) in rows.fetchall()}


def has_parts(connection: Connection) -> bool:
    """Whether any notice is indexed in parts."""
    row = connection.execute("SELECT 1 FROM search_docsize WHERE id >= ? AND id < ? LIMIT 1", [PARTS, MARKS])
    return row.fetchone() is not None


def mark(connection: Connection, table: str, notice: int) -> None:
    """Note that rows of a notice are still to come, inside the caller's transaction."""
    connection.execute(f"INSERT OR IGNORE INTO {table}_docsize (id, sz) VALUES (?, x'00')", [MARKS + notice])  # noqa: S608  # a constant


def is_marked(connection: Connection, table: str, notice: int) -> bool:
    """Whether rows of a notice are still to come."""
    return has_row(connection, table, MARKS + notice)


def unmark(connection: Connection, notice: int) -> None:
    """Note that all rows of a notice are there, inside the caller's transaction."""
    connection.execute("DELETE FROM search_docsize WHERE id = ?", [MARKS + notice])


def marked(connection: Connection) -> list[int]:
    """The notices of which rows are still to come, in order."""
    rows = connection.execute("SELECT id FROM search_docsize WHERE id >= ? ORDER BY id", [MARKS])
    return [notice_of_row(row) for (row,) in rows.fetchall()]


def last_notice(connection: Connection, table: str) -> int:
    """The last notice that an index has, be it only marked; 0 where it has none."""
    last = 0
    for first, behind in ((0, PARTS), (PARTS, MARKS), (MARKS, 2 * MARKS)):
        sql = f"SELECT max(id) FROM {table}_docsize WHERE id >= ? AND id < ?"  # noqa: S608  # a constant
        (row,) = connection.execute(sql, [first, behind]).fetchone()
        if row is not None:
            last = max(last, notice_of_row(row))
    return last
