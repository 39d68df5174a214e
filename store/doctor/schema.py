"""The schema compared with what the migrations make, and what is derived in it made anew.

What tables hold is the business of others.  Nothing is dropped that is not made again at once: what another program has
put in stays where it is, for whoever looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from store.db.sqlite import Connection
from store.index.search_anew import BESIDE
from store.schema.expected import SchemaObject, expected_schema, migrations_missing, migrations_unknown, schema_of
from store.schema.version import SCHEMA_VERSION

_PARTS: Final = ("data", "idx", "docsize", "config")
"""What SQLite keeps a search index in."""

_DERIVED: Final = (
    "tallies", "sets", "sketches", "bands", "band_filters", "near_copies", "copy_groups",
    "conflicts", "search",
    "work_orders", "order_blocks", "text_lengths",
    *(f"search_{part}" for part in _PARTS),
)  # fmt: skip
"""Tables that follow from others."""

_MEND: Final = "`zhupi check --repair` makes it anew"
_AGAIN: Final = "`zhupi check --repair` does it again"


def differences(connection: Connection) -> Iterator[str]:
    """One line for each table, index, trigger or view that is missing, another one, or none of zhupi's."""
    wanted, there = expected_schema(), schema_of(connection)
    for each in wanted.values():
        told = _told(each, there.get(each.name))
        if told is not None:
            yield f"schema: {told}; {_MEND if _is_derived(each) else 'restore a backup'}"
    for each in there.values():
        if each.kind == "table" and each.name in BESIDE:
            yield f"schema: the table {each.name} is left of a repair that ended before its time; {_AGAIN}"
        elif each.name not in wanted and not _is_part(each, there):
            yield f"schema: the {each.kind} {each.name} on {each.table} is none of zhupi's; look who put it there"
    (version,) = connection.execute("SELECT user_version FROM pragma_user_version").fetchone()
    if version != SCHEMA_VERSION:
        yield f"schema: it says that its version is {version}, and it is {SCHEMA_VERSION}; restore a backup"
    for name in migrations_missing(connection):
        yield f"schema: it does not say that it was brought up to date by {name}; restore a backup"
    for name in migrations_unknown(connection):
        yield f"schema: it says that it was brought up to date by {name}, which zhupi does not know; restore a backup"


def remake(connection: Connection) -> list[str]:
    """Make derived tables, indexes and triggers anew that are missing or others; a line for each.

    Inside the caller's transaction.  Tables are empty then: the caller fills them.
    """
    wanted = [each for each in expected_schema().values() if _is_derived(each)]
    there = schema_of(connection)
    lines: list[str] = []
    wrong: list[SchemaObject] = []
    for each in wanted:
        told = _told(each, there.get(each.name))
        if told is not None:
            # What stood there goes, so that the log has to keep it.
            was = there[each.name].sql if each.name in there else None
            lines.append(f"schema: {told}" if was is None else f"schema: {told}: {' '.join(was.split())}")
            wrong.append(each)
    if any(each.name.startswith("search") for each in wrong):
        _drop_search(connection, wanted, there)
        wrong = [each for each in wrong if not each.name.startswith("search_")]
        if not any(each.name == "search" for each in wrong):
            wrong += [each for each in wanted if each.name == "search"]
    for each in wrong:
        if each.name != "search" and each.name in there:
            connection.execute(f"DROP {there[each.name].kind} {each.name}")
        connection.execute(each.sql)
    return lines


def _drop_search(connection: Connection, wanted: list[SchemaObject], there: dict[str, SchemaObject]) -> None:
    """Take the search index away, whatever is left of it: SQLite drops only one that is whole."""
    parts = [each for each in wanted if each.name.startswith("search_")]
    if "search" in there:
        for part in parts:
            if part.name in there:
                connection.execute(f"DROP TABLE {part.name}")
            connection.execute(part.sql)
        connection.execute("INSERT INTO search_config VALUES ('version', 4)")
        connection.execute("DROP TABLE search")
    for part in parts:
        connection.execute(f"DROP TABLE IF EXISTS {part.name}")


def _is_part(each: SchemaObject, there: dict[str, SchemaObject]) -> bool:
    """Whether SQLite keeps a part of an index in it that a repair has left."""
    table, _, part = each.name.rpartition("_")
    return each.kind == "table" and table in BESIDE and table in there and part in _PARTS


def _is_derived(each: SchemaObject) -> bool:
    return each.kind in ("index", "trigger") or each.name in _DERIVED


def _told(wanted: SchemaObject, there: SchemaObject | None) -> str | None:
    if there is None:
        return f"the {wanted.kind} {wanted.name} is missing"
    return None if wanted.same(there) else f"the {wanted.kind} {wanted.name} is another one than zhupi made"
