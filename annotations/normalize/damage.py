"""Text that a wrong decoding damaged.  It cannot be undone exactly, so it stays as it is and is flagged."""

from __future__ import annotations

import re
from functools import cache

from annotations.lexicon.tables import rows


def is_damaged(text: str) -> bool:
    """Whether the text shows the marks of a wrong decoding."""
    return _suspects().search(text) is not None and _marks().search(text) is not None


@cache
def _suspects() -> re.Pattern[str]:
    """What a mark can begin with: found faster than a mark is."""
    return re.compile(f"[{''.join(first for first, _, _ in rows('damage.tsv'))}]")


@cache
def _marks() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for _, pattern, _ in rows("damage.tsv")))
