"""How much an annotator gets done, by day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from annotations.annotation import timestamp
from store.db.sqlite import Connection


def done_by_day(connection: Connection, annotator: str, days: int) -> list[int]:
    """How many notices the annotator has done on each of the last days of this host's calendar, today last."""
    midnight = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)  # noqa: DTZ005  # of this host
    # Each midnight by itself: a day on which the clocks change has no 24 hours.
    starts = [timestamp((midnight - timedelta(days=ago)).astimezone(UTC)) for ago in reversed(range(-1, days))]
    sql = "SELECT count(*) FROM reviews WHERE annotator = ? AND status = 'done' AND updated_at >= ? AND updated_at < ?"
    return [connection.execute(sql, [annotator, *bounds]).fetchone()[0] for bounds in pairwise(starts)]
