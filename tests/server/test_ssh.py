"""The main job through a real sshd on loopback: what a reviewer on a shared server has in front of them."""

from __future__ import annotations

import subprocess

import pytest
from main_job import tag_undo_redo_and_kill
from sshd import Sshd, needs_sshd
from waiting import until
from workplace import SAMPLES, ZHUPI

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


def running(database: str) -> list[str]:
    """The processes that have the database on their command line, ssh itself aside."""
    found = subprocess.run(["pgrep", "-af", database], capture_output=True, text=True).stdout
    return [line for line in found.split("\n") if line and "review" in line and " ssh " not in line]
