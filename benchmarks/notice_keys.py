"""A notice of one megabyte with 2,000 spans, in thousands of paragraphs and on one line: opening it, moving in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import programs
from bars import Bar, Options, median_bytes, ratio
from synthetic import folder, long_page, notice_database, one_line_page

_KEYS = {"l": "right", "j": "down"}


def bars(options: Options) -> Iterator[Bar]:
    """Both pages at both sizes."""
    with folder() as place:
        for name, page in (("1 MB", long_page()), ("1 MB on one line", one_line_page())):
            database = place / f"{name}.db"
            notice_database(database, page)
            for size in programs.SIZES:
                yield from _opening(database, name, size, options)
                yield from _moving(database, name, size, options)


def _opening(database: Path, name: str, size: tuple[int, int], options: Options) -> Iterator[Bar]:
    floor, started, entered = [], [], []
    for _ in range(options.runs(9)):
        with programs.floor(size) as app:
            floor.append(app.wait(programs.FLOOR_SHOWN))
        with programs.notice(database, size) as app:
            started.append(app.wait(*programs.NOTICE_SHOWN))
        with programs.queue(database, size) as app:
            app.wait("q quit")
            entered.append(app.press_and_wait("\r", *programs.NOTICE_SHOWN))
    yield ratio(programs.named(f"{name}: start to notice / empty app's start", size), started, floor, 1.7)
    yield ratio(programs.named(f"{name}: enter to notice / empty app's start", size), entered, floor, 1.7)


def _moving(database: Path, name: str, size: tuple[int, int], options: Options) -> Iterator[Bar]:
    with programs.floor(size) as floor, programs.notice(database, size) as notice:
        floor.wait(programs.FLOOR_SHOWN)
        notice.wait(*programs.NOTICE_SHOWN)
        for key, direction in _KEYS.items():
            answers = [(floor.press(key), notice.press(key)) for _ in range(options.runs(45))]
            trivial, own = [answer.cpu for answer, _ in answers], [answer.cpu for _, answer in answers]
            written = [answer.written for _, answer in answers]
            yield ratio(programs.named(f"{name}: cursor {direction}, CPU / trivial", size), own, trivial, 2.5)
            yield median_bytes(programs.named(f"{name}: cursor {direction}, both panes", size), written, 1_300)
