"""Which notice a text is: for files of other programs, which have the text and perhaps no name of zhupi for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from annotations.locate.spacing import without_space
from annotations.notice import notice_id, raw_sha256
from store.db.sqlite import Connection
from store.read.notices import notice_number

_HASHES: Final = "temp.text_hashes"
_BARE_HASHES: Final = "temp.bare_text_hashes"


class Matching:
    """Finds notices by their texts; ``close`` ends it.

    It looks texts up by their hashes.  Those are computed once they are needed, and lie in temporary tables, which
    SQLite keeps on disk where they grow.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._made: set[str] = set()

    def same_text(self, text: str) -> list[int]:
        """The number of the notice with this raw text, else those of all with this normalized text, in order."""
        try:
            number = notice_number(self._connection, notice_id(raw_sha256(text)))
        except UnicodeEncodeError:
            return []  # half a character: no notice has it
        if number is not None:
            return [number]
        self._make(_HASHES, hash, ("normalized",))
        rows = self._connection.execute(
            f"SELECT texts.notice FROM {_HASHES} AS hashes JOIN texts ON texts.notice = hashes.notice "  # noqa: S608  # a constant
            "WHERE hashes.hash = ? AND normalized = ? ORDER BY texts.notice",
            [hash(text.encode()), text],
        ).fetchall()
        return [row[0] for row in rows]

    def same_but_for_space(self, text: str) -> list[int]:
        """The numbers of the notices of which the normalized or the raw text differs in white space alone, in order."""
        self._make(_BARE_HASHES, _bare_hash, ("normalized", "raw"))
        bare = without_space(text)
        rows = self._connection.execute(
            f"SELECT DISTINCT texts.notice, raw, normalized FROM {_BARE_HASHES} AS hashes "  # noqa: S608  # a constant
            "JOIN texts ON texts.notice = hashes.notice WHERE hashes.hash = ? ORDER BY texts.notice",
            [_bare_hash(text.encode())],
        ).fetchall()
        return [row["notice"] for row in rows if bare in (without_space(row["normalized"]), without_space(row["raw"]))]

    def close(self) -> None:
        """Drop what it has computed."""
        for table in (_HASHES, _BARE_HASHES):
            self._connection.execute(f"DROP TABLE IF EXISTS {table}")
        self._made.clear()

    def _make(self, table: str, function: Callable[[bytes], int], columns: tuple[str, ...]) -> None:
        """Make a temporary table of the hashes of all texts in some columns."""
        if table in self._made:
            return
        self._connection.execute(f"DROP TABLE IF EXISTS {table}")
        # As bytes: what SQLite hands over as text ends at a NUL.
        self._connection.create_function("text_hash", 1, function, deterministic=True)
        self._connection.execute(
            f"CREATE TEMP TABLE {table.removeprefix('temp.')} "
            "(hash INTEGER, notice INTEGER, PRIMARY KEY (hash, notice)) WITHOUT ROWID"
        )
        for column in columns:
            self._connection.execute(
                f"INSERT OR IGNORE INTO {table} "  # noqa: S608  # constants
                f"SELECT text_hash(CAST({column} AS BLOB)) AS hash, notice FROM texts ORDER BY hash, notice"
            )
        self._made.add(table)


def _bare_hash(text: bytes) -> int:
    return hash(without_space(text.decode()))
