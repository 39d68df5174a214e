"""A value that a form may offer for an attribute."""

from __future__ import annotations

from typing import NamedTuple


class Offer(NamedTuple):
    """A value as it would be stored, and in a few words why it is offered."""

    value: str
    gloss: str
