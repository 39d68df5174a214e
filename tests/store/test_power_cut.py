"""What a power cut leaves: all that was acknowledged, and a database that is whole.

The power is cut in a simulation, see ``power_cut``.  Two more runs, less careful than zhupi is, prove that it sees what
gets lost and what gets damaged.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from power_cut import Disk, power_cuts, record
from tracing import untraceable
from workplace import SAMPLES

from store.doctor import findings
from store.errors import DatabaseError
from store.intake.ingest import ingest
from store.intake.sources import read_sources
from store.open import open_database

WRITER = Path(__file__).parents[1] / "support" / "power_cut_writer.py"
ANNOTATIONS = 120
PAGES = 20
POINTS = 400
SEED = int(os.environ.get("POWER_CUT_SEED") or random.SystemRandom().randrange(2**32))
"""Another one in each run; a failure tells it, to be set again."""


class Outcome(NamedTuple):
    """What the cuts left: a line for each that lost something that was acknowledged, or left any damage."""

    lost: list[str]
    damaged: list[str]


@pytest.fixture
def cut(tmp_path):
    """Trace the writer and cut its power at many points."""
    if reason := untraceable():
        pytest.skip(reason)
    folder = tmp_path.resolve() / "written"
    path = folder / "zhupi.db"
    with open_database(path, create=True) as database:
        ingest(database, read_sources([SAMPLES / "01-river-chief-meeting.txt"]), "lin", pytest.fail)
    disk = Disk(folder)

    def run(synchronous, *, replay=1, before=()):
        command = [sys.executable, WRITER, path, synchronous, str(ANNOTATIONS), str(PAGES)]
        # It makes its annotations with the helpers of the tests, and uses the zhupi that they use.
        env = {**os.environ, "PYTHONPATH": os.pathsep.join([*before, *sys.path])}
        operations = record(command, folder, tmp_path / "trace", env)
        assert sum(each.kind == "tell" for each in operations) == ANNOTATIONS
        # Else only the WAL would be cut off.
        assert sum(each.kind == "write" and each.name == path.name for each in operations) > ANNOTATIONS
        lost, damaged = [], []
        for number, each in enumerate(power_cuts(disk, operations, POINTS, SEED)):
            found, damage = look(tmp_path / "left", each.files, replay=replay and number % replay == 0)
            at = f"seed {SEED}, cut {number}, behind {each.at} of {len(operations)} operations"
            if missing := set(each.told) - found:
                lost.append(f"{at}: {len(missing)} of {len(each.told)} annotations")
            damaged.extend(f"{at}: {line}" for line in damage)
        return Outcome(lost, damaged)

    return run


def look(folder, files, *, replay):
    """Open what a cut left as zhupi does; the annotations in it and whatever is wrong."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    try:
        with open_database(folder / "zhupi.db") as database:
            with database.read() as connection:
                damage = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
                found = {row[0] for row in connection.execute("SELECT id FROM annotations")}
            if replay:
                # What it says of the SQLite in use and of this disk is no damage.
                damage += [line for line in findings(database) if not line.startswith(("SQLite ", str(folder)))]
    except DatabaseError as error:
        return set(), [str(error)]
    return found, damage


def test_a_power_cut_loses_nothing_that_was_acknowledged(cut):
    assert cut("FULL") == Outcome(lost=[], damaged=[])


def test_nor_with_a_rollback_journal(cut, tmp_path):
    # As where pysqlite3 cannot be had, and SQLite is one that can lose pages of a write-ahead log.
    if sqlite3.sqlite_version_info >= (3, 51, 3):
        pytest.skip("needs a Python with a SQLite that has the WAL-reset race")
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "pysqlite3.py").write_text("raise ImportError\n", encoding="utf-8")
    assert cut("FULL", before=[str(tmp_path / "without")]) == Outcome(lost=[], damaged=[])


def test_the_simulation_sees_what_a_laxer_sync_loses(cut):
    outcome = cut("NORMAL")
    assert outcome.lost, f"seed {SEED}"


def test_the_simulation_sees_what_no_sync_damages(cut):
    outcome = cut("OFF", replay=0)
    assert outcome.damaged, f"seed {SEED}"
