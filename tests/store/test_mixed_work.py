"""Thirteen writers at mixed work, people and commands, killed at any moment, with both journals: nothing is lost.

``ZHUPI_STRESS_SECONDS`` lets them work longer, ``ZHUPI_STRESS_SEED`` repeats a seed that a run has printed.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import msgspec
import pytest
from crowd import Crowd, expected, lost
from foreign import by_another_program
from making import wrong
from writer import Lines

from store.db.sqlite import WAL_SAFE
from store.intake.ingest import ingest
from store.intake.sources import Source
from store.log.events import last_event
from store.open import open_database

PEOPLE, COMMANDS = 9, 4
SECONDS = float(os.environ.get("ZHUPI_STRESS_SECONDS", "10"))
WRITES = 100
"""More than so many are acknowledged: a busy machine is given time for them."""
PATIENCE = 60.0
BETWEEN_KILLS = 0.5
"""Seconds between two kills, on average: each lives for six or seven, and a start of the commands takes one."""
SUPPORT = Path(__file__).parents[1] / "support"
"""Where the programs of the writers are."""

pytestmark = pytest.mark.xdist_group("writers")

THERE = {
    "annotation": "SELECT 1 FROM annotations WHERE id = ?",
    "doc": "SELECT 1 FROM notices WHERE doc = ?",
    "assignment": "SELECT 1 FROM assignments WHERE annotator = ?",
    "reviewer": "SELECT 1 FROM reviewers WHERE name = ?",
}
"""How to find what a command has acknowledged, by its kind."""


class Told(msgspec.Struct):
    """A line of somebody who runs commands."""

    step: str
    kind: str = ""
    key: str = ""
    error: str = ""


def missing(database, told):
    """What commands have acknowledged and the database does not have."""
    return [
        line
        for line in told
        if line.step == "done"
        and line.kind
        and not database.connection.execute(THERE[line.kind], [line.key]).fetchone()
    ]


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_mixed_work_under_kill_9_loses_nothing(tmp_path, journal, capsys):
    if journal == "wal" and not WAL_SAFE:
        pytest.skip("with this SQLite there is no write-ahead log")
    path = tmp_path / "a.db"
    pages = [
        Source(
            doc=f"page{at}",
            where=f"page{at}",
            raw=f"第{at}号通知\n会议要求各乡镇要于4月底前完成排查。\n" * 5,
            encoding="utf-8",
        )
        for at in range(5)
    ]
    with open_database(path, create=True) as database:
        ingest(database, pages, "root", pytest.fail)
    by_another_program(path, f"PRAGMA journal_mode = {journal}")
    seed = int(os.environ.get("ZHUPI_STRESS_SEED") or random.randrange(2**32))
    people, runners = [f"r{at}" for at in range(PEOPLE)], [f"c{at}" for at in range(COMMANDS)]

    def command(name, told, chance):
        program = SUPPORT / ("writer.py" if name in people else "commands_writer.py")
        before = [] if journal == "wal" else [SUPPORT / "unsafe_sqlite.py"]
        return [sys.executable, *before, program, path, name, told, chance]

    crowd = Crowd(tmp_path, random.Random(seed), [*people, *runners], command)
    crowd.work(SECONDS, WRITES, PATIENCE, between_kills=BETWEEN_KILLS)
    acknowledged, gone = crowd.acknowledged(), []
    assert by_another_program(path, "PRAGMA journal_mode") == [(journal,)]
    with open_database(path) as database:
        for name in people:
            states, errors = expected([msgspec.json.decode(line, type=Lines) for line in crowd.lines(name)])
            assert errors == [], f"seed {seed}"
            gone += lost(database, name, states)
        told = [msgspec.json.decode(line, type=Told) for name in runners for line in crowd.lines(name)]
        assert [line.error for line in told if line.step == "error"] == [], f"seed {seed}"
        gone += missing(database, told)
        events, replay = last_event(database.connection), wrong(database)
    with capsys.disabled():
        # Not to stdout, which the workers of xdist do not have.
        sys.stderr.write(
            f"\nmixed work, journal {journal}, seed {seed}: {PEOPLE + COMMANDS} writers, {crowd.kills} kills, "
            f"{acknowledged:,} acknowledged, {events:,} events, lost {len(gone)}, "
            f"replay {'equal' if not replay else 'not equal'}\n"
        )
    assert gone == [], f"seed {seed}"
    assert replay == [], f"seed {seed}"
    assert acknowledged > WRITES
