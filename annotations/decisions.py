"""Which suggestion an annotation decides, and which suggestions still wait for a decision.

A suggestion never changes.  A reviewer who decides on it makes an annotation in their own layer, and its id is the id
of the suggestion, a dot and the name of the reviewer.  Names may contain dots, so an id can be split only by whoever
knows the owner of the annotation.  No other module takes ids apart; the store keeps the result of ``decides`` in a
column.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, Protocol, TypeVar

from annotations.annotation import Annotation

Decision = Literal["accepted", "rejected"]
"""What a reviewer makes of a suggestion."""


class Owned(Protocol):
    """What is somebody's: an annotation, or a row of one."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def annotator(self) -> str | None:
        """Whose layer it is in; None for a suggestion."""


class Placed(Owned, Protocol):
    """What is somebody's and stands in a raw text."""

    @property
    def label(self) -> str:
        """Its label."""

    @property
    def start(self) -> int:
        """Where it begins, in raw code points."""

    @property
    def end(self) -> int:
        """Where it ends."""


_Item = TypeVar("_Item", bound=Placed)


def decision_id(suggestion_id: str, annotator: str) -> str:
    """The id of the annotation by which ``annotator`` decides on a suggestion."""
    return f"{suggestion_id}.{annotator}"


def suggestion_id_of(annotation_id: str, annotator: str | None) -> str | None:
    """The id of the suggestion that an annotation of ``annotator`` decides; None where its id is not of a decision."""
    if annotator is None:
        return None
    end = f".{annotator}"
    return annotation_id[: -len(end)] or None if annotation_id.endswith(end) else None


def decides(item: Owned) -> str | None:
    """The id of the suggestion that an annotation decides, be it still stored or not; None where it decides none."""
    return suggestion_id_of(item.id, item.annotator)


def decided_ids(items: Iterable[Owned]) -> set[str]:
    """The ids of the suggestions that some annotations decide."""
    return {found for item in items if (found := decides(item)) is not None}


def undecided(items: Sequence[_Item]) -> list[_Item]:
    """The suggestions of a notice that nobody has decided, and at whose span and label nobody has an annotation.

    Args:
        items: all annotations of the notice.
    """
    decided = decided_ids(items)
    taken = {(item.label, item.start, item.end) for item in items if item.annotator is not None}
    return [
        item
        for item in items
        if item.annotator is None and item.id not in decided and (item.label, item.start, item.end) not in taken
    ]


def layer(items: Iterable[Annotation], annotator: str) -> list[Annotation]:
    """The annotations of one annotator, with the suggestions that they rejected."""
    return [item for item in items if item.annotator == annotator]


def waiting(suggestions: Iterable[Annotation], own: Iterable[Annotation]) -> list[Annotation]:
    """The suggestions that one annotator has still to decide on, at most one for each span and label.

    A span and label that the annotator has tagged, accepted or rejected is decided, whichever rule suggests it.  Of
    several suggestions for one span and label, the one with the highest score is kept, and of equal scores the one with
    the highest id.

    Args:
        suggestions: all suggestions on the notice, whatever made them.
        own: the annotator's layer on the notice, with the suggestions that they rejected.
    """
    suggestions, own = list(suggestions), list(own)
    if not suggestions:
        return []
    decided = decided_ids(own)
    tagged = {(item.label, item.start, item.end) for item in own}
    found: dict[tuple[str, int, int], Annotation] = {}
    for item in suggestions:
        place = (item.label, item.start, item.end)
        if item.id not in decided and place not in tagged:
            found[place] = max(found.get(place, item), item, key=lambda each: (each.score or 0, each.id))
    return list(found.values())
