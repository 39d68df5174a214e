"""The write lock: one writer at a time, and a dead one holds nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from waiting import until

from store.db import lock
from store.db.lock import write_lock
from store.errors import DatabaseError

HOLD = """
import sys
from pathlib import Path
from store.db.lock import write_lock
with write_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock until its standard input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "a.db")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout.readline() == b"held\n"
        yield child
        child.kill()


def test_a_second_writer_waits_for_the_first(holder, tmp_path):
    def write():
        with write_lock(tmp_path / "a.db"):
            return True

    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(write)
        assert not waiting.done()
        holder.stdin.close()
        assert waiting.result(timeout=10)


def test_a_killed_writer_leaves_no_lock(holder, tmp_path):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with write_lock(tmp_path / "a.db"):
        pass


def test_a_writer_that_waits_too_long_is_told_so(holder, tmp_path, monkeypatch):
    monkeypatch.setattr(lock, "PATIENCE", 0.0)
    with pytest.raises(DatabaseError, match="another zhupi has been writing"), write_lock(tmp_path / "a.db"):
        pytest.fail("two writers at once")


def test_another_database_has_another_lock(holder, tmp_path):
    with write_lock(tmp_path / "b.db"):
        pass
    assert holder.poll() is None


def test_the_lock_is_let_go_when_the_work_fails(tmp_path):
    with pytest.raises(ValueError, match="work"), write_lock(tmp_path / "a.db"):
        raise ValueError("work")
    with write_lock(tmp_path / "a.db"):
        pass


def test_a_child_of_a_writer_does_not_inherit_the_lock(tmp_path):
    with write_lock(tmp_path / "a.db"):
        child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    try:
        with write_lock(tmp_path / "a.db"):
            pass
    finally:
        child.communicate()
    until(lambda: child.poll() is not None, "the child did not end")


def test_a_lock_that_cannot_be_opened_is_told(tmp_path):
    (tmp_path / "a.db.lock").mkdir()
    with pytest.raises(DatabaseError, match=r"a\.db\.lock: cannot be opened"), write_lock(tmp_path / "a.db"):
        pytest.fail("a folder is no lock")


def test_who_gave_up_does_not_hold_the_lock_once_it_is_free(holder, tmp_path, monkeypatch):
    monkeypatch.setattr(lock, "PATIENCE", 0.05)
    for _ in range(3):
        with pytest.raises(DatabaseError), write_lock(tmp_path / "a.db"):
            pytest.fail("two writers at once")
    monkeypatch.undo()
    holder.stdin.close()
    holder.wait()
    for _ in range(3):
        with write_lock(tmp_path / "a.db"):
            pass
