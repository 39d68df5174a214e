"""What figures were measured on, and how much of it others used meanwhile: figures of a busy machine are worth less."""

from __future__ import annotations

import platform
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from store.db.sqlite import VERSION
from store.processors import processors

_IDLE: Final = slice(3, 5)
"""The fields of /proc/stat for time in which a processor had nothing to do, or waited for a disk."""
_BUSY: Final = 0.15
"""Share of the processors that others use above which a run is told to be beside other work."""


def others(seconds: float = 1.0) -> float:
    """The share of all processors that other programs use while this one sleeps, from 0 to 1."""
    before = _ticks()
    time.sleep(seconds)
    idle, every = (after - earlier for after, earlier in zip(_ticks(), before, strict=True))
    return 1 - idle / every if every else 0.0


def told(shares: Sequence[float]) -> dict[str, object]:
    """What a file of figures says of the machine.

    Args:
        shares: what ``others`` told between the measurements.
    """
    cpus = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in cpus.read_text().splitlines() if line.startswith("model name")]
    middle = sorted(shares)[len(shares) // 2] if shares else 0.0
    return {
        "machine": {
            "date": time.strftime("%Y-%m-%d"),
            "processors": f"{processors()} × {names[0] if names else platform.machine()}",
            "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, SQLite {VERSION}",
        },
        "others": middle,
        "most others": max(shares, default=0.0),
        "busy": middle > _BUSY,
    }


def _ticks() -> tuple[int, int]:
    """Ticks in which the processors had nothing to do, and all ticks."""
    fields = [int(each) for each in Path("/proc/stat").read_text().partition("\n")[0].split()[1:9]]
    return sum(fields[_IDLE]), sum(fields)
