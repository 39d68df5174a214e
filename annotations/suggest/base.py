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
