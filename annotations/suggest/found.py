"""What the rules for officials hand to one another: an official in a text, before it becomes a suggestion."""

from __future__ import annotations

import msgspec


class Found(msgspec.Struct, frozen=True):
    """An official in a text: the span in code points, the values of the attributes, and the rule that found it.

    ``mention`` is ``full``, ``list`` or ``bare``, as in the label set; ``score`` is between 0 and 1.
    """

    start: int
    end: int
    name: str
    title: str | None
    organisation: str | None
    mention: str
    rule: str
    score: float
