"""Run a program as if its SQLite must not use a write-ahead log.

Usage: unsafe_sqlite.py PROGRAM ARGUMENT…
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

from store.db import sqlite


def main() -> None:
    """Run it in this process."""
    # Before anything takes these over.
    sqlite.WAL_SAFE, sqlite.JOURNAL_MODE = False, "delete"
    del sys.argv[0]
    sys.path[0] = str(Path(sys.argv[0]).parent)
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
