"""The signs of review statuses, the same wherever one is shown, so that none depends on colour."""

from __future__ import annotations

from typing import Final

from annotations.annotation import ReviewStatus

STATUS_SIGNS: Final[dict[ReviewStatus, str]] = {"open": "○", "done": "✓", "flagged": "⚑", "skipped": "–"}
"""The sign of each review status, one cell wide."""
