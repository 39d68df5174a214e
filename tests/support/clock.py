"""The clock of this host, set by a test: what the log, reviews, leases and presence take as the time."""

from __future__ import annotations

from datetime import UTC, datetime
from types import ModuleType

import pytest

_READERS = (
    "annotations.annotation", "store.project.clock", "store.project.presence", "store.edits.leases", "store.read.stuck",
)  # fmt: skip
"""The modules that ask what time it is."""


def set_clock(monkeypatch: pytest.MonkeyPatch, moment: datetime, *modules: ModuleType) -> None:
    """Let it be ``moment``, which is aware, until it is set again; for some other ``modules`` too."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return moment.astimezone(tz or UTC)

    for name in _READERS:
        monkeypatch.setattr(f"{name}.datetime", Clock)
    for module in modules:
        monkeypatch.setattr(module, "datetime", Clock)
