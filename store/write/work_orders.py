"""How an order of work is stored: its permutation block by block, then in one step in the place of the last one."""

from __future__ import annotations

from store.db.sqlite import Connection
from store.index.work_orders import Part, StoredOrder


def put_block(connection: Connection, name: str, generation: int, part: Part, block: int, data: bytes) -> None:
    """Store a block of a permutation that nobody reads yet, inside the caller's transaction."""
    connection.execute(
        "INSERT OR REPLACE INTO order_blocks (name, generation, part, block, data) VALUES (?, ?, ?, ?, ?)",
        [name, generation, part, block, data],
    )


def put_order(connection: Connection, order: StoredOrder) -> None:
    """Have a permutation read from now on, all of whose blocks are stored; inside the caller's transaction."""
    connection.execute(
        "INSERT OR REPLACE INTO work_orders (name, generation, notices, event, made_at, seconds, share, seed) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            order.name, order.generation, order.notices, order.event, order.made_at, order.seconds, order.share,
            order.seed,
        ],
    )  # fmt: skip


def measure_texts(connection: Connection, first: int, last: int) -> None:
    """Note how long the normalized texts of some notices are, where that is not known; inside the caller's transaction.

    SQLite counts code points up to a NUL, which hardly any text has.
    """
    connection.execute(
        "INSERT INTO text_lengths (notice, characters) SELECT notice, length(normalized) FROM texts "
        "WHERE notice BETWEEN ? AND ? AND notice NOT IN (SELECT notice FROM text_lengths WHERE notice BETWEEN ? AND ?)",
        [first, last, first, last],
    )


def drop_block(connection: Connection, name: str, generation: int, part: Part, block: int) -> None:
    """Forget a block that nobody reads any more, inside the caller's transaction."""
    connection.execute(
        "DELETE FROM order_blocks WHERE name = ? AND generation = ? AND part = ? AND block = ?",
        [name, generation, part, block],
    )
