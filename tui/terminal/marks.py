"""The Unicode blocks of combining marks, for the display door and for the width of text."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

ASTRAL: Final = "\U00010000-\U0010ffff"
"""All code points outside the basic plane, as a range of a pattern."""

MARK_BLOCKS: Final = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u1cff\u1dc0-\u1dff\u20d0-\u20ff\u2cef-\u2cf1\u2d7f\u2de0-\u2dff\u302a-\u302f"
    "\u3099\u309a\ua66f-\uabff\ud7b0-\ud7ff\ufb1e\ufe20-\ufe2f" + ASTRAL
)
"""The blocks that hold marks, as ranges of a pattern."""


@cache
def possible_mark() -> re.Pattern[str]:
    """The pattern that finds every character that may have no width, and letters of the same blocks.

    In Chinese text it finds nothing but characters outside the basic plane.  It is not compiled before the first paint.
    """
    return re.compile(f"[{MARK_BLOCKS}]")
