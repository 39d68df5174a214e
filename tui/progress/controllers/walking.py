"""The actions that move through the tables of the progress screen."""

from __future__ import annotations

from tui.progress.board import Board
from tui.progress.reader import Reader
from tui.progress.tabs import TABS
from tui.screen import Controller


class Walking(Controller):
    """Moves the cursor, and shows other tables.

    Args:
        board: what is shown.
        reader: reads what a table needs.
    """

    def __init__(self, board: Board, reader: Reader) -> None:
        self._board = board
        self._reader = reader

    def action_move(self, rows: int) -> None:
        """Move the cursor by rows."""
        self._board.move_to(self._board.row + rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by pages: the height of the list less one row."""
        self._board.move_to(self._board.row + pages * self._board.list.page)

    def action_first(self) -> None:
        """Go to the first row."""
        self._board.move_to(0)

    def action_last(self) -> None:
        """Go to the last row."""
        self._board.move_to(self._board.rows - 1)

    def action_table(self, index: int) -> None:
        """Show a table."""
        self._board.use_tab(TABS[index])
        self._reader.read_table()

    def action_next_table(self, by: int) -> None:
        """Show the next table, or the one before."""
        self.action_table((TABS.index(self._board.tab) + by) % len(TABS))

    def action_turn(self, by: int) -> None:
        """Turn the table to another person, measure, kind or example, of rules to scores, or the plot to minutes."""
        self._board.turn(by)
        self._reader.read_table()
