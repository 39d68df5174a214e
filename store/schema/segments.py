"""The keys of near-copies of an older database into segments: for the migration that divides them."""

from __future__ import annotations

from sqlite_utils import Database

from store.index import bands
from store.schema.script import execute


def divide_keys(db: Database) -> None:
    """Put all keys into segments, and seal all but the last, where they are in one table yet; they stay the same."""
    connection = db.conn
    names = [row[0] for row in connection.execute("SELECT name FROM pragma_table_info('bands')").fetchall()]
    if "segment" in names:
        # Made by this zhupi, while it brought a database up to date that had no keys.
        return
    connection.execute("ALTER TABLE bands RENAME TO bands_before")
    execute(db, bands.SCHEMA)
    bands.divide(connection, "bands_before")
    connection.execute("DROP TABLE bands_before")
