"""What people disagree on most: the differences between their layers by kind and label, with examples in their text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import msgspec
from pyroaring import BitMap

from annotations.adjudication.comparison import Difference, DifferenceKind, compare, said
from annotations.alignment import Alignment
from annotations.annotation import GOLD, Annotation
from annotations.labels import AttributeValue, LabelSet
from annotations.notice import Notice
from annotations.spans import RawSpan
from store.db.sqlite import Connection
from store.index.adjudications import finished_layers
from store.index.sets import owners_of, stored_set, walk
from store.project.settings import labels_in
from store.read.notices import load_notice

_CONTEXT: Final = 30
"""Code points of the text that are shown at each side of a difference."""
_MOST_SPAN: Final = 240
"""Code points of a difference at most; a longer one is cut."""
MOST_EXAMPLES: Final = 3


class Side(msgspec.Struct, frozen=True):
    """What one person says: the labels, where in the text of the example, and the values that the other lacks.

    ``marks`` are ``[start, end)`` in code points of that text; empty where they say nothing, or where the normalized
    text leaves out what they marked.
    """

    annotator: str
    labels: tuple[str, ...]
    marks: tuple[tuple[int, int], ...]
    values: tuple[tuple[str, AttributeValue], ...]


class Example(msgspec.Struct, frozen=True):
    """A difference in its text; ``text`` is normalized text of one line, or raw text where that has none.

    ``number`` is that of the notice in this database, ``span`` covers in its raw text what all say there.
    """

    number: int
    span: RawSpan
    notice: str
    doc: str
    title: str | None
    text: str
    sides: tuple[Side, Side]


class Disagreement(msgspec.Struct, frozen=True):
    """A kind of difference between layers about some labels: how often it occurs, and in how many notices.

    ``examples`` are from different notices, as far as there are such.
    """

    kind: DifferenceKind
    labels: tuple[str, ...]
    count: int
    notices: int
    examples: tuple[Example, ...]


class _Group:
    def __init__(self) -> None:
        self.count = 0
        self.notices: set[int] = set()
        self.examples: list[Example] = []


def disagreements(
    connection: Connection,
    among: tuple[str, ...] = (),
    label: str | None = None,
    progress: Callable[[int], None] = lambda _: None,
    most: int | None = None,
) -> list[Disagreement]:
    """What people disagree on who finished the same notices, the most frequent first.

    Args:
        connection: for reading, within one snapshot.
        among: the people who are compared; of none given, all.
        label: the only label; None for all.
        progress: called with the number of notices that have been read.
        most: how many notices are read at most, those that were stored last; None for all.

    Raises:
        DamageError: what is stored of a notice cannot be read, or what the queue filters by.
    """
    labels = labels_in(connection)
    groups: dict[tuple[DifferenceKind, tuple[str, ...]], _Group] = {}
    shared = finished_by_two(connection, among)
    for read, number in enumerate(walk(shared if most is None else shared[-most:], 1), 1):
        for difference, notice, layers in _differences(connection, number, labels, among):
            names = tuple(sorted({item.label for items in difference.members for item in items}))
            if label is not None and label not in names:
                continue
            group = groups.setdefault((difference.kind, names), _Group())
            group.count += 1
            if number not in group.notices and len(group.examples) < MOST_EXAMPLES:
                group.examples.append(_example(number, notice, layers, difference))
            group.notices.add(number)
        progress(read)
    found = [
        Disagreement(kind, names, group.count, len(group.notices), tuple(group.examples))
        for (kind, names), group in groups.items()
    ]
    return sorted(found, key=lambda each: (-each.count, each.labels, each.kind))


def finished_by_two(connection: Connection, among: tuple[str, ...] = ()) -> BitMap:
    """The numbers of the notices that two people have finished, or more.

    Args:
        connection: for reading.
        among: the people who count; of none given, all.

    Raises:
        DamageError: what the queue filters by cannot be read.
    """
    once, shared = BitMap(), BitMap()
    for name in owners_of(connection, "status", "done"):
        if name != GOLD and (not among or name in among):
            numbers = stored_set(connection, [("status", name, "done")])
            shared |= once & numbers
            once |= numbers
    return shared


def _differences(
    connection: Connection, number: int, labels: LabelSet, among: tuple[str, ...]
) -> Iterator[tuple[Difference, Notice, tuple[str, ...]]]:
    notice = load_notice(connection, number).notice
    layers = {
        name: items for name, items in finished_layers(connection, number, labels).items() if not among or name in among
    }
    compared = compare(layers, notice.alignment, labels)
    for difference in compared.differences:
        yield difference, notice, compared.layers


def _example(number: int, notice: Notice, layers: tuple[str, ...], difference: Difference) -> Example:
    """The difference between the first two who differ."""
    first, second = _who_differ(difference)
    alignment, text = notice.alignment, notice.normalized
    bounds = alignment.normalized_bounds([(difference.span.start, difference.span.end)])[0]
    if bounds is None:
        alignment, text = Alignment.identity(len(notice.raw)), notice.raw
        bounds = difference.span.start, difference.span.end
    start = max(bounds[0] - _CONTEXT, text.rfind("\n", 0, bounds[0]) + 1)
    end = min(bounds[1], bounds[0] + _MOST_SPAN)
    behind = text.find("\n", end)
    end = min(end + _CONTEXT, len(text) if behind < 0 else behind)
    sides = [_values(difference.members[at]) for at in (first, second)]
    return Example(
        number,
        difference.span,
        notice.id,
        notice.doc,
        notice.title,
        text[start:end],
        (
            _side(layers[first], difference.members[first], alignment, (start, end), sides[0], sides[1]),
            _side(layers[second], difference.members[second], alignment, (start, end), sides[1], sides[0]),
        ),
    )


def _who_differ(difference: Difference) -> tuple[int, int]:
    """The places of the first two layers that say different things."""
    contents = [
        {(item.start, item.end, item.label, *said(item.attributes).items()) for item in items}
        for items in difference.members
    ]
    pairs = ((one, other) for one in range(len(contents)) for other in range(one + 1, len(contents)))
    return next((pair for pair in pairs if contents[pair[0]] != contents[pair[1]]), (0, 1))


def _values(items: tuple[Annotation, ...]) -> list[tuple[str, AttributeValue]]:
    return sorted({pair for item in items for pair in said(item.attributes).items()}, key=str)


def _side(
    name: str,
    items: tuple[Annotation, ...],
    alignment: Alignment,
    window: tuple[int, int],
    values: list[tuple[str, AttributeValue]],
    others: list[tuple[str, AttributeValue]],
) -> Side:
    start, end = window
    marks = [
        (max(low, start) - start, min(high, end) - start)
        for bounds in alignment.normalized_bounds([(item.start, item.end) for item in items])
        if bounds is not None
        for low, high in [bounds]
        if low < end and high > start
    ]
    return Side(
        name,
        tuple(sorted({item.label for item in items})),
        tuple(marks),
        tuple(value for value in values if value not in others),
    )
