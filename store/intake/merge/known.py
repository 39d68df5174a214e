"""Which events of a source are here already: a look-up by id, and what both had before one was a copy of the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from msgspec.structs import replace

from store.db.database import Database
from store.db.sqlite import Connection, json_array
from store.index.conflicts import has_merged
from store.intake.merge.database import DatabaseSource
from store.intake.merge.told import ToldEvent
from store.log.events import Event

_AT_ONCE: Final = 500
"""Ids that are looked up by one statement."""


class Known:
    """The events of this database by their ids.

    Args:
        database: this database.
        source: the database that is merged; None of an export.
    """

    def __init__(self, database: Database, source: DatabaseSource | None = None) -> None:
        self._database = database
        self._own: dict[bytes, int] = {}
        if source is None:
            return
        with database.read() as connection:
            shared = _shared(connection, source)
            source.begin_behind(shared)
            # Of what was made here it has its own copies up to there, and others only by a merge.
            if shared or source.has_merged:
                self._own = dict(
                    connection.execute("SELECT digest, number FROM events WHERE origin IS NULL").fetchall()
                )

    def numbers(self, connection: Connection, events: Iterable[bytes]) -> dict[bytes, int]:
        """The numbers here of those of some events that are here."""
        asked = list(events)
        found = {event: self._own[event] for event in asked if event in self._own}
        for at in range(0, len(asked), _AT_ONCE):
            some = asked[at : at + _AT_ONCE]
            found.update(_by_origin(connection, "number", some))
        return found

    def among(self, events: Iterable[bytes]) -> set[bytes]:
        """Those of some events that are here."""
        return {*self.numbers(self._database.connection, events)}

    def actors(self, events: Iterable[tuple[bytes, str]]) -> Iterator[tuple[str, str]]:
        """Who made events that are in both since one merged the other: as they are called there, and here.

        Args:
            events: the id of each, and who made it, as they are called elsewhere.
        """
        waiting, connection = iter(events), self._database.connection
        if not has_merged(connection) and not self._own:
            return
        while some := dict(islice(waiting, _AT_ONCE)):
            for event, here in _by_origin(connection, "actor", [*some]):
                yield some[event], here
            own = {self._own[event]: there for event, there in some.items() if event in self._own}
            rows = connection.execute(
                "SELECT number, actor FROM events WHERE number IN (SELECT value FROM json_each(?))", [json_array(own)]
            )
            for number, here in rows.fetchall():
                yield own[number], here


class Numbering:
    """Gives events of elsewhere the numbers of this database, as they are taken.

    Args:
        known: the events that are here.
    """

    def __init__(self, known: Known) -> None:
        self._known = known
        self._steps: dict[bytes, int] = {}
        """The number of the first event here of a step whose first event there has not come yet."""

    def numbered(self, connection: Connection, told: Sequence[ToldEvent], notice: int, newest: int) -> list[Event]:
        """Events that will be the next of the log, with the numbers of their notice and of events they refer to.

        Args:
            connection: in the transaction that appends them next.
            told: the events, in order.
            notice: the number of their notice, or ``PROJECT``.
            newest: the number of the newest event.
        """
        if not told:
            return []
        first = newest + 1
        coming = {each.event.id: first + place for place, each in enumerate(told)}
        named = {other for each in told for other in (each.undoes, each.redoes, each.batch) if other is not None}
        there = self._known.numbers(connection, named - coming.keys())

        def number(event: bytes | None) -> int | None:
            return None if event is None else coming.get(event) or there.get(event)

        events = []
        for each in told:
            event, batch = each.event, number(each.batch)
            if batch is None and each.batch is not None:
                # Steps over several notices are taken notice by notice.
                batch = self._steps.setdefault(each.batch, coming[event.id])
            key = str(notice) if event.change.entity == "regions" else event.change.key
            change = replace(event.change, notice=notice, key=key)
            events.append(
                replace(
                    event,
                    number=coming[event.id],
                    change=change,
                    undoes=number(each.undoes),
                    redoes=number(each.redoes),
                    batch=batch,
                )
            )
        return events


def _by_origin(connection: Connection, column: str, events: Sequence[bytes]) -> list[tuple[bytes, Any]]:
    """The id and a column of those of some events that were merged here."""
    if not events:
        return []
    rows = connection.execute(
        f"SELECT origin, {column} FROM events WHERE origin IN ({', '.join('?' * len(events))})",  # noqa: S608  # constants
        events,
    )
    return [(row[0], row[1]) for row in rows.fetchall()]


def _shared(connection: Connection, source: DatabaseSource) -> int:
    """The number of the last event that both logs have in the same place: the chain proves all before it."""
    low, high = 0, connection.execute("SELECT coalesce(max(number), 0) FROM events").fetchone()[0]
    while low < high:
        middle = (low + high + 1) // 2
        row = connection.execute("SELECT digest FROM events WHERE number = ?", [middle]).fetchone()
        if row is not None and row[0] is not None and row[0] == source.digest(middle):
            low = middle
        else:
            high = middle - 1
    return int(low)
