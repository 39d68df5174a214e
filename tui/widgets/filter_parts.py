"""The filters of the queue in words, as far as they are set: parts of a line."""

from __future__ import annotations

from collections.abc import Iterator

from annotations.open_points import OPEN_POINT_WORDS
from store.index.filters import (
    AdjudicationState,
    NearCopies,
    QuestionState,
    QueueFilter,
    QueueSort,
    SuspectFilter,
    attribute_words,
)
from tui.widgets.status_line import Part

_COPIES: dict[NearCopies, str] = {"all": "near-copies", "later": "later near-copies", "once": "each text once"}
_QUESTIONS: dict[QuestionState, str] = {
    "waiting": "questions for you",
    "asked": "you asked",
    "answered": "you were answered",
}
_ORDERS: dict[QueueSort, str] = {
    "unsure": "unsure first",
    "disagreement": "differing first",
    "source": "sources in turn",
    "month": "months in turn",
    "length": "lengths in turn",
    "suspects": "likeliest first",
}
"""What orders of work are called; the others have the names of their own."""
_GOLD: dict[AdjudicationState, str] = {"ready": "ready for gold", "done": "gold done"}

_SUSPECTS: dict[SuspectFilter, str] = {
    "any": "suspects",
    "model": "suspects by a model",
    "elsewhere": "suspects unlike elsewhere",
    "neighbour": "suspects by neighbours",
    "rules": "suspects by rules",
    "others": "suspects of all",
}


def filter_parts(which: QueueFilter, me: str, *, wide: bool) -> list[Part]:
    """The filters that are set, but for the search.

    Args:
        which: the filters.
        me: the reviewer who looks.
        wide: whether there is room to name those that are not set too.
    """
    held = {None: "anyone", "": "nobody", me: "you"}.get(which.assignee, which.assignee or "")
    label = which.label or "any"
    shown = [
        ("status", which.status or "any", which.status is not None),
        ("label", label, which.label is not None),
        ("held", held, which.assignee is not None),
    ]
    parts: list[Part] = []
    for name, value, is_set in shown:
        if wide:
            parts += [(f"{name} ", "dim"), (f"{value} ▾   ", "warn" if is_set else "dim")]
        elif is_set:
            parts.append((f"{value}  ", "warn"))
    for value in _seldom_set(which):
        parts.append((f"{value} ▾   " if wide else f"{value}  ", "warn"))
    if wide or which.sort != "imported":
        sort = _ORDERS.get(which.sort, which.sort)
        parts.append((f"{sort}{' ▾' if wide else ''}   ", "warn" if which.sort != "imported" else "dim"))
    return parts


def _seldom_set(which: QueueFilter) -> Iterator[str]:
    """What a filter asks for of facets that are shown only where they are set, in words."""
    said = (
        OPEN_POINT_WORDS[which.open_point] if which.open_point is not None else None,
        which.flag,
        _COPIES[which.near_copies] if which.near_copies is not None else None,
        _GOLD[which.adjudication] if which.adjudication is not None else None,
        "differs elsewhere" if which.merged is not None else None,
        "older guideline" if which.guideline is not None else None,
        _SUSPECTS[which.suspects] if which.suspects is not None else None,
        _QUESTIONS[which.question] if which.question is not None else None,
    )
    yield from (each for each in said if each is not None)
    if which.attribute is not None:
        yield attribute_words(which.attribute)
    if which.published_from or which.published_to:
        yield f"{which.published_from or ''}…{which.published_to or ''}"
