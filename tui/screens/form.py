"""What the forms of the app share: a box over the screen, and keys that are taken in the order of their coming.

textual sends a character to the field that has the focus and lets other keys find their way up from there, so that of
keys typed ahead (or pasted by a script, or held back by a slow line) a tab is overtaken by the letters behind it.  Here
the keys that leave a field have priority and first wait until the field has taken what was typed into it.
"""

from __future__ import annotations

import asyncio

from textual.reactive import Reactive
from textual.screen import ModalScreen, ScreenResultType
from textual.widget import Widget

WIDE_COLUMNS = 60
"""Cells of a screen from which a form has room for long names."""
HIGH_ROWS = 20
"""Rows of a screen from which a form has empty rows between its parts."""


class FormScreen(ModalScreen[ScreenResultType]):
    """A box with fields.

    A subclass gives its bindings priority, begins each action with ``await self.keys_taken()``, and has ``first``.
    """

    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE_COLUMNS, "-wide")]  # noqa: RUF012  # textual types them so
    VERTICAL_BREAKPOINTS = [(0, "-low"), (HIGH_ROWS, "-high")]  # noqa: RUF012  # as above

    DEFAULT_CSS = """
    FormScreen {
        align: center middle;
        & > Vertical {
            width: 76;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            background: $surface;
            border: round $secondary;
            border-title-color: $accent;
            padding: 0 2;
        }
        &.-narrow > Vertical { padding: 0 1; }
        & KeyBar { background: $surface; }
    }
    """

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """The field that has the focus; textual draws the whole screen again with it, the one below included."""

    def __init__(self) -> None:
        super().__init__()
        self.ready = asyncio.Event()
        """Set when a field has the focus; the app holds keys back until then."""

    @property
    def first(self) -> Widget:
        """The field to begin in."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Begin."""
        self.set_focus(self.first)
        self.ready.set()

    async def keys_taken(self) -> None:
        """Wait until the field that has the focus has taken the keys sent to it.

        Only for actions of priority bindings, which the app runs: a field that waits for itself waits for ever.
        """
        taken = asyncio.Event()
        if self.focused is not None and self.focused.call_later(taken.set):
            await taken.wait()
