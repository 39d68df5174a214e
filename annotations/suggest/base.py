"""What a suggester is, and what it finds in a page.

A suggester knows no annotations: ``run`` makes them of what it finds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

import msgspec

from annotations.labels import AttributeValue
from annotations.spans import RawSpan
from annotations.suggest.page import Page


class Suggestion(msgspec.Struct, frozen=True):
    """A span that a suggester has found.

    ``span`` is in raw code points.  ``values`` are attributes of the label; an attribute that is unset may be left out.
    ``rule`` is the suggester's name for the rule that found it.  ``score`` is between 0 and 1, higher where the
    suggestion is likelier to be accepted.  ``version`` is that of the rule, where it has one of its own: then it must
    change whenever this rule would find something else, and the version of the suggester with it.
    """

    span: RawSpan
    label: str
    values: dict[str, AttributeValue]
    rule: str
    score: float
    version: str | None = None


@runtime_checkable
class Suggester(Protocol):
    """Finds suggestions in a page.

    ``name`` is lower case letters, digits and hyphens.  ``version`` must change whenever the suggestions for any page
    change.
    """

    name: str
    version: str

    def suggest(self, page: Page) -> Iterable[Suggestion]:
        """The suggestions for a page, in any order.

        No text of a page may make it fail.
        """


def suggester_name(suggested_by: str) -> str:
    """The name of the suggester, or of the model, that made a suggestion."""
    return suggested_by.partition("/")[0]


def rule_name(suggested_by: str) -> str:
    """The name of the rule of a suggester that made a suggestion; "" where there is none."""
    return suggested_by.partition("/")[2].partition("@")[0]


def signature(name: str, rule: str, version: str) -> str:
    """The value of ``suggested_by`` for a rule of a suggester: ``officials/list@1``."""
    return f"{name}/{rule}@{version}"
