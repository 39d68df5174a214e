"""Reads what the scores of suggestions mean by what people have decided so far, and has the list show it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from store.db.sqlite import Connection
from tui.notice.desk import Desk

if TYPE_CHECKING:
    from annotations.calibration import Calibration

_FRESH = 600.0
"""Seconds for which what was read counts; as much changes in a project in that time as no screen shows."""
_SHARE = 200
"""So many times as long as it took to read it is not read again: a project of many decisions takes seconds."""


class Calibrating:
    """Has the open notice show calibrated scores.

    It reads once a notice with suggestions is shown, and again with a later one when that is old, whichever screen
    shows it: the session keeps what was read.

    Args:
        desk: the desk with the notice.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._is_reading = False
        desk.view.calibration = desk.session.calibration
        desk.on_shown.append(self._follow)

    def _follow(self) -> None:
        is_fresh = time.monotonic() < self._desk.session.calibrated_until
        if self._is_reading or is_fresh or not self._desk.model.suggestions:
            return
        self._is_reading = True
        begun = time.monotonic()

        def read(connection: Connection) -> Calibration:
            from store.read.calibration import calibration  # noqa: PLC0415  # not needed for the first paint

            return calibration(connection)

        self._desk.reads.read("calibration", read, lambda found: self._read(found, begun), lambda _: self._failed())

    def _read(self, found: Calibration, begun: float) -> None:
        now, session = time.monotonic(), self._desk.session
        self._is_reading = False
        session.calibration, session.calibrated_until = found, now + max(_FRESH, _SHARE * (now - begun))
        self._desk.view.use_calibration(found)

    def _failed(self) -> None:
        """Leave it: another read tells what is wrong with the disk."""
        self._is_reading = False
        self._desk.session.calibrated_until = time.monotonic() + _FRESH
