"""The times of the log: the order of events is their place in the log, and their times do not contradict it.

The clock of a host may be wrong, and may be set back.  What another clock has written far ahead of this one is not
believed: nothing waits for a time that may never come.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from annotations.annotation import timestamp
from store.db.sqlite import Connection

SKEW: Final = timedelta(minutes=5)
"""How far a time may be ahead of the clock of this host and still be believed."""


def believed_until(ahead: timedelta = timedelta()) -> str:
    """The last time that is believed now, of what lies ``ahead`` by its nature: a lease, as long as it runs."""
    return timestamp(datetime.now(UTC) + ahead + SKEW)


def event_time(newest: str | None) -> str:
    """The time of an event that is made now: never before that of the newest event, as far as that is believed.

    Args:
        newest: the time of the newest event; None where there is none.
    """
    at = timestamp(datetime.now(UTC))
    return newest if newest is not None and at < newest <= believed_until() else at


def findings(connection: Connection) -> Iterator[str]:
    """One line where the newest event lies ahead of the clock by more than is believed."""
    row = connection.execute("SELECT number, at FROM events ORDER BY number DESC LIMIT 1").fetchone()
    if row is not None and row["at"] > believed_until():
        number, at = row
        yield (
            f"log: event {number} is of {at}, and the clock of this host says {timestamp(datetime.now(UTC))}; set the "
            "clock right if it is wrong, events from now on have its time"
        )
