"""Which notice a text is: for files of other programs, which have the text and perhaps no name of zhupi for it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from itertools import accumulate
from typing import Final, NamedTuple

from annotations.locate.spacing import without_space
from annotations.notice import notice_id, raw_sha256
from annotations.value_checks import is_storable
from store.db.sqlite import Connection
from store.read.notices import notice_number

_HASHES: Final = "temp.text_hashes"
_BARE_HASHES: Final = "temp.bare_text_hashes"
_HEADS: Final = "temp.bare_text_heads"
_HEAD: Final = 64
"""So many characters of a text that are no white space tell with which notices it may begin."""
_MOST_RIVALS: Final = 1000
"""Notices that begin alike, of which at most so many are compared with a text."""


class Part(NamedTuple):
    """A stretch of whole lines of a text, by its offsets, and the numbers of the notices that have this text."""

    start: int
    end: int
    notices: tuple[int, ...]


class Matching:
    """Finds notices by their texts; ``close`` ends it.

    It looks texts up by their hashes.  Those are computed once they are needed, and lie in temporary tables, which
    SQLite keeps on disk where they grow.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._made: set[str] = set()
        self._sizes: list[int] = []

    def same_text(self, text: str) -> list[int]:
        """The number of the notice with this raw text, else those of all with this normalized text, in order."""
        if not is_storable(text):
            return []
        number = notice_number(self._connection, notice_id(raw_sha256(text)))
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
        bare = without_space(text)
        if not is_storable(text):
            return []
        self._make(_BARE_HASHES, _bare_hash, ("normalized", "raw"))
        rows = self._connection.execute(
            f"SELECT DISTINCT texts.notice, raw, normalized FROM {_BARE_HASHES} AS hashes "  # noqa: S608  # a constant
            "JOIN texts ON texts.notice = hashes.notice WHERE hashes.hash = ? ORDER BY texts.notice",
            [_bare_hash(text.encode())],
        ).fetchall()
        return [row["notice"] for row in rows if bare in (without_space(row["normalized"]), without_space(row["raw"]))]

    def parts(self, text: str) -> Iterator[Part]:
        """A text of several notices behind each other, cut into these; the rest between them are parts of no notice.

        White space is not compared, since tools that cut tokens do not keep it.
        """
        lines = text.split("\n")
        bare = [without_space(line) for line in lines]
        whole, starts = "".join(bare), [0, *accumulate(map(len, bare))]
        offsets = [0, *accumulate(len(line) + 1 for line in lines)]
        line_at = {at: line for line, at in reversed(list(enumerate(starts)))}
        at = rest = 0
        while at < len(lines):
            length, notices = self._beginning(whole, starts[at], line_at) if bare[at] else (0, ())
            if not notices:
                at += 1
                continue
            if rest < at:
                yield Part(offsets[rest], offsets[at], ())
            end = max(line_at[starts[at] + length], at + 1)
            yield Part(offsets[at], min(offsets[end], len(text)), notices)
            at = rest = end
        if "".join(bare[rest:]):
            yield Part(offsets[rest], len(text), ())

    def _beginning(self, whole: str, start: int, ends: Container[int]) -> tuple[int, tuple[int, ...]]:
        """The longest text of a notice that stands at an offset and ends where a line does: its length, and whose."""
        self._make_heads()
        found: dict[int, set[int]] = {}
        for size in self._sizes:
            rows = self._connection.execute(
                "SELECT texts.notice, raw, normalized "  # noqa: S608  # a constant
                f"FROM {_HEADS} AS heads JOIN texts ON texts.notice = heads.notice "
                "WHERE heads.hash = ? AND heads.size = ? LIMIT ?",
                [hash(whole[start : start + size]), size, _MOST_RIVALS],
            ).fetchall()
            for row in rows:
                for text in map(without_space, (row["normalized"], row["raw"])):
                    if text and start + len(text) in ends and whole.startswith(text, start):
                        found.setdefault(len(text), set()).add(row["notice"])
        longest = max(found, default=0)
        return longest, tuple(sorted(found.get(longest, ())))

    def _make_heads(self) -> None:
        """Make a temporary table of how all texts begin."""
        if _HEADS in self._made:
            return
        self._connection.execute(f"DROP TABLE IF EXISTS {_HEADS}")
        self._connection.create_function("head_hash", 1, lambda text: hash(_head(text)), deterministic=True)
        self._connection.create_function("head_size", 1, lambda text: len(_head(text)), deterministic=True)
        self._connection.execute(
            f"CREATE TEMP TABLE {_HEADS.removeprefix('temp.')} "
            "(hash INTEGER, size INTEGER, notice INTEGER, PRIMARY KEY (hash, size, notice)) WITHOUT ROWID"
        )
        for column in ("normalized", "raw"):
            self._connection.execute(
                f"INSERT OR IGNORE INTO {_HEADS} SELECT head_hash(CAST({column} AS BLOB)), "  # noqa: S608  # constants
                f"head_size(CAST({column} AS BLOB)), notice FROM texts"
            )
        rows = self._connection.execute(f"SELECT DISTINCT size FROM {_HEADS} WHERE size > 0").fetchall()  # noqa: S608  # a constant
        self._sizes = sorted((row[0] for row in rows), reverse=True)
        self._made.add(_HEADS)

    def close(self) -> None:
        """Drop what it has computed."""
        for table in (_HASHES, _BARE_HASHES, _HEADS):
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


def _head(text: bytes) -> str:
    # A page may begin with any white space, but hardly with as much as this.
    return without_space(text[: 64 * _HEAD].decode(errors="ignore"))[:_HEAD]
