"""A command that is measured from outside while it runs, with all processes that it starts.

Their processor time and memory are sampled from /proc: what a worker has used whose parent nobody waits for is told
nowhere else.
"""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PAGE: Final = resource.getpagesize()
_TICK: Final = os.sysconf("SC_CLK_TCK")
_EVERY: Final = 0.05, 1.0
"""Seconds between two samples: of a short command, and of a long one."""


@dataclass(frozen=True)
class Run:
    """What a command has used so far: seconds as one waits, seconds of processors, and the most bytes held at once.

    ``status`` is its exit status, None while it runs.  ``memory`` adds up what each of its processes has resident, so
    that what they share counts for each of them.
    """

    seconds: float
    cpu: float
    memory: int
    status: int | None = None


def measured(
    command: Sequence[str | Path],
    *,
    sampled: Callable[[Run], None] = lambda _: None,
    output: Path = Path(os.devnull),
) -> Run:
    """Run a command to its end.

    Args:
        command: the program and its arguments.
        sampled: told what it has used so far, once a second or more often.
        output: where what it prints goes, errors too.
    """
    begun, used, most = time.monotonic(), dict[int, float](), 0
    with (
        output.open("wb") as out,
        # Whatever this process has locked stays so while the command runs, whoever kills this one.
        subprocess.Popen(list(map(str, command)), stdout=out, stderr=out, close_fds=False) as process,
    ):
        least, pause = _EVERY
        while True:
            held = 0
            for pid in tree(process.pid):
                with suppress(OSError, IndexError):  # it may have ended meanwhile
                    cpu, resident = _used(pid)
                    used[pid] = max(cpu, used.get(pid, 0.0))
                    held += resident
            most = max(most, held)
            seconds = time.monotonic() - begun
            sampled(Run(seconds, sum(used.values()), most))
            try:
                status = process.wait(min(pause, max(least, seconds / 20)))
            except subprocess.TimeoutExpired:
                continue
            return Run(time.monotonic() - begun, sum(used.values()), most, status)


def tree(pid: int) -> list[int]:
    """A process and all that descend from it, as far as they are still there."""
    found = [pid]
    for process in found:  # it grows while it is walked
        with suppress(OSError):
            for task in Path(f"/proc/{process}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def _used(pid: int) -> tuple[float, int]:
    """Seconds of processors that a process has used, and the bytes that it has resident."""
    # Behind its name, which may have anything in it.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK, int(fields[21]) * _PAGE
