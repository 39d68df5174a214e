"""The help: keys, labels and guideline, on top of the screen that they belong to."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from annotations.labels import LabelSet
from tui.screen import ZhupiScreen
from tui.terminal.display import field, visible
from tui.terminal.width import cells
from tui.text.wrap import broken

_PAGE = 68
"""Cells of the page of keys at most, with its frame."""
_AROUND = 7
"""Cells of a page that hold no text: frame, padding, scroll bar."""
_KEY_CELLS, _KEY_CELLS_NARROW = 20, 14
"""Cells of the column of keys."""
_ROOMY = 60
"""Cells of a screen from which that column has its full width."""

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
        Binding("question_mark,escape,q,ctrl+q,enter", "dismiss", "close", id="help.close", priority=True),
        Binding("tab", "turn", "keys, guideline", id="help.turn", priority=True),
        Binding("j,down", "scroll(2)", "down", id="help.down", priority=True),
        Binding("k,up", "scroll(-2)", "up", id="help.up", priority=True),
        Binding("pagedown,space", "scroll(10)", "page down", id="help.page_down", priority=True),
        Binding("pageup", "scroll(-10)", "page up", id="help.page_up", priority=True),
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

    def on_resize(self) -> None:
        """Break the lines for the width of the page."""
        self._show_keys()

    def use_labels(self, labels: LabelSet) -> None:
        """Show another label set, and the keys that are those of labels now."""
        self._labels = labels
        self._show_keys()

    def _show_keys(self) -> None:
        if self.is_mounted:
            self.query_one("#help-page", Static).update(self._page())

    def on_click(self, event: events.Click) -> None:
        """Close, or on the lower border of a page, which names the other one, turn to that."""
        pages = [page.region for page in self.query(VerticalScroll) if page.display]
        if any(page.contains(event.screen_x, event.screen_y) and event.screen_y == page.bottom - 1 for page in pages):
            self.action_turn()
        else:
            self.dismiss()

    def action_turn(self) -> None:
        """Switch between keys and guideline."""
        for page in self.query(VerticalScroll):
            page.toggle_class("-turned")

    def action_scroll(self, rows: int) -> None:
        """Scroll down by ``rows``, or up where it is negative."""
        self.query_one("VerticalScroll.-turned", VerticalScroll).scroll_relative(y=rows, animate=False)

    def _page(self) -> Content:
        lines: list[Content] = []
        width = self.app.size.width
        columns = min(_PAGE, width) - _AROUND, _KEY_CELLS if width >= _ROOMY else _KEY_CELLS_NARROW
        for heading, keys in self._groups():
            lines.append(Content.styled(heading, "bold $accent"))
            for key, action in keys:
                lines += _entry(key, action, *columns)
            lines.append(Content(""))
        lines.append(Content.styled("Labels", "bold $accent"))
        for digit, label in enumerate(self._labels.shown, 1):
            lines += _entry(f"{digit} {label.key or ' '} {label.name}", label.description, *columns)
        return Content("\n").join(lines)


def _entry(key: str, action: str, width: int, key_cells: int) -> list[Content]:
    """A key and what it does, in lines of ``width`` cells; a long text continues in lines below, never under the keys.

    Args:
        key: the keys as they are shown.
        action: what they do.
        width: cells of a line.
        key_cells: cells of the column of keys.
    """
    first, *rest = broken(action, max(1, width - key_cells)) or [""]
    below = [Content(" " * key_cells + each) for each in rest]
    if cells(visible(key)) + 2 >= key_cells:
        # Keys that take more than their column have lines of their own.
        own = [Content.styled(f"  {each}", "bold") for each in broken(key, max(1, width - 2))]
        return [*own, Content(" " * key_cells + first), *below]
    return [Content.assemble((field(f"  {key}", key_cells), "bold"), Content(first)), *below]
