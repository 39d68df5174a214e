"""The words that a project adds to a word list, as its label set declares them."""

from __future__ import annotations

from typing import Literal

import msgspec


class WordList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words to add to one kind of one list; ``annotations/data/<list>.tsv`` explains its kinds."""

    list: Literal["titles", "surnames", "persons", "obligations", "modals", "addressees", "dates"]
    kind: str
    words: tuple[str, ...]
    reason: str = ""
