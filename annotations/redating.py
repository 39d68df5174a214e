"""What follows from another date of publication: values that were read by the old one are read again by the new one.

The date decides the year of ``3月8日`` and the days of ``今年以来``.  A value that somebody set by hand stays: only
what equals what is read by the old date gives way to what is read by the new one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import heappop, heappush
from typing import Final

from msgspec.structs import replace

from annotations.annotation import Annotation
from annotations.labels import AttributeValue, Label, LabelSet, Reader
from annotations.notice import Notice
from annotations.origins import read_again
from annotations.suggest import suggest, suggester_of
from annotations.values import read_values

_READERS: Final[frozenset[Reader | None]] = frozenset({"date", "requirement"})
"""The readers whose values stand on the date of publication."""

_RULES: Final = ("dates", "requirements")
"""The suggesters that read such values."""

_Values = Mapping[str, AttributeValue]
_Place = tuple[str, int, int]
"""Label, start and end of an annotation."""


def redated(
    notice: Notice, published: str | None, items: Sequence[Annotation], labels: LabelSet
) -> list[tuple[Annotation, Annotation]]:
    """The annotations and suggestions that another date of publication changes, each before and after, in order.

    Args:
        notice: the notice with the old date.
        published: the new ISO date or date-time; None when it is unknown.
        items: all annotations and suggestions on the notice, sorted by start, end, label and id.
        labels: the label set of the project.
    """
    other = replace(notice, published=published)
    dated = [item for item in items if item.status != "rejected" and _label(item, labels) is not None]
    by_rule = any((item.suggested_by or "").partition("/")[0] in _RULES for item in dated)
    rules = (_suggested(notice, labels), _suggested(other, labels)) if by_rule else ({}, {})
    layers = (_Layers(items), _Layers(items))
    found: list[tuple[Annotation, Annotation]] = []
    for item in dated:
        label = _label(item, labels)
        if label is None:
            continue
        place = (item.label, item.start, item.end)
        readings = [(rules[0][place], rules[1][place])] if place in rules[0] and place in rules[1] else []
        before, after = (
            read_values(label, at, item.span, labels.lexicon, layer.of(item.annotator, item.start))
            for at, layer in zip((notice, other), layers, strict=True)
        )
        readings.append((before, after))
        attributes = {name: _read_anew(name, value, readings) for name, value in item.attributes.items()}
        if attributes != item.attributes:
            made = read_again(item, attributes)
            layers[1].put(made)
            found.append((item, made))
    return found


def _label(item: Annotation, labels: LabelSet) -> Label | None:
    """The label of an annotation, where its values stand on the date of publication."""
    label = labels.get(item.label)
    return label if label is not None and label.reader in _READERS else None


def _read_anew(name: str, value: AttributeValue, readings: Sequence[tuple[_Values, _Values]]) -> AttributeValue:
    """What the first reader that gives the value by the old date gives by the new one; a value of nobody else stays."""
    for before, after in readings:
        if before.get(name) == value:
            return after.get(name)
    return value


def _suggested(notice: Notice, labels: LabelSet) -> dict[_Place, _Values]:
    """The values that the rules suggest, by place: a rule knows the days that the sentences before it state."""
    using = [suggester_of(name) for name in _RULES]
    return {(item.label, item.start, item.end): item.attributes for item in suggest(notice, labels, using)}


class _Layers:
    """What the readers look up in the layer of an annotator: the day stated last before a span, and the publication.

    A notice may have thousands of annotations, so a reader gets these two and not the whole layer.  Spans are asked
    for in order, and what was read again is put back before a later span is asked for.

    Args:
        items: all annotations on the notice, in order.
    """

    def __init__(self, items: Sequence[Annotation]) -> None:
        self._now: dict[str, Annotation] = {}
        self._ahead: dict[str, list[tuple[int, int, str]]] = {}
        self._stated: dict[str, Annotation] = {}
        self._published: dict[str, list[str]] = {}
        for at, item in enumerate(items):
            if item.annotator is None or item.status == "rejected" or "iso" not in item.attributes:
                continue
            self._now[item.id] = item
            # In the order of their ends; of equal ends the one that begins last counts.
            heappush(self._ahead.setdefault(item.annotator, []), (item.end, at, item.id))
            if item.attributes.get("role") is not None:
                self._published.setdefault(item.annotator, []).append(item.id)

    def put(self, item: Annotation) -> None:
        """Put another state of an annotation in its place."""
        if item.id in self._now:
            self._now[item.id] = item

    def of(self, annotator: str | None, start: int) -> list[Annotation]:
        """What a reader of the span that begins at ``start`` needs; nothing for suggestions, which belong to nobody."""
        if annotator is None:
            return []
        ahead = self._ahead.get(annotator, [])
        while ahead and ahead[0][0] <= start:
            item = self._now[heappop(ahead)[2]]
            if item.attributes.get("role") is None and "/" not in str(item.attributes["iso"] or "/"):
                self._stated[annotator] = item
        published = [self._now[each] for each in self._published.get(annotator, ())]
        return [*published, *([self._stated[annotator]] if annotator in self._stated else [])]
