"""Native export against reading the same rows with bare SELECTs, both in processes of their own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import programs
from bars import Bar, Options, ratio
from synthetic import folder, tagged_database

_NOTICES = 5_000
_SPANS = 5
_SELECT = """
import sys
from pathlib import Path
from store.open import open_database
with open_database(Path(sys.argv[1])) as database:
    for table in ("notices JOIN texts ON texts.notice = notices.number", "annotations", "reviews"):
        for row in database.connection.execute(f"SELECT * FROM {table}"):
            tuple(row)
"""


def bars(options: Options) -> Iterator[Bar]:
    """The whole command less the start of its process, as a user waits for it."""
    with folder() as place:
        empty, full, out = place / "empty.db", place / "full.db", place / "export.jsonl"
        tagged_database(empty, 1, 0)
        tagged_database(full, _NOTICES, _SPANS)
        select, export = [], []
        for _ in range(options.runs(7)):
            for database, sign in ((empty, -1), (full, 1)):
                select.append(sign * _seconds([sys.executable, "-c", _SELECT, str(database)]))
                export.append(sign * _seconds(programs.command(database, "export", "-o", str(out))))
        what = f"export, {_NOTICES:,} pages, {_SPANS} spans each / bare SELECT"
        yield ratio(what, _pairs(export), _pairs(select), 2)


def _pairs(seconds: list[float]) -> list[float]:
    """What the full database took longer than the empty one, run by run."""
    return [sum(pair) for pair in zip(seconds[::2], seconds[1::2], strict=True)]


def _seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun
