"""An sshd of our own on a free port of loopback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from waiting import until

USUAL_ENVIRONMENT = "PermitUserEnvironment no\nAcceptEnv LANG LC_*\n"
WORST_ENVIRONMENT = "PermitUserEnvironment yes\nAcceptEnv *\n"


class Sshd:
    """A server that takes keys of its own making.

    Args:
        folder: where its files go; made by it.
        more: lines of its configuration behind the usual ones.
        wrap: makes of its command the one that is run.
        environment: what it says about the variables of a session, for everybody.
    """

    def __init__(
        self, folder: Path, more: str = "", wrap=lambda command: command, environment: str = USUAL_ENVIRONMENT
    ) -> None:
        self.folder = folder
        self.folder.mkdir(mode=0o755)
        self.key("host")
        self.key("user")
        shutil.copy(folder / "user.pub", folder / "authorized_keys")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        config = folder / "sshd_config"
        config.write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\n"
            f"AuthorizedKeysFile {folder}/authorized_keys\nStrictModes no\nUsePAM no\nPidFile {folder}/pid\n"
            f"{environment}PermitRootLogin prohibit-password\nSubsystem sftp internal-sftp\n{more}",
            encoding="utf-8",
        )
        Path("/run/sshd").mkdir(exist_ok=True)
        self.log = (folder / "log").open("wb")
        self.process = subprocess.Popen(wrap(["/usr/sbin/sshd", "-D", "-e", "-f", str(config)]), stderr=self.log)
        until(self._answers, "sshd does not answer")

    def key(self, name: str) -> str:
        """Make a key; its public half."""
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / name], check=True)
        return (self.folder / f"{name}.pub").read_text(encoding="utf-8")

    def _answers(self) -> bool:
        assert self.process.poll() is None, f"sshd did not start: {(self.folder / 'log').read_text()}"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def command(
        self,
        *remote: str,
        key: str = "user",
        user: str = "root",
        options: Sequence[str] = ("-tt",),
        program: str = "ssh",
    ) -> list[str]:
        """The command that goes there: with a terminal, unless other options are given."""
        port = "-P" if program in ("sftp", "scp") else "-p"
        return [
            program, *options, port, str(self.port), "-i", str(self.folder / key), "-o", "BatchMode=yes",
            "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no",
            "-o", f"UserKnownHostsFile={self.folder}/known", "-o", "LogLevel=ERROR",
            *([f"{user}@127.0.0.1", *remote] if program == "ssh" else remote),
        ]  # fmt: skip

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()
        self.log.close()


def needs_sshd() -> None:
    """Skip where the machine has no sshd that we can start."""
    if not Path("/usr/sbin/sshd").exists() or shutil.which("ssh") is None:
        pytest.skip("needs openssh-server and openssh-client")
    if os.getuid() != 0:
        pytest.skip("only root can start an sshd that lets anybody in")
