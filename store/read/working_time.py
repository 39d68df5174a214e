"""How long people worked, from the times of what they did.

The log has moments and no durations.  What lies between two acts of one person counts as work on what the second one is
about: they read and decide before they press a key.  A gap of more than five minutes is a pause and counts nothing, and
neither does the time before the first act behind one, since nobody knows when reading began.  So the figures are a
lower bound.

All acts of a person stand in one line by time.  Two sessions at once are then no more than one person's time, and a
clock that was set back, or the log of another host, adds nothing twice.  Nothing here reads a database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final, Literal, NamedTuple

WorkTask = Literal["review", "adjudicate"]
"""What somebody works at: their own layer and what stands for everybody about a notice, or gold."""

PAUSE: Final = 5
"""Minutes: a longer gap between two acts is no work."""

_MILLISECONDS: Final = 60_000
"""Of a minute."""
_QUARTER: Final = 15 * _MILLISECONDS
"""The day of the calendar changes at a quarter of an hour of UTC, in every time zone."""


class Act(NamedTuple):
    """Something that somebody did in a notice.

    ``at`` is in milliseconds since 1970 (UTC), ``notice`` a number.  ``label`` is that of the annotation, None where it
    is about none.  ``spans`` is 1 where a span was tagged or a suggestion was decided on, -1 where that was undone.
    ``bulk`` is whether the annotation is (``Annotation.bulk``).
    """

    at: int
    notice: int
    task: WorkTask = "review"
    label: str | None = None
    spans: int = 0
    bulk: bool = False


class WorkingTime:
    """The working time of one person, added up act by act in the order of their times; all in milliseconds."""

    def __init__(self) -> None:
        self.last: int | None = None
        """The time of the last act; None before the first."""
        self.by_task: dict[WorkTask, int] = defaultdict(int)
        self.by_notice: dict[int, int] = defaultdict(int)
        """By the number of the notice, what was reviewed; notices with acts and no time are there too."""
        self.by_label: dict[str, int] = defaultdict(int)
        """By the label of the annotation that was worked on; what was reviewed."""
        self.by_day: dict[date, int] = defaultdict(int)
        """By the day of this host's calendar, whatever the task."""
        self.spans: dict[str, int] = defaultdict(int)
        """How many spans were tagged or decided on, one by one, by label."""
        self.in_bulk = 0
        """How many were in one step with others."""

    def add(self, act: Act) -> None:
        """Add an act, which is not earlier than the last one.

        Raises:
            ValueError: it is earlier.
        """
        gap = 0 if self.last is None else act.at - self.last
        if gap < 0:
            raise ValueError("acts are added in the order of their times")
        self.last = act.at
        if act.task == "review":
            self._count(act)
        if 0 < gap <= PAUSE * _MILLISECONDS:
            self._spend(act, gap)

    def _count(self, act: Act) -> None:
        self.by_notice[act.notice] += 0
        if act.spans and act.bulk:
            self.in_bulk += act.spans
        elif act.spans and act.label is not None:
            self.spans[act.label] += act.spans

    def _spend(self, act: Act, gap: int) -> None:
        self.by_task[act.task] += gap
        if act.task == "review":
            self.by_notice[act.notice] += gap
            if act.label is not None:
                self.by_label[act.label] += gap
        before, after = day_of(act.at - gap), day_of(act.at)
        # A gap is shorter than a quarter of an hour, so that it holds one midnight at most.
        behind_midnight = gap if before == after else act.at % _QUARTER
        self.by_day[before] += gap - behind_midnight
        self.by_day[after] += behind_midnight


def working_time(acts: Iterable[Act]) -> WorkingTime:
    """The working time of one person, whose acts may come in any order."""
    found = WorkingTime()
    for act in sorted(acts, key=lambda each: each.at):
        found.add(act)
    return found


def milliseconds_of(at: str) -> int:
    """A time of the log in milliseconds since 1970 (UTC)."""
    return round(datetime.fromisoformat(at).timestamp() * 1000)


def minutes(milliseconds: int) -> float:
    """A duration in minutes."""
    return milliseconds / _MILLISECONDS


def day_of(at: int) -> date:
    """The day of a time, in milliseconds since 1970 (UTC), on this host's calendar."""
    return _day_of_quarter(at // _QUARTER)


@lru_cache(maxsize=4096)
def _day_of_quarter(quarter: int) -> date:
    return datetime.fromtimestamp(quarter * _QUARTER / 1000, UTC).astimezone().date()
