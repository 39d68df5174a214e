"""How much people get done, and how long it takes: from their reviews, and from the log of what they did by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from statistics import median
from typing import Final

import msgspec
from pyroaring import BitMap

from annotations.annotation import GOLD, timestamp
from annotations.labels import LabelSet
from store.db.sqlite import Connection, json_array
from store.errors import DamageError
from store.index.sets import stored_set
from store.log.events import REOPEN, last_event
from store.read.working_time import Act, WorkingTime, milliseconds_of, minutes, working_time

_BY_HAND: Final = (
    "('tag', 'change', 'delete', 'review', 'attributes', 'override', 'correct', 'see', 'ask', 'answer', 'adjudicate', "
    f"'settle', 'keep', 'undo', 'redo', '{REOPEN}')"
)
"""What people do in a notice, by the names that the log has for it, in SQL.  Imports, suggestions, assignments and what
follows from something else are none of it."""

_ENTITIES: Final = "('annotation', 'review', 'regions', 'field', 'adjudication', 'seen', 'question', 'suspect')"

LEAST: Final = 1.0
"""Active minutes: less has no pace, since a few keys in one second would be thousands an hour."""

_AT_ONCE: Final = 4_096
"""Events that are read at once."""

_NUMBERS: Final = f"SELECT number FROM events WHERE entity IN {_ENTITIES}"  # noqa: S608  # constants

_NEW_NUMBERS: Final = f"SELECT number FROM events WHERE number > ? AND +entity IN {_ENTITIES}"  # noqa: S608  # constants

# What was imported into a layer has no mark and is no work by hand, nor is it to take that back.
_BULK: Final = (
    "(coalesce(json_extract(coalesce(after, before), '$.bulk'), iif(after IS NULL, bulk & 2, bulk & 1), "
    "action IN ('undo', 'redo') AND batch IS NOT NULL AND EXISTS (SELECT 1 FROM events AS beside "
    "WHERE beside.batch = events.batch AND beside.number IN (events.number - 1, events.number + 1) "
    "AND beside.key <> events.key), 0))"
)
"""Whether the annotation that an event made or took away is ``bulk``, in SQL; of older events it stands beside them."""

_ROWS: Final = (
    f"SELECT number, at, actor, notice, events.key, entity, {_BULK}, undoes IS NOT NULL, before IS NULL, "  # noqa: S608  # constants
    "after IS NULL, json_extract(coalesce(after, before), '$.label'), "
    "json_extract(coalesce(after, before), '$.annotator') "
    "FROM json_each(?) AS given CROSS JOIN events ON number = given.value "
    f"WHERE action IN {_BY_HAND}"
)


class LabelPace(msgspec.Struct, frozen=True):
    """The pace of one reviewer with one label: minutes that ended in an act on it, and spans, as of ``Pace``."""

    label: str
    minutes: float
    spans: int
    spans_per_hour: float | None


class Pace(msgspec.Struct, frozen=True):
    """How long one reviewer worked, and how much they got done in that time.

    ``minutes`` are active minutes of reviewing, ``adjudicating`` those of making gold: gaps of more than
    ``working_time.PAUSE`` minutes are left out.  ``notices`` were worked in; ``minutes_per_notice`` is the median of
    those that are done.  ``notices_per_hour`` and ``spans_per_hour`` are figures of an active hour, None where there
    are less than ``LEAST`` active minutes.  ``spans`` were tagged or decided on one by one; the ``in_bulk`` ones in one
    step with others (``Annotation.bulk``), which count for no pace.
    """

    minutes: float = 0.0
    adjudicating: float = 0.0
    notices: int = 0
    minutes_per_notice: float | None = None
    notices_per_hour: float | None = None
    spans: int = 0
    in_bulk: int = 0
    spans_per_hour: float | None = None
    labels: tuple[LabelPace, ...] = ()


class Day(msgspec.Struct, frozen=True):
    """What somebody did on a day of this host's calendar: notices that are done since then, and active minutes."""

    day: date
    done: int = 0
    minutes: float = 0.0


class WorkLog:
    """The working time of everybody, as the log tells it; whoever keeps it reads only what is new the next time."""

    def __init__(self) -> None:
        self._number = 0
        self.people: dict[str, WorkingTime] = {}
        """By name; who never did anything by hand is not there."""

    def read(self, connection: Connection, progress: Callable[[int], None] = lambda _: None) -> None:
        """Read the events that are new.

        Args:
            connection: for reading, within one snapshot.
            progress: called with the number of events that have been read.

        Raises:
            DamageError: the log cannot be read.
        """
        try:
            self._read(connection, progress)
        except BaseException:
            # Dropped or damaged: what was half read would be added once more.
            self._number = 0
            self.people.clear()
            raise

    def _read(self, connection: Connection, progress: Callable[[int], None]) -> None:
        last = last_event(connection)
        backwards = set()
        for actor, act in _acts(connection, self._numbers(connection), progress):
            person = self.people.setdefault(actor, WorkingTime())
            if person.last is not None and act.at < person.last:
                # Of a log that was kept at the same time, or by a clock that was set right: another line of acts.
                backwards.add(actor)
            elif actor not in backwards:
                person.add(act)
        self._number = last
        for actor in backwards:
            self.people[actor] = working_time(act for _, act in _acts(connection, _numbers_of(connection, actor)))

    def _numbers(self, connection: Connection) -> BitMap:
        """The numbers of the events that are new; at first from an index, since most events are about none of it."""
        if not self._number:
            return BitMap(row[0] for row in connection.execute(_NUMBERS))
        return BitMap(row[0] for row in connection.execute(_NEW_NUMBERS, [self._number]))


def _numbers_of(connection: Connection, actor: str) -> BitMap:
    return BitMap(row[0] for row in connection.execute("SELECT number FROM events WHERE actor = ?", [actor]))


def _acts(
    connection: Connection, numbers: BitMap, progress: Callable[[int], None] = lambda _: None
) -> Iterator[tuple[str, Act]]:
    """Who did what, in the order of the log."""
    rest, read = iter(numbers), 0
    while some := list(islice(rest, _AT_ONCE)):
        for row in connection.execute(_ROWS, [json_array(some)]).fetchall():
            # Unpacked, since names of columns are slow, and there may be a million.
            number, at, actor, notice, key, entity, in_step, is_undo, made, gone, label, annotator = row
            if entity == "annotation" and annotator is None:
                continue  # what a rule suggested comes and goes with what people do
            gold = entity == "adjudication" or GOLD in (annotator, key)
            spans = 0
            if annotator == actor and made != gone and entity == "annotation":
                spans = (-gone if is_undo else made) or 0
            try:
                moment = milliseconds_of(at)
            except ValueError as error:
                raise DamageError(f"event {number} of the log is damaged ({error}); restore a backup") from error
            yield actor, Act(moment, notice, "adjudicate" if gold else "review", label, spans, bool(in_step))
        read += len(some)
        progress(read)


def pace(connection: Connection, name: str, worked: WorkingTime, labels: LabelSet) -> Pace:
    """The pace of one reviewer.

    Args:
        connection: for reading, in the snapshot in which the log was read.
        name: whose it is.
        worked: their working time.
        labels: the label set of the project.

    Raises:
        DamageError: what the queue filters by is not what the tables say.
    """
    reviewing = worked.by_task.get("review", 0)
    done = stored_set(connection, [("status", name, "done")])
    of_done = [spent for notice, spent in worked.by_notice.items() if notice in done]
    time_of, spans_of = _by_present_name(labels, worked.by_label), _by_present_name(labels, worked.spans)
    names = [label.name for label in labels if label.name in {*time_of, *spans_of}]
    names += sorted({*time_of, *spans_of} - {*names})
    spans = sum(worked.spans.values())
    return Pace(
        minutes=_rounded(minutes(reviewing)),
        adjudicating=_rounded(minutes(worked.by_task.get("adjudicate", 0))),
        notices=len(worked.by_notice),
        minutes_per_notice=_rounded(minutes(round(median(of_done)))) if of_done else None,
        notices_per_hour=_per_hour(len(of_done), reviewing),
        spans=spans,
        # What was imported into one's own layer, and undone there, was never counted.
        in_bulk=max(0, worked.in_bulk),
        spans_per_hour=_per_hour(spans, reviewing),
        labels=tuple(
            LabelPace(
                label, _rounded(minutes(time_of.get(label, 0))), spans_of.get(label, 0),
                _per_hour(spans_of.get(label, 0), time_of.get(label, 0)),
            )
            for label in names
        ),
    )  # fmt: skip


def _by_present_name(labels: LabelSet, counts: dict[str, int]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for name, count in counts.items():
        found[labels.present_name_of(name)] += count
    return found


def _per_hour(number: int, milliseconds: int) -> float | None:
    spent = minutes(milliseconds)
    return round(number * 60 / spent, 1) if spent >= LEAST else None


def _rounded(number: float) -> float:
    return round(number, 1)


def days_of(done: dict[date, int], worked: WorkingTime | None) -> list[Day]:
    """The days on which somebody did something, in order.

    Args:
        done: notices by the day since which they are done.
        worked: the working time of the same person; None where the log has none.
    """
    spent = {} if worked is None else worked.by_day
    return [
        Day(day, done.get(day, 0), _rounded(minutes(spent.get(day, 0))))
        for day in sorted({*done, *(each for each, some in spent.items() if some)})
    ]


def done_by_person(connection: Connection) -> dict[str, dict[date, int]]:
    """How many notices each person has done, by the day of this host's calendar since which they are done."""
    found: dict[str, dict[date, int]] = defaultdict(dict)
    # SQLite asks the same calendar of the system; a time that is none has no day.
    for name, day, count in connection.execute(
        "SELECT annotator, date(updated_at, 'localtime') AS day, count(*) FROM reviews "
        "WHERE status = 'done' AND annotator <> ? GROUP BY annotator, day",
        [GOLD],
    ).fetchall():
        if day is not None:
            found[name][date.fromisoformat(day)] = count
    return found


def done_by_day(connection: Connection, annotator: str, days: int) -> list[int]:
    """How many notices the annotator has done on each of the last days of this host's calendar, today last."""
    midnight = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)  # noqa: DTZ005  # of this host
    # Each midnight by itself: a day on which the clocks change has no 24 hours.
    starts = [timestamp((midnight - timedelta(days=ago)).astimezone(UTC)) for ago in reversed(range(-1, days))]
    sql = "SELECT count(*) FROM reviews WHERE annotator = ? AND status = 'done' AND updated_at >= ? AND updated_at < ?"
    return [connection.execute(sql, [annotator, *bounds]).fetchone()[0] for bounds in pairwise(starts)]
