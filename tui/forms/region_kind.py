"""The form that asks for the kind of a region; one key answers."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from annotations.regions import REGION_KINDS, Region, RegionKind
from tui.forms.form import StandingScreen
from tui.screen import ZhupiScreen
from tui.terminal.display import visible

_MEANINGS: dict[RegionKind, str] = {
    "title": "the headline; kept",
    "metadata": "source, date, byline; left out",
    "body": "what the notice says; kept",
    "boilerplate": "site furniture; left out",
    "duplicate": "a repeated copy; left out",
}


class RegionKindScreen(StandingScreen[RegionKind | None], ZhupiScreen[RegionKind | None]):
    """Asks for the kind of a region; dismissed with the answer, or None where it was cancelled.

    Args:
        region: the region as it is.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(f"{digit},{kind[0]}" if kind[0] != "b" else str(digit), f"choose('{kind}')", kind,
                    id=f"region.{kind}", priority=True)
            for digit, kind in enumerate(REGION_KINDS, 1)
        ),
        Binding("escape,q,ctrl+q", "dismiss", "leave it", id="region.leave", priority=True),
    ]  # fmt: skip
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

    def __init__(self, region: Region) -> None:
        super().__init__()
        self._region = region

    def rows_below(self, size: Size) -> int:
        """Frame, a row a kind, who set it."""
        del size
        return 3 + len(REGION_KINDS)

    def heading(self, room: int) -> Content:
        """What it is."""
        del room
        return Content(" This region is ")

    def compose(self) -> ComposeResult:
        """One line per kind."""
        with Vertical():
            yield Static(self._page())

    def on_mount(self) -> None:
        """Take keys."""
        self.ready.set()

    def on_click(self, event: events.Click) -> None:
        """Choose the kind in whose row the mouse was; anywhere else leave it."""
        page = self.query_one(Static).region
        row = event.screen_y - page.y
        on_page = page.contains(event.screen_x, event.screen_y)
        self.dismiss(REGION_KINDS[row] if on_page and row < len(REGION_KINDS) else None)

    def action_choose(self, kind: RegionKind) -> None:
        """Answer with a kind."""
        self.dismiss(kind)

    def _page(self) -> Content:
        lines = []
        for digit, kind in enumerate(REGION_KINDS, 1):
            now = kind == self._region.kind
            lines.append(
                Content.assemble(
                    (f" {digit} ", "bold $accent"),
                    (kind.ljust(13), "bold" if now else ""),
                    (_MEANINGS[kind], "$secondary"),
                    ("  now" if now else "", "$accent"),
                )
            )
        who = f"set by {visible(self._region.by)}" if self._region.by else "found by a rule"
        return Content("\n").join([*lines, Content(""), Content.styled(f" {who}   esc leaves it", "$secondary")])
