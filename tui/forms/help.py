"""The help: keys, labels and guideline, on top of the screen that they belong to."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from annotations.labels import LabelSet
from tui.screen import ZhupiScreen
from tui.terminal.display import visible

_KEY_CELLS, _TEXT_CELLS = 20, 41

ShownGroup = tuple[str, list[tuple[str, str]]]
"""A heading, and pairs of the keys as they are shown and what they do."""


_WIDE = 120
"""Cells of a screen from which keys and guideline stand side by side."""


class HelpScreen(ModalScreen[None], ZhupiScreen[None]):
    """The keys of a screen, the labels of the project, and its guideline.

    Args:
        title: the name of the screen.
        groups: gives its keys, which may become others together with the labels.
        labels: the label set.
        guideline: Markdown; need not be safe.
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (_WIDE, "-wide")]  # noqa: RUF012  # textual types them so

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,escape,q,ctrl+q,enter", "dismiss", "close", id="help.close"),
        Binding("tab", "turn", "keys, guideline", id="help.turn", priority=True),
        Binding("j,down", "scroll(2)", "down", id="help.down"),
        Binding("k,up", "scroll(-2)", "up", id="help.up"),
        Binding("pagedown,space", "scroll(10)", "page down", id="help.page_down"),
        Binding("pageup", "scroll(-10)", "page up", id="help.page_up"),
    ]
    """
    | Key | Does |
    | --- | --- |
    | `?` `esc` `q` `enter` | close |
    | `tab` | from the keys to the guideline and back |
    | `j` `k`, arrows, `pgup` `pgdn` | scroll |
    """

    DEFAULT_CSS = """
    HelpScreen {
        align: center middle;
        & > Container {
            layout: horizontal;
            width: auto;
            max-width: 100%;
            height: auto;
            max-height: 100%;
        }
        & VerticalScroll {
            width: 68;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            background: $surface;
            border: round $secondary;
            border-title-color: $secondary;
            border-subtitle-color: $secondary;
            padding: 0 2;
            scrollbar-size-vertical: 1;
        }
        & VerticalScroll.-turned { border: round $accent; border-title-color: $accent; }
        & Markdown { background: $surface; padding: 0; margin: 0; }
        & MarkdownH1, & MarkdownH2 { color: $accent; text-style: bold; content-align: left middle; }
        & MarkdownH1 { margin: 0; }
        & MarkdownTable { margin: 0 0 1 0; }
        &.-wide > Container { width: 100%; }
        &.-wide #help-guideline { width: 1fr; }
        &.-narrow VerticalScroll { display: none; }
        &.-narrow VerticalScroll.-turned { display: block; }
    }
    """

    def __init__(self, title: str, groups: Callable[[], list[ShownGroup]], labels: LabelSet, guideline: str) -> None:
        super().__init__()
        self._title = title
        self._groups = groups
        self._labels = labels
        self._guideline = guideline

    def compose(self) -> ComposeResult:
        """Two pages that scroll."""
        from textual.widgets import Markdown  # noqa: PLC0415  # slow to import, and only shown here

        with Container():
            with VerticalScroll(can_focus=False, id="help-keys", classes="-turned") as page:
                page.border_title = f" {self._title} "
                page.border_subtitle = " tab guideline "
                yield Static(self._page(), id="help-page")
            with VerticalScroll(can_focus=False, id="help-guideline") as page:
                page.border_title = " Guideline "
                page.border_subtitle = " tab keys "
                yield Markdown(visible(self._guideline, keep_newlines=True), open_links=False)

    def on_mount(self) -> None:
        """Take keys."""
        self.ready.set()

    def use_labels(self, labels: LabelSet) -> None:
        """Show another label set, and the keys that are those of labels now."""
        self._labels = labels
        if self.is_mounted:
            self.query_one("#help-page", Static).update(self._page())

    def action_turn(self) -> None:
        """Switch between keys and guideline."""
        for page in self.query(VerticalScroll):
            page.toggle_class("-turned")

    def action_scroll(self, rows: int) -> None:
        """Scroll down by ``rows``, or up where it is negative."""
        self.query_one("VerticalScroll.-turned", VerticalScroll).scroll_relative(y=rows, animate=False)

    def _page(self) -> Content:
        lines: list[Content] = []
        for heading, keys in self._groups():
            lines.append(Content.styled(heading, "bold $accent"))
            for key, action in keys:
                lines += _entry(key, action)
            lines.append(Content(""))
        lines.append(Content.styled("Labels", "bold $accent"))
        for digit, label in enumerate(self._labels.shown, 1):
            lines += _entry(f"{digit} {label.key or ' '} {label.name}", label.description)
        return Content("\n").join(lines)


def _entry(key: str, action: str) -> list[Content]:
    """A key and what it does; a long text continues in lines below, indented."""
    keys, (first, *rest) = f"  {visible(key)}", textwrap.wrap(visible(action), _TEXT_CELLS) or [""]
    below = [Content(" " * _KEY_CELLS + each) for each in rest]
    if len(keys) >= _KEY_CELLS:
        # Keys that take more than their column have a line of their own.
        return [Content.styled(keys, "bold"), Content(" " * _KEY_CELLS + first), *below]
    return [Content.assemble((keys.ljust(_KEY_CELLS), "bold"), Content(first)), *below]
