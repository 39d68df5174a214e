"""Propagation: offers the other places of a notice where the same name or the same words stand as in a tag.

Who tags a person once need not look for the other mentions.  An offer is a suggestion that no database holds: it
follows from the tags of a layer and is gone with them.  Its ``suggested_by`` is ``SIGNATURE``.  Repeated copies and
boilerplate get none.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from annotations.annotation import Annotation, now
from annotations.labels import AttributeValue, Label, LabelSet
from annotations.locate.finding import Finder
from annotations.notice import Notice
from annotations.origins import suggested
from annotations.regions import region_at
from annotations.spans import RawSpan
from annotations.suggest.base import signature

SIGNATURE: Final = signature("propagation", "same-words", "1")
_SCORE: Final = 0.7
_SHORTEST: Final = 2
"""Texts of fewer code points are not looked for: a single character stands everywhere."""
_MOST: Final = 200
"""Where a text stands in more places than this, none is offered: nobody would decide on so many one by one."""


class Elsewhere:
    """The same words elsewhere in one notice; what was looked for once is not looked for again.

    Args:
        notice: the notice.
        labels: the label set of the project.
    """

    def __init__(self, notice: Notice, labels: LabelSet) -> None:
        self._notice = notice
        self._labels = labels
        self._finder = Finder(notice)
        self._places: dict[str, list[RawSpan]] = {}

    def offers(
        self, tags: Iterable[Annotation], known: Iterable[Annotation]
    ) -> list[tuple[Annotation, list[Annotation]]]:
        """The other places where the notice says what some tags are of, each tag with its offers in order.

        An official is looked for by name, anything else by the text of the span. Nothing is offered for a requirement,
        which stands only once, under a hidden label, for an official without a name, or for a date without a day. Of
        several tags of one label with the same words the newest has the offers. A tag without offers is left out.

        Args:
            tags: annotations of one layer.
            known: what is tagged and suggested in the notice; a place that overlaps one of the same label is left out.
        """
        taken: dict[str, _Taken] = defaultdict(_Taken)
        for each in known:
            taken[each.label].add(each.span)
        at, done, found = now(), set(), []
        for tag in sorted(tags, key=lambda each: (each.updated_at, each.id), reverse=True):
            label = self._labels.get(tag.label)
            words = _words(tag, label) if label is not None else None
            if label is None or words is None or (tag.label, words) in done:
                continue
            done.add((tag.label, words))
            spans = [span for span in self._places_of(words) if taken[tag.label].take(span)]
            if spans:
                values = _values(tag, label)
                made = [suggested(self._notice, span, label, values, SIGNATURE, _SCORE, at) for span in spans]
                found.append((tag, made))
        return found

    def _places_of(self, words: str) -> list[RawSpan]:
        """Where words stand in the regions that are kept; nowhere, where they stand in too many places."""
        if words not in self._places:
            places = self._finder.find(words)
            self._places[words] = [
                span
                for span in (places if len(places) <= _MOST else ())
                if (region := region_at(self._notice.regions, span.start)) is not None and region.kept
            ]
        return self._places[words]


class _Taken:
    """Spans that are taken, in order."""

    def __init__(self) -> None:
        self._spans: list[RawSpan] = []
        self._longest = 0

    def add(self, span: RawSpan) -> None:
        """Take a span."""
        insort(self._spans, span)
        self._longest = max(self._longest, len(span))

    def take(self, span: RawSpan) -> bool:
        """Take a span, unless it overlaps one that is taken; returns whether it was free."""
        first = bisect_left(self._spans, max(0, span.start - self._longest), key=_start)
        last = bisect_left(self._spans, int(span.end), key=_start)
        free = all(each.end <= span.start for each in self._spans[first:last])
        if free:
            self.add(span)
        return free


def _words(tag: Annotation, label: Label) -> str | None:
    """The text to look for; None where nothing is to be looked for."""
    if label.reader == "requirement" or label.hidden:
        return None
    needed = {"official": "name", "date": "iso"}.get(label.reader or "")
    value = tag.attributes.get(needed) if needed else tag.text
    words = value if label.reader == "official" else tag.text
    if not isinstance(value, str) or not isinstance(words, str):
        return None
    return words if len(words.strip()) >= _SHORTEST and "\n" not in words else None


def _start(span: RawSpan) -> int:
    return span.start


def _values(tag: Annotation, label: Label) -> dict[str, AttributeValue]:
    """The values of the other places: those of the annotation, but a name there is a bare mention, and no role is."""
    if label.reader == "official":
        return label.fitting({**tag.attributes, "mention": "bare"})
    return label.fitting({name: value for name, value in tag.attributes.items() if name != "role"})
