"""Steps about many places that are under way: how far they are, what stops them, and what is said when they end.

Controllers share them, so that one key stops whatever is under way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from annotations.errors import ZhupiError
from store.edits.long_step import LongStep, StepReport
from tui.everywhere.listing import Listing
from tui.everywhere.reader import Reader
from tui.everywhere.rows import PlaceRow

_PROGRESS: Final = 0.2
"""Seconds between two looks at how far a step is."""


class Steps:
    """The steps of one screen, one behind the other in the thread of the writer, while the list stays usable.

    Args:
        listing: the places as they are shown.
        reader: reads again what is said about them.
    """

    def __init__(self, listing: Listing, reader: Reader) -> None:
        self._listing: Final = listing
        self._reader: Final = reader
        self._under_way: list[LongStep] = []
        self._stopped: list[LongStep] = []
        self._timer: asyncio.TimerHandle | None = None

    @property
    def are_under_way(self) -> bool:
        """Whether any step has not ended."""
        return bool(self._under_way)

    def run(
        self,
        step: LongStep,
        rows: Sequence[PlaceRow],
        told: Callable[[StepReport], tuple[str, str]],
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        """Run a step, show how far it is, and say at its end what it did.

        Args:
            step: the step.
            rows: the rows that are read again then.
            told: what is to be said, and how it looks.
            ended: called when it has ended, done or stopped or refused.
        """
        # One that was stopped may go on.
        self._stopped = [each for each in self._stopped if each is not step]
        self._under_way.append(step)
        self._listing.saving.write(
            partial(step.run, lambda: step not in self._stopped),
            lambda report: self._done(step, rows, told(report), ended),
            partial(self._failed, step, rows, ended),
        )
        self.show_progress()

    def stop(self) -> None:
        """Stop what is under way between two transactions; what was done stays."""
        self._stopped = [*self._under_way]

    def close(self) -> None:
        """Show no progress any more; what is under way goes on."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def show_progress(self) -> None:
        """Show how far the first step is."""
        self.close()
        listing = self._listing
        step = next(iter(self._under_way), None)
        if step is None or step.report.total == 1:
            listing.doing = ""
        else:
            listing.doing = f"{step.report.done:,} of {step.report.total:,}, {listing.key('clear')} stops"
            self._timer = asyncio.get_running_loop().call_later(_PROGRESS, self.show_progress)
        listing.show_position()

    def _done(
        self, step: LongStep, rows: Sequence[PlaceRow], message: tuple[str, str], ended: Callable[[], None]
    ) -> None:
        self._end(step)
        ended()
        self._listing.say(*message)
        self._reader.freshen(row.number for row in rows)

    def _failed(self, step: LongStep, rows: Sequence[PlaceRow], ended: Callable[[], None], error: ZhupiError) -> None:
        self._end(step)
        ended()
        session = self._listing.session
        self._listing.saving.problem = session.short_message(error)
        done = f"after {step.report.changed:,}: " if step.report.changed else "nothing was changed: "
        self._listing.say(f"{done}{session.message(error)}", "bad")
        self._reader.freshen(row.number for row in rows)

    def _end(self, step: LongStep) -> None:
        self._under_way.remove(step)
        self.show_progress()
