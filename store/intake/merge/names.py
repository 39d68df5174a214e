"""Names of people elsewhere as names of people here, in everything that an event says."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from annotations.annotation import RESERVED_NAMES, Annotation, Review
from annotations.decisions import decides, decision_id
from annotations.formats.native_proof import check_name
from annotations.questions import Question
from annotations.regions import Region
from store.errors import StoreError
from store.log.adjudications import Adjudication
from store.log.assignments import Assignment
from store.log.corrections import Correction
from store.log.events import Entity, Subject
from store.log.seen_layers import SeenLayers
from store.log.training_results import TrainingResult
from store.project.reviewers import Reviewer

_NAMED_BY: tuple[Entity, ...] = ("review", "assignment", "seen", "training", "reviewer")
"""Entities whose key is a name."""


def already_merged(there: str, here: str, now: str) -> StoreError:
    """Why nobody gets another name than an earlier merge gave them.

    Args:
        there: the name in what is merged.
        here: what they were called by the earlier merge.
        now: what they are to be called.
    """
    return StoreError(
        f"what {there} did was merged under the name {here} before and stays there; leave out --map-annotator "
        f"{there}={now}, or merge it into a backup of before that"
    )


class Names:
    """What people are called here who did something elsewhere.

    Args:
        given: the names that are others here, by the names there.
    """

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = dict(given)
        self.met: set[str] = set()
        """Those of the names that are others here which were met."""
        self._proved: set[str] = set()
        self._learned: set[str] = set()

    @property
    def given(self) -> Mapping[str, str]:
        """The names that are others here, by the names there."""
        return self._given

    def learn(self, there: str, here: str) -> None:
        """Note what an earlier merge has called somebody.

        Raises:
            StoreError: they are to have another name now: what came over then would stay under that one.
        """
        now = self._given.get(there)
        if now is not None and now != here and there not in self._learned:
            raise already_merged(there, here, now)
        if here != there:
            self._learned.add(there)
            self._given.setdefault(there, here)

    def of(self, name: str) -> str:
        """What somebody is called here.

        Raises:
            RecordError: nobody can have that name.
        """
        if name in self._given:
            self.met.add(name)
            name = self._given[name]
        if name not in self._proved:
            check_name(name)
            self._proved.add(name)
        return name

    def of_actor(self, name: str) -> str:
        """What whoever did something is called here: a person, or in older databases what makes suggestions.

        Raises:
            RecordError: nobody can have that name.
        """
        return name if name in RESERVED_NAMES else self.of(name)

    def in_key(self, entity: Entity, key: str, *states: Subject | None) -> str:
        """The key of a subject.

        Args:
            entity: what it is.
            key: its key there.
            states: the entity before and after, as they are there.
        """
        if entity in _NAMED_BY:
            return self.of(key)
        item = next((each for each in states if isinstance(each, Annotation)), None)
        return self._id(item) if item is not None else key

    def in_state(self, subject: Subject | None, labels: Mapping[str, str]) -> Subject | None:  # noqa: C901, PLR0911  # a kind each
        """A state, in the names of here.

        Args:
            subject: the state as it is there.
            labels: the name here of the label that has or had a name there.
        """
        of = self.of
        match subject:
            case Annotation():
                return replace(
                    subject,
                    id=self._id(subject),
                    label=labels.get(subject.label, subject.label),
                    annotator=None if subject.annotator is None else of(subject.annotator),
                )
            case Review():
                return replace(subject, annotator=of(subject.annotator))
            case Question():
                return self._in_question(subject)
            case Correction():
                return replace(subject, set_by=of(subject.set_by))
            case Adjudication():
                layers = tuple(of(name) for name in subject.layers)
                return replace(subject, layers=layers, decided_by=of(subject.decided_by))
            case Assignment():
                return replace(subject, annotator=of(subject.annotator), assigned_by=of(subject.assigned_by))
            case SeenLayers():
                return SeenLayers(tuple(sorted({of(name) for name in subject.annotators})))
            case TrainingResult():
                return replace(subject, annotator=of(subject.annotator))
            case Reviewer():
                return replace(subject, name=of(subject.name), added_by=of(subject.added_by))
            case tuple():
                return tuple(self.in_region(each) for each in subject)
            case _:
                return subject

    def _in_question(self, question: Question) -> Question:
        of = self.of
        return replace(
            question,
            annotator=of(question.annotator),
            to=None if question.to is None else of(question.to),
            answers=tuple(replace(each, annotator=of(each.annotator)) for each in question.answers),
            closed_by=None if question.closed_by is None else of(question.closed_by),
        )

    def in_region(self, region: Region) -> Region:
        """A region, in the names of here."""
        return region if region.by is None else replace(region, by=self.of(region.by))

    def _id(self, item: Annotation) -> str:
        suggestion = decides(item)
        if suggestion is None or item.annotator is None:
            return item.id
        return decision_id(suggestion, self.of(item.annotator))
