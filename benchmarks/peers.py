"""Two programs that others use in a terminal, in the same harness, where they do the same job.

SLATE annotates spans of a text: a page of one megabyte, beside the notice screen.  VisiData shows a table: titles, days
and sources of notices in CSV, beside the queue.  Both are curses programs; each figure is divided by that of the empty
Textual app, as the figures of zhupi are, and shown beside them.  ``make peers`` installs them, into an environment of
their own; where they are not there, this says so and measures nothing.
"""

from __future__ import annotations

import csv
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import programs
from bars import Bar, Options, ratio
from synthetic import SOURCES, TITLES, folder, long_page, notice_database, queue_database
from terminal import Answer, Terminal

_HOME = Path(__file__).resolve().parents[1] / ".peers" / "bin"
_QUIET_FOR = 1.0
"""Seconds without a byte after which a program has shown all that it has to."""

Program = tuple[Callable[[], Terminal], Sequence[str]]
"""How it is started, and what shows that it has painted."""


def bars(options: Options) -> Iterator[Bar]:
    """Start, and keys that move down and right, at the usual size."""
    missing = [name for name in ("slate", "vd") if not (_HOME / name).exists()]
    if missing:
        print(f"peers: {', '.join(missing)} not in {_HOME}: `make peers` installs them", file=sys.stderr)
        return
    size = programs.SIZES[1]
    with folder() as place:
        page, text = place / "page.db", place / "page.txt"
        text.write_text(long_page(), encoding="utf-8")
        notice_database(page, long_page())
        yield from _compared(
            "a text of 1 MB",
            {
                "zhupi": (partial(programs.notice, page, size), programs.NOTICE_SHOWN),
                "SLATE": (partial(_slate, text, place, size), (r"^第2项",)),
            },
            {"j": "down", "l": "right"},
            size,
            options,
        )
        queue, table = place / "queue.db", place / "table.csv"
        queue_database(queue, options.notices)
        _write_table(table, options.notices)
        yield from _compared(
            f"a table of {options.notices:,} notices",
            {
                "zhupi": (partial(programs.queue, queue, size), programs.QUEUE_SHOWN),
                # It paints while it reads on.
                "VisiData": (partial(_visidata, table, place, size), (r"2023-04-12 │",)),
            },
            {"j": "down"},
            size,
            options,
        )


def _compared(
    what: str, opened: Mapping[str, Program], keys: Mapping[str, str], size: tuple[int, int], options: Options
) -> Iterator[Bar]:
    """Start and keys of some programs by turns with the empty app."""
    all_of_them: dict[str, Program] = {"floor": (partial(programs.floor, size), (programs.FLOOR_SHOWN,)), **opened}
    starts: dict[str, list[float]] = {name: [] for name in all_of_them}
    for run in range(1 + options.runs(9)):
        for name, (start, shown) in all_of_them.items():
            with start() as app:
                seconds = app.wait(*shown)
            # The first run of each warms the caches of the system.
            if run:
                starts[name].append(seconds)
    for name in opened:
        yield ratio(f"{what}, {name}: start / empty app's start", starts[name], starts["floor"], None)
    with programs.floor(size) as floor:
        floor.wait(programs.FLOOR_SHOWN)
        for name, (start, shown) in opened.items():
            with start() as app:
                app.wait(*shown)
                while app.idle(_QUIET_FOR)[0]:
                    pass
                for key, direction in keys.items():
                    pairs = [(floor.press(key), app.press(key)) for _ in range(options.runs(45))]
                    yield from _key(f"{what}, {name}: cursor {direction}", pairs)


def _key(what: str, pairs: Sequence[tuple[Answer, Answer]]) -> Iterator[Bar]:
    yield ratio(f"{what}, CPU / trivial", [own.cpu for _, own in pairs], [least.cpu for least, _ in pairs], None)
    yield Bar(f"{what}, bytes", statistics.median(own.written for _, own in pairs), None, "bytes")


def _slate(text: Path, place: Path, size: tuple[int, int]) -> Terminal:
    log = place / "slate"
    command = [str(_HOME / "slate"), str(text), "-t", "categorical", "-s", "character", "-o", "-l", str(log)]
    return Terminal(command, size, {"HOME": str(place)})


def _visidata(table: Path, place: Path, size: tuple[int, int]) -> Terminal:
    return Terminal([str(_HOME / "vd"), str(table)], size, {"HOME": str(place)})


def _write_table(path: Path, notices: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("published", "title", "source"))
        for number in range(1, notices + 1):
            title = TITLES[number % len(TITLES)].format(number=number)
            out.writerow(("2023-04-12", title, SOURCES[number % len(SOURCES)]))
