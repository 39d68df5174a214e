"""The keys and the mouse that move the cursor and make selections."""

from __future__ import annotations

from textual import on

from tui.notice.desk import ReviewBase
from tui.text.linked_cursor import PaneName
from tui.text.motion import Unit
from tui.widgets.annotation_list import AnnotationList
from tui.widgets.text_pane import TextPane


class Moving(ReviewBase):
    """Cursor and selection."""

    def action_characters(self, count: int) -> None:
        """Move by characters."""
        self._move_characters(count)

    def action_extend_characters(self, count: int) -> None:
        """Move by characters and select."""
        self._move_characters(count, select=True)

    def action_rows(self, count: int) -> None:
        """Move by rows of the screen."""
        self._move_rows(count)

    def action_extend_rows(self, count: int) -> None:
        """Move by rows of the screen and select."""
        self._move_rows(count, select=True)

    def action_page(self, count: int) -> None:
        """Move by screens."""
        pane = self._pane
        if pane is not None:
            self._move_rows(count * max(1, pane.page_rows() - 1))

    def action_row_edge(self, direction: int) -> None:
        """Go to the start or the end of the row."""
        model, pane = self.model, self._pane
        if model is not None and pane is not None:
            self._go(pane.row_end(model.offset) if direction > 0 else pane.row_start(model.offset), ahead=direction < 0)

    def action_text_edge(self, direction: int) -> None:
        """Go to the start or the end of the text."""
        if self.model is not None:
            self._go(len(self.model.text) if direction > 0 else 0)

    def action_unit(self, unit: Unit, direction: int) -> None:
        """Go to the next or the previous word, sentence or paragraph."""
        if self.model is not None:
            self.model.move_unit(unit, direction)
            self._goal = None
            self._moved()

    def action_other_pane(self) -> None:
        """Give the other pane the cursor."""
        if self.model is None:
            return
        self.model.switch_pane()
        self._goal = None
        if self.view.alone:
            self.view.fit()
        self._moved()

    def action_neighbour(self, direction: int) -> None:
        """Go to the next or previous suggestion, or annotation when none is left."""
        item = self.model.neighbour(direction) if self.model is not None else None
        if item is None:
            self.say("nothing tagged yet", "dim")
        else:
            self._go_to(item)

    def action_innermost(self) -> None:
        """Choose the innermost annotation at the cursor; again, the next one out."""
        if self.model is not None:
            self.model.choose_next_out()
            self._moved()

    def action_unfold(self) -> None:
        """Show in full what is folded at the cursor, or fold it again."""
        self.view.unfold()

    def action_alone(self) -> None:
        """Give the pane with the cursor all the room, or share it again."""
        self.view.alone = not self.view.alone
        self.view.fit()

    def _go(self, offset: int, *, ahead: bool = False) -> None:
        if self.model is not None:
            self.model.move_to(offset, ahead=ahead)
            self._goal = None
            self._moved()

    def _move_characters(self, count: int, *, select: bool | None = None) -> None:
        model = self.model
        if model is None:
            return
        fold = self.view.fold_at_cursor()
        if fold is not None and count > 0:
            model.move_to(fold.end, select=select)
        else:
            model.move(count, select=select)
        landed = self.view.fold_at_cursor()
        if landed is not None:
            model.move_to(landed.start, select=select)
        self._goal = None
        self._moved()

    def _move_rows(self, count: int, *, select: bool | None = None) -> None:
        model, pane = self.model, self._pane
        if model is None or pane is None:
            return
        offset, self._goal = pane.move_rows(model.offset, count, self._goal)
        model.move_to(offset, select=select, ahead=count > 0)
        self._moved()

    # Selecting

    def action_select(self) -> None:
        """Begin a selection at the cursor, or end it."""
        model = self.model
        if model is not None:
            model.anchor = model.offset if model.anchor is None else None
            self._moved()

    def action_drop_selection(self) -> None:
        """Drop the selection, the choice of an annotation and what a search has marked."""
        if self.model is not None:
            self.model.drop_selection()
            self.model.chosen = None
            self.model.hits = []
            self._moved()

    def action_grow(self) -> None:
        """Select the word at the cursor; again, the clause, the sentence, the paragraph."""
        if self.model is None:
            return
        unit = self.model.grow()
        self._goal = None
        self._moved()
        self.say(f"{unit} selected" if unit is not None else "nothing larger is there to select", "dim")

    def action_shrink(self) -> None:
        """Take back the last growth of the selection."""
        if self.model is None:
            return
        shrunk = self.model.shrink()
        self._goal = None
        self._moved()
        if not shrunk:
            self.say("nothing to shrink: s grows a selection", "dim")

    @on(TextPane.Pointed)
    def _pointed(self, message: TextPane.Pointed) -> None:
        model = self.model
        if model is not None:
            model.drop_selection()
            model.focus(_name_of(message.pane))
            model.move_to(message.offset, select=False)
            self._goal = None
            self._moved(message.pane)

    @on(TextPane.Dragged)
    def _dragged(self, message: TextPane.Dragged) -> None:
        model = self.model
        if model is not None:
            model.focus(_name_of(message.pane))
            model.move_to(message.anchor, select=False)
            model.move_to(message.offset, select=True)
            self._goal = None
            self._moved(message.pane)

    @on(TextPane.FoldPressed)
    def _fold_pressed(self, message: TextPane.FoldPressed) -> None:
        if self.model is not None:
            self.model.focus("raw")
            self.model.move_to(message.row.start, select=False)
            self.view.unfold()

    @on(AnnotationList.Chosen)
    def _chosen(self, message: AnnotationList.Chosen) -> None:
        item = self.model.find(message.annotation_id) if self.model is not None else None
        if item is not None:
            self._go_to(item)


def _name_of(pane: TextPane) -> PaneName:
    return "raw" if pane.id == "raw" else "normalized"
