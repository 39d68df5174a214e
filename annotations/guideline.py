"""The guideline, Markdown: what reviewers tag, and where spans begin and end; the one that ships, and parts of any."""

from __future__ import annotations

import re
from typing import Final

_HEADING: Final = re.compile(r"(#{1,6}) +(.*?)(?: +#+)? *")
_FENCE: Final = re.compile(r" {0,3}(?:```|~~~)")


def default_guideline() -> str:
    """The guideline for the label set that ships."""
    from importlib import resources  # noqa: PLC0415  # slow to import, and the app starts without it

    return resources.files("annotations").joinpath("data", "guideline.md").read_text(encoding="utf-8")


def section_of(guideline: str, names: frozenset[str]) -> str:
    """The section of a guideline whose heading is one of the names, without it; headings in it are one level deeper."""
    kept: list[str] = []
    level, fenced = 0, False
    for line in guideline.split("\n"):
        fenced ^= _FENCE.match(line) is not None
        heading = None if fenced else _HEADING.fullmatch(line)
        if heading is not None and level and len(heading[1]) <= level:
            break
        if level:
            kept.append(f"#{line}" if heading is not None else line)
        elif heading is not None and heading[2].strip("`* ") in names:
            level = len(heading[1])
    return "\n".join(kept).strip()
