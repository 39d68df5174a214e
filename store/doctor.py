"""Findings about a database: is it whole, does every quote hold, does the log add up to the state?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from annotations.annotation import Annotation
from annotations.errors import ZhupiError
from annotations.formats import native
from annotations.labels import LabelSet
from annotations.normalize import NORMALIZER
from annotations.relabelling import followed
from store.db import filesystem
from store.db.database import Database
from store.db.sqlite import VERSION, WAL_SAFE, Connection
from store.errors import DamageError
from store.index import decisions as decided
from store.index import facets, flags, near_copies, search
from store.log.events import Entity, Event, Subject, events_by_subject, last_event
from store.log.rows import load
from store.project import clock
from store.project.settings import labels_of
from store.read.notices import load_notice, notice_annotations, notice_reviews

_STATE = (
    "SELECT notice, 'annotation' AS entity, id AS key FROM annotations "
    "UNION ALL SELECT notice, 'review', annotator FROM reviews "
    "UNION ALL SELECT notice, 'assignment', annotator FROM assignments "
    "UNION ALL SELECT notice, 'field', field FROM corrections"
)


def findings(database: Database) -> Iterator[str]:
    """One line for each thing that is wrong; nothing when all is well.  Everything is read from one snapshot."""
    if not WAL_SAFE:
        yield (
            f"SQLite {VERSION} can lose pages in WAL mode, so a rollback journal is used: "
            "install pysqlite3 0.6 or newer where it has a wheel"
        )
    elif database.journal_mode != "wal":
        yield (
            "a rollback journal is used, since an SQLite that can lose pages in WAL mode has written here; it goes "
            "back to a write-ahead log when somebody who may write opens the database while no session is open"
        )
    yield from filesystem.findings(database.path)
    with database.read() as connection:
        yield from _integrity(connection)
        yield from _notices(connection, database)
        yield from _replay(connection, labels_of(database))
        yield from clock.findings(connection)
        yield from _corrections(connection)
        yield from decided.differences(connection)
        yield from flags.differences(connection)
        yield from facets.differences(connection)
        yield from search.differences(connection)
        yield from near_copies.differences(connection)


def facts(database: Database) -> str:
    """What the database stands on, in one line: SQLite, its journal, the file system, room, the length of the log."""
    with database.read() as connection:
        length = last_event(connection)
    kind = filesystem.file_system(database.path.parent) or "a file system that is not told"
    free = filesystem.free_bytes(database.path.parent) // 1_000_000
    return f"SQLite {VERSION}, journal {database.journal_mode}, on {kind} with {free:,} MB free, {length:,} events"


def repair(database: Database) -> None:
    """Rebuild what is derived from other tables: search index, near-copies, facets, columns of decisions and flags."""
    # Each stands by itself, so that others get their turn between two.
    for rebuild in (decided.rebuild, flags.rebuild, near_copies.rebuild, facets.rebuild, search.rebuild):
        with database.write() as connection:
            rebuild(connection)


def _integrity(connection: Connection) -> Iterator[str]:
    for row in connection.execute("PRAGMA integrity_check").fetchall():
        if row[0] != "ok":
            yield f"integrity: {row[0]}"
    for row in connection.execute("PRAGMA foreign_key_check").fetchall():
        yield f"integrity: row {row[1]} of {row[0]} belongs to no {row[2]}"


def _notices(connection: Connection, database: Database) -> Iterator[str]:
    labels = labels_of(database)
    older = last = 0
    for row in connection.execute("SELECT number, id, doc FROM notices ORDER BY number"):
        number, at = row["number"], f"notice {row['id']} ({row['doc']})"
        if number != last + 1:
            yield f"notices {last + 1} to {number - 1} are missing"
        last = number
        # One by one: a damaged notice must not hide the others.
        try:
            notice = load_notice(connection, number).notice
            items = notice_annotations(connection, number)
            native.prove(native.record(notice, items, notice_reviews(connection, number)))
        except ZhupiError as error:
            yield f"{at}: {error}"
            continue
        older += notice.normalizer != NORMALIZER
        for item in items:
            try:
                item.check_attributes(labels)
            except ZhupiError as error:
                yield f"{at}: annotation {item.id}: {error}"
    if older:
        yield f"{older} notices were normalized by another version than {NORMALIZER}"


def _replay(connection: Connection, labels: LabelSet) -> Iterator[str]:
    """Replay the log, one annotation, review, assignment or set of regions at a time, and compare with the state.

    The log has labels and attributes of its time; what follows from it has those that there are now.
    """
    try:
        for (notice, entity, key), changes in groupby(events_by_subject(connection), key=_subject_of):
            left: Subject | None = None
            # The first regions of a notice come from its import, and the first labels from `zhupi init`: the log does
            # not tell them.
            known = entity not in ("regions", "labels")
            for event in changes:
                before, after = (
                    followed(each, labels) if isinstance(each, Annotation) else each
                    for each in (event.change.before, event.change.after)
                )
                if known and left != before:
                    yield f"log: event {event.number} on {entity} {key} does not follow from the one before"
                left, known = after, True
            current = load(connection, entity, key, notice)
            if current is None and left is not None:
                yield f"log: {_named(notice, entity, key)} is in the log, not in the state"
            elif current != left:
                yield f"log: {_named(notice, entity, key)} is not what the log says"
    except DamageError as error:
        yield f"log: cannot be replayed: {error}"
        return
    for row in connection.execute(f"{_STATE} EXCEPT SELECT notice, entity, key FROM events"):  # noqa: S608  # constants
        yield f"log: {_named(*row)} is not what the log says, which has none"


def _corrections(connection: Connection) -> Iterator[str]:
    """One line for each field that is not what somebody set it to."""
    for row in connection.execute(
        "SELECT id, field, set_by FROM corrections JOIN notices ON number = notice "
        "WHERE value IS NOT CASE field WHEN 'title' THEN title WHEN 'source' THEN source ELSE published END "
        "ORDER BY number, field"
    ):
        yield f"notice {row['id']}: its {row['field']} is not what {row['set_by']} set it to; restore a backup"


def _subject_of(event: Event) -> tuple[int, Entity, str]:
    return event.change.notice, event.change.entity, event.change.key


def _named(notice: int, entity: Entity, key: str) -> str:
    if entity == "annotation":
        return f"annotation {key}"
    if entity == "regions":
        return f"the regions of notice {notice}"
    if entity == "labels":
        return "the label set"
    if entity == "field":
        return f"the correction of the {key} of notice {notice}"
    return f"the {entity} of notice {notice} {'by' if entity == 'review' else 'to'} {key}"
