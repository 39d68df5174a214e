"""The keys, over the screen that they belong to."""

from __future__ import annotations

import textwrap
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from annotations.labels import LabelSet
from tui.display import visible

_KEY_CELLS, _TEXT_CELLS = 20, 48

KeyGroup = tuple[str, list[tuple[str, str]]]
"""A heading and ``(key, what it does)`` pairs."""


class HelpScreen(ModalScreen[None]):
    """All keys of a screen and the labels of the project."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,escape,q,ctrl+q,enter", "dismiss", "close", id="help.close"),
        Binding("j,down", "scroll(2)", "down", id="help.down"),
        Binding("k,up", "scroll(-2)", "up", id="help.up"),
        Binding("pagedown,space", "scroll(10)", "page down", id="help.page_down"),
        Binding("pageup", "scroll(-10)", "page up", id="help.page_up"),
    ]
    """
    | Key | Does |
    | --- | --- |
    | `?` `esc` `q` `enter` | close |
    | `j` `k`, arrows, `pgup` `pgdn` | scroll |
    """

    DEFAULT_CSS = """
    HelpScreen {
        align: center middle;
        & > VerticalScroll {
            width: 76;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            background: $surface;
            border: round $secondary;
            border-title-color: $accent;
            padding: 0 2;
            scrollbar-size-vertical: 1;
        }
    }
    """

    def __init__(self, title: str, groups: list[KeyGroup], labels: LabelSet) -> None:
        super().__init__()
        self._title = title
        self._groups = groups
        self._labels = labels

    def compose(self) -> ComposeResult:
        """One scrolling page."""
        with VerticalScroll(can_focus=False) as page:
            page.border_title = f" {self._title} "
            yield Static(self._page())

    def action_scroll(self, rows: int) -> None:
        """Scroll by so many rows."""
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)

    def _page(self) -> Content:
        lines: list[Content] = []
        for heading, keys in self._groups:
            lines.append(Content.styled(heading, "bold $accent"))
            for key, action in keys:
                lines += _entry(key, action)
            lines.append(Content(""))
        lines.append(Content.styled("Labels", "bold $accent"))
        for digit, label in enumerate(self._labels, 1):
            lines += _entry(f"{digit} {label.key or ' '} {label.name}", label.description)
        return Content("\n").join(lines)


def _entry(key: str, action: str) -> list[Content]:
    """A key and what it does, the rest of a long text below its beginning."""
    first, *rest = textwrap.wrap(visible(action), _TEXT_CELLS) or [""]
    head = Content.assemble((f"  {visible(key)}".ljust(_KEY_CELLS), "bold"), Content(first))
    return [head, *(Content(" " * _KEY_CELLS + each) for each in rest)]
