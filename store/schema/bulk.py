"""Which annotations of an older database were made many in one step: for the migration that marks them.

The log of those days has the steps, and does not say of an annotation whether it was made alone.  What is found is
noted beside the events, whose content and digests stay: so undo, redo and ``zhupi check`` know it too.
"""

from __future__ import annotations

from typing import Final

from store.db.sqlite import Connection

_AT_ONCE: Final = 20_000
"""Events that are looked at between two writes."""

# The first event of a step stands for all others of it, and the one behind it for the first.
_MADE: Final = """
SELECT made.key, made.notice, json_extract(made.after, '$.updated_at') AS at FROM events AS made
WHERE made.number BETWEEN ? AND ? AND made.batch IS NOT NULL AND made.entity = 'annotation' AND made.action = 'tag'
AND made.before IS NULL AND json_valid(made.after) AND EXISTS (
    SELECT 1 FROM events AS other
    WHERE other.number = iif(made.batch = made.number, made.number + 1, made.batch)
    AND other.batch = made.batch AND other.entity = 'annotation' AND other.key <> made.key
)
"""
"""What was tagged or decided together with something else."""

# Whoever changes an annotation gives it another time, and whoever takes that back gives it the old one again.  What an
# event that was made elsewhere stood on is told by the one that it follows.
_NOTE: Final = """
UPDATE events SET bulk = nullif(
    iif(json_valid(after), json_extract(after, '$.updated_at') IS :at, 0)
    + 2 * iif(origin IS NULL AND json_valid(before), json_extract(before, '$.updated_at') IS :at, 0), 0
)
WHERE entity = 'annotation' AND key = :key AND notice = :notice AND bulk IS NULL
"""

_MARK: Final = "UPDATE annotations SET bulk = 1 WHERE id = :key AND notice = :notice AND updated_at = :at"


def mark_bulk(connection: Connection) -> None:
    """Mark the annotations that were made many in one step, and note it of their events, inside a migration."""
    (last,) = connection.execute("SELECT coalesce(max(number), 0) FROM events").fetchone()
    for first in range(1, last + 1, _AT_ONCE):
        rows = connection.execute(_MADE, [first, first + _AT_ONCE - 1]).fetchall()
        made = [dict(zip(("key", "notice", "at"), row, strict=True)) for row in rows]
        connection.executemany(_NOTE, made)
        connection.executemany(_MARK, made)
