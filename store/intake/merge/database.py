"""Another database as a source of a merge: a copy of one moment, proved before anything is taken from it.

It may be in use and may be anybody's: it is never written, and nothing in it is believed that can be proved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec
from msgspec.structs import replace

from annotations.annotation import clip
from annotations.counts import counted
from annotations.errors import AttributeValueError, LabelError, ZhupiError
from annotations.formats.native_proof import check_time, prove
from annotations.formats.native_record import record
from annotations.labels import AttributeValue, LabelSet
from annotations.normalize import NORMALIZER
from annotations.notice import FieldsBy, Notice
from annotations.notice_attributes import check_values
from annotations.relabelling import changes
from store.db.copying import copy_database
from store.db.database import Database
from store.db.sqlite import Connection, Row, connect, explained
from store.db.turns import AT_ONCE
from store.doctor import schema
from store.errors import DatabaseError, StoreError
from store.index.conflicts import has_merged
from store.intake.merge.names import Names
from store.intake.merge.told import ToldEvent, ToldEvents, ToldNotice, check_state, in_pieces, told_regions
from store.log import chain as log_chain
from store.log.corrections import found_fields
from store.log.events import PROJECT, Change, Subject, event_of
from store.log.origins import Origin, ids_of
from store.log.register import KEPT_APART, MERGED
from store.log.rows import review_of
from store.open import open_database
from store.project.identity import MIGRATE, project_of
from store.project.settings import labels_in
from store.read.notices import load_notice
from store.read.people import names_at_work

_TAKEN: Final = f"action <> '{MIGRATE}' AND entity NOT IN {KEPT_APART}"
"""The events that are taken over: none of those about the database as it is stored."""

_STEPS: Final = 512
"""Ids of events that are kept, for others of the same step."""

_attributes = msgspec.json.Decoder(dict[str, AttributeValue])


@contextmanager
def copied(path: Path) -> Iterator[Database]:
    """A copy of a database as it is at this moment, brought up to date; it is gone when the block ends.

    Raises:
        DatabaseError: it cannot be read, is no database of zhupi, or there is no room for the copy.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="zhupi-merge-")))
        copy = folder / "copy.db"
        with Database(path, reading=True) as source, source.read() as connection:
            into = connect(copy, isolation_level=None)
            try:
                copy_database(connection, into)
            finally:
                into.close()
        try:
            yield stack.enter_context(open_database(copy))
        except DatabaseError as error:
            raise type(error)(str(error).replace(str(copy), str(path))) from error


class DatabaseSource:
    """A copy of another database.

    Args:
        where: its name, for messages.
        database: the copy.
        labels: the label set here.
        names: what people are called here.

    Raises:
        StoreError: it is not whole, or has something that cannot be taken here; the line says what to do.
    """

    def __init__(self, where: str, database: Database, labels: LabelSet, names: Names) -> None:
        self.where = where
        self._connection = connection = database.connection
        self._names = names
        self._behind = 0
        self._id = lru_cache(maxsize=_STEPS)(self._id_of)
        with explained(database.path):
            self._prove()
            there = labels_in(connection)
            self.label_changes = changes(labels, there)
            self._labels = _labels_here(connection, there, labels, where)
            self.project = project_of(connection)
            self.head: str | None = str(log_chain.head(connection))
            (self._notices,) = connection.execute("SELECT count(*) FROM notices").fetchone()
            (self._events,) = connection.execute("SELECT count(*) FROM events").fetchone()
        self.size = self._notices + self._events

    def people(self) -> set[str]:
        """The names of those who did something in it, as they are called here."""
        return {self._names.of_actor(name) for name in names_at_work(self._connection)}

    @property
    def has_merged(self) -> bool:
        """Whether it has events that were made elsewhere."""
        return has_merged(self._connection)

    def told(self, known: Callable[[Iterable[bytes]], set[bytes]]) -> Iterator[ToldNotice | ToldEvents]:
        """Its events about the project, and its notices in order, each with what is about it, as ``Source`` has it.

        Raises:
            StoreError: a notice is not what its raw text makes it; an event cannot be read, or does not fit.
        """
        # In the copy, which nobody else has: events of one notice are read together.
        self._connection.execute("CREATE INDEX IF NOT EXISTS temporary_events ON events(notice, number)")
        events = self._events_of(PROJECT, known)
        for at in range(0, len(events), AT_ONCE):
            yield ToldEvents(None, tuple(events[at : at + AT_ONCE]))
        for number in range(1, self._notices + 1):
            notice, html = self._notice(number)
            yield from in_pieces(notice, html, self._events_of(number, known, notice))

    def actors(self) -> Iterator[tuple[bytes, str]]:
        """The id of each event, and who made it, as they are called there."""
        yield from self._connection.execute(
            f"SELECT coalesce(origin, digest), actor FROM events WHERE number > ? AND {_TAKEN}",  # noqa: S608  # constants
            [self._behind],
        )

    def begin_behind(self, shared: int) -> None:
        """Pass over the events up to a number: those that both databases had before one became a copy of the other."""
        self._behind = shared

    def digest(self, number: int) -> bytes | None:
        """The digest of an event by its number there; None where there is none."""
        row = self._connection.execute("SELECT digest FROM events WHERE number = ?", [number]).fetchone()
        return None if row is None else row[0]

    def _events_of(
        self, number: int, known: Callable[[Iterable[bytes]], set[bytes]], notice: Notice | None = None
    ) -> list[ToldEvent]:
        """What is new of the events about a notice, or about the project, in order.

        Regions of which no event tells came with the notice from an export, as people had set them.
        """
        rows = self._connection.execute(
            f"SELECT * FROM events WHERE notice IS ? AND number > ? AND {_TAKEN} ORDER BY number",  # noqa: S608  # constants
            [number or None, self._behind],
        ).fetchall()
        found: list[ToldEvent] = []
        if notice is not None and any(region.by is not None for region in notice.regions):
            begun = self._connection.execute(
                "SELECT 1 FROM events WHERE entity = 'regions' AND key = ? AND notice = ? LIMIT 1",
                [str(number), number],
            ).fetchone()
            if begun is None:
                found.append(told_regions(notice, self._imported_at(number)))
        there = known([*(each.event.id for each in found), *map(_id_of, rows)])
        found = [each for each in found if each.event.id not in there]
        if all(_id_of(row) in there for row in rows):
            return found
        heads = self._heads_before(number)
        for row in rows:
            follows = heads.followed_by(row)
            if _id_of(row) not in there:
                try:
                    found.append(self._event(row, notice, follows))
                except ZhupiError as error:
                    raise StoreError(f"{self.where}: event {row['number']}: {error}") from error
        return found

    def _heads_before(self, number: int) -> _Heads:
        """The heads of what a notice has, as they are where those of its events begin that are looked at."""
        heads = _Heads()
        if self._behind and number != PROJECT:
            for row in self._connection.execute(
                "SELECT entity, key, origin, digest, follows FROM events WHERE notice = ? AND number <= ? "
                "ORDER BY number",
                [number, self._behind],
            ).fetchall():
                heads.followed_by(row)
        return heads

    def _imported_at(self, number: int) -> str:
        (at,) = self._connection.execute("SELECT imported_at FROM notices WHERE number = ?", [number]).fetchone()
        return str(at)

    def _prove(self) -> None:
        connection, where = self._connection, self.where
        whole = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        found = [whole] if whole != "ok" else []
        for line in chain(found, schema.differences(connection), log_chain.differences(connection)):
            told = line.partition(";")[0]
            raise StoreError(f"{where}: not merged, it is not whole ({told}); run `zhupi --db {where} check` on it")
        (older,) = connection.execute("SELECT count(*) FROM texts WHERE normalizer <> ?", [NORMALIZER]).fetchone()
        if older:
            raise StoreError(
                f"{where}: not merged, {counted(older, 'notice')} of it normalized by another version than "
                f"{NORMALIZER}; run `zhupi --db {where} normalize --stored` first"
            )

    def _notice(self, number: int) -> tuple[Notice, str | None]:
        connection = self._connection
        try:
            notice = load_notice(connection, number).notice
            prove(record(notice, (), ()))
        except ZhupiError as error:
            raise StoreError(f"{self.where}: notice {number}: {error}") from error
        (html,) = connection.execute("SELECT html FROM texts WHERE notice = ?", [number]).fetchone()
        notice = replace(notice, fields_by=FieldsBy(), **found_fields(connection, number))
        return replace(notice, regions=tuple(map(self._names.in_region, notice.regions))), html

    def _event(self, row: Row, notice: Notice | None, follows: tuple[bytes, ...]) -> ToldEvent:
        event, names = event_of(row), self._names
        change, origin = event.change, event.origin
        key = names.in_key(change.entity, change.key, change.before, change.after, *self._earlier_states(row))
        before, after = (names.in_state(each, self._labels) for each in (change.before, change.after))
        if change.entity in MERGED:
            check_state(change.entity, key, after, notice)
        check_time(event.at)
        if origin is None:
            origin = Origin(event.id, self.project, follows)
        return ToldEvent(
            replace(
                event,
                actor=names.of_actor(event.actor),
                change=Change(PROJECT, change.entity, key, before, after),
                undoes=None,
                redoes=None,
                batch=None,
                origin=origin,
            ),
            *(None if number is None else self._id(number) for number in (event.undoes, event.redoes, event.batch)),
        )

    def _earlier_states(self, row: Row) -> tuple[Subject | None, ...]:
        """Of an event that has an annotation neither before nor after what it was once, which tells whose it is."""
        if row["entity"] != "annotation" or row["before"] is not None or row["after"] is not None:
            return ()
        found = self._connection.execute(
            "SELECT * FROM events WHERE entity = 'annotation' AND key = ? AND notice = ? AND after IS NOT NULL "
            "ORDER BY number LIMIT 1",
            [row["key"], row["notice"]],
        ).fetchone()
        return () if found is None else (event_of(found).change.after,)

    def _id_of(self, number: int) -> bytes | None:
        row = self._connection.execute("SELECT coalesce(origin, digest) FROM events WHERE number = ?", [number])
        found = row.fetchone()
        return None if found is None else found[0]


class _Heads:
    """The heads of the subjects of one notice, while one walks its events in order: those that no other follows yet."""

    def __init__(self) -> None:
        self._of: defaultdict[tuple[str, str], dict[bytes, None]] = defaultdict(dict)

    def followed_by(self, row: Row) -> tuple[bytes, ...]:
        """The ids of the events that the next one follows, as it was made there; none of what is not merged."""
        if row["entity"] not in MERGED:
            return ()
        heads = self._of[row["entity"], row["key"]]
        followed = tuple(sorted(heads)) if row["follows"] is None else ids_of(row["follows"])
        for each in followed:
            heads.pop(each, None)
        heads[_id_of(row)] = None
        return followed


def _id_of(row: Row) -> bytes:
    """What the event of a row is known by."""
    return bytes(row["origin"] or row["digest"] or b"")


def _labels_here(connection: Connection, there: LabelSet, here: LabelSet, where: str) -> Mapping[str, str]:
    """The first name here of each label, by each name that it has or had there.

    Raises:
        StoreError: a label or a value is in use there and none here.
    """
    found: dict[str, str] = {}
    for name, label in there.by_any_name.items():
        same = here.by_any_name.get(label.first_name) or here.by_any_name.get(label.name)
        if same is not None:
            found[name] = same.first_name
    for name, count in connection.execute(
        "SELECT json_extract(coalesce(after, before), '$.label') AS label, count(DISTINCT key) FROM events "
        # What stands for a step that undo stepped over may be about an annotation that is gone before and after.
        "WHERE entity = 'annotation' AND coalesce(after, before) IS NOT NULL GROUP BY label ORDER BY label"
    ).fetchall():
        if name not in found:
            raise StoreError(
                f"{where}: not merged, its label {clip(str(name))} is none here, and {counted(count, 'annotation')} "
                "there had it; declare it with `zhupi labels --set`, and merge again"
            )
    for row in connection.execute("SELECT label, attributes, count(*) FROM annotations GROUP BY label, attributes"):
        label, attributes, count = row
        try:
            values = {name: value for name, value in _attributes.decode(attributes).items() if value is not None}
            here.resolve(found.get(label, label)).attributes(values)
        except (msgspec.DecodeError, LabelError, AttributeValueError) as error:
            raise StoreError(
                f"{where}: not merged, {counted(count, 'annotation')} there with what this label set does "
                f"not take ({error}); declare it with `zhupi labels --set`, and merge again"
            ) from error
    for row in connection.execute(
        "SELECT reviews.*, count(*) AS alike FROM reviews WHERE attributes <> '{}' GROUP BY attributes"
    ):
        try:
            check_values(here.notice, review_of(row).attributes)
        except AttributeValueError as error:
            raise StoreError(
                f"{where}: not merged, {counted(row['alike'], 'review')} there with what this label set does not "
                f"take ({error}); declare it with `zhupi labels --set`, and merge again"
            ) from error
    return found
