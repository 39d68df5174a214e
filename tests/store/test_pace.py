"""What somebody has done by day, on this host's calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from making import stored_notice

from annotations.annotation import Review, timestamp
from store.edits.review import set_review
from store.read.pace import done_by_day


def test_days_are_those_of_this_host_and_only_what_is_done_by_oneself_counts(database):
    noon = datetime.now().replace(hour=12).astimezone(UTC)
    reviews = [("lin", "done", 0), ("lin", "done", 0), ("lin", "done", 2), ("lin", "done", 3), ("lin", "flagged", 0)]
    for count, (annotator, status, ago) in enumerate([*reviews, ("chen", "done", 0)]):
        number = stored_notice(database, f"临江县第{count}号通知")
        at = timestamp(noon - timedelta(days=ago))
        set_review(database, annotator, number, Review(annotator, status, None, at))
    assert done_by_day(database.connection, "lin", 3) == [1, 0, 2]
    assert done_by_day(database.connection, "wang", 2) == [0, 0]
    plan = database.connection.execute(
        "EXPLAIN QUERY PLAN SELECT count(*) FROM reviews WHERE annotator = ? AND status = 'done' AND updated_at >= ?",
        ["lin", ""],
    ).fetchone()
    assert "COVERING INDEX reviews_done" in plan["detail"]
