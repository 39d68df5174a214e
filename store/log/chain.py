"""The chain of the log: each event carries a digest of itself and of the event before it.

Whoever changes, takes out or puts in an event leaves digests that do not follow from each other, unless they make all
later ones anew.  Against that helps only the head, the digest of the newest event, where it was noted elsewhere: it
proves everything up to its event.  Nothing here writes but ``chain_anew``, for a migration.

The digest of an event is the SHA-256 of a compact JSON array in UTF-8: the digest of the event before in hex (of the
first event 64 zeros), then the columns of ``COLUMNS`` in their order.  Of an event that was merged from elsewhere
those of ``ORIGIN`` follow, the two digests in hex.  A few lines of any language check that.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from annotations.annotation import clip
from annotations.counts import counted
from store.db.sqlite import Connection
from store.errors import StoreError

COLUMNS: Final = (
    "number", "at", "actor", "action", "notice", "entity", "key", "before", "after", "undoes", "redoes", "batch",
)  # fmt: skip
"""The columns of an event that its digest covers, in this order."""

ORIGIN: Final = ("origin", "project", "follows")
"""The columns that only an event from elsewhere has; its digest covers them too, in this order."""

FIRST: Final = bytes(hashlib.sha256().digest_size)
"""Stands before the first event."""

_AT_ONCE: Final = 1_000
"""Events that a migration chains at once: some hold a whole label set."""

_RESTORE: Final = "compare with a backup"

_NEWEST: Final = (
    "SELECT max(number, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0)), at, digest "
    "FROM events ORDER BY number DESC LIMIT 1"
)

_HEAD: Final = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


class Head(msgspec.Struct, frozen=True):
    """How far the log went at some moment: the number and the digest of its newest event then."""

    number: int
    digest: bytes

    def __str__(self) -> str:
        return f"{self.number}:{self.digest.hex()}"


class Newest(msgspec.Struct, frozen=True):
    """The newest event: its number, its time (None where there is none) and its digest.

    The number counts events that another program took out too: none is given twice.
    """

    number: int
    at: str | None
    digest: bytes


def parse_head(text: str) -> Head:
    """The head that a text is, as ``zhupi check`` shows it.

    Raises:
        StoreError: it is none.
    """
    match = _HEAD.fullmatch(text.strip().lower())
    if match is None:
        given = clip(text) if text.strip() else "nothing"
        raise StoreError(
            f"{given} is no head of a log: it is a number, a colon and 64 digits of hex, as check shows it"
        )
    return Head(int(match[1]), bytes.fromhex(match[2]))


def digest_of(previous: bytes, values: Sequence[object]) -> bytes:
    """The digest of an event.

    Args:
        previous: the digest of the event before it, ``FIRST`` where there is none.
        values: what ``COLUMNS`` hold, and of an event from elsewhere ``origin_values`` behind that.
    """
    return hashlib.sha256(msgspec.json.encode((previous.hex(), *values))).digest()


def origin_values(origin: bytes | None, project: str | None, follows: bytes | None) -> list[str | None]:
    """What the digest of an event covers of ``ORIGIN``; nothing of an event that was made here."""
    if origin is None and project is None and follows is None:
        return []
    return [None if origin is None else origin.hex(), project, None if follows is None else follows.hex()]


def head(connection: Connection) -> Head:
    """The head of the log now."""
    row = connection.execute("SELECT number, digest FROM events ORDER BY number DESC LIMIT 1").fetchone()
    # Of an event that another program added there may be no digest; check names it.
    return Head(0, FIRST) if row is None else Head(row[0], row[1] or FIRST)


def newest(connection: Connection) -> Newest:
    """What the next event follows; it is to be asked for in the write transaction that appends."""
    row = connection.execute(_NEWEST).fetchone()
    return Newest(_counted(connection), None, FIRST) if row is None else Newest(row[0], row[1], row[2] or FIRST)


def chain_anew(connection: Connection) -> None:
    """Give all events their digests, inside a migration."""
    previous, at = FIRST, 0
    while rows := connection.execute(
        f"SELECT {', '.join(COLUMNS)} FROM events WHERE number > ? ORDER BY number LIMIT {_AT_ONCE}",  # noqa: S608  # constants
        [at],
    ).fetchall():
        digests: list[tuple[bytes, int]] = []
        for row in rows:
            previous, at = digest_of(previous, tuple(row)), row[0]
            digests.append((previous, at))
        connection.executemany("UPDATE events SET digest = ? WHERE number = ?", digests)


def differences(connection: Connection, since: Head | None = None) -> Iterator[str]:
    """One line for each place where the chain is broken, and for events that are missing.

    Args:
        connection: reading from one snapshot.
        since: a head that was noted earlier, to be proved too.
    """
    previous, last, noted = FIRST, 0, FIRST if since is not None and not since.number else None
    for number, *values, origin, project, follows, digest in connection.execute(
        f"SELECT {', '.join((*COLUMNS, *ORIGIN))}, digest FROM events ORDER BY number"  # noqa: S608  # constants
    ):
        covered = (number, *values, *origin_values(origin, project, follows))
        if number != last + 1:
            yield f"log: {_missing(last + 1, number - 1)}; {_RESTORE}"
        if digest != digest_of(previous, covered):
            yield f"log: event {number} does not bear out its digest: it, or the one before it, was changed; {_RESTORE}"
        # From here on, so that one change is one finding.
        previous, last = digest or FIRST, number
        if since is not None and number == since.number:
            noted = previous
    ever = _counted(connection)
    if ever > last:
        yield f"log: {_missing(last + 1, ever)}, the newest; {_RESTORE}"
    elif ever < last:
        yield f"log: it counts {counted(ever, 'event')} and holds {last:,}: another program wrote to it; {_RESTORE}"
    if since is not None:
        yield from _against(since, noted, last)


def _against(since: Head, noted: bytes | None, last: int) -> Iterator[str]:
    """A line where a head that was noted is not that of its event now; ``last`` is the number of the newest event."""
    if noted is None and since.number < last:
        yield f"log: event {since.number}, whose head was noted, is missing; {_RESTORE}"
    elif noted is None:
        yield f"log: it ends at event {last}, and the head that was noted is of event {since.number}; {_RESTORE}"
    elif noted != since.digest:
        yield (
            f"log: event {since.number}, or one before it, is another than when the head {since.number} was noted; "
            f"{_RESTORE}"
        )


def _counted(connection: Connection) -> int:
    """How many events SQLite has numbered, those that somebody took out included."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
    return int(row[0] or 0) if row is not None else 0


def _missing(first: int, last: int) -> str:
    return f"event {first} is missing" if first == last else f"events {first} to {last} are missing"
