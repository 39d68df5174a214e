"""The action that leads from a figure to the work behind it."""

from __future__ import annotations

from tui.progress.board import Board
from tui.screen import Controller


class Opening(Controller):
    """Opens what is at the cursor.

    Args:
        board: what is shown.
    """

    def __init__(self, board: Board) -> None:
        self._board = board

    def action_open(self) -> None:
        """Open the notice that is stuck; of a person, show their labels."""
        board = self._board
        if board.current is not None:
            board.clear_message()
            board.host.open_notice(board.current.number)
        elif board.tab == "people":
            board.turned["labels"] = board.row
            board.use_tab("labels")
