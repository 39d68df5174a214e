"""How long a reviewer waits for ``saved``: thirty of them at a human pace, and thirty who write as fast as they can.

The floor of the latter is thirty processes that take turns by the same lock and store one small row each time.  Both
are measured by turns, since a machine with other work to do makes both wait.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bars import Bar, Options
from synthetic import folder, queue_database

from store.db.sqlite import JOURNAL_MODE, connect

PEOPLE = 30
NOTICES = 100
WRITER = """
import itertools, json, random, sys, time
from pathlib import Path
from store.project.settings import labels_of
from annotations.errors import ZhupiError
from annotations.origins import tagged
from annotations.spans import raw_span
from store.edits import annotate as edits
from store.open import open_database
from store.index.numbers import count_notices
from store.read.notices import load_notice
path, at, seconds, pause = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
taken, errors, name = [], [], f"r{at}"
with open_database(path) as database:
    # Nobody tags the same words again and again: each goes through all notices, and begins at another one.
    # Those at the beginning do: a process that held a million texts would measure that.
    notices = min(count_notices(database.connection), 100)
    raws = [load_notice(database.connection, number).notice.raw for number in range(1, notices + 1)]
    attributes = labels_of(database)["DATE"].attributes()
    print("ready", flush=True)
    sys.stdin.readline()
    end = time.monotonic() + seconds
    time.sleep(random.random() * pause)
    for turn in itertools.count(at):
        if time.monotonic() >= end:
            break
        notice, start = turn % notices, turn // notices % 20
        item = tagged(raws[notice], raw_span(start, start + 2), "DATE", attributes, name)
        begun = time.perf_counter()
        try:
            edits.add_annotation(database, name, notice + 1, item)
        except ZhupiError as error:
            errors.append(str(error))
        taken.append(time.perf_counter() - begun)
        if pause:
            time.sleep(random.uniform(0.5, 1.5) * pause)
    print(json.dumps({"taken": taken, "errors": errors}), flush=True)
    sys.stdin.readline()
"""
BARE_WRITER = """
import json, sys, time
from pathlib import Path
from store.db.lock import write_lock
from store.db.sqlite import connect
path, seconds, taken = Path(sys.argv[1]), float(sys.argv[3]), []
connection = connect(path, isolation_level=None)
connection.execute("PRAGMA synchronous = FULL")
print("ready", flush=True)
sys.stdin.readline()
end = time.monotonic() + seconds
while time.monotonic() < end:
    begun = time.perf_counter()
    with write_lock(path):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO floor VALUES (?)", ["x" * 300])
        connection.execute("COMMIT")
    taken.append(time.perf_counter() - begun)
print(json.dumps({"taken": taken, "errors": []}), flush=True)
sys.stdin.readline()
"""


def bars(options: Options) -> Iterator[Bar]:
    """The latency of a commit in both cases."""
    with folder() as place:
        path = place / "a.db"
        queue_database(path, NOTICES)
        taken, errors = crowd(WRITER, path, 8 if options.quick else 30, 1.0)
        yield Bar(
            f"commit, {PEOPLE} reviewers at 1/s each, p99", _ms(taken[int(len(taken) * 0.99)]), 50, "ms",
            f"median {_ms(taken[len(taken) // 2]):.1f} ms, most {_ms(taken[-1]):.0f} ms of {len(taken)}",
        )  # fmt: skip
        bare = place / "floor.db"
        _bare_database(bare)
        seconds, rounds = 5, options.runs(3)
        fast: list[float] = []
        floor: list[float] = []
        for _ in range(rounds):
            floor += crowd(BARE_WRITER, bare, seconds, 0.0)[0]
            found, more = crowd(WRITER, path, seconds, 0.0)
            fast += found
            errors += more
        fast.sort()
        floor.sort()
        yield Bar(
            f"commit, {PEOPLE} reviewers as fast as they can, longest", _ms(fast[-1]), 250, "ms",
            f"{_spread(fast)}, {len(fast) / seconds / rounds:,.0f} a second; "
            f"its floor in the same run {_ms(floor[-1]):.0f} ms, {_spread(floor)}",
        )  # fmt: skip
        yield Bar(
            f"its floor: {PEOPLE} bare commits by the same lock, longest", _ms(floor[-1]), None, "ms",
            f"{len(floor) / seconds / rounds:,.0f} a second",
        )  # fmt: skip
        yield Bar("errors in both", float(len(errors)), 0, "errors", "; ".join(errors[:1]))


def _bare_database(path: Path) -> None:
    connection = connect(path, isolation_level=None)
    connection.execute(f"PRAGMA journal_mode = {JOURNAL_MODE}")
    connection.execute("CREATE TABLE floor (value TEXT)")
    connection.close()


def _spread(taken: Sequence[float]) -> str:
    return f"median {_ms(taken[len(taken) // 2]):.0f} ms, p99 {_ms(taken[int(len(taken) * 0.99)]):.0f} ms"


def crowd(program: str, path: Path, seconds: float, pause: float) -> tuple[list[float], list[str]]:
    """Run so many programs at once, each for so many seconds with such a pause between two commits.

    Returns:
        How long the commits took in seconds, sorted; what was refused.
    """
    command = [sys.executable, "-c", program, str(path)]
    crowd = [
        subprocess.Popen(
            [*command, str(at), str(seconds), str(pause)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for at in range(PEOPLE)
    ]
    for each in crowd:
        # All begin at the same moment, and nobody's start is measured.
        if each.stdout is None or each.stdout.readline() != "ready\n":
            raise RuntimeError("a writer did not start")
    taken: list[float] = []
    errors: list[str] = []
    for each in crowd:
        if each.stdin is not None:
            each.stdin.write("go\n")
            each.stdin.flush()
    for each in crowd:
        found = json.loads(each.stdout.readline() if each.stdout is not None else "")
        taken += found["taken"]
        errors += found["errors"]
    for each in crowd:
        # None ends before the last one has written: thirty programs that end at once take all processors.
        each.communicate("end\n", timeout=120)
    return sorted(taken), errors


def _ms(seconds: float) -> float:
    return seconds * 1000
