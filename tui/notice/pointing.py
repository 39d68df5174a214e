"""What carries out the mouse events of the view of a notice."""

from __future__ import annotations

from typing import Protocol

from tui.text.linked_cursor import PaneName


class Pointing(Protocol):
    """What carries out the mouse events of the view."""

    def pointed(self, pane: PaneName, offset: int) -> None:
        """A character was pressed."""

    def clicked(self, pane: PaneName, offset: int, times: int) -> None:
        """A character was clicked two or three times in a row."""

    def dragged(self, pane: PaneName, anchor: int, offset: int) -> None:
        """The mouse was dragged from one character to another."""

    def fold_pressed(self, offset: int) -> None:
        """The fold row that begins at this raw offset was pressed."""

    def annotation_pressed(self, annotation_id: str) -> None:
        """An annotation of the list was pressed."""


class Keeping(Protocol):
    """What keeps the ends of an annotation that the mouse has dragged."""

    def keep_ends(self) -> None:
        """The button was let go while an annotation was selected for new ends."""
