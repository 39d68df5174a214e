"""Work spread over processes: results in order, nothing left behind, and who is killed is known."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from waiting import until

from store.errors import StoreError
from store.intake import pool


@pytest.fixture(autouse=True)
def _two(monkeypatch):
    monkeypatch.setattr(pool, "processors", lambda: 2)


def doubled(piece):
    return 2 * piece, os.getpid()


def test_results_come_in_order_from_several_processes_and_the_first_ones_from_this_one():
    found = list(pool.spread(doubled, range(300), 2, alone=40))
    assert [result for result, _ in found] == [2 * piece for piece in range(300)]
    assert {by for _, by in found[:40]} == {os.getpid()}
    assert len({by for _, by in found}) == 3


def test_results_larger_than_a_pipe_are_no_reason_to_wait_for_each_other():
    found = pool.spread(large, ["x" * 100_000] * 40, 2, size_of=len)
    assert all(len(result) == 400_000 for result in found)


def large(piece):
    return piece * 4


def test_batches_end_where_they_are_large_enough():
    sizes = [len(batch) for batch in pool.batches([1, 1, 10**9, 1, 1, 1], 3, lambda size: size)]
    assert sizes == [3, 3]
    assert [len(batch) for batch in pool.batches([10**9, 1, 1], 3, lambda size: size)] == [1, 2]


def failing(piece):
    if piece == 70:
        raise StoreError("no such piece")
    return piece


def test_an_error_of_the_work_is_raised_here_behind_what_came_before():
    done = []
    with pytest.raises(StoreError, match="no such piece"):
        done.extend(each for each in pool.spread(failing, range(99), 2) if not done.append(each))
    assert set(range(64)) <= set(done)


def killed_at(piece):
    if piece == "x":
        os.kill(os.getpid(), signal.SIGKILL)
    return piece


def test_a_job_whose_process_is_killed_has_no_result_and_the_others_have_theirs():
    found = list(pool.each_alone(killed_at, ["a", "x", "b", "x", "c"], 2))
    assert sorted(found, key=str) == sorted([("a", "a"), ("b", "b"), ("c", "c"), ("x", None), ("x", None)], key=str)


def test_nobody_goes_on_working_for_a_process_that_was_killed(tmp_path):
    (tmp_path / "forever.py").write_text(
        "import os, sys, threading\n"
        "from store.intake import pool\n"
        "def work(piece):\n    print(os.getpid(), flush=True)\n    threading.Event().wait()\n"
        "if __name__ == '__main__':\n"
        "    pool.processors = lambda: 2\n    list(pool.spread(work, range(64), 2))\n"
    )
    child = subprocess.Popen([sys.executable, tmp_path / "forever.py"], stdout=subprocess.PIPE, text=True)
    pids = [int(child.stdout.readline()) for _ in range(2)]
    child.kill()
    child.wait()
    until(lambda: not any(map(is_there, pids)), "its workers go on", patience=60)
    child.stdout.close()


def is_there(pid):
    try:
        with Path(f"/proc/{pid}/stat").open() as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
