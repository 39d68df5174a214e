"""What a suggester is and what it gives; how a suggestion becomes an annotation that nobody has made yet.

A suggestion's id follows from the notice, the span and the version of its rule, so that a second run adds nothing and
what was rejected stays rejected.  Nothing here decides anything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Protocol, runtime_checkable

import msgspec

from annotations.annotation import Annotation
from annotations.labels import AttributeValue
from annotations.notice import Notice
from annotations.spans import RawSpan
from annotations.suggest.page import Page


class Suggestion(msgspec.Struct, frozen=True):
    """A span with a label, as a suggester gives it.

    ``span`` is raw code points.  ``values`` are attributes of the label, those that are unset left out at will.
    ``rule`` names what spoke, within its suggester; ``score`` is between 0 and 1, the likelier the higher.
    """

    span: RawSpan
    label: str
    values: dict[str, AttributeValue]
    rule: str
    score: float


@runtime_checkable
class Suggester(Protocol):
    """What finds suggestions in a page.

    ``name`` is lower case letters, digits and hyphens; ``version`` changes whenever what is found for any page does.
    """

    name: str
    version: str

    def suggest(self, page: Page) -> Iterable[Suggestion]:
        """The suggestions for a page, in any order; it may not fail because of what a page says."""


def signature(name: str, rule: str, version: str) -> str:
    """What ``suggested_by`` says: ``officials/list@1``."""
    return f"{name}/{rule}@{version}"


def suggestion_id(notice: Notice, label: str, span: RawSpan, suggested_by: str) -> str:
    """The id of a suggestion, 32 hex digits: the same whoever runs the same version of a rule on the same text."""
    source = f"{notice.sha256} {label} {span.start} {span.end} {suggested_by}"
    return hashlib.sha256(source.encode()).hexdigest()[:32]


def suggested(
    notice: Notice,
    label: str,
    span: RawSpan,
    values: dict[str, AttributeValue],
    by: str,
    score: float | None,
    at: str,
) -> Annotation:
    """A suggestion as an annotation of nobody.

    Args:
        notice: the notice.
        label: the name of its label.
        span: raw code points within the notice; not empty.
        values: all attributes of the label, checked.
        by: what ``suggested_by`` says: a ``signature``, or the name of a model.
        score: between 0 and 1; None where a model gives none.
        at: when it was made, as ``annotations.annotation.now`` says it.
    """
    return Annotation(
        id=suggestion_id(notice, label, span, by),
        label=label,
        start=span.start,
        end=span.end,
        text=span.of(notice.raw),
        attributes=values,
        annotator=None,
        status="suggested",
        unsure=False,
        comment=None,
        created_at=at,
        updated_at=at,
        suggested_by=by,
        score=score,
    )
