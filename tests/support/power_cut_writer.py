"""What the power-cut tests trace: a program that adds annotations, and tells each one that is stored on stdout.

    python power_cut_writer.py DATABASE SYNCHRONOUS COUNT PAGES

SYNCHRONOUS is FULL, for zhupi as it is, or what this connection is set to in its place: NORMAL or OFF.  After PAGES
pages the WAL is copied to the database file.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path
from uuid import UUID

from making import annotation_of
from msgspec.structs import replace

from store.db import checkpoint
from store.edits.annotate import add_annotation
from store.open import open_database


def main(path: Path, synchronous: str, count: int, pages: int) -> None:
    """Add ``count`` annotations to the first notice, one transaction each."""
    # The same ids each time, so that the same pages are written and a seed means the same cuts.
    ids = random.Random(0)
    checkpoint._LONG = pages  # so that few commits are enough
    with open_database(path) as database:
        if synchronous != "FULL":
            database.connection.execute(f"PRAGMA synchronous = {synchronous}")
        raw = database.connection.execute("SELECT raw FROM texts WHERE notice = 1").fetchone()[0]
        for number in range(count):
            start = number % (len(raw) - 3)
            item = replace(annotation_of(raw, start, start + 3), id=UUID(bytes=ids.randbytes(16), version=4).hex)
            add_annotation(database, "lin", 1, item)
            os.write(1, f"{item.id}\n".encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
