"""Writers that are killed at any moment and started again, and what the database must hold after that."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from writer import Lines

from annotations.annotation import Annotation, Review
from store.db.database import Database
from store.log.rows import load


class Crowd:
    """The writers, each started again whenever it was killed.

    Args:
        folder: where each writer tells what it has done.
        chance: decides who is killed when.
        names: the writers.
        command: the command of a writer, from its name, the file that it tells in, and a seed.
    """

    def __init__(
        self,
        folder: Path,
        chance: random.Random,
        names: list[str],
        command: Callable[[str, Path, str], list[str | Path]],
    ) -> None:
        self.folder, self.chance, self._command = folder, chance, command
        self.kills = 0
        self.processes = {name: self.start(name) for name in names}

    def told(self, name: str) -> Path:
        return self.folder / f"{name}.jsonl"

    def lines(self, name: str) -> list[bytes]:
        """What a writer has told in whole lines; nothing where it was killed before its first."""
        return self.told(name).read_bytes().split(b"\n")[:-1] if self.told(name).exists() else []

    def acknowledged(self) -> int:
        """How many writes are known to be done."""
        return sum(line.startswith(b'{"step":"done"') for name in self.processes for line in self.lines(name))

    def start(self, name: str) -> subprocess.Popen:
        return subprocess.Popen(self._command(name, self.told(name), str(self.chance.random())))

    def kill(self, name: str) -> None:
        self.processes[name].send_signal(signal.SIGKILL)
        self.processes[name].wait()

    def kill_one(self) -> None:
        name = self.chance.choice(sorted(self.processes))
        assert self.processes[name].poll() is None, f"{name} ended by itself"
        self.kill(name)
        self.kills += 1
        # A line that was cut in two is no line.
        if self.told(name).exists():
            data = self.told(name).read_bytes()
            self.told(name).write_bytes(data[: data.rfind(b"\n") + 1])
            with self.told(name).open("ab") as out:
                out.write(b'{"step":"killed"}\n')
        self.processes[name] = self.start(name)

    def work(self, seconds: float, writes: int, patience: float, between_kills: float = 0.2) -> None:
        """Let them work, and kill one now and then.

        Args:
            seconds: for how long.
            writes: so many must be acknowledged before it ends, in a busy machine.
            patience: seconds that are given to that.
            between_kills: seconds between two kills, on average.
        """
        first = next(iter(self.processes))
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline or (self.acknowledged() <= writes and time.monotonic() < deadline + patience):
            try:
                # Nobody ends by themselves: this waits a while, and finds out if somebody does.
                self.processes[first].wait(timeout=self.chance.random() * 2 * between_kills)
            except subprocess.TimeoutExpired:
                self.kill_one()
            else:
                pytest.fail("a writer ended by itself")
        for name in self.processes:
            self.kill(name)


def expected(lines: list[Lines]) -> tuple[dict[str, list[bytes]], list[str]]:
    """By key the states of which one must be there now, and the errors."""
    states: dict[str, list[bytes]] = {}
    errors: list[str] = []
    about: Lines | None = None
    for line in lines:
        if line.step == "about":
            about = line
        elif line.step == "done":
            states[line.key] = [bytes(line.state)]
            about = None
        elif line.step == "error":
            errors.append(line.error)
        elif about is not None:
            # Killed with a write under way: it was done, or it was not.
            states[about.key] = [*states.get(about.key, [b"null"]), bytes(about.state)]
            about = None
    if about is not None:
        states[about.key] = [*states.get(about.key, [b"null"]), bytes(about.state)]
    return states, errors


def lost(database: Database, name: str, states: dict[str, list[bytes]]) -> list[str]:
    """The keys of a writer's annotations and reviews that are in none of the states that they may be in."""
    return [key for key, allowed in states.items() if not _is_one_of(database, name, key, allowed)]


def _is_one_of(database: Database, name: str, key: str, allowed: list[bytes]) -> bool:
    kind, _, number = key.partition(" ")
    if kind == "review":
        found = load(database.connection, "review", name, int(number))
        return found in [msgspec.json.decode(each, type=Review | None) for each in allowed]
    found = load(database.connection, "annotation", key, 0)
    return found in [msgspec.json.decode(each, type=Annotation | None) for each in allowed]
