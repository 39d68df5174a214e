"""The action that decides what merged databases say differently of the notice."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from annotations.errors import ZhupiError
from store.db.sqlite import Connection
from tui.notice.desk import Desk
from tui.screen import Controller
from tui.terminal.display import line

if TYPE_CHECKING:
    from store.read.conflicts import ToldConflict
    from tui.forms.sides import Answer

_NOTHING = "nothing of this notice differs elsewhere"
_ABOUT_CELLS = 40
"""Cells in a message of what was decided, at most."""


class Differing(Controller):
    """Shows the sides of what differs elsewhere, and lets one of them stand.

    Args:
        desk: the desk with the notice.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def action_differing(self) -> None:
        """Show what differs elsewhere: the annotation at the cursor first."""
        current = self._desk.model.current
        self._look(None if current is None else current.id)

    def _look(self, first: str | None = None) -> None:
        """Read what differs; keys wait until its sides are shown.

        Args:
            first: the key of what is shown first; else it is the first that there is.
        """
        desk = self._desk
        desk.ready.clear()
        desk.reads.read(
            "differing",
            partial(_conflicts, notice=desk.number, viewer=desk.session.reviewer),
            partial(self._found, first),
            self._failed,
        )

    def _found(self, first: str | None, conflicts: list[ToldConflict]) -> None:
        self._desk.ready.set()
        if not conflicts:
            of_others = bool(self._desk.model.contested)
            told = "what differs is what others say; they decide it, or an adjudicator" if of_others else _NOTHING
            self._desk.say(told, "dim")
            return
        self._ask(conflicts, next((at for at, each in enumerate(conflicts) if each.key == first), 0))

    def _failed(self, error: ZhupiError) -> None:
        self._desk.ready.set()
        self._desk.say(self._desk.session.message(error), "bad")

    def _ask(self, conflicts: list[ToldConflict], at: int) -> None:
        from tui.forms.sides import SidesScreen  # noqa: PLC0415  # only when asked for

        desk, asked = self._desk, conflicts[at]
        desk.model.drop_selection()
        shown = desk.model.find(asked.key)
        if shown is not None:
            desk.model.choose(shown)
        elif asked.span is not None:
            # Nothing else shows where an annotation was that one side has deleted.
            desk.model.select_raw(asked.span)
        desk.jumped()
        desk.ask(SidesScreen(conflicts, at), partial(self._answered, conflicts, at))

    def _answered(self, conflicts: list[ToldConflict], at: int, answer: Answer | None) -> None:
        if answer is None:
            self._desk.model.drop_selection()
            self._desk.moved()
            return
        if isinstance(answer, int):
            self._ask(conflicts, (at + answer) % len(conflicts))
            return
        desk, session = self._desk, self._desk.session

        def settle_it() -> None:
            # The app rarely needs it.
            from store.edits.settle import settle  # noqa: PLC0415

            settle(session.database, session.reviewer, answer)

        desk.write(settle_it, lambda _: self._settled(conflicts[at].about), keys_wait=True)

    def _settled(self, about: str) -> None:
        # It may be anything: an annotation, the text by its regions, the title.
        self._desk.reload((f"decided: {line(about, _ABOUT_CELLS)}", "good"))


def _conflicts(connection: Connection, notice: int, viewer: str) -> list[ToldConflict]:
    from store.read.conflicts import told_conflicts  # noqa: PLC0415  # the app rarely needs it

    return list(told_conflicts(connection, notice, viewer))
