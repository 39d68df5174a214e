"""The write lock: one writer at a time, and a dead one holds nothing."""

from __future__ import annotations

import fcntl
import os
import random
import re
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from waiting import until

from store.db import lock
from store.db.lock import Holder, Work, write_lock
from store.db.stops import Stops
from store.errors import DatabaseError, HeldError

HOLD = """
import sys
from pathlib import Path
from store.db.lock import Work, write_lock
from store.db.stops import STOPS
STOPS.defer()
with write_lock(Path(sys.argv[1]), Work("wang", "import")):
    print("held", flush=True)
    sys.stdin.readline()
print("over", flush=True)
sys.stdin.read()
"""


def state_of(process: int) -> str:
    """The state of a process as the kernel tells it: ``T`` is stopped."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0]


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock until its standard input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "a.db")], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        # Not the group of the test: the kernel stops nobody in a group that no shell looks after.
        process_group=0,
    ) as child:  # fmt: skip
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
    with pytest.raises(HeldError) as refused, write_lock(tmp_path / "a.db"):
        pytest.fail("two writers at once")
    told = rf"wang's import holds the database since \d\d:\d\d; process {holder.pid} has to end it; try again then"
    assert re.fullmatch(rf"{re.escape(str(tmp_path))}/a\.db: {told}", str(refused.value))


def test_a_holder_that_was_stopped_is_told_as_such(holder, tmp_path, monkeypatch):
    monkeypatch.setattr(lock, "PATIENCE", 0.0)
    holder.send_signal(signal.SIGSTOP)
    until(lambda: state_of(holder.pid) == "T", "it did not stop")
    with (
        pytest.raises(HeldError, match=f"process {holder.pid} is stopped: continue or end it"),
        write_lock(tmp_path / "a.db"),
    ):
        pytest.fail("two writers at once")


def test_ctrl_z_waits_until_the_lock_is_let_go(holder, tmp_path):
    holder.send_signal(signal.SIGTSTP)
    holder.stdin.write(b"\n")
    holder.stdin.flush()
    until(lambda: state_of(holder.pid) == "T", "it did not stop")
    with write_lock(tmp_path / "a.db"):
        pass
    assert os.waitpid(holder.pid, os.WNOHANG | os.WUNTRACED)[1] == signal.SIGTSTP << 8 | 0x7F
    holder.send_signal(signal.SIGCONT)
    assert holder.stdout.readline() == b"over\n"
    # Without the lock there is nothing to wait for, once more and as often as somebody likes.
    for _ in range(2):
        holder.send_signal(signal.SIGTSTP)
        until(lambda: state_of(holder.pid) == "T", "it did not stop")
        holder.send_signal(signal.SIGCONT)
        until(lambda: state_of(holder.pid) != "T", "it did not go on")


AGAIN = """
import sys
from pathlib import Path
from store.db.lock import write_lock
from store.db.stops import STOPS
STOPS.defer()
for _ in sys.stdin:
    with write_lock(Path(sys.argv[1])):
        pass
    print("over", flush=True)
"""


def waits_for_lock(path):
    """Whether anybody waits for the lock of the file, as the kernel tells it."""
    number = path.stat().st_ino
    return any("->" in line and f":{number} " in line for line in Path("/proc/locks").read_text().splitlines())


def test_who_is_stopped_while_waiting_never_gets_the_lock(tmp_path):
    """The kernel may give it at the very moment of the stop: every second time here before waiters were called back."""
    path, when = tmp_path / "a.db.lock", random.Random(4)
    child = subprocess.Popen(
        [sys.executable, "-c", AGAIN, str(tmp_path / "a.db")], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        process_group=0,
    )  # fmt: skip
    with child, ExitStack() as cleanup, path.open("a+b") as file:
        cleanup.callback(child.kill)
        for turn in range(30):
            fcntl.flock(file, fcntl.LOCK_EX)
            child.stdin.write(b"again\n")
            child.stdin.flush()
            until(lambda: waits_for_lock(path), "it does not wait")
            steps = [lambda: child.send_signal(signal.SIGTSTP), lambda: fcntl.flock(file, fcntl.LOCK_UN)]
            for step in steps if turn % 2 else steps[::-1]:
                step()
                # A moment that is another one each time.
                sum(range(when.randrange(3_000)))
            until(lambda: state_of(child.pid) == "T", "it did not stop")
            # Whoever got it first has let it go before the stop.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.flock(file, fcntl.LOCK_UN)
            child.send_signal(signal.SIGCONT)
            assert child.stdout.readline() == b"over\n"


@pytest.mark.skipif(not lock._LOCKS.exists(), reason="no system but Linux tells who waits")
def test_whoever_takes_the_lock_again_leaves_it_to_those_who_wait(tmp_path, monkeypatch):
    """Woken by the kernel alone, they would be slower while others use the processors."""
    database, left, got = tmp_path / "a.db", [], threading.Event()
    monkeypatch.setattr(lock, "time", SimpleNamespace(sleep=lambda seconds: left.append(seconds) or got.wait(30)))

    def second():
        with write_lock(database):
            got.set()

    with write_lock(database, comes_back=True):
        pass
    assert left == []
    other = threading.Thread(target=second)
    with write_lock(database, comes_back=True):
        other.start()
        file = f":{(tmp_path / 'a.db.lock').stat().st_ino} "
        until(lambda: any("->" in line and file in line for line in lock._LOCKS.read_text().split("\n")), "a wait")
    assert (left, got.is_set()) == ([lock._LEFT], True)
    other.join()


def test_a_lock_that_nobody_holds_tells_nobody(tmp_path):
    with write_lock(tmp_path / "a.db", Work("wang", "import")):
        found = lock.holder(tmp_path / "a.db")
        assert (found.name, found.task, found.process) == ("wang", "import", os.getpid())
    assert lock.holder(tmp_path / "a.db") is None


@pytest.mark.parametrize("record", [b"", b"\xff", b"{", b'{"name": 7}', b" " * 99])
def test_whatever_the_lock_file_says_the_message_is_a_line(holder, tmp_path, monkeypatch, record):
    monkeypatch.setattr(lock, "PATIENCE", 0.0)
    (tmp_path / "a.db.lock").write_bytes(record)
    with pytest.raises(HeldError, match="another zhupi holds the database"), write_lock(tmp_path / "a.db"):
        pytest.fail("two writers at once")


def test_a_file_that_is_too_long_for_a_lock_is_kept(tmp_path):
    (tmp_path / "a.db.lock").write_bytes(b" " * 9999)
    with pytest.raises(DatabaseError, match="no lock; move it away"), write_lock(tmp_path / "a.db"):
        pytest.fail("it was taken for a lock")
    assert (tmp_path / "a.db.lock").read_bytes() == b" " * 9999


def test_a_lock_that_is_held_since_another_day_tells_the_day():
    yesterday = datetime.now(UTC) - timedelta(days=2)
    held = Holder("w" * 100, "import", os.getpid(), yesterday)
    assert held.message.startswith(
        f"{'w' * 64}'s import holds the database since {yesterday.astimezone():%Y-%m-%d %H:%M};"
    )


def test_whoever_waits_again_and_again_waits_in_one_thread(holder, tmp_path, monkeypatch):
    monkeypatch.setattr(lock, "PATIENCE", 0.0)
    before = threading.active_count()
    for _ in range(20):
        with pytest.raises(HeldError), write_lock(tmp_path / "a.db"):
            pytest.fail("two writers at once")
    assert threading.active_count() <= before + 1
    monkeypatch.undo()
    holder.stdin.close()
    with write_lock(tmp_path / "a.db"), pytest.raises(HeldError), write_lock(tmp_path / "a.db", patience=0.0):
        pytest.fail("two writers at once")
    with write_lock(tmp_path / "a.db"):
        pass


def test_an_interrupt_while_waiting_leaves_no_lock(holder, tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(lock._Wait, "join", interrupted)
        with pytest.raises(KeyboardInterrupt), write_lock(tmp_path / "a.db"):
            pytest.fail("two writers at once")
    holder.stdin.close()
    with write_lock(tmp_path / "a.db"):
        pass


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


def test_in_an_event_loop_a_stop_comes_where_nothing_is_half_done():
    """A handler that runs between any two instructions would wait for what the main thread itself holds."""
    stopped, later = [], []
    before = signal.signal(signal.SIGTSTP, lambda *_: stopped.append("stopped"))
    stops = Stops()
    try:
        stops.defer(later.append)
        signal.raise_signal(signal.SIGTSTP)
        assert (stopped, len(later)) == ([], 1)
        # Between the signal and its turn a thread has come to hold the lock.
        stops.enter()
        later.pop()()
        assert stopped == []
        stops.leave()
        later.pop()()
        assert (stopped, later) == (["stopped"], [])
    finally:
        signal.signal(signal.SIGTSTP, before)


def test_a_stop_right_behind_another_is_not_lost():
    """It comes while the first one still tidies up."""
    stopped = []

    def stop(*_):
        stopped.append("stopped")
        if len(stopped) == 1:
            signal.raise_signal(signal.SIGTSTP)

    before = signal.signal(signal.SIGTSTP, stop)
    try:
        Stops().defer()
        signal.raise_signal(signal.SIGTSTP)
        assert len(stopped) == 2
    finally:
        signal.signal(signal.SIGTSTP, before)
