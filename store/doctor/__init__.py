"""Findings about a database: is it whole, does every quote hold, does the log add up to the state?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from annotations.annotation import GOLD
from annotations.counts import counted
from annotations.errors import ZhupiError
from annotations.formats.native_proof import prove
from annotations.formats.native_record import record
from annotations.labels import LabelSet, default_labels
from annotations.normalize import NORMALIZER
from annotations.notice_attributes import check_values
from store.db import filesystem
from store.db.database import Database
from store.db.sqlite import VERSION, WAL_SAFE, Connection, damaged_text_read, explained
from store.db.turns import in_turns
from store.doctor import label_rows, replay, schema
from store.errors import CancelledError
from store.index import conflicts, facets, flags, near_copies, search, search_anew, suspects, work_orders
from store.index import decisions as decided
from store.index.spans import Span, spans_of
from store.log import chain
from store.log.chain import Head
from store.log.events import PROJECT, Change, Repair, events_about, last_event, migrated
from store.log.questions import notice_questions
from store.project import clock, learned, muting
from store.project.settings import labels_in
from store.read.conflicts import told_conflicts
from store.read.notices import load_notice, notice_annotations, notice_reviews
from store.write.append import append
from store.write.search import index_long_texts

_Piece = Callable[[Connection], None]


class _Index(msgspec.Struct, frozen=True):
    """Something that follows from other tables: compared with them, and made anew from them.

    ``pieces`` make it anew when all of them are done in their order; between two of them others may write.
    """

    what: str
    differences: Callable[[Connection], Iterator[str]]
    pieces: Callable[[Connection], list[_Piece]]


_Rebuild = Callable[[Connection, Span], None]


def _by_spans(rebuild: _Rebuild) -> Callable[[Connection], list[_Piece]]:
    """The pieces of what can be made anew for some notices at a time."""
    return lambda connection: [
        partial(_rebuilt, rebuild, span) for span in spans_of(connection, _AT_ONCE, _ANNOTATIONS)
    ]


def _rebuilt(rebuild: _Rebuild, span: Span, connection: Connection) -> None:
    rebuild(connection, span)


_AT_ONCE: Final = 256
"""Notices that are made anew at once."""

_ANNOTATIONS: Final = 1_000
"""Annotations of them."""

_INDEXES: Final = (
    _Index("annotations", decided.differences, _by_spans(decided.rebuild)),
    _Index("queue", flags.differences, _by_spans(flags.rebuild)),
    _Index("near-copies", near_copies.differences, near_copies.pieces),
    # Before what is counted by it.
    _Index("queue", muting.differences, lambda _: [muting.remake]),
    # Before the sets, which tell which suspects are open.
    _Index("queue", suspects.differences, _by_spans(suspects.rebuild)),
    _Index("queue", facets.differences, _by_spans(facets.rebuild)),
    _Index("queue", work_orders.differences, work_orders.pieces),
    _Index("conflicts", conflicts.differences, conflicts.pieces),
    _Index("search", search.differences, search_anew.pieces),
)


def findings(database: Database, since: Head | None = None) -> Iterator[str]:
    """One line for each thing that is wrong; nothing when all is well.  Everything is read from one snapshot.

    Args:
        database: the open database.
        since: a head of the log that was noted earlier: what came before must not have changed.
    """
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
    # So that damaged text hides nothing behind it.
    with database.read() as connection, damaged_text_read(connection) as damage:
        labels, found = _labels(connection, database.path)
        yield from found
        for what, lines in (
            ("integrity", _integrity(connection)),
            ("schema", schema.differences(connection)),
            ("log", chain.differences(connection, since)),
            ("notices", _notices(connection, database.path, labels)),
            ("annotations", label_rows.differences(connection, labels)),
            ("log", replay.differences(connection, labels)),
            ("log", clock.findings(connection)),
            ("fields", _corrections(connection)),
            ("gold", _decisions(connection)),
            ("conflicts", _conflicts(connection)),
            ("learned", learned.differences(connection)),
            # The replay of the log has told of conflicts already.
            *((each.what, each.differences(connection)) for each in _INDEXES if each.what != "conflicts"),
        ):
            yield from _guarded(database.path, what, lines)
        if damage.texts:
            yield f"integrity: text that is no UTF-8 was read {damage.texts} times; restore a backup"


def facts(database: Database) -> Iterator[str]:
    """What the database stands on, a line each: SQLite, journal, file system, room; the log and its head."""
    kind = filesystem.file_system(database.path.parent) or "a file system that is not told"
    free = filesystem.free_bytes(database.path.parent) // 1_000_000
    yield f"SQLite {VERSION}, journal {database.journal_mode}, on {kind} with {free:,} MB free"
    yield from _guarded(database.path, "log", _facts_of_log(database))


def repair(database: Database, actor: str) -> tuple[str, ...]:
    """Make anew what is derived from other tables: indexes and triggers that are not as made, search and facets.

    Nothing else is touched, and the log keeps what was found: a repair hides no trace.  Others get their turn while it
    runs, but while indexes of tables are made anew.

    Args:
        database: the open database.
        actor: who repairs it.

    Returns:
        A line for each thing that was wrong until now.
    """
    with database.write() as connection:
        found = schema.remake(connection)
        _note(connection, actor, found)
    for index in _INDEXES:
        with database.read() as connection:
            lines = list(_guarded(database.path, index.what, index.differences(connection)))
            pieces = index.pieces(connection)
        # Before the first piece: where this ends before its time, the log tells what was wrong all the same.
        work: list[_Piece] = [partial(_note, actor=actor, lines=lines), *pieces]
        for _ in in_turns(database, work, _done):
            pass
        found += lines
    index_long_texts(database)
    return tuple(found)


def _note(connection: Connection, actor: str, lines: list[str]) -> None:
    """Log that something was wrong, inside the transaction that begins to make it anew."""
    if lines:
        append(connection, actor, "repair", Change(PROJECT, "repair", "repair", None, Repair(tuple(lines))))


def _done(connection: Connection, pieces: Iterator[_Piece]) -> None:
    for piece in pieces:
        piece(connection)


def _facts_of_log(database: Database) -> Iterator[str]:
    with database.read() as connection:
        length, head = last_event(connection), chain.head(connection)
        since, repairs = migrated(connection), events_about(connection, "repair")
    yield f"log: {counted(length, 'event')}, head {head}"
    if since is not None:
        yield (
            f"log: what notices, people and settings were before {since.at[:10]} it does not tell; "
            f"{since.actor} brought this database up to date then"
        )
    for event in repairs:
        found = event.change.after.found if isinstance(event.change.after, Repair) else ()
        yield f"log: repaired by {event.actor} on {event.at[:10]}: {'; '.join(found)}"


def _guarded(path: Path, what: str, lines: Iterator[str]) -> Iterator[str]:
    """The lines, and one more where they end early: what cannot be looked at must not hide the rest."""
    try:
        with explained(path):
            yield from lines
    except CancelledError:
        raise
    except ZhupiError as error:
        yield f"{what}: cannot be checked: {error}"


def _labels(connection: Connection, path: Path) -> tuple[LabelSet, list[str]]:
    """The label set, or where it is damaged the last one that can be read in the log, and a line about that."""
    try:
        with explained(path):
            return labels_in(connection), []
    except ZhupiError as error:
        found = [f"labels: {error}"]
    try:
        with explained(path):
            logged = [event.change.after for event in events_about(connection, "labels")]
    except ZhupiError:
        logged = []
    last = logged[-1] if logged else None
    return last if isinstance(last, LabelSet) else default_labels(), found


def _integrity(connection: Connection) -> Iterator[str]:
    for row in connection.execute("PRAGMA integrity_check").fetchall():
        if row[0] != "ok":
            yield f"integrity: {row[0]}"
    for row in connection.execute("PRAGMA foreign_key_check").fetchall():
        yield f"integrity: row {row[1]} of {row[0]} belongs to no {row[2]}"


def _notices(connection: Connection, path: Path, labels: LabelSet) -> Iterator[str]:
    older = last = 0
    for row in connection.execute("SELECT number, id, doc FROM notices ORDER BY number"):
        number, at = row["number"], f"notice {row['id']} ({row['doc']})"
        if number != last + 1:
            yield f"notices missing: {last + 1} to {number - 1}" if number > last + 2 else f"notice missing: {last + 1}"
        last = number
        # One by one: a damaged notice must not hide the others.
        try:
            with explained(path):
                notice = load_notice(connection, number).notice
                items = notice_annotations(connection, number, labels)
                reviews = notice_reviews(connection, number)
                questions = notice_questions(connection, number)
                prove(record(notice, items, reviews, labels.notice, questions))
        except ZhupiError as error:
            yield f"{at}: {error}"
            continue
        older += notice.normalizer != NORMALIZER
        for item in items:
            try:
                item.check_attributes(labels)
            except ZhupiError as error:
                yield f"{at}: annotation {item.id}: {error}"
        for review in reviews:
            try:
                check_values(labels.notice, review.attributes)
            except ZhupiError as error:
                yield f"{at}: the review of {review.annotator}: {error}"
    if older:
        yield f"{counted(older, 'notice')} normalized by another version than {NORMALIZER}"


def _corrections(connection: Connection) -> Iterator[str]:
    """One line for each field that is not what somebody set it to."""
    for row in connection.execute(
        "SELECT id, field, set_by FROM corrections JOIN notices ON number = notice "
        "WHERE value IS NOT CASE field WHEN 'title' THEN title WHEN 'source' THEN source ELSE published END "
        "ORDER BY number, field"
    ):
        yield f"notice {row['id']}: its {row['field']} is not what {row['set_by']} set it to; restore a backup"


def _conflicts(connection: Connection) -> Iterator[str]:
    """One line for each thing that merged databases say differently."""
    for told in told_conflicts(connection):
        says = "; ".join(
            f"{side.id} by {side.actor} {side.where}: {side.says}{'  (shown)' if side.is_shown else ''}"
            for side in told.sides
        )
        yield f"conflict: {told.in_notice}: {says}; its owner or an adjudicator settles it, `zhupi merge --take SIDE`"


def _decisions(connection: Connection) -> Iterator[str]:
    """One line for each gold annotation that a decision left and that is not there."""
    for row in connection.execute(
        "SELECT notices.id, fingerprint, decided_by, left_gold.value AS gold FROM adjudications AS decision "
        "JOIN notices ON number = decision.notice "
        "JOIN json_each(iif(json_valid(decision.gold), decision.gold, '[]')) AS left_gold "
        "WHERE NOT EXISTS (SELECT 1 FROM annotations AS item WHERE item.id = left_gold.value "
        "AND item.notice = decision.notice AND item.annotator = ?) ORDER BY number, fingerprint",
        [GOLD],
    ):
        yield (
            f"notice {row['id']}: gold annotation {row['gold']} of decision {row['fingerprint']} is not there; "
            f"{row['decided_by']} or another adjudicator decides it again"
        )
