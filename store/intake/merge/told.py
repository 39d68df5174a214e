"""What another database or a native export tells: notices and events, proved, in the words of this database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

import msgspec

from annotations.annotation import Annotation, Review, clip
from annotations.errors import RecordError
from annotations.formats.native_proof import check_annotator, check_time
from annotations.notice import FIELDS, Notice, check_field
from annotations.questions import Question
from annotations.regions import check_tiling
from annotations.relabelling import LabelChanges
from store.db.turns import AT_ONCE
from store.log.adjudications import Adjudication
from store.log.corrections import Correction
from store.log.events import PROJECT, Change, Entity, Event, Subject, dump
from store.log.origins import Origin, reported
from store.log.training_results import TrainingResult
from store.write.merged import regions_told


class ToldEvent(msgspec.Struct, frozen=True):
    """An event that was made elsewhere; its change has no number of a notice yet.

    ``undoes``, ``redoes`` and ``batch`` are the ids of events.
    """

    event: Event
    undoes: bytes | None = None
    redoes: bytes | None = None
    batch: bytes | None = None


class ToldNotice(msgspec.Struct, frozen=True):
    """A notice with the fields that its page or row tells, and the HTML that its text was extracted from.

    ``events`` are the first about it, in order.
    """

    notice: Notice
    html: str | None
    events: tuple[ToldEvent, ...]


class ToldEvents(msgspec.Struct, frozen=True):
    """Events in order, about one notice, whose id this is, or about the project."""

    notice: str | None
    events: tuple[ToldEvent, ...]


def in_pieces(notice: Notice, html: str | None, events: Sequence[ToldEvent]) -> Iterator[ToldNotice | ToldEvents]:
    """A notice and what is told of it, in pieces that are short enough for one transaction."""
    yield ToldNotice(notice, html, tuple(events[:AT_ONCE]))
    for at in range(AT_ONCE, len(events), AT_ONCE):
        yield ToldEvents(notice.id, tuple(events[at : at + AT_ONCE]))


class Source(Protocol):
    """A database or a native export that is merged."""

    where: str
    """Its name, as it was given."""

    project: str
    """The id of its project; empty of an export."""

    head: str | None
    """How far its log goes; None of an export."""

    size: int | None
    """How many notices and events it has; None where nobody knows."""

    label_changes: LabelChanges
    """What its label set has otherwise than the one here."""

    def people(self) -> set[str]:
        """The names of those who did something in it, as they are called here."""

    def told(self, known: Callable[[Iterable[bytes]], set[bytes]]) -> Iterator[ToldNotice | ToldEvents]:
        """Its events about the project, and its notices in order, each with what is about it.

        Args:
            known: which events, of those with some ids, are there already; such ones may be passed over.

        Raises:
            ZhupiError: something in it does not hold; the line says where.
        """


def check_state(entity: Entity, key: str, state: Subject | None, notice: Notice | None) -> None:
    """Prove that what an event leaves is of its kind, has its key, and fits the raw text that it is about.

    Raises:
        ZhupiError: it does not.
    """
    if notice is None:
        raise RecordError("it is about no notice")
    named = _name_of(key, state, notice)
    for at in _times(state):
        check_time(at)
    if named != key:
        raise RecordError(f"it is about {clip(key)}, and tells of {clip(named)}")
    if entity == "regions" and state is None:
        raise RecordError("it leaves no regions")


def _name_of(key: str, state: Subject | None, notice: Notice) -> str:  # noqa: PLR0911  # a kind each
    """What a state is about, by its own account, once it is seen to fit the notice."""
    match state:
        case Annotation():
            state.check_quote(notice.raw)
            check_annotator(state)
            return state.id
        case Review():
            return state.annotator
        case TrainingResult():
            if min(state.own, state.gold, state.exact, state.overlap) < 0:
                raise RecordError("it counts fewer spans than none")
            return state.annotator
        case Question():
            return state.id
        case Adjudication():
            return state.fingerprint
    if isinstance(state, Correction):
        field = next((field for field in FIELDS if field == key), None)
        if field is None:
            return ""
        check_field(field, state.value)
    elif isinstance(state, tuple):
        check_tiling(state, len(notice.raw))
    return key


def _times(state: Subject | None) -> list[str]:
    """The times in a state."""
    match state:
        case Annotation():
            return [state.created_at, state.updated_at]
        case Review():
            return [state.updated_at]
        case Question():
            return [state.created_at, *(each.created_at for each in state.answers)]
        case Adjudication():
            return [state.decided_at]
        case TrainingResult():
            return [state.finished_at]
        case _:
            return []


def told_regions(notice: Notice, at: str) -> ToldEvent:
    """The regions of a notice that came with it as people had set them, told as an event."""
    regions = notice.regions
    by = next(region.by for region in regions if region.by is not None)
    return _told(regions_told(notice.sha256, regions), at, by, Change(PROJECT, "regions", "", None, regions))


def told_state(notice: Notice, at: str, actor: str, change: Change) -> ToldEvent:
    """A state of which an export tells, told as an event.

    Args:
        notice: its notice.
        at: when it was changed.
        actor: who merges the export.
        change: from nothing to the state; an annotation with the first name of its label.
    """
    state = change.after
    if isinstance(state, Annotation):
        # What is unset is there or not, as the label set has it.
        values = {name: value for name, value in sorted(state.attributes.items()) if value is not None}
        state = msgspec.structs.replace(state, attributes=values)
    origin = reported(notice.sha256, change.entity, change.key, dump(state) or "")
    return _told(origin, at, actor, change)


def _told(origin: Origin, at: str, actor: str, change: Change) -> ToldEvent:
    return ToldEvent(Event(0, at, actor, "import", change, None, None, None, origin.id, origin))
