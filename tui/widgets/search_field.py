"""The field of an inline search.  It is imported with the first search: its base is slow to import."""

from __future__ import annotations

from typing import ClassVar, Protocol

from textual.binding import Binding, BindingType

from tui.widgets.field import TextField


class Searched(Protocol):
    """What is searched while somebody types."""

    def typed(self, query: str) -> None:
        """Another text is in the field."""

    def accepted(self, query: str) -> None:
        """The search is over: go to what was found."""

    def left(self) -> None:
        """The search is over: go back to where it began."""

    def dropped(self) -> None:
        """The search is over: something else has got the focus."""

    def stepped(self, direction: int) -> None:
        """Show the next (1) or the previous (-1) hit; the search goes on."""


class SearchField(TextField):
    """The text that is searched for.

    Args:
        searched: what is searched.
        id: the id of the widget.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "stay at the hit", id="search.accept", priority=True),
        Binding("escape", "leave", "back to where the search began", id="search.leave", priority=True),
        Binding("down,ctrl+n", "step(1)", "next hit", id="search.next", priority=True),
        Binding("up", "step(-1)", "previous hit", id="search.previous", priority=True),
    ]
    """
    | Key | Does |
    | --- | --- |
    | `enter` | stay at the hit; an empty text clears the hits |
    | `esc` | go back to where the search began |
    | `down` `up` `ctrl+n` | next, previous hit |
    """

    def __init__(self, searched: Searched, *, id: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(placeholder="search this notice; Simplified finds Traditional", select_on_focus=True, id=id)
        self.searched = searched
        """What is searched."""

    def on_input_changed(self, event: TextField.Changed) -> None:
        """Search for what is typed."""
        event.stop()
        self.searched.typed(self.value)

    def on_blur(self) -> None:
        """End the search where something else has got the focus, as by a click."""
        self.call_after_refresh(self._look_at_focus)

    def _look_at_focus(self) -> None:
        # A terminal that is out of focus takes it from everything, and gives it back later.
        if self.screen.focused not in (None, self):
            self.searched.dropped()

    def action_accept(self) -> None:
        """End the search at the hit."""
        self.searched.accepted(self.value)

    def action_leave(self) -> None:
        """End the search where it began."""
        self.searched.left()

    def action_step(self, direction: int) -> None:
        """Show another hit."""
        self.searched.stepped(direction)
