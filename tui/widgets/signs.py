"""The signs of review statuses, of gold and of doubts, the same everywhere, so that none depends on colour."""

from __future__ import annotations

from typing import Final

from annotations.annotation import ReviewStatus
from store.index.filters import AdjudicationState

STATUS_SIGNS: Final[dict[ReviewStatus, str]] = {"open": "○", "done": "✓", "flagged": "⚑", "skipped": "–"}
"""The sign of each review status, one cell wide."""

GOLD_SIGNS: Final[dict[AdjudicationState, str]] = {"ready": "◇", "done": "◆"}
"""The sign of a notice whose gold is to be made, and of one whose gold is done."""

DOUBT: Final = "?"
"""The sign of a title or a date that the page does not tell for certain."""
