"""What a reviewer wants to see of the queue, and in which order: plain values that the app keeps and passes on."""

from __future__ import annotations

from typing import Final, Literal, get_args

import msgspec

from annotations.annotation import ReviewStatus
from annotations.errors import LabelError
from annotations.labels import LabelSet
from annotations.open_points import OpenPoint
from annotations.suspects import SuspectKind
from annotations.work_order import WORK_ORDERS, WorkOrder

ByDate = Literal["newest", "oldest"]
"""Orders of publication; unknown dates come last.  ``newest`` goes backwards through ``oldest``."""

QueueSort = Literal["imported", ByDate, WorkOrder, "suspects"]
"""Order of import, of publication, of work, or of suspects: those first that are likeliest to be errors."""

BY_DATE: Final[tuple[ByDate, ...]] = get_args(ByDate)

QUEUE_SORTS: Final[tuple[QueueSort, ...]] = ("imported", *BY_DATE, *WORK_ORDERS, "suspects")
"""All orders, as they are offered."""


NearCopies = Literal["all", "later", "once"]
"""What is shown of near-copies: all of them, those of which an earlier notice is one, or of each text one notice."""


AdjudicationState = Literal["ready", "done"]
"""How far a notice is with its gold, where it has come to that at all."""


MergedState = Literal["contested"]
"""What merged databases say of a notice: different things, between which nobody has decided."""

QuestionState = Literal["waiting", "asked", "answered"]
"""Questions that wait for whoever looks, those that they have asked and nobody has answered, and those answered."""


GuidelineState = Literal["older"]
"""What was tagged under another guideline than that of now."""


SuspectFilter = Literal["any", SuspectKind, "others"]
"""Open suspects of a second look: any of one's own, those of one kind, or those in any layer, gold included."""


class QueueFilter(msgspec.Struct, frozen=True):
    """Which notices are shown; what is left at its default shows all.

    ``search`` is the query as it was typed.  ``status`` is that of the reviewer who looks; ``label`` asks for an own
    annotation with it that is not rejected, or for a suggestion that the reviewer has not decided; ``assignee`` for a
    name, with "" for notices that nobody has; ``open_point`` for what is open for the reviewer; ``flag`` for one that
    the page has and nobody has settled; ``near_copies`` for notices with nearly the same text; ``adjudication`` for
    notices whose gold is to be made, or is done; ``attribute`` for a value that the reviewer gave the whole notice, as
    ``name=value`` (a boolean is ``true`` or ``false``), with ``name=`` for notices that have none of it; ``merged`` for
    notices of which merged databases say different things; ``question`` for a question that waits for the reviewer, or
    that they have asked; ``guideline`` for an own annotation that was changed last under an older guideline;
    ``suspects`` for what a second look holds for an error; ``others`` shows nothing to whoever sees no other layers.
    ``published_from`` and ``published_to`` are ISO days, both included; notices of unknown date are out of any range.
    """

    search: str = ""
    status: ReviewStatus | None = None
    label: str | None = None
    assignee: str | None = None
    open_point: OpenPoint | None = None
    flag: str | None = None
    near_copies: NearCopies | None = None
    adjudication: AdjudicationState | None = None
    attribute: str | None = None
    merged: MergedState | None = None
    question: QuestionState | None = None
    guideline: GuidelineState | None = None
    suspects: SuspectFilter | None = None
    published_from: str | None = None
    published_to: str | None = None
    sort: QueueSort = "imported"

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out; an order alone does not."""
        return msgspec.structs.replace(self, sort="imported") != QueueFilter()


def ordered_by_suspects(before: QueueFilter, which: QueueFilter) -> QueueFilter:
    """A filter that follows another one, in an order that goes with it.

    Suspects come in their order, and without them there is no such order; who asks for the order asks for suspects.

    Args:
        before: the filter until now.
        which: the filter that was chosen.
    """
    if which.suspects is not None and before.suspects is None and which.sort == "imported":
        return msgspec.structs.replace(which, sort="suspects")
    if which.suspects is None and which.sort == "suspects":
        is_asked = before.sort != "suspects"
        return (
            msgspec.structs.replace(which, suspects="any")
            if is_asked
            else msgspec.structs.replace(which, sort="imported")
        )
    return which


def with_present_label(which: QueueFilter, labels: LabelSet) -> QueueFilter:
    """A filter under the present label set: a label that was renamed has its new name, what is unknown is left out."""
    if which.attribute is not None and which.attribute not in attribute_filters(labels):
        which = msgspec.structs.replace(which, attribute=None)
    if which.label is None or which.label in labels:
        return which
    try:
        return msgspec.structs.replace(which, label=labels.resolve(which.label).name)
    except LabelError:
        return msgspec.structs.replace(which, label=None)


def attribute_filters(labels: LabelSet) -> list[str]:
    """What ``QueueFilter.attribute`` can ask for, by attribute; of text and dates only whether they are unset."""
    found = []
    for attribute in labels.notice:
        values = ("true", "false") if attribute.type == "boolean" else attribute.choices
        found += [f"{attribute.name}={value}" for value in (*values, "")]
    return found


def attribute_words(asked: str) -> str:
    """A value of ``QueueFilter.attribute`` in words: ``topic 水``, ``urgent yes``, ``topic unset``."""
    name, _, value = asked.partition("=")
    return f"{name} {({'true': 'yes', 'false': 'no', '': 'unset'}).get(value, value)}"


class PageKey(msgspec.Struct, frozen=True):
    """A place in the queue under one filter: between pages it stays true, whatever comes or goes meanwhile.

    Opaque to the app.  ``published`` is None where the order is not by date, and where the date is unknown.
    """

    published: str | None
    number: int
