"""The main job through a real sshd on loopback: what a reviewer on a shared server has in front of them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from main_job import tag_undo_redo_and_kill
from waiting import until
from workplace import SAMPLES, ZHUPI

pytestmark = [pytest.mark.server, pytest.mark.xdist_group("terminal")]

SAMPLE = "02-air-quality-campaign"


class Sshd:
    """A server of our own, on a free port of loopback, that takes one key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(mode=0o700)
        for name in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
        shutil.copy(folder / "user.pub", folder / "authorized_keys")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        config = folder / "sshd_config"
        config.write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\n"
            f"AuthorizedKeysFile {folder}/authorized_keys\nStrictModes no\nUsePAM no\nPidFile {folder}/pid\n"
            "PermitUserEnvironment no\nPermitRootLogin prohibit-password\n"
        )
        Path("/run/sshd").mkdir(exist_ok=True)
        self.log = (folder / "log").open("wb")
        self.process = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", config], stderr=self.log)
        until(self._answers, "sshd does not answer")

    def _answers(self) -> bool:
        assert self.process.poll() is None, f"sshd did not start: {(self.folder / 'log').read_text()}"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def command(self, remote: str) -> list[str]:
        """The ssh command that runs ``remote`` on a terminal of the server."""
        return [
            "ssh", "-tt", "-p", str(self.port), "-i", str(self.folder / "user"), "-o", "BatchMode=yes",
            "-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={self.folder}/known", "-o", "LogLevel=ERROR",
            "127.0.0.1", remote,
        ]  # fmt: skip

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()
        self.log.close()


@pytest.fixture
def sshd(tmp_path):
    if not Path("/usr/sbin/sshd").exists() or shutil.which("ssh") is None:
        pytest.skip("needs openssh-server and openssh-client")
    if os.getuid() != 0:
        pytest.skip("only root can start an sshd that lets anybody in")
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
