"""Title, source and publication date of a notice, from the lines of its metadata regions.

Read from the regions and not while they are found, so that a region which a reviewer made metadata is read too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from annotations.normalize.byline import Byline, byline, is_bare_label, iso
from annotations.normalize.folding import flat

UNLABELLED: Final = 1000
"""Rank of a value that no label announces."""


class Fields(NamedTuple):
    """What a page states about itself; None where it does not."""

    title: str | None = None
    source: str | None = None
    published: str | None = None


def read_fields(metadata: Iterable[str]) -> Fields:
    """The fields that lines of metadata state, the best label first, else the first line.

    A source without a label is the name before the time of a byline; a date without one is the first there is.
    """
    best: dict[str, tuple[int, str]] = {}

    def offer(role: str, rank: int, value: str | None) -> None:
        if value and (role not in best or rank < best[role][0]):
            best[role] = rank, value

    label = ""
    for value in metadata:
        line = f"{label} {value}" if label else value
        text = flat(line)
        label = line if is_bare_label(text) else ""
        found = byline(text)
        if found is None:
            continue
        for role, rank, _, start, end in found.fields:
            if role != "other":
                offer(role, rank, iso(text[start:end]) if role == "published" else line[start:end])
        offer("source", UNLABELLED, _name(line, found))
        if not found.has("published"):
            offer("published", UNLABELLED, iso(text))
    return Fields(**{role: best[role][1] for role in Fields._fields if role in best})


def _name(line: str, found: Byline) -> str | None:
    """The name before the time of a byline."""
    return line[slice(*found.name)] if found.date else None
