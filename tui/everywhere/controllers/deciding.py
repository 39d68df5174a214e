"""The actions that decide on places, one or many: accept, reject or delete, tag; undo and redo.

What one key does is one step of undo.  It goes on in the thread of the writer while the list stays usable.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, Literal

from annotations.errors import ZhupiError
from annotations.labels import Label
from store.edits.long_step import StepReport
from store.edits.places import PlacesEdit
from store.edits.undo import Reversal, redo, undo
from tui.everywhere.listing import Listing
from tui.everywhere.reader import Reader
from tui.everywhere.steps import Steps
from tui.screen import Controller
from tui.session.reversal import told

_DONE: Final = {"accept": "accepted", "reject": "rejected"}


class Deciding(Controller):
    """Accepts, rejects and tags places, undoes and redoes.

    Args:
        listing: the places as they are shown.
        reader: reads again what is said about them.
        steps: what is under way.
    """

    def __init__(self, listing: Listing, reader: Reader, steps: Steps) -> None:
        self._listing: Final = listing
        self._reader: Final = reader
        self._steps: Final = steps

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
        elif self._steps.are_under_way:
            self._steps.stop()
        elif self._reader.is_reading:
            self._reader.stop()
            listing.say(listing.reading_stopped, "dim")

    # One step

    def _do(self, wanted: Literal["accept", "reject"] | Label, done: str) -> None:
        listing, session = self._listing, self._listing.session
        rows = listing.targets
        listing.clear_message()
        if not rows:
            return
        alone = not listing.ticked
        targets = [(row.number, row.span) for row in rows]
        edit = PlacesEdit(session.database, session.reviewer, targets, wanted, listing.only)
        listing.tick(())
        self._steps.run(edit, rows, lambda report: self._told(report, wanted, done, alone=alone))
        if alone:
            # What follows is seen before it is decided.
            listing.places.move(1)
            listing.show_place()

    def _told(
        self, report: StepReport, wanted: Literal["accept", "reject"] | Label, done: str, *, alone: bool
    ) -> tuple[str, str]:
        """What was done, and what was left as it is, in one line."""
        listing = self._listing
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
                return listing.nothing_to_accept, "dim"
            return "; ".join(left) or "nothing to do", "dim"
        takes_back = f"{listing.key('undo')} takes {'them' if report.changed > 1 else 'it'} back"
        return "; ".join([f"{done}: {report.changed:,}", *left, takes_back]), "good"

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
                listing.reversed(reversal)
                self._reader.freshen(change.notice for change in reversal.changes)

        def failed(error: ZhupiError) -> None:
            listing.saving.problem = session.short_message(error)
            listing.say(f"nothing was changed: {session.message(error)}", "bad")
            self._reader.freshen()

        listing.saving.write(partial(reverse, session.database, session.reviewer), done, failed)
