"""Title, source and publication date of a notice, read from the lines of its metadata regions.

The fields are read after the regions are known, so that regions which a reviewer marked as metadata are read too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from annotations.normalize.byline import Byline, byline, is_bare_label, iso
from annotations.normalize.folding import flat

UNLABELLED: Final = 1000
"""The rank of a value without a label; every label is preferred to it."""


class Fields(NamedTuple):
    """What a page states about itself.

    ``title`` and ``source`` are text of the page, ``published`` is an ISO date or date-time; None where the page does
    not state it.
    """

    title: str | None = None
    source: str | None = None
    published: str | None = None


def read_fields(metadata: Iterable[str]) -> Fields:
    """The fields that lines of metadata state.

    Of several values the one with the preferred label counts, of equal labels the first.  Where no label gives the
    source, it is the name before the date of a byline.  Where no label gives the date, it is the first date of a
    byline.

    Args:
        metadata: the normalized lines of the metadata regions, in order.
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
    """The text before the first label or date of a byline with a date, else None."""
    return line[slice(*found.name)] if found.date else None
