"""How the report looks: its style sheet, and how many colours that has."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

PEOPLE: Final = 8
"""So many people have a colour of their own; the next ones begin again."""

STEPS: Final = 5
"""Steps of the tint of a cell of the matrix."""


@cache
def style_sheet() -> str:
    """The style sheet, which ships beside this module."""
    return Path(__file__).with_name("report.css").read_text(encoding="utf-8")
