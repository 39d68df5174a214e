"""Findings about a database: is it whole, does every quote hold, does the log add up to the state?"""

from __future__ import annotations

from collections.abc import Iterator

from annotations.errors import ZhupiError
from annotations.formats import native
from annotations.normalize import NORMALIZER
from store.database import Database
from store.log import annotation_of, events, review_of
from store.notices import each_notice, notice_annotations, notice_reviews
from store.sqlite import VERSION, WAL_SAFE, Connection


def findings(database: Database) -> Iterator[str]:
    """One line for each thing that is wrong; nothing when all is well.  Everything is read from one snapshot."""
    if not WAL_SAFE:
        yield (
            f"SQLite {VERSION} can lose pages in WAL mode, so a rollback journal is used: "
            "install pysqlite3 0.6 or newer where it has a wheel"
        )
    with database.read() as connection:
        yield from _integrity(connection)
        yield from _notices(connection, database)
        yield from _replay(connection)


def _integrity(connection: Connection) -> Iterator[str]:
    for row in connection.execute("PRAGMA integrity_check").fetchall():
        if row[0] != "ok":
            yield f"integrity: {row[0]}"
    for row in connection.execute("PRAGMA foreign_key_check").fetchall():
        yield f"integrity: row {row[1]} of {row[0]} belongs to no {row[2]}"


def _notices(connection: Connection, database: Database) -> Iterator[str]:
    labels = database.labels
    older = 0
    last = 0
    for stored in each_notice(connection):
        if stored.number != last + 1:
            yield f"notices {last + 1} to {stored.number - 1} are missing"
        last = stored.number
        older += stored.notice.normalizer != NORMALIZER
        at = f"notice {stored.notice.id} ({stored.notice.doc})"
        items = notice_annotations(connection, stored.number)
        try:
            native.prove(native.record(stored.notice, items, notice_reviews(connection, stored.number)))
        except ZhupiError as error:
            yield f"{at}: {error}"
        for item in items:
            try:
                labels[item.label].attributes(item.attributes)
            except ZhupiError as error:
                yield f"{at}: annotation {item.id}: {error}"
    if older:
        yield f"{older} notices were normalized by another version than {NORMALIZER}"


def _replay(connection: Connection) -> Iterator[str]:
    """Replay the log and compare what it adds up to with the state."""
    state: dict[tuple[int, str, str], object] = {}
    for event in events(connection):
        change = event.change
        place = (change.notice if change.entity == "review" else 0, change.entity, change.key)
        if state.get(place) != change.before:
            yield f"log: event {event.number} on {change.entity} {change.key} does not follow from the one before it"
        state[place] = change.after
    for row in connection.execute("SELECT * FROM annotations").fetchall():
        if state.pop((0, "annotation", row["id"]), None) != annotation_of(row):
            yield f"log: annotation {row['id']} is not what the log says"
    for row in connection.execute("SELECT * FROM reviews").fetchall():
        if state.pop((row["notice"], "review", row["annotator"]), None) != review_of(row):
            yield f"log: the review of notice {row['notice']} by {row['annotator']} is not what the log says"
    for (_, entity, key), left in state.items():
        if left is not None:
            yield f"log: {entity} {key} is in the log, not in the state"
