"""How long a reviewer waits for ``saved``: thirty of them at a human pace, and thirty who write as fast as they can."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bars import Bar, Options
from synthetic import folder, queue_database

PEOPLE = 30
WRITER = """
import json, random, sys, time
from pathlib import Path
from store.project.settings import labels_of
from annotations.errors import ZhupiError
from annotations.origins import tagged
from annotations.spans import raw_span
from store.edits import annotate as edits
from store.open import open_database
from store.read.notices import load_notice
path, name, seconds, pause = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]), float(sys.argv[4])
taken, errors = [], []
with open_database(path) as database:
    raw = load_notice(database.connection, 1).notice.raw
    attributes = labels_of(database)["DATE"].attributes()
    print("ready", flush=True)
    sys.stdin.readline()
    end = time.monotonic() + seconds
    time.sleep(random.random() * pause)
    while time.monotonic() < end:
        item = tagged(raw, raw_span(0, 2), "DATE", attributes, name)
        begun = time.perf_counter()
        try:
            edits.add_annotation(database, name, 1, item)
        except ZhupiError as error:
            errors.append(str(error))
        taken.append(time.perf_counter() - begun)
        if pause:
            time.sleep(random.uniform(0.5, 1.5) * pause)
print(json.dumps({"taken": taken, "errors": errors}))
"""


def bars(options: Options) -> Iterator[Bar]:
    """The latency of a commit in both cases."""
    with folder() as place:
        path = place / "a.db"
        queue_database(path, 100)
        taken, errors = _crowd(path, 8 if options.quick else 30, 1.0)
        yield Bar(
            f"commit, {PEOPLE} reviewers at 1/s each, p99", _ms(taken[int(len(taken) * 0.99)]), 50, "ms",
            f"median {_ms(taken[len(taken) // 2]):.1f} ms, most {_ms(taken[-1]):.0f} ms of {len(taken)}",
        )  # fmt: skip
        seconds = 5 if options.quick else 15
        fast, more = _crowd(path, seconds, 0.0)
        yield Bar(
            f"commit, {PEOPLE} reviewers as fast as they can, longest", _ms(fast[-1]), 250, "ms",
            f"p99 {_ms(fast[int(len(fast) * 0.99)]):.0f} ms, {len(fast) / seconds:,.0f} a second",
        )  # fmt: skip
        yield Bar("errors in both", float(len(errors) + len(more)), 0, "errors", "; ".join([*errors, *more][:1]))


def _crowd(path: Path, seconds: float, pause: float) -> tuple[list[float], list[str]]:
    command = [sys.executable, "-c", WRITER, str(path)]
    crowd = [
        subprocess.Popen(
            [*command, f"r{at}", str(seconds), str(pause)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
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
        found = json.loads(each.communicate(timeout=seconds + 120)[0])
        taken += found["taken"]
        errors += found["errors"]
    return sorted(taken), errors


def _ms(seconds: float) -> float:
    return seconds * 1000
