"""Mojibake: text that was decoded with the wrong encoding.

The damage cannot be undone exactly.  So the text stays as it is, and the notice gets a flag.
"""

from __future__ import annotations

import re
from functools import cache

from annotations.lexicon.tables import rows


def is_damaged(text: str) -> bool:
    """Whether a pattern of ``damage.tsv`` matches in the text."""
    return _first_characters().search(text) is not None and _marks().search(text) is not None


@cache
def _first_characters() -> re.Pattern[str]:
    """The characters that a match of ``_marks`` can begin with; they are searched first, because that is faster."""
    return re.compile(f"[{''.join(first for first, _, _ in rows('damage.tsv'))}]")


@cache
def _marks() -> re.Pattern[str]:
    """All patterns of ``damage.tsv`` in one."""
    return re.compile("|".join(f"(?:{pattern})" for _, pattern, _ in rows("damage.tsv")))
