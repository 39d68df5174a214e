"""The form that asks for one of a few values; one key answers, or a click on a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from tui.forms.form import StandingScreen
from tui.screen import ZhupiScreen

Value = TypeVar("Value", bound=str)


def keys_of(letters: Mapping[Value, str], ids: str, leaves: str) -> list[BindingType]:
    """The bindings of such a form: the digit of each value, and its letter.

    Args:
        letters: the letter of each value, in the order of the digits; "" where it has none.
        ids: what the ids of the bindings begin with, before a point.
        leaves: the keys that leave the value as it is, with commas between them.
    """
    keys = {
        value: f"{digit},{letter}" if letter else f"{digit}" for digit, (value, letter) in enumerate(letters.items(), 1)
    }
    return [
        *(Binding(keys[value], f"choose('{value}')", value, id=f"{ids}.{value}", priority=True) for value in keys),
        Binding(leaves, "dismiss", "leave it", id=f"{ids}.leave", priority=True),
    ]


class OneKeyScreen(StandingScreen[Value | None], ZhupiScreen[Value | None], Generic[Value]):
    """Asks for a value; dismissed with the answer, or None where it was cancelled.

    Args:
        asks: what the value is of, in the frame.
        rows: what stands before each value, in the order of the digits, and what it means.
        now: the value as it is.
        below: what stands below the values.
    """

    WIDTH: ClassVar[int]
    """Cells of the names of the values."""

    def __init__(self, asks: str, rows: Mapping[Value, tuple[str, str]], now: Value, below: Content) -> None:
        super().__init__()
        self._asks = asks
        self._values = [*rows]
        lines = (self._row(value, *told, is_now=value == now) for value, told in rows.items())
        self._page = Content("\n").join([*lines, below])

    def rows_below(self, size: Size) -> int:
        """Frame, a row a value, what stands below them."""
        del size
        return 1 + len(self._page.split("\n"))

    def heading(self, room: int) -> Content:
        """What it is."""
        del room
        return Content(f" {self._asks} ")

    def compose(self) -> ComposeResult:
        """One line a value."""
        with Vertical():
            yield Static(self._page)

    def on_mount(self) -> None:
        """Take keys."""
        self.ready.set()

    def on_click(self, event: events.Click) -> None:
        """Choose the value in whose row the mouse was; anywhere else leave it."""
        page = self.query_one(Static).region
        row = event.screen_y - page.y
        on_page = page.contains(event.screen_x, event.screen_y)
        self.dismiss(self._values[row] if on_page and row < len(self._values) else None)

    def action_choose(self, value: Value) -> None:
        """Answer with a value."""
        self.dismiss(value)

    def _row(self, value: Value, keys: str, meaning: str, *, is_now: bool) -> Content:
        return Content.assemble(
            (f" {keys} ", "bold $accent"),
            (value.ljust(self.WIDTH), "bold" if is_now else ""),
            (meaning, "$secondary"),
            ("  now" if is_now else "", "$accent"),
        )
