"""The actions that decide on places, one or many: accept, reject or delete, tag; undo and redo.

What one key does is one step of undo.  It goes on in the thread of the writer while the list stays usable.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Literal

from annotations.errors import ZhupiError
from annotations.labels import Label
from store.edits.long_step import StepReport
from store.edits.places import PlacesEdit
from store.edits.undo import Reversal, redo, undo
from tui.everywhere.listing import Listing
from tui.everywhere.reader import Reader
from tui.everywhere.rows import PlaceRow
from tui.screen import Controller
from tui.session.reversal import told

_PROGRESS: Final = 0.2
"""Seconds between two looks at how far a step is."""

_DONE: Final = {"accept": "accepted", "reject": "rejected"}


class Deciding(Controller):
    """Accepts, rejects and tags places, undoes and redoes.

    Args:
        listing: the places as they are shown.
        reader: reads again what is said about them.
    """

    def __init__(self, listing: Listing, reader: Reader) -> None:
        self._listing: Final = listing
        self._reader: Final = reader
        self._under_way: list[PlacesEdit] = []
        self._stopped: list[PlacesEdit] = []
        self._timer: asyncio.TimerHandle | None = None

    def close(self) -> None:
        """Show no progress any more; what is under way goes on."""
        self._cancel_timer()

    def action_decide(self, what: Literal["accept", "reject"]) -> None:
        """Accept or reject the suggestions that are just there; without one, reject deletes one's own annotations."""
        self._do(what, _DONE[what])

    def action_tag(self, index: int) -> None:
        """Tag the places.

        Args:
            index: the position of the label among those that are not hidden, from 0.
        """
        labels = self._listing.session.labels.shown
        if index < len(labels):
            self._do(labels[index], f"tagged {labels[index].name}")

    def action_clear(self) -> None:
        """Drop the ticks; where there are none, stop what is under way: a step, else reading."""
        listing = self._listing
        listing.clear_message()
        if listing.ticked:
            listing.tick(())
        elif self._under_way:
            self._stopped = [*self._under_way]
        elif self._reader.is_reading:
            self._reader.stop()
            listing.say(f"stopped; {listing.keys.shown('everywhere.last')} reads on", "dim")

    # One step

    def _do(self, wanted: Literal["accept", "reject"] | Label, done: str) -> None:
        listing, session = self._listing, self._listing.session
        rows = listing.targets
        listing.clear_message()
        if not rows:
            return
        alone = not listing.ticked
        edit = PlacesEdit(session.database, session.reviewer, [(row.number, row.span) for row in rows], wanted)
        self._under_way.append(edit)
        listing.tick(())
        listing.saving.write(
            partial(edit.run, lambda: edit not in self._stopped),
            lambda report: self._done(edit, rows, self._told(report, wanted, done, alone=alone)),
            partial(self._failed, edit, rows),
        )
        if alone:
            # What follows is seen before it is decided.
            listing.places.move(1)
            listing.show_place()
        self._show_progress()

    def _done(self, edit: PlacesEdit, rows: Sequence[PlaceRow], message: tuple[str, str]) -> None:
        self._end(edit)
        self._listing.say(*message)
        self._reader.freshen(row.number for row in rows)

    def _failed(self, edit: PlacesEdit, rows: Sequence[PlaceRow], error: ZhupiError) -> None:
        self._end(edit)
        session = self._listing.session
        self._listing.saving.problem = session.short_message(error)
        done = f"after {edit.report.changed:,}: " if edit.report.changed else "nothing was changed: "
        self._listing.say(f"{done}{session.message(error)}", "bad")
        self._reader.freshen(row.number for row in rows)

    def _told(
        self, report: StepReport, wanted: Literal["accept", "reject"] | Label, done: str, *, alone: bool
    ) -> tuple[str, str]:
        """What was done, and what was left as it is, in one line."""
        keys = self._listing.keys
        left = []
        if report.unchanged:
            why = "had it already" if isinstance(wanted, Label) else f"nothing to {wanted} there"
            left.append(f"{report.unchanged:,} left: {why}")
        if report.otherwise:
            left.append(f"{report.otherwise:,} left: you have another label there")
        if report.overtaken:
            left.append(f"{report.overtaken:,} changed meanwhile")
        if report.done < report.total:
            left.append(f"stopped after {report.done:,} of {report.total:,}")
        if not report.changed:
            if alone and wanted == "accept":
                tags = keys.shown(*(f"everywhere.tag_{digit}" for digit in (1, 2, 3)))
                return f"nothing to accept there: {tags} tag it", "dim"
            return "; ".join(left) or "nothing to do", "dim"
        takes_back = f"{keys.shown('everywhere.undo')} takes {'them' if report.changed > 1 else 'it'} back"
        return "; ".join([f"{done}: {report.changed:,}", *left, takes_back]), "good"

    # Progress

    def _show_progress(self) -> None:
        self._cancel_timer()
        listing = self._listing
        edit = next(iter(self._under_way), None)
        if edit is None or edit.report.total == 1:
            listing.doing = ""
        else:
            stops = listing.keys.shown("everywhere.clear")
            listing.doing = f"{edit.report.done:,} of {edit.report.total:,}, {stops} stops"
            self._timer = asyncio.get_running_loop().call_later(_PROGRESS, self._show_progress)
        listing.show_position()

    def _end(self, edit: PlacesEdit) -> None:
        self._under_way.remove(edit)
        self._show_progress()

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # Undo and redo

    def action_undo(self) -> None:
        """Undo the reviewer's last step, wherever it was."""
        self._reverse(undo, "nothing to undo")

    def action_redo(self) -> None:
        """Redo the step that was undone last."""
        self._reverse(redo, "nothing to redo")

    def _reverse(self, reverse: Callable[..., Reversal | None], nothing: str) -> None:
        listing, session = self._listing, self._listing.session
        listing.clear_message()

        def done(reversal: Reversal | None) -> None:
            listing.say(*(told(reversal) if reversal is not None else (nothing, "dim")))
            if reversal is not None:
                self._reader.freshen(change.notice for change in reversal.changes)

        def failed(error: ZhupiError) -> None:
            listing.saving.problem = session.short_message(error)
            listing.say(f"nothing was changed: {session.message(error)}", "bad")
            self._reader.freshen()

        listing.saving.write(partial(reverse, session.database, session.reviewer), done, failed)
