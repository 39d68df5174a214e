"""The actions undo and redo, across notices: what they took back is shown where it was."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from annotations.annotation import Annotation, Review
from store.edits.undo import Reversal, redo, undo
from store.log.events import Change, joined
from store.log.kept_suspects import KeptSuspect
from tui.notice.desk import Desk
from tui.notice.layer import Layer
from tui.screen import Controller
from tui.session.reversal import told


class Undoing(Controller):
    """Undoes and redoes.

    Args:
        desk: the desk where the result is shown.
        layer: names annotations in messages.
    """

    ALWAYS: ClassVar[frozenset[str]] = frozenset({"undo", "redo"})

    def __init__(self, desk: Desk, layer: Layer) -> None:
        self._desk = desk
        self._layer = layer

    def action_undo(self) -> None:
        """Undo the reviewer's last step, in whatever notice it was."""
        self._reverse(undo, "nothing to undo")

    def action_redo(self) -> None:
        """Redo the step that was undone last."""
        self._reverse(redo, "nothing to redo")

    def _reverse(self, reverse: Callable[..., Reversal | None], nothing: str) -> None:
        session = self._desk.session
        self._desk.write(
            partial(reverse, session.database, session.reviewer, self._desk.number if self._desk.is_open else None),
            partial(self._reversed, nothing=nothing),
            keys_wait=True,
        )

    def _reversed(self, reversal: Reversal | None, *, nothing: str) -> None:
        desk = self._desk
        if reversal is None:
            desk.say(nothing, "dim")
            desk.ready.set()
            return
        message = told(reversal, self._layer.named, self._layer.called)
        if reversal.obstacle is not None:
            desk.say(*message)
            desk.ready.set()
            return
        change = reversal.change
        at = self._place_of(reversal)
        if desk.saving.under_way:
            # It took long, and keys did not wait: what is shown has changes that came after it.
            desk.mark_stale(message[0])
            desk.ready.set()
            desk.say(*message)
            return
        if change.notice != desk.number or not desk.is_open:
            desk.load(change.notice, at=at, message=message)
            return
        if self._was_or_is_contested(reversal) or not all(desk.contents.shows(each) for each in reversal.changes):
            desk.load(desk.number, at=at if at is not None else desk.model.raw_cursor.start, message=message)
            return
        desk.ready.set()
        # Undo took back the newest first.  What the step did first is shown last, since the cursor goes there.
        undone = reversal.action == "undo"
        for each in joined(reversal.changes[::-1]) if undone else joined(reversal.changes)[::-1]:
            if each.notice == desk.number:
                self._take_back(each)
        desk.moved()
        desk.say(*message)

    def _was_or_is_contested(self, reversal: Reversal) -> bool:
        """Whether what differs elsewhere is other than it is shown."""
        about = {(each.entity, each.key) for each in reversal.changes}
        return reversal.is_contested or not about.isdisjoint(self._desk.model.contested)

    def _place_of(self, reversal: Reversal) -> int | None:
        """Where the first change is that was taken back or done again; None where it has no place in its notice."""
        desk, number = self._desk, reversal.change.notice
        if desk.is_open and number == desk.number:
            contents, model = desk.contents, desk.model
            places = [contents.place_of(model, each) for each in reversal.changes if each.notice == number]
            return min((place for place in places if place is not None), default=None)
        entity = reversal.change.after if reversal.change.after is not None else reversal.change.before
        return entity.start if isinstance(entity, Annotation | KeptSuspect) else None

    def _take_back(self, change: Change) -> None:
        """Show the result of an undo or redo in this notice, and go there; assignments are not shown on this screen."""
        desk, model = self._desk, self._desk.model
        before, after = change.before, change.after
        if change.entity == "review":
            if change.key != desk.annotator:
                return
            desk.take_review(after if isinstance(after, Review) else None)
            return
        old = before if isinstance(before, Annotation) else None
        new = after if isinstance(after, Annotation) else None
        shown = new or old
        if shown is None:
            return
        model.put(old, new)
        model.drop_selection()
        model.go_to_raw(shown.start)
        model.chosen = new.id if new is not None and model.find(new.id) is not None else None
