"""Asks whether to quit although changes are not saved: somebody else holds the database, or it takes long."""

from __future__ import annotations

from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from tui.forms.form import FormScreen
from tui.widgets.choice_field import ChoiceField
from tui.widgets.key_bar import KeyBar
from tui.widgets.text_rows import TextRows

Answer = Literal["stay", "quit"]


class UnsavedScreen(FormScreen[Answer]):
    """Asks whether to quit; dismissed with the answer.

    Args:
        held: what is not saved and who holds the database, as the head says it; None where nobody does, and saving
            takes long.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "do it", id="unsaved.accept", priority=True),
        Binding("escape", "leave", "stay", id="unsaved.leave", priority=True),
        Binding("tab,down,right", "turn(1)", "the other one", id="unsaved.next", priority=True),
        Binding("shift+tab,up,left", "turn(-1)", "the other one", id="unsaved.previous", priority=True),
    ]
    """
    | Key | Does |
    | --- | --- |
    | `enter` | do what is marked |
    | `tab`, arrows | mark the other one |
    | `esc` | stay |
    """

    DEFAULT_CSS = """
    UnsavedScreen {
        & TextRows { height: auto; margin: 1 0; }
        & KeyBar { margin: 1 0 0 0; }
        &.-low TextRows, &.-low KeyBar { margin: 0; }
    }
    """

    def __init__(self, held: str | None) -> None:
        super().__init__()
        self._told = (
            "the last changes are still being saved; that may take a while" if held is None
            else f"{held}; saved once it is free"
        )  # fmt: skip

    @property
    def first(self) -> ChoiceField:
        """The choice between the two."""
        return self.query_one(ChoiceField)

    def heading(self, room: int) -> Content:
        """What it is."""
        del room
        return Content(" Quit ")

    def compose(self) -> ComposeResult:
        """What is not saved, and the choice."""
        with Vertical():
            yield TextRows(self._told, most=4)
            yield ChoiceField([("stay", "stay"), ("quit, and lose them", "quit")], "stay", unset=False, digits=True)
            yield KeyBar([("enter", "do it"), ("tab", "the other one"), ("esc", "stay")])

    def action_accept(self) -> None:
        """Answer with what is marked."""
        self.dismiss("quit" if self.first.value == "quit" else "stay")

    def action_leave(self) -> None:
        """Stay."""
        self.dismiss("stay")

    def action_turn(self, by: int) -> None:
        """Mark the other one."""
        self.first.cycle(by)
