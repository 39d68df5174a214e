"""What SQLite's file format fixes, and zhupi looks at past SQLite itself (https://www.sqlite.org/fileformat2.html)."""

from __future__ import annotations

from typing import Final

HEADER: Final = 100
"""Bytes of the header of a database."""

VERSIONS: Final = slice(18, 20)
"""Where the header tells of the journal."""
WAL_VERSIONS: Final = b"\x02\x02"
"""What it has there where a write-ahead log is in use."""

CHANGES: Final = slice(24, 28)
"""Where it counts the changes of the file."""
SCHEMA_NUMBER: Final = slice(40, 44)
"""Where it counts the changes of the schema."""

SHARED_START: Final = 0x40000002
SHARED_LENGTH: Final = 510
"""The bytes of the file that SQLite locks while it reads."""
