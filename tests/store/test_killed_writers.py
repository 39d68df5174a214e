"""Thirty people write at once and are killed at any moment: what was acknowledged is there, and the log is right."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
from making import stored_notice, wrong
from writer import Lines

from annotations.annotation import Annotation, Review
from store.log.rows import load
from store.open import open_database

PEOPLE = 30
SECONDS = 20.0
WRITES = 1_000
"""More than so many are acknowledged: a busy machine is given time for them."""
PATIENCE = 60.0
BETWEEN_KILLS = 0.2
WRITER = Path(__file__).parents[1] / "support" / "writer.py"

pytestmark = pytest.mark.xdist_group("writers")


class Crowd:
    """The writers, each started again whenever it was killed."""

    def __init__(self, folder: Path, database: Path, chance: random.Random) -> None:
        self.folder, self.database, self.chance = folder, database, chance
        self.processes = {f"r{at}": self.start(f"r{at}") for at in range(PEOPLE)}

    def told(self, name: str) -> Path:
        return self.folder / f"{name}.jsonl"

    def lines(self, name: str) -> list[bytes]:
        """What a writer has told in whole lines; nothing where it was killed before its first."""
        return self.told(name).read_bytes().split(b"\n")[:-1] if self.told(name).exists() else []

    def acknowledged(self) -> int:
        """How many writes are known to be done."""
        return sum(line.startswith(b'{"step":"done"') for name in self.processes for line in self.lines(name))

    def start(self, name: str) -> subprocess.Popen:
        seed = str(self.chance.random())
        return subprocess.Popen([sys.executable, WRITER, self.database, name, self.told(name), seed])

    def kill(self, name: str) -> None:
        self.processes[name].send_signal(signal.SIGKILL)
        self.processes[name].wait()

    def kill_one(self) -> None:
        name = self.chance.choice(sorted(self.processes))
        assert self.processes[name].poll() is None, f"{name} ended by itself"
        self.kill(name)
        # A line that was cut in two is no line.
        if self.told(name).exists():
            data = self.told(name).read_bytes()
            self.told(name).write_bytes(data[: data.rfind(b"\n") + 1])
            with self.told(name).open("ab") as out:
                out.write(b'{"step":"killed"}\n')
        self.processes[name] = self.start(name)


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


def test_thirty_writers_and_kill_9_at_any_moment(tmp_path):
    path = tmp_path / "a.db"
    with open_database(path, create=True) as database:
        for turn in range(5):
            stored_notice(database, f"第{turn}号通知,会议要求各乡镇要于4月底前完成排查。" * 10)
    seed = random.randrange(2**32)
    crowd = Crowd(tmp_path, path, random.Random(seed))
    deadline, kills = time.monotonic() + SECONDS, 0
    while time.monotonic() < deadline or (crowd.acknowledged() <= WRITES and time.monotonic() < deadline + PATIENCE):
        try:
            # Nobody ends by themselves: this waits a while, and finds out if somebody does.
            crowd.processes["r0"].wait(timeout=crowd.chance.random() * 2 * BETWEEN_KILLS)
        except subprocess.TimeoutExpired:
            crowd.kill_one()
            kills += 1
        else:
            pytest.fail(f"seed {seed}: a writer ended by itself")
    for name in crowd.processes:
        crowd.kill(name)
    acknowledged = 0
    with open_database(path) as database:
        for name in crowd.processes:
            lines = [msgspec.json.decode(line, type=Lines) for line in crowd.lines(name)]
            acknowledged += sum(line.step == "done" for line in lines)
            states, errors = expected(lines)
            assert errors == [], f"seed {seed}"
            for key, allowed in states.items():
                kind, _, number = key.partition(" ")
                if kind == "review":
                    found = load(database.connection, "review", name, int(number))
                    wanted = [msgspec.json.decode(each, type=Review | None) for each in allowed]
                else:
                    found = load(database.connection, "annotation", key, 0)
                    wanted = [msgspec.json.decode(each, type=Annotation | None) for each in allowed]
                assert found in wanted, f"seed {seed}: {name} {key}"
        assert wrong(database) == [], f"seed {seed}"
    assert kills > SECONDS
    assert acknowledged > WRITES
