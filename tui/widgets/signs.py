"""The signs of review statuses and of doubts, the same wherever one is shown, so that none depends on colour."""

from __future__ import annotations

from typing import Final

from annotations.annotation import ReviewStatus

STATUS_SIGNS: Final[dict[ReviewStatus, str]] = {"open": "○", "done": "✓", "flagged": "⚑", "skipped": "–"}
"""The sign of each review status, one cell wide."""

DOUBT: Final = "?"
"""The sign of a title or a date that the page does not tell for certain."""
