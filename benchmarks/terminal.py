"""A program on a pseudo-terminal, measured from outside.

Nothing is parsed while the program is being timed: reads are stamped and kept, and drawn only once it is quiet.  CPU
is what the threads of the process and its children have used (schedstat, nanoseconds), which a busy machine changes
less than the clock.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pyte

QUIET = 0.06
"""Seconds without output after which a program has answered a key."""
PATIENCE = 30.0

_NOT_INHERITED = frozenset({"NO_COLOR", "COLUMNS", "LINES", "TMUX", "PYTHONDONTWRITEBYTECODE"})
"""What a program on a terminal of its own has not.  Without byte code on disk each start would compile what has changed
since that was written, a second of it."""

# What a terminal with synchronized output answers: textual asks for it, and real terminals have it.
FRAME_END = b"\x1b[?2026l"
"""Ends what a program has drawn at once, on such a terminal."""
_SYNCHRONIZED = (b"\x1b[?2026$p", b"\x1b[?2026;2$y")
# pyte would draw the ends of these as text.
_UNKNOWN = re.compile(
    rb"\x1b\[[<=>?][0-9;:]*[ -/]*[@-~]|\x1b\[[0-9;:]*[ -/]+[@-~]|\x1b[\]P_^X][^\x07\x1b]*(?:\x07|\x1b\\)"
)
_UNFINISHED = re.compile(rb"\x1b(?:\[[^@-~]*|[\]P_^X][^\x07\x1b]*\x1b?)?$")


class NotShownError(Exception):
    """The screen never showed what was waited for."""


@dataclass(frozen=True)
class Answer:
    """What a key cost: CPU seconds, bytes written, seconds until the last byte."""

    cpu: float
    written: int
    seconds: float


class Terminal:
    """A program on a terminal; use it as a context manager.

    Args:
        command: the program and its arguments.
        size: columns and rows.
        env: variables on top of this process's own.
    """

    def __init__(self, command: list[str], size: tuple[int, int], env: dict[str, str] | None = None) -> None:
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._reads: list[tuple[float, bytes]] = []
        self._tail = b""
        self.written = 0
        inherited = {k: v for k, v in os.environ.items() if k not in _NOT_INHERITED}
        environment = {**inherited, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})}
        self.started = time.perf_counter()
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
            try:
                os.execvpe(command[0], command, environment)
            finally:
                os._exit(127)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._terminal)

    @property
    def text(self) -> str:
        """The rows of the screen, joined by newlines."""
        rows = (self._screen.buffer[y] for y in range(self._screen.lines))
        return "\n".join("".join(row[x].data for x in range(self._screen.columns)).rstrip() for row in rows)

    def wait(self, *patterns: str) -> float:
        """Seconds from the start of the process to the read after which the screen matched all patterns.

        Raises:
            NotShownError: it never did.
        """
        deadline = time.perf_counter() + PATIENCE
        while time.perf_counter() < deadline:
            self._settle(need=True, deadline=deadline)
            reads, self._reads = self._reads, []
            for number, (at, data) in enumerate(reads):
                self._draw(data)
                if all(re.search(pattern, self.text, re.MULTILINE) for pattern in patterns):
                    self._reads = reads[number + 1 :]
                    return at - self.started
            if not reads:
                break
        raise NotShownError(f"never showed {patterns}:\n{self.text}")

    def press(self, key: str) -> Answer:
        """Send a key and wait until the program is quiet again."""
        self._settle()
        self._reads.clear()
        cpu, written, begun = self.cpu(), self.written, time.perf_counter()
        os.write(self._terminal, key.encode())
        self._settle(need=True)
        last = self._reads[-1][0] if self._reads else begun
        return Answer(self.cpu() - cpu, self.written - written, last - begun)

    def press_and_wait(self, key: str, *patterns: str) -> float:
        """Seconds from a key to the read after which the screen matched all patterns."""
        self._settle()
        begun = time.perf_counter()
        os.write(self._terminal, key.encode())
        return self.wait(*patterns) - (begun - self.started)

    def idle(self, seconds: float) -> tuple[int, float]:
        """Bytes written and CPU seconds used while nobody touches the program."""
        self._settle()
        cpu, written, end = self.cpu(), self.written, time.perf_counter() + seconds
        while time.perf_counter() < end:
            self._read(end - time.perf_counter())
        return self.written - written, self.cpu() - cpu

    def fileno(self) -> int:
        """The end of the terminal that this process holds, for ``select``."""
        return self._terminal

    def send(self, key: str) -> float:
        """Send a key and wait for nothing; returns when it was sent."""
        os.write(self._terminal, key.encode())
        return time.perf_counter()

    def receive(self) -> tuple[float, bytes]:
        """What the program has written by now and when it was read; no bytes where there are none."""
        self._reads.clear()
        self._read(0)
        return self._reads.pop() if self._reads else (time.perf_counter(), b"")

    def cpu(self) -> float:
        """CPU seconds that the threads alive have used."""
        return (
            sum(
                int((task / "schedstat").read_text().split()[0])
                for process in self._processes()
                for task in Path(f"/proc/{process}/task").iterdir()
            )
            / 1e9
        )

    def peak_memory(self) -> float:
        """The most memory that the process ever held, in megabytes."""
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{self.pid}/status").read_text())
        if found is None:
            raise NotShownError("the system tells no peak memory")
        return int(found[1]) / 1024

    def proportional_memory(self) -> float:
        """What the process and its children hold now, in megabytes: of what several share, each its part (PSS)."""
        rollups = (Path(f"/proc/{process}/smaps_rollup").read_text() for process in self._processes())
        return sum(int(re.findall(r"^Pss:\s+(\d+)", each, re.MULTILINE)[0]) for each in rollups) / 1024

    def _processes(self) -> list[int]:
        found = [self.pid]
        for process in found:  # it grows while it is walked
            children = Path(f"/proc/{process}/task/{process}/children")
            found += map(int, children.read_text().split())
        return found

    def _settle(self, *, need: bool = False, deadline: float | None = None) -> None:
        """Read until the program is quiet; with ``need``, wait for a first read as long as there is patience."""
        end = deadline or time.perf_counter() + PATIENCE
        if need and not self._reads and not self._read(end - time.perf_counter()):
            return
        while time.perf_counter() < end and self._read(QUIET):
            pass

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._terminal], [], [], max(0.0, seconds))
        if not ready:
            return False
        try:
            data = os.read(self._terminal, 65536)
        except OSError:  # the program has ended
            return False
        self._reads.append((time.perf_counter(), data))
        self.written += len(data)
        query, answer = _SYNCHRONIZED
        if query in data:
            os.write(self._terminal, answer)
        return bool(data)

    def _draw(self, data: bytes) -> None:
        data = self._tail + data
        unfinished = _UNFINISHED.search(data)
        at = unfinished.start() if unfinished else len(data)
        self._tail = data[at:]
        self._stream.feed(_UNKNOWN.sub(b"", data[:at]))
