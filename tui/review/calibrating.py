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

    It reads once a notice with suggestions is shown, and again with a later one when that is old.

    Args:
        desk: the desk with the notice.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._next = 0.0
        self._is_reading = False
        desk.on_shown.append(self._follow)

    def _follow(self) -> None:
        if self._is_reading or time.monotonic() < self._next or not self._desk.model.suggestions:
            return
        self._is_reading = True
        begun = time.monotonic()

        def read(connection: Connection) -> Calibration:
            from store.read.calibration import calibration  # noqa: PLC0415  # not needed for the first paint

            return calibration(connection)

        self._desk.reads.read("calibration", read, lambda found: self._read(found, begun), lambda _: self._failed())

    def _read(self, found: Calibration, begun: float) -> None:
        now = time.monotonic()
        self._is_reading = False
        self._next = now + max(_FRESH, _SHARE * (now - begun))
        self._desk.view.use_calibration(found)

    def _failed(self) -> None:
        """Leave it: another read tells what is wrong with the disk."""
        self._is_reading = False
        self._next = time.monotonic() + _FRESH
