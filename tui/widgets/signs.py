"""Signs that stand for a state wherever it is shown, so that nothing depends on colour."""

from __future__ import annotations

from typing import Final

from annotations.annotation import ReviewStatus

STATUS_SIGNS: Final[dict[ReviewStatus, str]] = {"open": "○", "done": "✓", "flagged": "⚑", "skipped": "–"}
"""A sign for how far a notice is."""
