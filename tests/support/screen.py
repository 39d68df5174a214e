"""A real pseudo-terminal with a screen that tests can read: pexpect runs the program, pyte draws."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path

import pexpect
import pyte

KEYS = {
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
    "pgup": "\x1b[5~", "pgdn": "\x1b[6~", "enter": "\r", "tab": "\t", "esc": "\x1b", "ctrl+r": "\x12", "ctrl+q": "\x11",
    "shift+right": "\x1b[1;2C", "shift+down": "\x1b[1;2B",
}  # fmt: skip

# What pyte does not know and would draw as text: private modes, queries, device strings.
_UNKNOWN = re.compile(
    r"\x1b\[[<=>?][0-9;:]*[ -/]*[@-~]|\x1b\[[0-9;:]*[ -/]+[@-~]|\x1b[\]P_^X][^\x07\x1b]*(?:\x07|\x1b\\)"
)
_MODES = re.compile(r"\x1b\[\?[0-9;]+[hl]")
_UNFINISHED = re.compile(r"\x1b(?:\[[^@-~]*|[\]P_^X][^\x07\x1b]*\x1b?)?$")

PATIENCE = 10.0
CALM = 0.03
"""Seconds for which a program sleeps and writes nothing once it has done what it was asked for; it paints sooner."""
SILENCE = 0.12
"""As ``CALM``, where it cannot be seen whether the program sleeps."""
ESCAPE = 0.25
"""Seconds in which a program has waited for what may follow an escape, and has found that it was the key."""


class Screen:
    """A program on a terminal of ``columns`` x ``rows``.

    ``output`` is every byte that it has written.
    """

    def __init__(
        self, command: list[str], columns: int, rows: int, env: dict[str, str], cwd: Path | None = None
    ) -> None:
        # xterm answers no query here: the program must do without answers, as on a dumb line.
        clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "LINES", "TMUX", "COLORTERM")}
        self.child = pexpect.spawn(
            command[0], command[1:], dimensions=(rows, columns), env={**clean, "TERM": "xterm-256color", **env},
            cwd=str(cwd) if cwd else None, timeout=PATIENCE,
        )  # fmt: skip
        self.child.delaybeforesend = None
        self.pyte = pyte.Screen(columns, rows)
        self.stream = pyte.Stream(self.pyte)
        self.output = b""
        # What ssh brings here runs elsewhere.
        self._tasks = Path("/proc", str(self.child.pid), "task") if Path(command[0]).name != "ssh" else None
        self._tail = b""
        self._text = ""

    def close(self) -> None:
        """End the program, if it has not ended."""
        if not self.child.ptyproc.fileobj.closed:
            if self.child.isalive():
                self.kill()
            self.child.close()

    @property
    def text(self) -> str:
        """The rows of the screen, joined by newlines."""
        lines = []
        for y in range(self.pyte.lines):
            row = self.pyte.buffer[y]
            lines.append("".join(row[x].data for x in range(self.pyte.columns)).rstrip())
        return "\n".join(lines)

    @property
    def rows(self) -> list[str]:
        """The rows of the screen."""
        return self.text.split("\n")

    def find(self, text: str, *, first_row: int = 0, last_column: int | None = None) -> tuple[int, int]:
        """The first cell (x, y) at which ``text`` is drawn, in the rows and columns given."""
        for y in range(first_row, self.pyte.lines):
            row = self.pyte.buffer[y]
            cells = [row[x].data for x in range(self.pyte.columns)]
            for x in range(last_column or self.pyte.columns):
                if cells[x] and "".join(cells[x:]).startswith(text):
                    return x, y
        raise AssertionError(f"{text!r} is not on the screen:\n{self.text}")

    def read(self, seconds: float = 0.05) -> bool:
        """Take what the program writes within ``seconds``; whether there was anything."""
        try:
            data = self.child.read_nonblocking(65536, seconds)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return False
        self.output += data
        self._feed(data)
        return True

    def _feed(self, data: bytes) -> None:
        self._tail += data
        # A character or a sequence that was cut in two waits for its rest.
        text = self._tail.decode("utf-8", "ignore")
        if len(text.encode()) != len(self._tail):
            cut = next((n for n in (1, 2, 3) if _decodes(self._tail[:-n])), 0)
            text, self._tail = self._tail[:-cut].decode() if cut else text, self._tail[-cut:] if cut else b""
        else:
            self._tail = b""
        found = _UNFINISHED.search(text)
        if found:
            self._tail = found[0].encode() + self._tail
            text = text[: found.start()]
        self.stream.feed(_UNKNOWN.sub(lambda m: m[0] if _MODES.fullmatch(m[0]) else "", text))

    def wait(self, pattern: str, patience: float = PATIENCE) -> re.Match[str]:
        """Wait until the screen matches ``pattern``."""
        deadline = time.monotonic() + patience
        while True:
            found = re.search(pattern, self.text, re.MULTILINE)
            if found:
                return found
            if time.monotonic() > deadline or not (self.read(0.1) or self.child.isalive()):
                raise AssertionError(f"the screen never showed {pattern!r}:\n{self.text}")

    def until_quiet(self) -> None:
        """Read until the program has done what it was asked for: it sleeps, and writes nothing more.

        On a busy machine silence alone does not tell: the program may be waiting for its turn.
        """
        self._rest(CALM if self._tasks is not None and self._tasks.is_dir() else SILENCE)

    def _rest(self, seconds: float) -> None:
        """Read until the program has rested for so long."""
        deadline = time.monotonic() + 6 * PATIENCE
        since = time.monotonic()
        while (left := since + seconds - time.monotonic()) > 0:
            assert time.monotonic() < deadline, f"the program never rests:\n{self.text}"
            written = self.read(min(left, 0.01))
            if written or self._works():
                since = time.monotonic()

    def _works(self) -> bool:
        """Whether any thread of the program runs, or would if it were its turn, or waits for the disk."""
        if self._tasks is None:
            return False
        try:
            states = [(task / "stat").read_text().rpartition(")")[2].split()[0] for task in self._tasks.iterdir()]
        except (FileNotFoundError, ProcessLookupError):
            # The program or a thread of it has just ended, or this is no Linux.
            return False
        return any(state in "RDt" for state in states)

    def press(self, *keys: str) -> None:
        """Press keys one by one: names of ``KEYS``, or characters; the program gets quiet after each."""
        for key in keys:
            data = KEYS.get(key, key)
            self.child.send(data)
            if data.startswith("\x1b") and key not in KEYS.keys() - {"esc"}:
                # It may be the beginning of a sequence: the program waits for its rest, whatever it writes meanwhile.
                end = time.monotonic() + ESCAPE
                while (left := end - time.monotonic()) > 0:
                    self.read(left)
            self.until_quiet()

    def click(self, cell: tuple[int, int], times: int = 1) -> None:
        """Press the button on a cell and let go, so many times in a row; cells from 0."""
        x, y = cell
        # All at once: on a busy machine the program could take two clicks that are far apart for single ones.
        self.child.send(f"\x1b[<0;{x + 1};{y + 1}M\x1b[<0;{x + 1};{y + 1}m" * times)
        self.until_quiet()

    def mouse_drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Press the button on a cell, move, let go on another; cells from 0."""
        (x, y), (to_x, to_y) = start, end
        self.child.send(f"\x1b[<0;{x + 1};{y + 1}M")
        self.until_quiet()
        self.child.send(f"\x1b[<32;{to_x + 1};{to_y + 1}M")
        self.until_quiet()
        self.child.send(f"\x1b[<0;{to_x + 1};{to_y + 1}m")
        self.until_quiet()

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        self.pyte.resize(rows, columns)
        self.child.setwinsize(rows, columns)
        self.until_quiet()

    def wait_for_end(self) -> None:
        """Wait until the program has ended, and read what it has written last."""
        deadline = time.monotonic() + PATIENCE
        while self.child.isalive():
            self.read(0.1)
            assert time.monotonic() < deadline, f"the program did not end:\n{self.text}"
        while self.read():
            pass

    def kill(self) -> None:
        """kill -9."""
        self.child.kill(signal.SIGKILL)
        self.child.wait()


def _decodes(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
