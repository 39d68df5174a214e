"""A power cut at any moment costs nothing that was acknowledged; without the syncs the same harness sees losses."""

from __future__ import annotations

import random
import shutil
import subprocess

import pytest
from making import stored_notice, wrong
from power_cut import Operation, cuts, record

from store.database import Database
from store.sqlite import JOURNAL_MODE

POINTS = 400
WRITES = 120
EVERY = 20
"""At one in so many points all that ``zhupi check`` proves is proved."""


def prepared(tmp_path):
    if shutil.which("strace") is None:
        pytest.skip("needs strace")
    if subprocess.run(["strace", "-qq", "-o", tmp_path / "try.txt", "true"], capture_output=True).returncode:
        pytest.skip("needs leave to trace a process")
    folder = tmp_path / "live"
    folder.mkdir()
    path = folder / "a.db"
    with Database(path, create=True) as database:
        stored_notice(database, "临江县召开河长制工作会。" * 20)
    return path, {path.name: path.read_bytes()}


def lost_at(tmp_path, synchronous):
    """At how many points acknowledged writes were lost; the database is whole at each."""
    path, before = prepared(tmp_path)
    operations = record(path, synchronous, WRITES)
    kinds = [operation.kind for operation in operations]
    assert kinds.count("acknowledge") == WRITES
    seed = random.randrange(2**32)
    chance = random.Random(seed)
    points = sorted(chance.randrange(len(operations) + 1) for _ in range(POINTS))
    folder = tmp_path / "rebuilt"
    lost = 0
    for turn, (point, acknowledged) in enumerate(cuts(operations, before, points, chance, folder)):
        with Database(folder / path.name) as database:
            found = {row[0] for row in database.connection.execute("SELECT id FROM annotations").fetchall()}
            whole = database.connection.execute("PRAGMA integrity_check").fetchall()
            assert [row[0] for row in whole] == ["ok"], f"seed {seed}, point {point}"
            if turn % EVERY == 0:
                assert wrong(database) == [], f"seed {seed}, point {point}"
        lost += not acknowledged <= found
    return lost, seed


def test_no_acknowledged_write_is_lost(tmp_path):
    lost, seed = lost_at(tmp_path, "FULL")
    assert lost == 0, f"seed {seed}"


def test_without_a_sync_at_each_commit_the_same_harness_sees_losses(tmp_path):
    if JOURNAL_MODE != "wal":
        pytest.skip("a rollback journal is synced at each commit under NORMAL too")
    lost, seed = lost_at(tmp_path, "NORMAL")
    assert lost > 0, f"seed {seed}"


def test_what_was_not_synced_is_there_or_not_and_what_was_is(tmp_path):
    operations = [
        Operation("write", "a.db", 0, b"a" * 1024),
        Operation("sync", "a.db"),
        Operation("write", "a.db", 512, b"b" * 1024),
        Operation("acknowledge", "one"),
    ]
    seen = set()
    for seed in range(60):
        ((_, acknowledged),) = cuts(operations, {"a.db": b""}, [4], random.Random(seed), tmp_path / "r")
        assert acknowledged == {"one"}
        seen.add((tmp_path / "r" / "a.db").read_bytes())
    a, b = b"a" * 512, b"b" * 512
    assert seen == {a + a, a + b + b, a + b, a + a + b}
