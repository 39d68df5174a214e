"""Real Unix users with a group of their own, and zhupi run as each of them.

The interpreter of a checkout often lies in a home that nobody else may enter: it is mounted where all can reach it, in
a mount name space that only these processes have.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from screen import Screen

ROOT = Path(__file__).resolve().parents[2]


class People:
    """Users in one group, one visitor outside of it, and a folder that all of them can reach."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tag = secrets.token_hex(3)
        self.group = f"zhupi-{self.tag}"
        self.users: list[str] = []
        self.screens: list[Screen] = []
        self.place = Path("/tmp") / f"zhupi-people-{self.tag}"  # pytest's own folder is closed to others
        self.place.mkdir(mode=0o755)
        self.python = self.place / "python"
        self.python.mkdir()
        self._make_venv()
        subprocess.run(["groupadd", self.group], check=True)

    def add(self, name: str, *, member: bool = True) -> str:
        """Make a user; its full name."""
        user = f"z{self.tag}-{name}"
        groups = ["--groups", self.group] if member else []
        subprocess.run(
            [
                "useradd", "--home-dir", self.place / user, "--create-home", "--shell", "/bin/sh",
                # Open to keys, to no password.
                "--password", "*", *groups, user,
            ],
            check=True, capture_output=True,
        )  # fmt: skip
        self.users.append(user)
        return user

    def _make_venv(self) -> None:
        """Make the environment from which everybody runs zhupi: the code of this checkout, without a variable."""
        base = Path(os.path.realpath(sys.executable)).name
        packages = self.venv / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
        packages.mkdir(parents=True)
        (packages / "zhupi.pth").write_text(f"{ROOT}\n{sysconfig.get_paths()['purelib']}\n", encoding="utf-8")
        (self.venv / "pyvenv.cfg").write_text(f"home = {self.python}/bin\n", encoding="utf-8")
        (self.venv / "bin").mkdir()
        self.interpreter.symlink_to(self.python / "bin" / base)

    @property
    def venv(self) -> Path:
        """The environment of Python that everybody can reach."""
        return self.place / "venv"

    @property
    def interpreter(self) -> Path:
        """Python of that environment."""
        return self.venv / "bin" / "python"

    @property
    def env(self) -> dict[str, str]:
        """The variables of a process of any user, and nothing else."""
        return {"LANG": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin", "TERM": "xterm-256color"}

    def mounted(self, *command: str) -> list[str]:
        """The command with Python where everybody finds it."""
        script = f'mount --bind "{sys.base_prefix}" "{self.python}" && exec "$@"'
        return ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh", *command]

    def command(self, user: str, *arguments: str | Path, umask: int = 0o022) -> list[str]:
        """The command that runs zhupi as a user."""
        variables = [f"{name}={value}" for name, value in self.env.items()]
        become = [
            "setpriv",
            "--reuid",
            user,
            "--regid",
            str(pwd.getpwnam(user).pw_gid),
            "--init-groups",
            "--inh-caps=-all",
        ]
        home = f"HOME={pwd.getpwnam(user).pw_dir}"
        # Root could write what Python compiles, into the checkout.
        run = [str(self.interpreter), "-I", "-B", "-m", "tui", *map(str, arguments)]
        shell = ["sh", "-c", f'umask {umask:03o} && exec "$@"', "sh"]
        return self.mounted(*become, "env", "-i", *variables, home, *shell, *run)

    def run(self, user: str, *arguments: str | Path, umask: int = 0o022) -> subprocess.CompletedProcess[str]:
        """A finished command of a user; it shows no traceback."""
        done = subprocess.run(
            self.command(user, *arguments, umask=umask), cwd=self.place, capture_output=True, text=True, timeout=60
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def export(self, database: Path) -> list[dict]:
        """All notices of the database, as root sees them."""
        done = self.run("root", "--db", database, "export")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.split("\n") if line]

    def open(self, user: str, columns: int, rows: int, *arguments: str | Path, umask: int = 0o022) -> Screen:
        """The app of a user on a terminal of that size."""
        screen = Screen(self.command(user, *arguments, umask=umask), columns, rows, {}, self.place)
        self.screens.append(screen)
        return screen

    def close(self) -> None:
        """Take everything away again."""
        for screen in self.screens:
            screen.close()
        for user in self.users:
            subprocess.run(["pkill", "-KILL", "-u", user], check=False)
            subprocess.run(["userdel", "--force", user], check=False, capture_output=True)
        subprocess.run(["groupdel", self.group], check=False)
        shutil.rmtree(self.place, ignore_errors=True)


@contextlib.contextmanager
def people_in(folder: Path):
    """People for a test, where the machine can have them."""
    if os.getuid() != 0:
        pytest.skip("only root can make users")
    for tool in ("useradd", "groupadd", "setpriv", "unshare", "pkill"):
        if shutil.which(tool) is None:
            pytest.skip(f"needs {tool}")
    given = People(folder)
    try:
        if subprocess.run(given.mounted("true"), capture_output=True).returncode:
            pytest.skip("needs leave to mount in a name space of its own")
        yield given
    finally:
        given.close()
