"""Thirty people write at once and are killed at any moment: what was acknowledged is there, and the log is right."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import msgspec
import pytest
from crowd import Crowd, expected, lost
from making import stored_notice, wrong
from writer import Lines

from store.open import open_database

PEOPLE = 30
SECONDS = 20.0
WRITES = 1_000
"""More than so many are acknowledged: a busy machine is given time for them."""
PATIENCE = 180.0
WRITER = Path(__file__).parents[1] / "support" / "writer.py"

pytestmark = pytest.mark.xdist_group("writers")


def test_thirty_writers_and_kill_9_at_any_moment(tmp_path):
    path = tmp_path / "a.db"
    with open_database(path, create=True) as database:
        for turn in range(5):
            stored_notice(database, f"第{turn}号通知,会议要求各乡镇要于4月底前完成排查。" * 10)
    seed = random.randrange(2**32)
    names = [f"r{at}" for at in range(PEOPLE)]
    crowd = Crowd(
        tmp_path,
        random.Random(seed),
        names,
        lambda name, told, chance: [sys.executable, WRITER, path, name, told, chance],
    )
    crowd.work(SECONDS, WRITES, PATIENCE)
    acknowledged = crowd.acknowledged()
    with open_database(path) as database:
        for name in names:
            states, errors = expected([msgspec.json.decode(line, type=Lines) for line in crowd.lines(name)])
            assert errors == [], f"seed {seed}"
            assert lost(database, name, states) == [], f"seed {seed}: {name}"
        assert wrong(database) == [], f"seed {seed}"
    assert crowd.kills > SECONDS
    assert acknowledged > WRITES
