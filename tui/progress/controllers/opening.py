"""The action that leads from a figure to the work behind it."""

from __future__ import annotations

from store.edits.seen_layers import see_layers
from store.read.disagreements import Example
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
        """Open the notice that is stuck, or that of an example at its place; of a person, show their labels."""
        board = self._board
        example = board.example
        if board.current is not None:
            board.clear_message()
            board.host.open_notice(board.current.number)
        elif example is not None:
            self._note_seen(example)
            # The next time the next example is opened.
            board.turn(1)
            board.host.open_notice(example.number, place=example.span)
        elif board.tab == "people":
            board.turned["labels"] = board.row
            board.use_tab("labels")

    def _note_seen(self, example: Example) -> None:
        """Note in the log whose layers the reviewer saw of a notice in which they go on to work now."""
        session = self._board.session
        names = [side.annotator for side in example.sides]
        self._board.saving.write(
            lambda: see_layers(session.database, session.reviewer, example.number, names),
            lambda _: None,
            lambda error: self._board.say(session.message(error), "bad"),
        )
