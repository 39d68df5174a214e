"""Propagation: suggests the other places of a notice where the same name or the same words stand.

Who tags a person once need not look for the other mentions.  The results are suggestions like any other; their
``suggested_by`` is ``SIGNATURE``.  Repeated copies and boilerplate get none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from annotations.annotation import Annotation, now
from annotations.labels import AttributeValue, Label
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
"""Where a text stands in more places than this, none is suggested: nobody would decide on so many one by one."""


def elsewhere(notice: Notice, item: Annotation, label: Label, known: Iterable[Annotation]) -> list[Annotation]:
    """Suggestions for the other places where a notice says what an annotation is of, in order of their spans.

    An official is looked for by name, anything else by the text of the span.  Nothing is suggested for a requirement,
    which stands only once, under a hidden label, for an official without a name, or for a date without a day.

    Args:
        notice: the notice.
        item: the annotation that was just made.
        label: its label.
        known: the annotations and suggestions on the notice; a place that overlaps one of the same label is left out.
    """
    if label.reader == "requirement" or label.hidden:
        return []
    words = _words(item, label)
    if words is None or len(words.strip()) < _SHORTEST or "\n" in words:
        return []
    taken = [(each.start, each.end) for each in known if each.label == item.label]
    places = Finder(notice).find(words)
    if len(places) > _MOST:
        return []
    at = now()
    return [
        suggested(notice, span, label, _values(item, label), SIGNATURE, _SCORE, at)
        for span in _free(places, [*taken, (item.start, item.end)])
        if (region := region_at(notice.regions, span.start)) is not None and region.kept
    ]


def _words(item: Annotation, label: Label) -> str | None:
    """The text to look for; None for an official without a name and a date without a day."""
    needed = {"official": "name", "date": "iso"}.get(label.reader or "")
    value = item.attributes.get(needed) if needed else item.text
    if not isinstance(value, str):
        return None
    return value if label.reader == "official" else item.text


def _free(places: Iterable[RawSpan], taken: list[tuple[int, int]]) -> Iterator[RawSpan]:
    return (span for span in places if not any(start < span.end and span.start < end for start, end in taken))


def _values(item: Annotation, label: Label) -> dict[str, AttributeValue]:
    """The values of the other places: those of the annotation, but a name there is a bare mention, and no role is."""
    if label.reader == "official":
        return label.fitting({**item.attributes, "mention": "bare"})
    return label.fitting({name: value for name, value in item.attributes.items() if name != "role"})
