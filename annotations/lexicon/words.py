"""Words that a project adds to the lists of the readers and suggesters, in its label set."""

from __future__ import annotations

from typing import Literal

import msgspec


class WordList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words for one kind of one list: ``annotations/data/<list>.tsv`` says which kinds there are and what each does."""

    list: Literal["titles", "surnames", "persons", "obligations", "modals", "addressees", "dates"]
    kind: str
    words: tuple[str, ...]
    reason: str = ""
