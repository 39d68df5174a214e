"""Writes annotations one by one and says of each that it is saved; run under strace by ``power_cut``.

Usage: power_cut_writer.py DATABASE FULL|NORMAL COUNT
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from making import annotation_of

from store import edits
from store.database import Database
from store.notices import load_notice


def main() -> None:
    """Write, and acknowledge each write as soon as it has returned."""
    path, synchronous, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    with Database(path) as database:
        raw = load_notice(database.connection, 1).notice.raw
        database.connection.execute(f"PRAGMA synchronous = {synchronous}")
        # Many checkpoints, so that the database file is written in the middle of it too.
        database.connection.execute("PRAGMA wal_autocheckpoint = 20")
        for turn in range(count):
            item = annotation_of(raw, turn % 50, turn % 50 + 1 + turn % 7)
            edits.add_annotation(database, "lin", 1, item)
            os.write(1, f"{item.id}\n".encode())


if __name__ == "__main__":
    main()
