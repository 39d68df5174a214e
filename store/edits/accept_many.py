"""Accepts all that a rule has found from a score on, but what is decided already, as one step of undo."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from pyroaring import BitMap

from annotations.annotation import Annotation
from annotations.origins import decided, in_bulk
from store.db.database import Database
from store.db.sqlite import Connection
from store.edits.long_step import LongStep
from store.project.settings import labels_in
from store.read.notices import annotations_of
from store.read.waiting import WaitingPlace, Wanted, waiting_in

_AT_ONCE: Final = 32
"""Notices that are looked at before what is to be accepted in them is stored."""


class AcceptMany(LongStep):
    """One step that accepts what waits of a rule; all of it is ``bulk``, since nobody has looked at it.

    A place that overlaps an annotation of the actor with its label is passed over, also one that was accepted just now:
    of those that overlap each other the one with the highest score is accepted.

    Args:
        database: where.
        actor: whose layer it goes into.
        wanted: what is accepted.
        notices: the notices in which it stands.
        total: how many places that are, as far as is known.
        made_until: what was suggested later is left alone: nobody has seen a sample of it.
    """

    def __init__(
        self, database: Database, actor: str, wanted: Wanted, notices: BitMap, total: int, made_until: str
    ) -> None:
        super().__init__(database, actor, total)
        self._wanted = wanted
        self._made_until = made_until
        self._left = iter(notices)
        self._next: list[int] = list(islice(self._left, _AT_ONCE))
        self._through = 0

    @property
    def is_left(self) -> bool:
        """Whether any notice was not looked at."""
        return bool(self._next)

    @property
    def through(self) -> int:
        """How many places were looked at, of those that are counted as waiting."""
        return self._through

    @property
    def left(self) -> int:
        """How many places still wait, as far as is known; at least one while it is not complete."""
        if self.is_complete:
            return 0
        return max(1, self.report.total - self._through + sum(len(changes) for _, changes in self._pieces))

    def prepare(self, connection: Connection) -> None:
        """Find what waits in the next notices."""
        places: dict[int, list[WaitingPlace]] = {}
        for place in waiting_in(connection, self.actor, self._next, self._wanted.label):
            if self._wanted.takes(place):
                places.setdefault(place.notice, []).append(place)
        there = annotations_of(connection, places, labels_in(connection))
        for number, some in places.items():
            items = {item.id: item for item in there.get(number, [])}
            self.put(number, [(None, in_bulk(decided(each, self.actor, "accepted"))) for each in self._of(some, items)])
        self._next = list(islice(self._left, _AT_ONCE))

    def _of(self, places: list[WaitingPlace], items: dict[str, Annotation]) -> Iterator[Annotation]:
        """The suggestions of one notice that are accepted, the surest first."""
        accepted: list[Annotation] = []
        for place in sorted(places, key=lambda each: (-(each.score(self._wanted.rule) or 0), each)):
            item = items[place.suggestion]
            if item.created_at > self._made_until:
                continue
            # What overlaps one's own does not count as waiting.
            self._through += not place.overlaps
            if place.overlaps or any(item.start < other.end and other.start < item.end for other in accepted):
                self.report.overlapping += 1
            else:
                accepted.append(item)
                yield item
