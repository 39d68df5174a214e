"""Notices and annotations made by hand, for tests that need no page."""

from __future__ import annotations

import re
import sqlite3

from msgspec.structs import replace

from annotations.alignment import Alignment
from annotations.annotation import Annotation
from annotations.labels import default_labels
from annotations.normalize import NORMALIZER, normalize
from annotations.notice import Notice, notice_id, raw_sha256
from annotations.origins import tagged
from annotations.regions import Region
from annotations.spans import RawOffset, raw_span
from store.db.database import Database
from store.doctor import findings
from store.log.events import Change, Event, events
from store.log.notice_rows import load_notice_row
from store.schema import tables
from store.write.append import append
from store.write.notices import add_notice

RAW = (
    "临江县召开河长制工作会\n来源:临江县水务局 时间:2023-04-12\n"
    "会议要求,各乡镇要于4月底前完成排查。副县长林知远出席。\n"
)


def notice_of(raw: str, doc: str = "page") -> Notice:
    """A notice whose normalized text is its raw text."""
    digest = raw_sha256(raw)
    return Notice(
        id=notice_id(digest),
        doc=doc,
        sha256=digest,
        title=None,
        source=None,
        published=None,
        url=None,
        raw=raw,
        normalized=raw,
        normalizer="test",
        regions=(Region("body", RawOffset(0), RawOffset(len(raw))),),
        alignment=Alignment.identity(len(raw)),
        meta={},
    )


def normalized_notice(raw: str, doc: str = "page") -> Notice:
    """A notice as an import makes it."""
    found = normalize(raw)
    return replace(
        notice_of(raw, doc), normalized=found.normalized, normalizer=NORMALIZER, regions=found.regions,
        alignment=found.alignment, title=found.title, source=found.source, published=found.published,
    )  # fmt: skip


def stored_notice(database: Database, raw: str = RAW, doc: str = "page") -> int:
    """The number of a notice that has just been added."""
    with database.write() as connection:
        number = add_notice(connection, "importer", notice_of(raw, doc))
    assert number is not None
    return number


def annotation_of(raw: str, start: int, end: int, label: str = "DATE", annotator: str = "lin") -> Annotation:
    """A manual annotation with nothing filled in."""
    return tagged(raw, raw_span(start, end), label, default_labels()[label].attributes(), annotator)


def wrong(database: Database) -> list[str]:
    """What ``zhupi check`` finds, but for notices made here, which no normalizer made."""
    return [line for line in findings(database) if "normalized by another version" not in line]


def logged(database: Database) -> list[Event]:
    """The events about what people said, and not about notices as they are stored or the project."""
    return [
        event
        for event in events(database.connection)
        if event.action not in ("init", "migrate") and event.change.entity not in ("notice", "reviewer", "setting")
    ]


def made_by_an_older_normalizer(database: Database, *statements: str) -> None:
    """Make all notices what a normalizer of an earlier version left, which ``statements`` tell."""
    with database.write() as connection:
        notices = connection.execute("SELECT number, id FROM notices").fetchall()
        before = {number: load_notice_row(connection, number) for number, _ in notices}
        for statement in ("UPDATE texts SET normalizer = 'zhupi-0'", *statements):
            connection.execute(statement)
        for number, key in notices:
            change = Change(number, "notice", key, before[number], load_notice_row(connection, number))
            append(connection, "lin", "normalize", change)


def unchain(connection: sqlite3.Connection) -> None:
    """Make a database as it was before its log was a chain, and told of notices, settings and people."""
    (final,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'events_are_final'").fetchone()
    (stay,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'events_stay'").fetchone()
    connection.execute("DROP TRIGGER events_stay")
    connection.execute("DROP TRIGGER events_are_final")
    connection.execute("ALTER TABLE events DROP COLUMN digest")
    unmerge(connection)
    connection.execute("DELETE FROM events WHERE entity IN ('notice', 'labels', 'reviewer', 'setting')")
    last = 0
    for (number,) in connection.execute("SELECT number FROM events ORDER BY number").fetchall():
        last += 1
        connection.execute("UPDATE events SET number = ? WHERE number = ?", [last, number])
    connection.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'events'", [last])
    connection.execute(final)
    connection.execute(stay)
    connection.execute("DROP TABLE adjudications")
    later = "'chained_log', 'adjudication', 'first_names_of_labels', 'older_guidelines'"
    connection.execute(f"DELETE FROM _sqlite_migrations WHERE name IN ({later})")


def unmerge(connection: sqlite3.Connection) -> None:
    """Make a database as it was before events could come from elsewhere."""
    unmark(connection)
    connection.execute("DROP INDEX events_origin")
    for column in ("origin", "project", "follows"):
        connection.execute(f"ALTER TABLE events DROP COLUMN {column}")
    connection.execute("DROP INDEX events_of_entity")
    connection.execute("CREATE INDEX events_of_entity ON events(entity, key, number)")
    connection.execute("DROP TABLE conflicts")
    connection.execute("DELETE FROM _sqlite_migrations WHERE name IN ('merged_events', 'contested_notices')")


def unmark(connection: sqlite3.Connection) -> None:
    """Make a database as it was before annotations told whether they were made many in one step."""
    for name, script in (("orders_of_work", tables.ORDERS_OF_WORK), ("second_look", tables.SECOND_LOOK)):
        for table in re.findall(r"^CREATE TABLE (\w+)", script, re.MULTILINE):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = ?", [name])
    connection.execute("DROP TRIGGER IF EXISTS text_lengths_follow_text")
    connection.execute("ALTER TABLE suggested DROP COLUMN agreed")
    for table in ("annotations", "events"):
        connection.execute(f"ALTER TABLE {table} DROP COLUMN bulk")
    # The last one says which version this is.
    later = "'bulk_annotations', 'keys_in_segments', 'search_never_merged_at_once'"
    connection.execute(f"DELETE FROM _sqlite_migrations WHERE name IN ({later})")
