"""Conflicts of optimistic locking: two sessions changed one annotation, and the reviewer says which state stays."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from annotations.annotation import Annotation
from store.edits.annotate import resolve_conflict
from store.log.events import ConflictError
from tui.notice.desk import Desk

if TYPE_CHECKING:
    from tui.forms.conflict import ConflictScreen, Kept


class Conflicts:
    """Asks about each change of one's own that was refused because the annotation had changed meanwhile.

    Args:
        desk: the desk whose refused changes are asked about.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._asked: ConflictScreen | None = None
        desk.on_conflict = self.ask

    def ask(self, error: ConflictError) -> None:
        """Show both states of an annotation of one's own and ask which one stays."""
        from tui.forms.conflict import ConflictScreen  # noqa: PLC0415  # seldom needed

        change = error.change
        if change is None or change.entity != "annotation":
            return
        saved = error.current if isinstance(error.current, Annotation) else None
        mine = change.after if isinstance(change.after, Annotation) else None
        if self._asked is not None and self._asked.is_current and self._asked.about == change.key:
            # A later change of the same annotation was refused too.  Of several states of one's own only the last one
            # counts, so the earlier question is answered.
            self._asked.dismiss("saved")
        self._asked = asked = ConflictScreen(change.key, saved, mine)
        self._desk.ask(asked, partial(self._answered, asked, change.notice, saved, mine))

    def _answered(
        self,
        asked: ConflictScreen,
        notice: int,
        saved: Annotation | None,
        mine: Annotation | None,
        kept: Kept | None,
    ) -> None:
        if self._asked is asked:
            self._asked = None
        if kept != "mine":
            return
        desk = self._desk
        session = desk.session
        desk.write(partial(resolve_conflict, session.database, session.reviewer, notice, saved, mine))
        if desk.is_open and notice == desk.number:
            desk.model.put(saved, mine)
            desk.moved()
            desk.say("kept yours", "good")
        desk.show_status()
