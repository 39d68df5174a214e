"""The main job through a real sshd on loopback: what a reviewer on a shared server has in front of them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from main_job import tag_undo_redo_and_kill
from sshd import Sshd, needs_sshd
from waiting import until
from workplace import SAMPLES, ZHUPI

from store.db.lock import Work, write_lock

pytestmark = pytest.mark.server

SAMPLE = "02-air-quality-campaign"


@pytest.fixture
def sshd(tmp_path):
    needs_sshd()
    server = Sshd(tmp_path / "sshd")
    yield server
    server.close()


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120x40", "80x24"])
def test_the_main_job_through_ssh(workplace, sshd, size):
    workplace.run("import", SAMPLES / f"{SAMPLE}.txt")
    remote = f"LANG=C.UTF-8 {ZHUPI} --db {workplace.env['ZHUPI_DB']} review --notice {SAMPLE}"
    screen = workplace.open(*size, command=sshd.command(remote))
    tag_undo_redo_and_kill(workplace, screen, size)


def test_a_lost_connection_loses_nothing_and_leaves_no_process(workplace, sshd):
    workplace.run("import", SAMPLES / f"{SAMPLE}.txt")
    database = workplace.env["ZHUPI_DB"]
    remote = f"LANG=C.UTF-8 {ZHUPI} --db {database} review --notice {SAMPLE}"
    screen = workplace.open(120, 40, command=sshd.command(remote))
    screen.wait("saved ✓")
    screen.press("v", "l", "l", "1")
    screen.wait("1 yours")
    assert running(database)
    screen.kill()
    until(lambda: not running(database), "the app outlived its connection")
    assert len(workplace.export()[0]["annotations"]) == 1


def test_what_waits_for_the_database_when_the_connection_is_lost_is_saved_once_it_is_free(workplace, sshd):
    workplace.run("import", SAMPLES / f"{SAMPLE}.txt")
    database = workplace.env["ZHUPI_DB"]
    remote = f"LANG=C.UTF-8 {ZHUPI} --db {database} review --notice {SAMPLE}"
    screen = workplace.open(120, 40, command=sshd.command(remote))
    screen.wait("saved ✓")
    with write_lock(Path(database), Work("wang", "import")):
        screen.press("v", "l", "l", "1", "esc", "G", "v", "h", "2")
        screen.wait("2 yours")
        screen.wait(r"not saved: 2 changes, wang's import holds the database since \d\d:\d\d")
        (process,) = pids(database)
        screen.kill()
        # It has heard of it once it leaves the wait for keys, and its end is put off.
        until(lambda: not has_terminal(process), "the app has not heard that its terminal is gone")
        assert running(database)
    until(lambda: not running(database), "the app outlived its connection", 20.0)
    assert len(workplace.export()[0]["annotations"]) == 2


def running(database: str) -> list[str]:
    """The processes that have the database on their command line, ssh itself aside."""
    found = subprocess.run(["pgrep", "-af", database], capture_output=True, text=True).stdout
    return [line for line in found.split("\n") if line and "review" in line and " ssh " not in line]


def pids(database: str) -> list[int]:
    """The processes of Python among those that are running."""
    return [int(line.split()[0]) for line in running(database) if "python" in line.split()[1]]


def has_terminal(process: int) -> bool:
    """Whether the terminal of a process is there still."""
    terminal = Path(f"/proc/{process}/fd/0").readlink() if Path(f"/proc/{process}").exists() else Path("none")
    return terminal.exists()
