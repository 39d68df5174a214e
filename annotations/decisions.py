"""Which suggestion an annotation decides, and what waits for a decision: the one place that knows how ids tell it.

A suggestion never changes.  Deciding on it makes an annotation in the reviewer's own layer whose id is that of the
suggestion, a dot and the reviewer's name.  Names may have dots themselves, so only the owner of an annotation tells
where its id parts; nothing outside this module takes ids apart.  The store keeps what ``decides`` says in a column.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from annotations.annotation import Annotation

Decision = Literal["accepted", "rejected"]
"""What a reviewer makes of a suggestion."""


def decision_id(suggestion_id: str, annotator: str) -> str:
    """The id of what ``annotator`` decides about a suggestion."""
    return f"{suggestion_id}.{annotator}"


def suggestion_id_of(annotation_id: str, annotator: str | None) -> str | None:
    """The id of the suggestion that an annotation of ``annotator`` decides; None where its id tells of none."""
    if annotator is None:
        return None
    end = f".{annotator}"
    return annotation_id[: -len(end)] or None if annotation_id.endswith(end) else None


def decides(item: Annotation) -> str | None:
    """The id of the suggestion that an annotation decides, whether or not that is still there; None for no decision."""
    return suggestion_id_of(item.id, item.annotator)


def decided_ids(items: Iterable[Annotation]) -> set[str]:
    """The ids of the suggestions that some annotations decide."""
    return {found for item in items if (found := decides(item)) is not None}


def layer(items: Iterable[Annotation], annotator: str) -> list[Annotation]:
    """Everything that an annotator has said, what they rejected included."""
    return [item for item in items if item.annotator == annotator]


def waiting(suggestions: Iterable[Annotation], own: Iterable[Annotation]) -> list[Annotation]:
    """The suggestions that wait for a decision of one annotator, one for each span and label.

    What the annotator has tagged or rejected at a place already, from whatever rule, needs no other decision.  Where
    several say the same, the likeliest stands for them, of equally likely ones that with the highest id.

    Args:
        suggestions: what rules, models and people's tags suggest.
        own: the layer of the annotator, what they rejected included.
    """
    own = list(own)
    decided = decided_ids(own)
    tagged = {(item.label, item.start, item.end) for item in own}
    found: dict[tuple[str, int, int], Annotation] = {}
    for item in suggestions:
        place = (item.label, item.start, item.end)
        if item.id not in decided and place not in tagged:
            found[place] = max(found.get(place, item), item, key=lambda each: (each.score or 0, each.id))
    return list(found.values())
