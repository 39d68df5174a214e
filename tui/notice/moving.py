"""The actions of keys and mouse that move the cursor and select text."""

from __future__ import annotations

from typing import Final

from annotations.annotation import Annotation, clip
from tui.notice.desk import Desk
from tui.screen import Controller
from tui.text.linked_cursor import PaneName
from tui.text.motion import Unit

_CLICKED: Final[dict[int, Unit]] = {2: "word", 3: "sentence"}
"""What as many clicks in a row select."""


class Moving(Controller):
    """Moves the cursor and changes the selection.

    Args:
        desk: the desk with the notice; mouse events of its view come here.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._active: Annotation | None = None
        """What was the active span when the mouse was pressed."""
        desk.view.pointing = self

    def action_characters(self, count: int) -> None:
        """Move by characters."""
        self._move_characters(count)

    def action_extend_characters(self, count: int) -> None:
        """Move by characters and extend the selection."""
        self._move_characters(count, select=True)

    def action_rows(self, count: int) -> None:
        """Move by rows."""
        self._move_rows(count)

    def action_extend_rows(self, count: int) -> None:
        """Move by rows and extend the selection."""
        self._move_rows(count, select=True)

    def action_page(self, count: int) -> None:
        """Move by pages: the height of the pane less one row."""
        self._move_rows(count * max(1, self._desk.pane.page_rows() - 1))

    def action_row_edge(self, direction: int) -> None:
        """Go to the start or the end of the row."""
        pane, offset = self._desk.pane, self._desk.model.offset
        self._go(pane.row_end(offset) if direction > 0 else pane.row_start(offset), ahead=direction < 0)

    def action_text_edge(self, direction: int) -> None:
        """Go to the start or the end of the text."""
        self._go(len(self._desk.model.text) if direction > 0 else 0)

    def action_unit(self, unit: Unit, direction: int) -> None:
        """Go to the next or the previous word, sentence or paragraph."""
        self._desk.model.move_unit(unit, direction)
        self._desk.jumped()

    def action_unit_end(self, unit: Unit) -> None:
        """Go to the end of the word, sentence or paragraph, or of the next one."""
        self._desk.model.move_to_unit_end(unit)
        self._desk.jumped()

    def action_other_pane(self) -> None:
        """Move the cursor to the other pane."""
        if self._desk.view.says_the_same and not self._desk.view.alone:
            self._desk.say(f"both texts are the same: {self._desk.key('review.alone')} shows both", "dim")
            return
        self._desk.model.switch_pane()
        self._desk.goal = None
        self._desk.moved()

    def action_innermost(self) -> None:
        """Choose the innermost annotation at the cursor; pressed again, the next outer one."""
        self._desk.model.choose_enclosing()
        self._desk.moved()

    def action_alone(self) -> None:
        """Show the pane with the cursor alone, or both panes again."""
        self._desk.view.turn_panes()

    def _go(self, offset: int, *, ahead: bool = False) -> None:
        self._desk.model.move_to(offset, ahead=ahead)
        self._desk.jumped()

    def _move_characters(self, count: int, *, select: bool | None = None) -> None:
        model, view = self._desk.model, self._desk.view
        fold = view.fold_at_cursor()
        if fold is not None and count > 0:
            model.move_to(fold.end, select=select)
        else:
            model.move(count, select=select)
        landed = view.fold_at_cursor()
        if landed is not None:
            model.move_to(landed.start, select=select)
        self._desk.jumped()

    def _move_rows(self, count: int, *, select: bool | None = None) -> None:
        desk = self._desk
        offset, desk.goal = desk.pane.move_rows(desk.model.offset, count, desk.goal)
        desk.model.move_to(offset, select=select, ahead=count > 0)
        desk.moved()

    # Selecting

    def action_select(self) -> None:
        """Start a selection: as the chosen span, else at the cursor; drop one that there is."""
        desk, model = self._desk, self._desk.model
        model.begin_selection()
        desk.jumped()
        if model.reshaped is not None:
            again = f": {desk.key('review.select')} again selects from the cursor"
            desk.say_with_keys(f"ends of {model.reshaped.label} {clip(desk.view.quote(model.reshaped))}", again, "dim")

    def action_swap_ends(self) -> None:
        """Put the cursor on the other end of the selection, which motions move then."""
        desk = self._desk
        if desk.model.swap_ends():
            desk.jumped()
        else:
            desk.say(f"nothing is selected: {desk.key('review.select')} selects", "dim")

    def action_drop_selection(self) -> None:
        """Drop the selection, the chosen annotation and the hits of a search."""
        model = self._desk.model
        model.drop_selection()
        model.chosen = None
        model.hits = []
        self._desk.moved()

    def action_grow(self) -> None:
        """Grow the selection to the word at the cursor, then to the clause, the sentence, the paragraph."""
        unit = self._desk.model.grow()
        self._desk.jumped()
        self._desk.say(f"{unit} selected" if unit is not None else "nothing larger is there to select", "dim")

    def action_shrink(self) -> None:
        """Undo the last growth of the selection."""
        shrunk = self._desk.model.shrink()
        self._desk.jumped()
        if not shrunk:
            self._desk.say(f"nothing to shrink: {self._desk.key('review.grow')} grows a selection", "dim")

    # The mouse

    def pointed(self, pane: PaneName, offset: int) -> None:
        """Put the cursor on the character that was pressed."""
        model = self._desk.model
        self._active = model.current
        model.drop_selection()
        model.focus(pane)
        model.move_to(offset, select=False)
        self._desk.jumped(pane)

    def clicked(self, pane: PaneName, offset: int, times: int) -> None:
        """Select the word that was clicked twice, or the sentence that was clicked three times."""
        model, unit = self._desk.model, _CLICKED[times]
        model.drop_selection()
        model.focus(pane)
        model.move_to(offset, select=False)
        model.select_unit(unit)
        self._desk.jumped(pane)
        self._desk.say(f"{unit} selected", "dim")

    def dragged(self, pane: PaneName, anchor: int, offset: int) -> None:
        """Move the end of the active span where the drag began, or select from there to the mouse."""
        model = self._desk.model
        model.focus(pane)
        if not model.drag_end(self._active, anchor, offset):
            model.move_to(anchor, select=False)
            model.move_to(offset, select=True)
        self._desk.jumped(pane)

    def fold_pressed(self, offset: int) -> None:
        """Unfold the region whose fold row was pressed."""
        self._desk.model.focus("raw")
        self._desk.model.move_to(offset, select=False)
        self._desk.view.unfold()

    def annotation_pressed(self, annotation_id: str) -> None:
        """Go to the annotation that was pressed in the list."""
        item = self._desk.model.find(annotation_id)
        if item is not None:
            self._desk.go_to(item)
