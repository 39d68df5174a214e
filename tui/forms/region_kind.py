"""The form that asks for the kind of a region; one key answers."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.binding import BindingType
from textual.content import Content

from annotations.regions import REGION_KINDS, Region, RegionKind
from tui.forms.one_key import OneKeyScreen, keys_of
from tui.terminal.display import visible

_MEANINGS: Final[dict[RegionKind, str]] = {
    "title": "the headline; kept",
    "metadata": "source, date, byline; left out",
    "body": "what the notice says; kept",
    "boilerplate": "site furniture; left out",
    "duplicate": "a repeated copy; left out",
}

_LETTERS: Final[dict[RegionKind, str]] = {kind: kind[0] if kind[0] != "b" else "" for kind in REGION_KINDS}
"""The letter of each; two begin with the same."""


class RegionKindScreen(OneKeyScreen[RegionKind]):
    """Asks for the kind of a region.

    Args:
        region: the region as it is.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys_of(_LETTERS, "region", "escape,q,ctrl+q")
    """
    | Key | Does |
    | --- | --- |
    | `1` … `5`, or `t` `m` `d` | choose the kind |
    | `esc` | leave it as it is |
    """

    DEFAULT_CSS = """
    RegionKindScreen > Vertical { width: 56; }
    RegionKindScreen.-below > Vertical { width: 100%; }
    """

    WIDTH = 13

    def __init__(self, region: Region) -> None:
        who = f"set by {visible(region.by)}" if region.by else "found by a rule"
        rows = {kind: (f"{digit}", _MEANINGS[kind]) for digit, kind in enumerate(REGION_KINDS, 1)}
        below = Content("\n").join([Content(""), Content.styled(f" {who}   esc leaves it", "$secondary")])
        super().__init__("This region is", rows, region.kind, below)
