"""The schema as the migrations make it: what a database is compared with, and what is remade from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

import msgspec
from sqlite_utils import Database

from store.db.sqlite import Connection, Row, connect
from store.schema.migrations import migrations

_NOT_OURS: Final = ("_sqlite_migrations", "idx__sqlite_migrations_migration_set_name")
"""What sqlite-utils makes in its own way, which depends on its version."""


_QUOTED: Final = re.compile(r"^(CREATE TABLE )'(\w+)'")


class SchemaObject(msgspec.Struct, frozen=True):
    """A table, an index, a trigger or a view: its kind, its name, the table that it is of, and how it was made."""

    kind: str
    name: str
    table: str
    sql: str

    def same(self, other: SchemaObject) -> bool:
        """Whether both are alike, but for white space and quotes, which SQLite writes as it likes."""
        return (self.kind, self.table, _bare(self.sql)) == (other.kind, other.table, _bare(other.sql))


@cache
def expected_schema() -> dict[str, SchemaObject]:
    """What the migrations make, by name; the order is that in which it can be made."""
    fresh = connect(":memory:", isolation_level=None)
    fresh.row_factory = Row
    try:
        migrations.apply(Database(fresh))
        return schema_of(fresh)
    finally:
        fresh.close()


def migrations_missing(connection: Connection) -> list[str]:
    """The names of the migrations that a database does not know to have been done, in order."""
    done = _migrations_done(connection)
    return [name for name in _migrations() if name not in done]


def migrations_unknown(connection: Connection) -> list[str]:
    """The names of the migrations that a database says were done, and of which this zhupi does not know."""
    return [name for name in _migrations_done(connection) if name not in _migrations()]


def schema_of(connection: Connection) -> dict[str, SchemaObject]:
    """What a database has, by name."""
    return {each.name: each for each in _objects(connection)}


@cache
def _migrations() -> tuple[str, ...]:
    nothing = connect(":memory:")
    try:
        return tuple(each.name for each in migrations.pending(Database(nothing)))
    finally:
        nothing.close()


def _migrations_done(connection: Connection) -> list[str]:
    rows = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = 'zhupi' ORDER BY id")
    return [str(row[0]) for row in rows.fetchall()]


def _objects(connection: Connection) -> Iterator[SchemaObject]:
    for kind, name, table, sql in connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall():
        # Names that begin like this are SQLite's own; nobody else can make them.
        if not name.startswith("sqlite_") and name not in _NOT_OURS:
            yield SchemaObject(kind, name, table, sql or "")


def _bare(sql: str) -> str:
    # The tables of a search index have other quotes once it has been made anew.
    return "".join(_QUOTED.sub(r"\1\2", sql).split()).replace('"', "")
