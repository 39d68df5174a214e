"""Process start to first full paint of the queue: against an empty Textual app, and however many notices there are."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

import programs
from bars import Bar, Options, ratio
from synthetic import folder, queue_database

_FEW = 1_000


def bars(options: Options) -> Iterator[Bar]:
    """Few and many notices, at both sizes."""
    with folder() as place:
        few, many = place / "few.db", place / "many.db"
        queue_database(few, _FEW)
        queue_database(many, options.notices)
        for size in programs.SIZES:
            floor, with_few, with_many = [], [], []
            for _ in range(options.runs(15)):
                with programs.floor(size) as app:
                    floor.append(app.wait(programs.FLOOR_SHOWN))
                with programs.queue(few, size) as app:
                    with_few.append(app.wait(*programs.QUEUE_SHOWN))
                with programs.queue(many, size) as app:
                    with_many.append(app.wait(*programs.QUEUE_SHOWN))
            # The first run of each warms the caches of the system.
            for figures in (floor, with_few, with_many):
                del figures[0]
            yield ratio(programs.named(f"start, {_FEW:,} notices / empty app", size), with_few, floor, 1.35)
            yield ratio(programs.named(f"start, {options.notices:,} notices / empty app", size), with_many, floor, 1.35)
            change = abs(statistics.median(with_few) / statistics.median(with_many) - 1) * 100
            yield Bar(
                programs.named(f"start, {_FEW:,} against {options.notices:,} notices", size), change, 10, "% apart"
            )
