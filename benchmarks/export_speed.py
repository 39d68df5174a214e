"""Native export against reading the same rows with a bare SELECT, both in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import programs
from bars import Bar, Options, ratio
from synthetic import folder, queue_database

_SELECT = """
import sys
from pathlib import Path
from store.database import Database
with Database(Path(sys.argv[1])) as database:
    for table in ("notices JOIN texts ON texts.notice = notices.number", "annotations", "reviews"):
        for row in database.connection.execute(f"SELECT * FROM {table}"):
            tuple(row)
"""


def bars(options: Options) -> Iterator[Bar]:
    """The whole command, start included, as a user runs it."""
    with folder() as place:
        database, out = place / "queue.db", place / "export.jsonl"
        queue_database(database, options.notices)
        select, export = [], []
        for _ in range(options.runs(5)):
            select.append(_seconds([sys.executable, "-c", _SELECT, str(database)]))
            export.append(_seconds(programs.command(database, "export", "-o", str(out))))
        yield ratio(f"export, {options.notices:,} notices / bare SELECT", export, select, 3)


def _seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, cwd=Path(__file__).parent, env=dict(os.environ), stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun
