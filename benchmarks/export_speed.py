"""Native export against reading the same rows with bare SELECTs, both in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import programs
from bars import Bar, Options
from synthetic import folder, tagged_database

from store.project.reviewers import current_reviewer

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
    """Whole commands less the start of their processes, as a user waits for them; the fastest of several runs each."""
    with folder() as place:
        empty, full, out = place / "empty.db", place / "full.db", place / "export.jsonl"
        tagged_database(empty, 1, 0)
        tagged_database(full, _NOTICES, _SPANS)
        every = os.sched_getaffinity(0)
        one = {min(every)}
        exports = {
            f"export on {len(every)} processors": ((), every),
            f"export of one layer on {len(every)} processors": (("--layer", current_reviewer()), every),
            "export on 1 processor": ((), one),
        }
        select = _Fastest()
        taken = {what: _Fastest() for what in exports}
        for _ in range(options.runs(7)):
            for database in (empty, full):
                select.run(database, [sys.executable, "-c", _SELECT, str(database)], every)
                for what, (arguments, processors) in exports.items():
                    # To let go of the file of the export before is no part of one.
                    out.unlink(missing_ok=True)
                    command = programs.command(database, "export", "-o", str(out), *arguments)
                    taken[what].run(database, command, processors)
        for what, each in taken.items():
            seconds, floor = each.seconds(full, empty), select.seconds(full, empty)
            yield Bar(
                f"{what}, {_NOTICES:,} pages, {_SPANS} spans each / bare SELECT",
                seconds / floor,
                None if exports[what][1] == one else 2,
                detail=f"{1000 * seconds:.0f} ms / {1000 * floor:.0f} ms",
            )


class _Fastest:
    """The fastest run of a command on each of some databases: what others do on the machine only makes runs slower."""

    def __init__(self) -> None:
        self._seconds: dict[Path, float] = {}

    def run(self, database: Path, command: list[str], processors: set[int]) -> None:
        """Run it once, on some processors."""
        begun = time.perf_counter()
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=lambda: os.sched_setaffinity(0, processors),
        )  # fmt: skip
        self._seconds[database] = min(self._seconds.get(database, float("inf")), time.perf_counter() - begun)

    def seconds(self, full: Path, empty: Path) -> float:
        """What the full database took longer than the empty one."""
        return self._seconds[full] - self._seconds[empty]
