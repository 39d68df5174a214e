"""Making the orders of work anew: read without a lock, sorted aside, stored in turns, and shown in one step.

Nobody waits for it: the queue goes on in the order as it was until the new one is whole.  In each order notices come
first that nobody has reviewed and whose text no earlier notice nearly has; then near-copies, then what is reviewed.
"""

from __future__ import annotations

import tempfile
import threading
import time
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from pyroaring import BitMap

from annotations.annotation import now, timestamp
from annotations.work_order import WORK_ORDERS, WorkOrder, mixed
from store.db.database import Database
from store.db.processes import may_run, this_process
from store.db.sqlite import Connection, Error, Row, connect
from store.db.turns import in_turns
from store.errors import StoreError
from store.index.numbers import count_notices
from store.index.work_orders import BLOCK, Part, StoredOrder, packed
from store.log.chain import newest
from store.log.events import PROJECT, Change
from store.project.clock import believed_until
from store.project.order_share import SETTING, OrderShare, as_setting, order_share_in
from store.project.reviewers import require
from store.project.settings import load_setting
from store.read.work_orders import BY_LENGTH, BY_SCORE, Standing, order_state, put_last, standings
from store.write.record import record
from store.write.work_orders import drop_block, measure_texts, put_block, put_order

_LEASE: Final = timedelta(minutes=10)
"""For how long nobody else makes the same order where the process that does cannot be asked whether it still runs."""

_LOOK: Final = 0.2
"""Seconds between two looks whether another process has made an order."""

_MEASURED_AT_ONCE: Final = 256
"""Texts that are measured at once."""

_SCRATCH: Final = (
    "PRAGMA journal_mode = OFF",
    "CREATE TABLE ordered (number INTEGER PRIMARY KEY, last INTEGER, stratum TEXT, chance REAL)",
    "CREATE TABLE parts (number INTEGER, label TEXT, part REAL, PRIMARY KEY (number, label)) WITHOUT ROWID",
    "CREATE TABLE wholes (label TEXT PRIMARY KEY, whole REAL) WITHOUT ROWID",
    "CREATE TABLE drawn (number INTEGER PRIMARY KEY, last INTEGER, chance REAL, place REAL)",
)
"""Tables to sort in, of notices that come by the order, and of those that come at random."""

_WHOLES: Final = "INSERT INTO wholes SELECT label, sum(part) FROM parts GROUP BY label"

# As ``annotations.work_order.balanced``.
_BY_SCORE: Final = """
SELECT number FROM (
    SELECT ordered.number AS number, total(part / whole) AS score
    FROM ordered LEFT JOIN parts ON parts.number = ordered.number LEFT JOIN wholes USING (label)
    WHERE last = ? GROUP BY ordered.number
) ORDER BY score DESC, number
"""

# Of each stratum in turn one notice: of those with most notices last, so that none is too rare to come.
_BY_STRATUM: Final = """
SELECT number FROM (
    SELECT number, stratum, row_number() OVER (PARTITION BY stratum ORDER BY chance, number) AS turn,
        count(*) OVER (PARTITION BY stratum) AS size
    FROM ordered WHERE last = ?
) ORDER BY turn, size, stratum
"""

_DRAWN: Final = "SELECT number, place FROM drawn WHERE last = ? ORDER BY chance, number"


def set_order_share(database: Database, actor: str, share: float) -> bool:
    """Have a share of the notices come at random in each order from its next making on; whether that changed anything.

    Args:
        database: where.
        actor: who.
        share: from 0 to 1.

    Raises:
        RoleError: ``actor`` is no admin.
    """
    with database.write() as connection:
        require(connection, actor, "change the project")
        kept = order_share_in(connection)
        if kept.share == share:
            return False
        before, after = load_setting(connection, SETTING), as_setting(OrderShare(share, kept.seed))
        return record(connection, actor, "order", Change(PROJECT, "setting", SETTING, before, after)) is not None


def renew_orders(database: Database) -> list[WorkOrder]:
    """Make those orders anew that somebody has had made before, if anything has happened since; returns their names."""
    with database.read() as connection:
        states = [order_state(connection, name) for name in WORK_ORDERS]
    return [each.name for each in states if each.made_at and each.behind and renew_order(database, each.name)]


def renew_if_stale(database: Database, name: WorkOrder, *, wanted: Callable[[], bool] = lambda: True) -> bool:
    """Make an order anew where it is time to, or wait for another process that does; returns whether one was made.

    Args:
        database: where.
        name: which.
        wanted: as for ``renew_order``.
    """
    with database.read() as connection:
        before = order_state(connection, name)
    if not before.is_stale or database.is_read_only:
        return False
    if renew_order(database, name, wanted=wanted):
        return True
    while wanted() and _is_under_way(database.connection, name):
        time.sleep(_LOOK)
    with database.read() as connection:
        return order_state(connection, name).made_at != before.made_at


def renew_order(database: Database, name: WorkOrder, *, wanted: Callable[[], bool] = lambda: True) -> bool:
    """Make an order anew.

    Args:
        database: where.
        name: which.
        wanted: asked now and then whether to go on.

    Returns:
        Whether it was made: False where another process is at it, or it is not wanted any more.

    Raises:
        StoreError: there is no room for a temporary file.
    """
    begun = time.monotonic()
    with _alone(database, name) as is_ours:
        if not is_ours:
            return False
        if name in BY_LENGTH:
            _measure(database)
        with database.read() as connection:
            share, event = order_share_in(connection), newest(connection).number
            copies, reviewed = put_last(connection)
        with _scratch() as scratch:
            for some in standings(database, name):
                if not wanted():
                    return False
                _put_aside(scratch, some, copies, reviewed, share)
            scratch.execute(_WHOLES)
            numbers = array("I", _in_order(scratch, _BY_SCORE if name in BY_SCORE else _BY_STRATUM))
        generation = _store(database, name, numbers)
        made = StoredOrder(
            name, generation, len(numbers), event, now(), time.monotonic() - begun, share.share, share.seed
        )
        with database.write() as connection:
            put_order(connection, made)
        _drop_others(database, name, generation)
        return True


@contextmanager
def _alone(database: Database, name: WorkOrder) -> Iterator[bool]:
    """Be the only one who makes an order while the block runs; yields False where somebody else does."""
    process = f"{this_process()} {threading.get_ident()}"
    with database.write() as connection:
        is_ours = not _is_under_way(connection, name)
        if is_ours:
            connection.execute(
                "INSERT OR REPLACE INTO order_renewals (name, process, until) VALUES (?, ?, ?)",
                [name, process, timestamp(datetime.now(UTC) + _LEASE)],
            )
    try:
        yield is_ours
    finally:
        if is_ours:
            with database.write() as connection:
                connection.execute("DELETE FROM order_renewals WHERE name = ? AND process = ?", [name, process])


def _is_under_way(connection: Connection, name: WorkOrder) -> bool:
    """Whether a process makes an order anew just now."""
    row = connection.execute("SELECT process, until FROM order_renewals WHERE name = ?", [name]).fetchone()
    return row is not None and now() < row["until"] <= believed_until(_LEASE) and may_run(row["process"])


def _measure(database: Database) -> None:
    """Measure the texts whose length is not known, in turns."""
    (missing,) = database.connection.execute(
        "SELECT min(notice) FROM texts WHERE notice NOT IN (SELECT notice FROM text_lengths)"
    ).fetchone()
    if missing is None:
        return

    def store(connection: Connection, turn: Iterator[int]) -> None:
        for first in turn:
            measure_texts(connection, first, first + _MEASURED_AT_ONCE - 1)

    for _ in in_turns(database, range(missing, count_notices(database.connection) + 1, _MEASURED_AT_ONCE), store):
        pass


@contextmanager
def _scratch() -> Iterator[Connection]:
    """Tables to sort in, in a temporary file: in memory those of a million notices would take more than the app.

    Raises:
        StoreError: there is no room for it.
    """
    try:
        with (
            tempfile.TemporaryDirectory(prefix="zhupi-") as folder,
            closing(connect(Path(folder) / "order", isolation_level=None)) as scratch,
        ):
            for statement in _SCRATCH:
                scratch.execute(statement)
            yield scratch
    except (Error, OSError) as error:
        raise StoreError(f"the notices cannot be put in order ({error}): make room for temporary files") from error


def _put_aside(
    scratch: Connection, some: Iterable[Standing], copies: BitMap, reviewed: BitMap, share: OrderShare
) -> None:
    chances = share.chances
    ordered: list[tuple[object, ...]] = []
    parts: list[tuple[object, ...]] = []
    at_random: list[tuple[object, ...]] = []
    for each in some:
        drawn, place = chances.of(each.id)
        last = 2 if each.number in reviewed else 1 if each.number in copies else 0
        if drawn < share.share:
            at_random.append((each.number, last, drawn, place))
        else:
            ordered.append((each.number, last, each.stratum, None if each.stratum is None else place))
        parts += [(each.number, label, part) for label, part in each.parts.items() if part > 0]
    scratch.execute("BEGIN")
    scratch.executemany("INSERT INTO ordered VALUES (?, ?, ?, ?)", ordered)
    scratch.executemany("INSERT INTO parts VALUES (?, ?, ?)", parts)
    scratch.executemany("INSERT INTO drawn VALUES (?, ?, ?, ?)", at_random)
    scratch.execute("COMMIT")


def _in_order(scratch: Connection, by_order: str) -> Iterator[int]:
    """The numbers of all notices that were put aside, in order."""
    for last in range(3):
        ordered, drawn = scratch.execute(
            "SELECT (SELECT count(*) FROM ordered WHERE last = ?1), (SELECT count(*) FROM drawn WHERE last = ?1)",
            [last],
        ).fetchone()
        first = (row[0] for row in scratch.execute(by_order, [last]))
        second = ((row[0], row[1]) for row in scratch.execute(_DRAWN, [last]))
        yield from mixed(first, ordered, second, drawn)


def _store(database: Database, name: WorkOrder, numbers: array[int]) -> int:
    """Store a permutation beside those that are there, in turns; returns its generation."""
    places = array("I", bytes(numbers.itemsize * len(numbers)))
    for place, number in enumerate(numbers):
        places[number - 1] = place
    (before,) = database.connection.execute(
        "SELECT coalesce(max(generation), 0) FROM order_blocks WHERE name = ?", [name]
    ).fetchone()
    pieces: list[tuple[Part, int, bytes]] = []
    for block in range(-(-len(numbers) // BLOCK)):
        some = numbers[block * BLOCK : (block + 1) * BLOCK]
        members = BitMap(some)
        members.run_optimize()
        pieces += [
            ("numbers", block, packed(some)),
            ("members", block, members.serialize()),
            ("places", block, packed(places[block * BLOCK : (block + 1) * BLOCK])),
        ]

    def store(connection: Connection, turn: Iterator[tuple[Part, int, bytes]]) -> None:
        for part, block, data in turn:
            put_block(connection, name, before + 1, part, block, data)

    for _ in in_turns(database, pieces, store):
        pass
    return int(before) + 1


def _drop_others(database: Database, name: WorkOrder, generation: int) -> None:
    """Forget the blocks of all but one permutation of an order, in turns."""
    others = database.connection.execute(
        "SELECT generation, part, block FROM order_blocks WHERE name = ? AND generation <> ?", [name, generation]
    ).fetchall()

    def drop(connection: Connection, turn: Iterator[Row]) -> None:
        for row in turn:
            drop_block(connection, name, row["generation"], row["part"], row["block"])

    for _ in in_turns(database, others, drop):
        pass
