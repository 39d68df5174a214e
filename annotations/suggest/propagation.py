"""What an annotation says of the rest of its notice: the same name, or the same words, stand elsewhere too.

Whoever tags a person once need not look for the others.  What is found are suggestions like any other, of the rule
``SIGNATURE``; nobody has tagged them.  Repeated copies and boilerplate get none.
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
"""One character alone stands everywhere, in code points."""
_MOST: Final = 200
"""More places than a reviewer would decide on one by one are none of the same thing."""


def elsewhere(notice: Notice, item: Annotation, label: Label, known: Iterable[Annotation]) -> list[Annotation]:
    """Suggestions where the notice says the same as an annotation, in order.

    A person is looked for by name, anything else by its words; a requirement is said once and is not looked for,
    nor is what the text has not told the name or the day of.

    Args:
        notice: the notice.
        item: the annotation that was just made.
        label: its label.
        known: the annotations and suggestions that are there; where one of the same label lies, nothing is suggested.
    """
    if label.reader == "requirement":
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
        suggested(notice, span, item.label, _values(item, label), SIGNATURE, _SCORE, at)
        for span in _free(places, [*taken, (item.start, item.end)])
        if (region := region_at(notice.regions, span.start)) is not None and region.kept
    ]


def _words(item: Annotation, label: Label) -> str | None:
    """What to look for; None where the text has not told who or when."""
    told = {"official": "name", "date": "iso"}.get(label.reader or "")
    value = item.attributes.get(told) if told else item.text
    if not isinstance(value, str):
        return None
    return value if label.reader == "official" else item.text


def _free(places: Iterable[RawSpan], taken: list[tuple[int, int]]) -> Iterator[RawSpan]:
    return (span for span in places if not any(start < span.end and span.start < end for start, end in taken))


def _values(item: Annotation, label: Label) -> dict[str, AttributeValue]:
    """What the same words stand for: a person's office is copied, and the mention is bare."""
    if label.reader == "official":
        return label.fitting({**item.attributes, "mention": "bare"})
    return label.fitting({name: value for name, value in item.attributes.items() if name != "role"})
