"""Keys of the queue: CPU against a one-line update of a trivial Textual app, and bytes on the line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import programs
from bars import Bar, Options, median_bytes, ratio
from synthetic import folder, queue_database

_PAGE_DOWN = "\x1b[6~"


def bars(options: Options) -> Iterator[Bar]:
    """Key down and page down, at both sizes."""
    with folder() as place:
        database = place / "queue.db"
        queue_database(database, options.notices)
        for size in programs.SIZES:
            yield from _bars(database, size, options)


def _bars(database: Path, size: tuple[int, int], options: Options) -> Iterator[Bar]:
    with programs.floor(size) as floor, programs.queue(database, size) as queue:
        floor.wait(programs.FLOOR_SHOWN)
        queue.wait(*programs.QUEUE_SHOWN, r"done \d")
        answers = [(floor.press("j"), queue.press("j")) for _ in range(options.runs(60))]
        trivial = [answer.cpu for answer, _ in answers]
        yield ratio(programs.named("queue: key down, CPU / trivial", size), [own.cpu for _, own in answers], trivial, 2)
        yield median_bytes(programs.named("queue: key down", size), [own.written for _, own in answers], 600)
        pages = [queue.press(_PAGE_DOWN) for _ in range(options.runs(30))]
        yield median_bytes(programs.named("queue: page down", size), [page.written for page in pages], 10_000)
        yield ratio(
            programs.named("queue: page down, CPU / trivial", size), [page.cpu for page in pages], trivial, None
        )
