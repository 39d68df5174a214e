"""Reads for the progress screen: the figures, and how far people agree, again whenever others have done something.

The log is read on from where it was read before, so figures are there again soon however long it is.  Agreement,
differences and scores are read only while their table is shown, since layers are compared for them or all decisions are
read; and no more of the time than a tenth goes to that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Final

from annotations.errors import ZhupiError
from store.db.sqlite import Connection
from store.read.agreement import AgreementFilter, ProjectAgreement, project_agreement
from store.read.calibration import reliability
from store.read.disagreements import Disagreement, disagreements, finished_by_two
from store.read.muting import muting_figures
from store.read.pace import WorkLog
from store.read.stats import Progress, project_progress
from tui.progress.board import Board
from tui.progress.tables import Scores
from tui.session.reads import Reads, Start

FIGURES_DELAY: Final = 1.0
"""Seconds from a change to the figures that have it: others may do more at once."""
_SHARE: Final = 10
"""So many times as long as a read took is waited at least before the next one."""
_MOST_NOTICES: Final = 2_000
"""Notices in which differences are looked for, those that were stored last."""


class _Kind:
    """One kind of figures: whether it is read now, is out of date, and how long it is not to be read again."""

    def __init__(self) -> None:
        self.reading = False
        self.stale = True
        self.begun = 0.0
        self.rests_until = 0.0
        self.timer: asyncio.TimerHandle | None = None


class Reader:
    """Reads figures into the board.

    Args:
        board: what is shown.
        start: runs a coroutine on the event loop.
    """

    def __init__(self, board: Board, start: Start) -> None:
        self._board = board
        self._reads: Final = Reads(board.session.database, start)
        self._log = WorkLog()
        self._figures = _Kind()
        self._agreement = _Kind()
        self._differences = _Kind()
        self._scores = _Kind()

    def close(self) -> None:
        """Drop all reads: the screen is gone."""
        for kind in (self._figures, self._agreement, self._differences, self._scores):
            if kind.timer is not None:
                kind.timer.cancel()
        self._reads.stop()

    def changed(self) -> None:
        """Read the figures again, soon: others have done something."""
        self._figures.stale = self._agreement.stale = self._differences.stale = self._scores.stale = True
        self._soon(self._figures, self.read_figures, FIGURES_DELAY)
        self.read_table()

    def read_figures(self) -> None:
        """Read the figures, unless they are being read, or are as they were."""
        if self._begins(self._figures, self.read_figures):
            self._reads.read("figures", self._progress, self._read, lambda error: self._failed(self._figures, error))

    def _progress(self, connection: Connection) -> Progress:
        return project_progress(connection, self._log)

    def _read(self, progress: Progress) -> None:
        self._board.progress = progress
        self._board.show()
        self._board.ready.set()
        self._ended(self._figures, self.read_figures)

    def read_table(self) -> None:
        """Read what the table that is shown needs beside the figures, unless it is being read, or is as it was."""
        self._read_agreement()
        self._read_differences()
        self._read_scores()

    def _read_agreement(self) -> None:
        if self._board.tab == "agreement" and self._begins(self._agreement, self._read_agreement):
            self._reads.read(
                "agreement",
                lambda connection: project_agreement(connection, AgreementFilter()),
                self._agreement_read,
                lambda error: self._failed(self._agreement, error),
            )

    def _agreement_read(self, agreement: ProjectAgreement) -> None:
        self._board.agreement = agreement
        self._board.show()
        self._ended(self._agreement, self._read_agreement)

    def _read_differences(self) -> None:
        board = self._board
        if board.tab != "differences" or not board.differences.may_be_seen:
            return
        if self._begins(self._differences, self._read_differences):
            self._reads.read(
                "differences",
                _some_differences,
                self._differences_read,
                lambda error: self._failed(self._differences, error),
            )

    def _differences_read(self, read: tuple[list[Disagreement], int]) -> None:
        found, shared = read
        self._board.differences.put(found, min(shared, _MOST_NOTICES), shared)
        self._board.show()
        self._ended(self._differences, self._read_differences)

    def _read_scores(self) -> None:
        if self._board.shows_scores and self._begins(self._scores, self._read_scores):
            self._reads.read("scores", _scores, self._scores_read, lambda error: self._failed(self._scores, error))

    def _scores_read(self, scores: Scores) -> None:
        self._board.scores = scores
        self._board.show()
        self._ended(self._scores, self._read_scores)

    def _begins(self, kind: _Kind, again: Callable[[], None]) -> bool:
        """Whether a read begins now; where it is too early for it, it does later."""
        if kind.reading or not kind.stale:
            return False
        rest = kind.rests_until - monotonic()
        if rest > 0:
            self._soon(kind, again, rest)
            return False
        kind.reading, kind.stale, kind.begun = True, False, monotonic()
        return True

    def _ended(self, kind: _Kind, again: Callable[[], None]) -> None:
        kind.reading = False
        kind.rests_until = monotonic() + _SHARE * (monotonic() - kind.begun)
        again()

    def _failed(self, kind: _Kind, error: ZhupiError) -> None:
        """Show why figures could not be read; the next change reads them again."""
        kind.reading = False
        self._board.ready.set()
        self._board.say(self._board.session.message(error), "bad")

    def _soon(self, kind: _Kind, again: Callable[[], None], delay: float) -> None:
        if kind.timer is not None:
            kind.timer.cancel()
        kind.timer = asyncio.get_running_loop().call_later(delay, again)


def _scores(connection: Connection) -> Scores:
    """How far the scores of each rule can be trusted, and what is muted."""
    found = reliability(connection)
    return Scores(found, muting_figures(connection, found))


def _some_differences(connection: Connection) -> tuple[list[Disagreement], int]:
    """What people differ on in the newest notices that two have finished, and how many of these there are in all."""
    return disagreements(connection, most=_MOST_NOTICES), len(finished_by_two(connection))
