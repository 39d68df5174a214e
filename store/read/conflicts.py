"""What merged databases say differently, in words, for those who settle it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from annotations.annotation import Annotation, Review, clip
from annotations.counts import counted
from annotations.notice_attributes import value_words
from annotations.questions import Question
from annotations.regions import Region
from annotations.spans import RawSpan
from annotations.work_order import parted_arm
from store.db.sqlite import Connection
from store.index.conflicts import Conflict, conflicts
from store.log.adjudications import Adjudication
from store.log.corrections import Correction
from store.log.events import Event, Subject
from store.project.reviewers import may

_SHORT = 12
"""Digits of the id of an event that are told."""


class ToldSide(msgspec.Struct, frozen=True):
    """A side of a conflict: how its event id begins, who said it where and when (UTC), what, and whether it is shown.

    ``where`` is ``here`` or ``elsewhere``.  The app shows the layers, and exports have, the side that is shown.
    """

    id: str
    where: str
    actor: str
    at: str
    says: str
    is_shown: bool


class ToldConflict(msgspec.Struct, frozen=True):
    """A conflict: what it is about in which notice, and its sides, the one that is shown first.

    ``key`` is that of the subject in the log.  ``span`` is that of an annotation, as one of the sides has or had it;
    None of anything else.
    """

    notice: str
    about: str
    key: str
    span: RawSpan | None
    sides: tuple[ToldSide, ...]

    @property
    def in_notice(self) -> str:
        """What it is about, with its notice."""
        return f"{self.notice}: {self.about}"


def told_conflicts(
    connection: Connection, notice: int | None = None, viewer: str | None = None
) -> Iterator[ToldConflict]:
    """The conflicts of a notice, or of all, in order of notices.

    Args:
        connection: for reading.
        notice: its number; None for all.
        viewer: who looks: what is about the layers of others is left out where their role does not show them those.
            None for all.
    """
    sees_all = viewer is None or may(connection, viewer, "see the layers of others")
    for conflict in conflicts(connection, notice):
        if not sees_all and _is_about_others(conflict, viewer):
            continue
        row = connection.execute("SELECT id, doc FROM notices WHERE number = ?", [conflict.notice]).fetchone()
        if row is None or not conflict.sides:
            continue  # another program noted it; check tells
        item = _annotation_of(conflict)
        yield ToldConflict(
            f"notice {row['id']} ({clip(row['doc'])})",
            about(conflict),
            conflict.key,
            None if item is None else item.span,
            tuple(_side(event, place) for place, event in enumerate(conflict.sides)),
        )


def contested_subjects(connection: Connection, notice: int) -> frozenset[tuple[str, str]]:
    """Entity and key of all that merged databases say differently of a notice, be it shown or not."""
    rows = connection.execute("SELECT entity, key FROM conflicts WHERE notice = ?", [notice]).fetchall()
    return frozenset((row[0], row[1]) for row in rows)


def count_conflicts(connection: Connection) -> int:
    """How many conflicts wait for somebody."""
    return int(connection.execute("SELECT count(*) FROM conflicts").fetchone()[0])


def _side(event: Event, place: int) -> ToldSide:
    where = "here" if event.origin is None else "elsewhere"
    return ToldSide(event.id.hex()[:_SHORT], where, event.actor, event.at, _says(event.change.after), place == 0)


def _is_about_others(conflict: Conflict, viewer: str | None) -> bool:
    """Whether a conflict is about the layer of somebody else, gold included."""
    states = [state for event in conflict.sides for state in (event.change.before, event.change.after)]
    owners = {each.annotator for each in states if isinstance(each, Annotation | Review)}
    return conflict.entity == "adjudication" or not owners <= {viewer, None}


def _annotation_of(conflict: Conflict) -> Annotation | None:
    """The annotation that a conflict is about, as one of the sides has or had it; None of anything else."""
    states = (event.change.after or event.change.before for event in conflict.sides)
    return next((each for each in states if isinstance(each, Annotation)), None)


def about(conflict: Conflict) -> str:
    """What a conflict is about, in words."""
    item = _annotation_of(conflict)
    asked = (event.change.after or event.change.before for event in conflict.sides)
    question = next((each for each in asked if isinstance(each, Question)), None)
    match conflict.entity:
        case "annotation" if item is not None:
            return f"{item.label} {clip(item.text)} of {item.annotator or 'a rule'}"
        case "review":
            return f"the review of {conflict.key}"
        case "field":
            return f"its {conflict.key}"
        case "adjudication":
            return "what is gold in one place"
        case "question" if question is not None:
            return f"what {question.annotator} asked, {clip(question.text)}"
        case _:
            return "the kinds of its regions"


def _says(state: Subject | None) -> str:  # noqa: PLR0911  # a kind each
    match state:
        case Annotation():
            values = [f"{name}={clip(str(value))}" for name, value in state.attributes.items() if value is not None]
            notes = [*(["unsure"] if state.unsure else []), *([clip(state.comment)] if state.comment else [])]
            return " ".join(
                [state.label, f"{state.start}..{state.end}", clip(state.text), state.status, *values, *notes]
            )
        case Review():
            values = [f"{name}={clip(value_words(value))}" for name, value in state.attributes.items()]
            control, by_order = parted_arm(state.arm)
            arms = [f"suggestions {control}"] if control is not None else []
            arms += [f"by order {by_order}"] if by_order is not None else []
            return ", ".join([state.status, *([clip(state.comment)] if state.comment else []), *values, *arms])
        case Question():
            return "; ".join(f"{each.annotator}: {clip(each.text)}" for each in state.answers) or "not answered"
        case Correction():
            return clip(state.value) if state.value is not None else "unknown"
        case Adjudication():
            layers = ", ".join(state.layers) or "no layer"
            return f"{state.choice} of {layers}, {counted(len(state.gold), 'annotation')} in gold"
        case tuple():
            set_by = [each for each in state if isinstance(each, Region) and each.by is not None]
            return ", ".join(f"{each.start}..{each.end} is {each.kind}" for each in set_by) or "as the rules have them"
        case _:
            return "nothing: taken back, or deleted"
