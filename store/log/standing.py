"""Which of the events that say what a subject is stand beside each other, and which are overtaken.

An event of a database follows others, so that its place is known.  A state that a file or an import tells has no such
place.  What a log has held already is not news: a told state that some event has left, times and all, is no side
beside that log, and decides nothing in it.  Whoever went on from what was told knew that state, and so each event that
has left it, and whatever all of those stand on; but not what stands on one of them alone, since nobody can tell which
of them the file has seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import permutations
from typing import Final, NamedTuple

from annotations.annotation import Annotation, Review
from store.log.adjudications import BY_RULE, Adjudication
from store.log.events import Event, Subject
from store.log.states import content

_REPORTS: Final = ("import", "import layer", "suggest")
"""Actions that begin a subject by telling a state that was made elsewhere, by a person or by a rule."""

_TIMED: Final = (Annotation, Review, Adjudication)
"""What has the time of its change: two of them that are equal are one."""


class Left(NamedTuple):
    """An event, the state that it left, what that says, and the ids of the events of the subject that it follows."""

    event: Event
    state: Subject | None
    content: object
    follows: tuple[bytes, ...]

    @property
    def is_of_file(self) -> bool:
        """Whether a file told the state, and no log."""
        return self.event.origin is not None and not self.event.origin.project


def standing(left: Mapping[bytes, Left], heads: Iterable[bytes], steps_aside: AbstractSet[bytes]) -> list[bytes]:
    """The ids of the events that say what a subject is, none of which overtakes another, in order.

    Args:
        left: the events of the subject by id, in the order of their numbers.
        heads: those that no other follows.
        steps_aside: those that say nothing themselves: what they follow stands in their place.
    """
    said = _said(left, heads, steps_aside)
    if len(said) <= 1:
        return said
    told = _Told(left)
    news = [each for each in said if not told.was_held(each)]
    reached = {each: told.reached(each) for each in news}
    return [
        each
        for each in news
        if not any(each in reached[other] and other not in reached[each] for other in news if other != each)
    ]


def _said(left: Mapping[bytes, Left], heads: Iterable[bytes], steps_aside: AbstractSet[bytes]) -> list[bytes]:
    """The heads, and in the place of each that steps aside what it follows."""
    found, seen, waiting = set[bytes](), set[bytes](), list(heads)
    while waiting:
        each = waiting.pop()
        if each in seen or each not in left:
            continue
        seen.add(each)
        if each in steps_aside:
            waiting.extend(left[each].follows)
        else:
            found.add(each)
    return sorted(found)


class _Told:
    """What is told of a subject without a place in its log, and what whoever went on from that has known."""

    def __init__(self, left: Mapping[bytes, Left]) -> None:
        self._left = left
        self._below = {each: {*of.follows} for each, of in left.items()}
        for one, other in _regions_begun(left.values()):
            self._below[one].add(other)
        self._reports = {each: of for each, of in left.items() if not of.follows and _is_report(of)}
        for one, others in self._same_beginnings().items():
            self._below[one] |= others
        self._copies = self._copied()
        self._known = {told: {*events} for told, events in self._copies.items()}
        self._know_more()

    def was_held(self, event: bytes) -> bool:
        """Whether the log has held what an event tells without a place in it."""
        return bool(self._copies.get(event))

    def reached(self, event: bytes) -> set[bytes]:
        """What whoever left a state has known: the events that it stands on, itself included."""
        found = _reached(self._below, event)
        return found.union(*(self._known[each] for each in found & self._known.keys()))

    def _same_beginnings(self) -> dict[bytes, set[bytes]]:
        """For each event that begins the subject the others that begin it with the same.

        Two reports are of the same where they say the same; of two files it must be one state, times and all.  Where a
        rule has made one annotation in two places, both begin with the very same state.
        """
        begin = {each: of for each, of in self._left.items() if not of.follows and of.state is not None}
        found: dict[bytes, set[bytes]] = {}
        for (one, this), (other, that) in permutations(begin.items(), 2):
            if (one in self._reports) != (other in self._reports):
                continue
            if one in self._reports and not (this.is_of_file and that.is_of_file):
                is_same = this.content == that.content
            elif one in self._reports:
                is_same = _is_one_state(this, that)
            else:
                is_same = isinstance(this.state, _TIMED) and this.state == that.state
            if is_same:
                found.setdefault(one, set()).add(other)
        return found

    def _copied(self) -> dict[bytes, set[bytes]]:
        """For each report the events of logs that have left the very state, and do not stand on what it tells.

        Whoever went back to what stood there first has changed it all the same.
        """
        others = {each: of for each, of in self._left.items() if each not in self._reports}
        same = {
            told: {each for each, of in others.items() if _is_one_state(this, of)}
            for told, this in self._reports.items()
        }
        most = same = self._apart(same, {})
        # Some of them come behind what is told by way of another report, whose own copies are to be found as well.
        while True:
            least = self._apart(same, most)
            fewer = self._apart(same, least)
            if fewer == most:
                return least
            most = fewer

    def _apart(self, same: Mapping[bytes, set[bytes]], copies: Mapping[bytes, set[bytes]]) -> dict[bytes, set[bytes]]:
        """Of the events that have left the state of each report those that do not stand on it.

        Args:
            same: the events by report.
            copies: the events by report that whoever went on from a report has known.
        """
        below = {each: under | copies.get(each, set()) for each, under in self._below.items()}
        found = {
            told: {each for each in events if not self._beginnings(told) & _reached(below, each)}
            for told, events in same.items()
        }
        return {told: events for told, events in found.items() if events}

    def _beginnings(self, told: bytes) -> set[bytes]:
        """The reports of the same, itself included."""
        return _reached({each: self._below[each] & self._reports.keys() for each in self._reports}, told)

    def _know_more(self) -> None:
        """Whoever knew what is told has known what all events stand on that left it, by way of other reports too."""
        while True:
            grown = False
            for told, events in self._copies.items():
                if events:
                    more = set.intersection(*map(self.reached, events)) - self._known[told]
                    self._known[told] |= more
                    grown |= bool(more)
            if not grown:
                return


def _is_report(left: Left) -> bool:
    state = left.state
    by_rule = isinstance(state, Adjudication) and state.choice in BY_RULE
    return state is not None and (left.event.action in _REPORTS or by_rule)


def _is_one_state(one: Left, other: Left) -> bool:
    """Whether two events have left the very same state: times and all, where it has times."""
    if isinstance(one.state, _TIMED):
        return one.state == other.state
    return other.state is not None and one.content == other.content


def _regions_begun(left: Iterable[Left]) -> Iterator[tuple[bytes, bytes]]:
    """Pairs of events of which the first was the first change of regions that the second tells to have come with it."""
    events = [*left]
    for one in events:
        before = one.event.change.before
        if one.follows or before is None:
            continue
        for other in events:
            if other.event.change.before is None and other.state is not None and content(before) == other.content:
                yield one.event.id, other.event.id


def _reached(below: Mapping[bytes, Iterable[bytes]], start: bytes) -> set[bytes]:
    """The events that one stands on, itself included."""
    found, waiting = {start}, [start]
    while waiting:
        for each in below.get(waiting.pop(), ()):
            if each not in found:
                found.add(each)
                waiting.append(each)
    return found
