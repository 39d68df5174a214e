"""A database of varied pages in which people work side by side, and an import into it meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import programs
import varied
from bars import Options
from synthetic import folder

from store.intake.ingest import ingest
from store.open import open_database
from store.project.reviewers import current_reviewer

_APART = 10_000_000
"""The number of the first page that is imported meanwhile: no page before it is the same."""


@contextmanager
def workplace(options: Options) -> Iterator[tuple[Path, Path]]:
    """A folder, and a database in it of as many pages as the options say; or the one that they name."""
    with folder() as place:
        if options.database is not None:
            yield place, options.database
            return
        database = place / "side-by-side.db"
        with open_database(database, create=True) as opened:
            ingest(opened, varied.sources(options.notices), current_reviewer(), _refuse)
        yield place, database


def ids(database: Path, count: int) -> tuple[list[str], int]:
    """The ids of so many notices, spread over a database, and how many it has."""
    with open_database(database) as opened:
        total = int(opened.connection.execute("SELECT max(number) FROM notices").fetchone()[0])
        rows = (
            opened.connection.execute("SELECT id FROM notices WHERE number = ?", [1 + at * total // count]).fetchone()
            for at in range(count)
        )
        return [str(row[0]) for row in rows], total


def page_shard(place: Path, count: int) -> Path:
    """A file of so many pages that no database here has: other ones at each call within an hour."""
    path = place / f"meanwhile-{time.monotonic_ns()}.jsonl"
    varied.write_shard(path, count, _APART + int(time.time()) % 3600 * 100_000)
    return path


@contextmanager
def importing(database: Path, shard: Path) -> Iterator[subprocess.Popen[bytes]]:
    """``zhupi import`` of a file, as long as the block runs, which ends it.

    Raises:
        RuntimeError: it has ended before.
    """
    command = programs.command(database, "import", str(shard), "--field", "raw=content")
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        yield running
        if running.poll() is not None:
            raise RuntimeError(f"the import ended too soon, with {running.returncode}: its shard is too small")
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGTERM)
        running.wait()


def _refuse(line: str) -> None:
    raise RuntimeError(line)
