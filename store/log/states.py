"""What the states of the log say, for where two of them are held against each other."""

from __future__ import annotations

from msgspec.structs import replace

from annotations.annotation import Annotation, Review
from annotations.questions import Question
from annotations.regions import Region
from store.log.adjudications import BY_RULE, Adjudication
from store.log.corrections import Correction
from store.log.events import Subject


def content(subject: Subject | None) -> object:  # noqa: PLR0911  # a kind each
    """What a state says, without its times and without who decided the same: two that say the same do not conflict."""
    match subject:
        case Annotation():
            return (
                *(subject.id, subject.label, subject.start, subject.end, subject.text, subject.annotator),
                *(subject.status, subject.unsure, subject.comment, subject.suggested_by, subject.score),
                tuple(sorted((name, value) for name, value in subject.attributes.items() if value is not None)),
            )
        case Review():
            attributes = tuple(sorted(subject.attributes.items()))
            return subject.annotator, subject.status, subject.comment, attributes, subject.arm
        case Adjudication():
            choice = BY_RULE[0] if subject.choice in BY_RULE else subject.choice
            return choice, subject.layers, subject.gold
        case Question():
            # Nobody changes what it is about; a file that lacks the annotation has it about the notice.
            return replace(subject, annotation=None)
        case Correction():
            return (subject.value,)
        case tuple():
            return tuple((each.kind, each.start, each.end, each.of) for each in subject if isinstance(each, Region))
        case _:
            return subject
