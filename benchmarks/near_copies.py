"""Near-copies as a database grows to a million notices: what a notice costs, what is found, what lists and parts cost.

The notices are short, and stored without all that has nothing to do with near-copies.  Which of them nearly have the
text of another one is known, since they are made that way.
"""

from __future__ import annotations

import random
import subprocess
import time
from array import array
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import programs
from archive import invented
from bars import Bar, Options
from msgspec.structs import replace
from synthetic import folder

from annotations.near_copies import sketch_of
from annotations.notice import Notice
from annotations.splits import Split
from store.db.database import Database
from store.db.sqlite import Connection
from store.index import near_copies
from store.open import open_database
from store.output.splits import moved, parts_of

NOTICES = 1_000_000
"""Unless fewer are asked for (``--quick``: a tenth)."""
SHARE = 10
"""One notice in so many is a near-copy of one of the thousand before it."""

_CHARACTERS = 300
_CHANGES = 12
"""Characters at most that a near-copy has others of; three fourths of its shingles at least are those of the other."""
_BATCH = 5_000
_MEASURED = 400
_PARTS = Split.parse("train=0.8,dev=0.1,test=0.1")


def bars(options: Options) -> Iterator[Bar]:
    """What a notice costs at a tenth, three tenths and all of the notices, and what is read of them."""
    notices = NOTICES // 10 if options.quick else NOTICES
    with folder() as place:
        path = place / "archive.db"
        likened = array("Q")
        made = _notices(notices, likened)
        costs: dict[int, float] = {}
        with open_database(path, create=True) as database:
            for size in (notices // 10, notices * 3 // 10, notices):
                _fill(database, made, size)
                yield Bar(f"near-copies: disk at {size:,}", _size(path), None, "MB")
                yield from _found(database.connection, likened)
                costs[size] = _cost(
                    database, list(islice(_notices(notices, array("Q"), size), _MEASURED * options.runs(9)))
                )
                yield Bar(f"near-copies: what a notice costs at {size:,}", costs[size] * 1e6, None, "µs")
        few, many = costs[notices // 10], costs[notices]
        yield Bar(f"near-copies: a notice at {notices:,} / at {notices // 10:,}", many / few, None)
        yield from _reads(path, notices)


def _size(path: Path) -> float:
    """The megabytes of the database and of what lies beside it."""
    return sum(each.stat().st_size for each in path.parent.iterdir()) / 1e6


def _found(connection: Connection, likened: array[int]) -> Iterator[Bar]:
    """How many notices are in the group of the one that they were made of, and how many in one that they are not of."""
    firsts = array("Q", bytes(8 * (len(likened) + 1)))
    for number, first in connection.execute('SELECT notice, "first" FROM copy_groups'):
        firsts[number] = first
    earliest, together, apart, wrong = array("Q", [0]), 0, 0, 0
    for number, other in enumerate(likened, 1):
        earliest.append(earliest[other] if other else number)
        if other:
            together += firsts[number] == firsts[other] != 0
            apart += firsts[number] != firsts[other] or not firsts[other]
        wrong += firsts[number] != 0 and earliest[firsts[number]] != earliest[number]
    yield Bar(
        f"near-copies: found, of those among {len(likened):,}", 100 * together / (together + apart), None, "%",
        f"{together:,} of {together + apart:,}; {wrong:,} notices in a group of others",
    )  # fmt: skip


def _fill(database: Database, made: Iterator[Notice], size: int) -> None:
    count = int(database.connection.execute("SELECT count(*) FROM notices").fetchone()[0])
    while count < size:
        with database.write() as connection:
            for notice in islice(made, min(_BATCH, size - count)):
                near_copies.add(connection, _bare(connection, notice), sketch_of(notice.normalized))
                count += 1


def _cost(database: Database, some: list[Notice]) -> float:
    """Seconds of processor that a new notice takes, the least of several batches; none of them stays."""
    found = []
    with database.write() as connection:
        connection.execute("SAVEPOINT measured")
        for first in range(0, len(some), _MEASURED):
            batch = [(each, _bare(connection, each)) for each in some[first : first + _MEASURED]]
            begun = time.process_time()
            for notice, number in batch:
                near_copies.add(connection, number, sketch_of(notice.normalized))
            found.append((time.process_time() - begun) / len(batch))
        connection.execute("ROLLBACK TO measured")
        connection.execute("RELEASE measured")
    return min(found)


def _bare(connection: Connection, notice: Notice) -> int:
    """The number of a notice that has nothing but its row."""
    row = connection.execute(
        "INSERT INTO notices (id, doc, sha256, imported_at, flags) VALUES (?, ?, ?, '', '') RETURNING number",
        [notice.id, notice.doc, notice.sha256],
    ).fetchone()
    return int(row[0])


def _reads(path: Path, notices: int) -> Iterator[Bar]:
    with open_database(path) as database, database.read() as connection:
        sizes = {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("sketches", "bands", "near_copies", "copy_groups")
        }
        begun = time.perf_counter()
        parts = parts_of(connection, _PARTS)
        between = time.perf_counter()
        changed = len(moved(connection, _PARTS))
        ended = time.perf_counter()
    rows = ", ".join(f"{count:,} {table}" for table, count in sizes.items())
    told = ", ".join(f"{name} {len(numbers):,}" for name, numbers in parts.items())
    yield Bar(f"near-copies: the parts of {notices:,}", between - begun, None, "s", told)
    yield Bar(f"near-copies: who was moved, of {notices:,}", ended - between, None, "s", f"{changed:,} notices")
    begun = time.perf_counter()
    subprocess.run(
        programs.command(path, "check", "--near"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True
    )
    yield Bar(f"near-copies: the list of {notices:,}", time.perf_counter() - begun, None, "s", rows)


def _notices(count: int, likened: array[int], behind: int = 0) -> Iterator[Notice]:
    """Notices without end, of which some have the text of another but for some characters.

    Args:
        count: how many there are to be at least.
        likened: gets, for each notice, the number of the one that it was made of, or 0.
        behind: the number of the last notice before them.
    """
    chance = random.Random(13 + behind)
    recent: deque[tuple[int, str]] = deque(maxlen=1_000)
    for number, make in enumerate(invented(_CHARACTERS, seed=11 + behind), behind + 1):
        notice = make(number, max(number, count))
        raw, other = notice.raw, 0
        if recent and not number % SHARE:
            other, before = chance.choice(recent)
            changed = list(before)
            for _ in range(chance.randint(1, _CHANGES)):
                changed[chance.randrange(len(changed))] = chr(0x4E00 + chance.randrange(20_000))
            raw = "".join(changed)
        recent.append((number, raw))
        likened.append(other)
        # Two may have the same text by chance, which a database would not have.
        yield replace(notice, id=f"{number:016x}", sha256=f"{number:064x}", raw=raw, normalized=raw)
