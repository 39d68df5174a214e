"""What the events of one subject add up to, in whatever order they came here: a multi-value register.

A subject is an entity under its key, on its notice.  An event made here follows all that stood here before it; one from
elsewhere follows what stood before it there.  So the events of a subject are a graph, and its heads, which no other
event follows, are what it may be now.  Where one head is left, or all say the same, that is the state.  Where they say
different things, two databases have changed it without knowing of each other: a conflict.  Until somebody changes it
once more, which follows all heads, the side with the lower event id is the state.  Who takes such a change back opens
the conflict again: the change and what takes it back step aside for what they follow.

Shapiro et al. 2011, "Conflict-free replicated data types", have such a register.  The state depends on the set of the
events alone, which is what makes merging the same in any order and grouping.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Final

from msgspec.structs import replace

from annotations.annotation import Annotation
from annotations.labels import LabelSet
from annotations.questions import Question
from annotations.relabelling import followed
from store.log.events import NO_STATE, REOPEN, Entity, Event, Subject, changes_nothing
from store.log.seen_layers import SeenLayers
from store.log.standing import Left, standing
from store.log.states import content
from store.log.training_results import TrainingResult

MERGED: Final[tuple[Entity, ...]] = (
    "annotation", "review", "regions", "field", "adjudication", "seen", "question", "training",
)  # fmt: skip
"""Entities whose events from elsewhere change the state; those of all others are history here."""

KEPT_APART: Final[tuple[Entity, ...]] = ("notice", "suspect", *NO_STATE)
"""Entities whose events are about one database as it is stored, or looks at it again: they are not merged."""


class Register:
    """The state of one subject.

    Args:
        entity: what it is.
        labels: the label set that annotations follow.
    """

    def __init__(self, entity: Entity, labels: LabelSet) -> None:
        self._is_merged = entity in MERGED
        # Who has seen two layers, each in another place, has seen both.
        self._is_union = entity == "seen"
        self._is_first_done = entity == "training"
        self._labels = labels
        self._events: list[Event] = []
        self._foreign = False
        self._heads: dict[bytes, None] = {}
        self._follows: dict[bytes, tuple[bytes, ...]] = {}

    def take(self, event: Event) -> None:
        """Take the next event of the subject, in the order of their numbers here."""
        if event.origin is not None:
            if not self._is_merged:
                return
            if not self._foreign:
                self._foreign = True
                self._link(self._events)
        self._events.append(event)
        if self._foreign:
            self._link([event])

    @property
    def is_contested(self) -> bool:
        """Whether it has several sides."""
        return len(self.sides) > 1

    @property
    def state(self) -> Subject | None:
        """The subject as it is; None where there is none."""
        if not self._foreign:
            return self._after(self._events[-1]) if self._events else None
        if self._is_union:
            return _union(self._events)
        sides = self.sides
        return self._after(sides[0]) if sides else None

    @property
    def sides(self) -> tuple[Event, ...]:
        """The events that say what the subject is, one for each thing that is said, the one that is shown first.

        There is more than one where they contradict each other.  Of those that say the same it is the one with the
        lowest id, and of questions one that tells what it is about.  How somebody first did a notice in training is one
        thing, wherever that was.
        """
        if not self._foreign or self._is_union:
            return tuple(self._events[-1:])
        aside = self._aside
        if len(self._heads) == 1 and not self._heads.keys() & aside:
            return tuple(event for event in self._events if event.id in self._heads)
        left = {event.id: self._left(event) for event in self._events}
        said: dict[object, Left] = {}
        # What a log tells stands for what a file tells of the same: times of a rule may be others there.
        for each in sorted((left[event] for event in standing(left, self._heads, aside)), key=attrgetter("is_of_file")):
            kept = said.setdefault(each.content, each)
            if isinstance(each.state, Question) and kept.state == replace(each.state, annotation=None):
                said[each.content] = each
        sides = tuple(sorted((each.event for each in said.values()), key=attrgetter("id")))
        return _first_done(sides) if self._is_first_done else sides

    def reopened(self, number: int) -> Register | None:
        """The subject once the event with a number, which ended a conflict, is taken back: its sides stand again.

        Returns:
            None where it has ended none, or somebody has changed the subject since.
        """
        ended = self._stood_for(number)
        if ended is None or ended.id not in self._behind_still(self._heads) - self._aside:
            return None
        register = Register(ended.change.entity, self._labels)
        taken_back = replace(ended, number=0, action=REOPEN, undoes=number, redoes=None, id=b"", origin=None)
        for event in (*self._events, taken_back):
            register.take(event)
        return register if register.is_contested else None

    def was_reopened(self, number: int) -> bool:
        """Whether the event with a number has opened a conflict again."""
        opened = self._stood_for(number)
        return opened is not None and opened.action == REOPEN

    def is_newest(self, number: int) -> bool:
        """Whether nothing was done about the subject, here or elsewhere, that the event with a number does not know."""
        event = self._stood_for(number)
        return event is not None and self._behind_still(self._heads) == {event.id}

    def _stood_for(self, number: int) -> Event | None:
        """The event with a number, or what it stands for where it changed nothing; None where there is none."""
        events = {event.number: event for event in self._events}
        while (event := events.pop(number, None)) is not None and _is_still(event):
            number = event.undoes or event.redoes or 0
        return event

    def _behind_still(self, some: Iterable[bytes]) -> set[bytes]:
        """Some events, and in the place of each that changed nothing what it follows."""
        still = {event.id for event in self._events if _is_still(event)}
        found, waiting = set[bytes](), [*some]
        while waiting:
            each = waiting.pop()
            if each in still:
                still.discard(each)
                waiting.extend(self._follows[each])
            else:
                found.add(each)
        return found

    @property
    def _aside(self) -> set[bytes]:
        """The events that say nothing themselves, so that what they follow stands in their place.

        They are one that opens a conflict again, with the one that had ended it, and one that stands for a step that
        undo or redo stepped over.
        """
        found = {event.id for event in self._events if _is_still(event)}
        for event in self._events:
            if event.action == REOPEN:
                found.add(event.id)
                ended = self._stood_for(event.undoes or event.redoes or 0)
                if ended is not None and ended.id in self._behind_still(self._follows[event.id]):
                    found.add(ended.id)
        return found

    def _link(self, events: Iterable[Event]) -> None:
        for event in events:
            follows = tuple(sorted(self._heads)) if event.origin is None else event.origin.follows
            for each in follows:
                self._heads.pop(each, None)
            self._heads[event.id] = None
            self._follows[event.id] = follows

    def _after(self, event: Event) -> Subject | None:
        after = event.change.after
        return followed(after, self._labels) if isinstance(after, Annotation) else after

    def _left(self, event: Event) -> Left:
        state = self._after(event)
        return Left(event, state, content(state), self._follows[event.id])


def _is_still(event: Event) -> bool:
    return changes_nothing(event.action, event.change)


def _first_done(sides: tuple[Event, ...]) -> tuple[Event, ...]:
    """Of results of training the one that is told: of several the earliest, of none that none is left."""
    results = [(after.finished_at, event.id, event) for event in sides if (after := _result(event)) is not None]
    return (min(results)[-1],) if results else sides[:1]


def _result(event: Event) -> TrainingResult | None:
    after = event.change.after
    return after if isinstance(after, TrainingResult) else None


def _union(events: Iterable[Event]) -> SeenLayers:
    seen = [event.change.after for event in events]
    names = {name for each in seen if isinstance(each, SeenLayers) for name in each.annotators}
    return SeenLayers(tuple(sorted(names)))
