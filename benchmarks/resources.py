"""What the app holds and what it uses while nobody touches it."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

import programs
from bars import Bar, Options
from synthetic import folder, queue_database

_SIZE = programs.SIZES[0]


def bars(options: Options) -> Iterator[Bar]:
    """Peak memory of the queue, and its idle cost."""
    with folder() as place:
        database = place / "queue.db"
        queue_database(database, options.notices)
        with programs.floor(_SIZE) as floor, programs.queue(database, _SIZE) as queue:
            floor.wait(programs.FLOOR_SHOWN)
            queue.wait(*programs.QUEUE_SHOWN, r"done \d")
            # To the end and back, so that pages far apart have been read.
            for key in "GgG":
                queue.press(key)
            held, least = queue.peak_memory(), floor.peak_memory()
            yield Bar(
                f"peak memory, {options.notices:,} notices / empty app",
                held / least,
                1.5,
                detail=f"{held:.1f} MB / {least:.1f} MB",
            )
            seconds = 3.0
            written, used = zip(*(queue.idle(seconds) for _ in range(options.runs(6))), strict=True)
            yield Bar("idle: bytes written", sum(written), 0, "bytes")
            floor_used = statistics.median(floor.idle(seconds)[1] for _ in range(options.runs(6)))
            share, floor_share = 100 * statistics.median(used) / seconds, 100 * floor_used / seconds
            yield Bar("idle: CPU", share, 0.5, "%", f"an empty app uses {floor_share:.2f} %")
