"""Which events of a source are here already: a look-up by id, and what both had before one was a copy of the other."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from store.db.database import Database
from store.db.sqlite import Connection
from store.intake.merge.database import DatabaseSource
from store.intake.merge.told import ToldEvent
from store.log.chain import newest
from store.log.events import Event


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

    def number(self, connection: Connection, event: bytes) -> int | None:
        """The number here of an event; None where it is not here."""
        row = connection.execute("SELECT number FROM events WHERE origin = ?", [event]).fetchone()
        return self._own.get(event) if row is None else int(row[0])

    def has(self, event: bytes) -> bool:
        """Whether an event is here."""
        return self.number(self._database.connection, event) is not None

    def actor(self, event: bytes) -> str | None:
        """Who made an event that was merged earlier, as they are called here; None where it was not."""
        row = self._database.connection.execute("SELECT actor FROM events WHERE origin = ?", [event]).fetchone()
        return None if row is None else str(row[0])


class Numbering:
    """Gives events of elsewhere the numbers of this database, as they are taken.

    Args:
        known: the events that are here.
    """

    def __init__(self, known: Known) -> None:
        self._known = known
        self._steps: dict[bytes, int] = {}
        """The number of the first event here of a step whose first event there has not come yet."""

    def numbered(self, connection: Connection, told: Sequence[ToldEvent], notice: int) -> list[Event]:
        """Events that will be the next of the log, with the numbers of their notice and of events they refer to.

        Args:
            connection: in the transaction that appends them next.
            told: the events, in order.
            notice: the number of their notice, or ``PROJECT``.
        """
        if not told:
            return []
        first = newest(connection).number + 1
        coming = {each.event.id: first + place for place, each in enumerate(told)}

        def number(event: bytes | None) -> int | None:
            return None if event is None else coming.get(event) or self._known.number(connection, event)

        events = []
        for each in told:
            event, batch = each.event, number(each.batch)
            if batch is None and each.batch is not None:
                # Steps over several notices are taken notice by notice.
                batch = self._steps.setdefault(each.batch, coming[event.id])
            key = str(notice) if event.change.entity == "regions" else event.change.key
            change = replace(event.change, notice=notice, key=key)
            events.append(
                replace(event, change=change, undoes=number(each.undoes), redoes=number(each.redoes), batch=batch)
            )
        return events


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
