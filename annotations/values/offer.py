"""A value that a form may offer for an attribute."""

from __future__ import annotations

from typing import NamedTuple


class Offer(NamedTuple):
    """A value as it would be stored, and a gloss: in a few words why it is offered, or what it was read from."""

    value: str
    gloss: str
