"""What the events of one subject add up to, in whatever order they came here: a multi-value register.

A subject is an entity under its key, on its notice.  An event made here follows all that stood here before it; one from
elsewhere follows what stood before it there.  So the events of a subject are a graph, and its heads, which no other
event follows, are what it may be now.  Where one head is left, or all say the same, that is the state.  Where they say
different things, two databases have changed it without knowing of each other: a conflict.  Until somebody changes it
once more, which follows all heads, the side with the lower event id is the state.

Shapiro et al. 2011, "Conflict-free replicated data types", have such a register.  The state depends on the set of the
events alone, which is what makes merging the same in any order and grouping.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from annotations.annotation import Annotation, Review
from annotations.labels import LabelSet
from annotations.questions import Question
from annotations.regions import Region
from annotations.relabelling import followed
from store.log.adjudications import BY_RULE, Adjudication
from store.log.corrections import Correction
from store.log.events import NO_STATE, Entity, Event, Subject
from store.log.seen_layers import SeenLayers

MERGED: Final[tuple[Entity, ...]] = ("annotation", "review", "regions", "field", "adjudication", "seen", "question")
"""Entities whose events from elsewhere change the state; those of all others are history here."""

KEPT_APART: Final[tuple[Entity, ...]] = ("notice", "training", *NO_STATE)
"""Entities whose events are about one database as it is stored, or trains: they are not merged."""

_REPORTS: Final = ("import", "import layer", "suggest")
"""Actions that begin a subject by telling a state that was made elsewhere, by a person or by a rule."""

_TIMED: Final = (Annotation, Review, Adjudication)
"""What has the time of its change: two of them that are equal are one, and one is a copy of the other."""


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
        return self._after(self.sides[0])

    @property
    def sides(self) -> tuple[Event, ...]:
        """The events that say what the subject is, one for each thing that is said, the one that is shown first.

        There is more than one where they contradict each other.  Of those that say the same it is the one with the
        lowest id, and of questions one that tells what it is about.
        """
        if not self._foreign or self._is_union:
            return tuple(self._events[-1:])
        if len(self._heads) == 1:
            return tuple(event for event in self._events if event.id in self._heads)
        standing = self._standing()
        said: dict[object, Event] = {}
        events = {event.id: event for event in self._events}
        for each in sorted(standing):
            after = self._after(events[each])
            kept = said.setdefault(content(after), events[each])
            if isinstance(after, Question) and self._after(kept) == replace(after, annotation=None):
                said[content(after)] = events[each]
        return tuple(said.values())

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

    def _standing(self) -> list[bytes]:
        """The heads above which no other stands, once copies of a state are taken for that state."""
        below = {each: set(follows) for each, follows in self._follows.items()}
        for one, other in self._copies():
            below[one].add(other)
        reached = {head: _reached(below, head) for head in self._heads}
        return [
            head
            for head in self._heads
            if not any(head in reached[other] and other not in reached[head] for other in self._heads)
        ]

    def _copies(self) -> Iterator[tuple[bytes, bytes]]:
        """Pairs of events of which the first stands on the state that the second left.

        What begins a subject with a state that another event left is a copy of it: of an export that was imported, of
        what the same rule has made in two places.  What begins the regions of a notice stands on those that came with
        it.
        """
        for root in self._events:
            if self._follows[root.id]:
                continue
            begins, copied = self._after(root), list[Event]()
            for event in self._events:
                if root.id in _reached(self._follows, event.id):
                    # Whoever went back to what stood there first has changed it all the same.
                    continue
                left = self._after(event)
                if _is_copy(root, begins, left):
                    copied.append(event)
                elif (
                    root.change.before is not None
                    and event.change.before is None
                    and content(root.change.before) == content(left)
                ):
                    yield root.id, event.id
            # It is a copy of the very one, times and all: another that says the same may be one that was left behind.
            for event in [event for event in copied if self._after(event) == begins] or copied:
                yield root.id, event.id
                yield event.id, root.id


def content(subject: Subject | None) -> object:  # noqa: PLR0911  # a kind each
    """What a state says, without its times and without who decided the same: two that say the same do not conflict."""
    match subject:
        case Annotation():
            return (
                *(subject.id, subject.label, subject.start, subject.end, subject.text, subject.annotator),
                *(subject.status, subject.unsure, subject.comment, subject.suggested_by, subject.score),
                tuple(sorted((name, value) for name, value in subject.attributes.items() if value is not None)),
            )
        case Review():
            attributes = tuple(sorted(subject.attributes.items()))
            return subject.annotator, subject.status, subject.comment, attributes, subject.arm
        case Adjudication():
            choice = BY_RULE[0] if subject.choice in BY_RULE else subject.choice
            return choice, subject.layers, subject.gold
        case Question():
            # Nobody changes what it is about; a file that lacks the annotation has it about the notice.
            return replace(subject, annotation=None)
        case Correction():
            return (subject.value,)
        case tuple():
            return tuple((each.kind, each.start, each.end, each.of) for each in subject if isinstance(each, Region))
        case _:
            return subject


def _is_copy(root: Event, begins: Subject | None, left: Subject | None) -> bool:
    if begins is None or left is None:
        return False
    if root.action in _REPORTS or (isinstance(begins, Adjudication) and begins.choice in BY_RULE):
        return content(begins) == content(left)
    return isinstance(begins, _TIMED) and begins == left


def _reached(below: Mapping[bytes, Iterable[bytes]], start: bytes) -> set[bytes]:
    """The events that one stands on, itself included."""
    found, left = {start}, [start]
    while left:
        for each in below.get(left.pop(), ()):
            if each not in found:
                found.add(each)
                left.append(each)
    return found


def _union(events: Iterable[Event]) -> SeenLayers:
    seen = [event.change.after for event in events]
    names = {name for each in seen if isinstance(each, SeenLayers) for name in each.annotators}
    return SeenLayers(tuple(sorted(names)))
