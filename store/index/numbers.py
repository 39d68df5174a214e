"""The numbers of notices: they run from 1 without a gap, since no notice is ever deleted."""

from __future__ import annotations

from store.db.sqlite import Connection


def count_notices(connection: Connection) -> int:
    """How many notices there are, which is the number of the last one."""
    return int(connection.execute("SELECT coalesce(max(number), 0) FROM notices").fetchone()[0])
