"""The tables of the progress screen by name: keys name them, and keys are read before the first paint."""

from __future__ import annotations

from typing import Final, Literal, get_args

Tab = Literal["people", "labels", "rules", "agreement", "stuck", "differences"]
TABS: Final[tuple[Tab, ...]] = get_args(Tab)
"""The tables, in the order of their digits."""
