"""The notices that a filter of the queue shows, as a set of their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pyroaring import BitMap

from store.db.sqlite import Connection
from store.index.dates import DateRange, set_of_range
from store.index.facets import attribute_value
from store.index.filters import QueueFilter
from store.index.keys import ANY_LAYER, CONTESTED, COPIES, DONE, HELD, HIDDEN, LATER_COPIES, READY, REVIEWED, Key
from store.index.sets import all_notices, owners_of, stored_set
from store.project.reviewers import may
from store.project.settings import labels_in

_DONE: Final = ("done", "flagged", "skipped")
"""What is not open."""


def shown_notices(
    connection: Connection, annotator: str, which: QueueFilter, *, dates: DateRange | None = None, free: bool = False
) -> BitMap | None:
    """The notices that the filter shows, but for its search.

    Args:
        connection: for reading, within one snapshot.
        annotator: who looks.
        which: the filter; its dates count only as ``dates``.
        dates: the range that the dates must be in; None for any.
        free: whether only those that the annotator is to review, or that nobody is to review or has reviewed.

    Returns:
        Their numbers; None where there is no condition at all.

    Raises:
        DamageError: a set that is needed is damaged.
    """
    wanted = (*_wanted(annotator, which), *_wanted_of_people(annotator, which))
    among = [stored_set(connection, [key]) for key in wanted]
    without = [stored_set(connection, keys) for keys in _unwanted(annotator, which)]
    if which.label is not None:
        label = labels_in(connection).first_name_of(which.label)
        undecided = _undecided(connection, annotator, label)
        among.append(undecided | stored_set(connection, [("label", annotator, label)]))
    if which.open_point == "undecided":
        among.append(_undecided(connection, annotator))
    if which.open_point == "gap":
        # Where a label has no attributes, nothing is missing.
        keys = [("gap", annotator, label.first_name) for label in labels_in(connection) if label.attribute]
        among.append(stored_set(connection, keys))
    if which.suspects == "others" and not may(connection, annotator, "see the layers of others"):
        among.append(BitMap())
    if which.question == "waiting":
        askers = (name for name in owners_of(connection, "question", "anybody") if name != annotator)
        keys = [("question", annotator, "to"), *(("question", name, "anybody") for name in askers)]
        among.append(stored_set(connection, keys))
    if free:
        own = stored_set(connection, [("assigned", annotator, "")])
        without.append(stored_set(connection, [HELD, REVIEWED]) - own)
    if dates is not None:
        among.append(set_of_range(connection, dates))
    if not among and not without:
        return None
    shown = BitMap.intersection(*among) if among else all_notices(connection)
    return BitMap.difference(shown, *without)


def _undecided(connection: Connection, annotator: str, label: str = "") -> BitMap:
    """The notices with suggestions that the annotator sees and has not decided: of a label, or of any."""
    suggested = stored_set(connection, [("suggested", "", label)])
    return BitMap.difference(
        suggested, stored_set(connection, [("decided", annotator, label)]), stored_set(connection, [HIDDEN])
    )


def _unwanted(annotator: str, which: QueueFilter) -> Iterator[list[Key]]:
    """Sets that a notice must not be in as they are stored."""
    if which.status == "open":
        yield [("status", annotator, status) for status in _DONE]
    if which.assignee == "":
        yield [HELD]
    if which.near_copies == "once":
        yield [LATER_COPIES]
    name, _, value = (which.attribute or "").partition("=")
    if name and not value:
        yield [("attribute", annotator, name)]


def _wanted(annotator: str, which: QueueFilter) -> Iterator[Key]:
    """The sets that a notice must be in as they are stored; what has to be put together is left to the caller."""
    if which.status not in (None, "open"):
        yield "status", annotator, which.status
    if which.assignee:
        yield "assigned", which.assignee, ""
    if which.open_point not in (None, "undecided", "gap"):
        yield "open-point", annotator, which.open_point
    if which.flag is not None:
        yield "flag", "", which.flag
    if which.near_copies in ("all", "later"):
        yield COPIES if which.near_copies == "all" else LATER_COPIES
    name, _, value = (which.attribute or "").partition("=")
    if value:
        yield "attribute", annotator, attribute_value(name, value)
    if which.adjudication is not None:
        yield READY if which.adjudication == "ready" else DONE
    if which.merged is not None:
        yield CONTESTED


def _wanted_of_people(annotator: str, which: QueueFilter) -> Iterator[Key]:
    """As ``_wanted``, of what people have asked, what they worked by, and what they should look at again."""
    if which.guideline is not None:
        yield "guideline", annotator, which.guideline
    if which.suspects == "others":
        yield "suspect", ANY_LAYER, ""
    elif which.suspects is not None:
        yield "suspect", annotator, "" if which.suspects == "any" else which.suspects
    if which.question in ("asked", "answered"):
        yield "question", annotator, which.question
