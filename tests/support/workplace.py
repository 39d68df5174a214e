"""A folder with a database, the installed commands on it, and the app on a real pseudo-terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from screen import Screen

ZHUPI = Path(sys.executable).with_name("zhupi")
SAMPLES = Path(__file__).resolve().parents[2] / "store" / "samples"


class Workplace:
    """A folder with a database, and the commands on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = {"ZHUPI_DB": str(folder / "zhupi.db"), "HOME": str(folder), "LANG": "C.UTF-8"}
        self.screens: list[Screen] = []
        self.imported: list[dict] | None = None
        """The notices as they were exported when nothing had been done yet, where somebody has asked."""

    def run(self, *arguments: str | Path, status: int = 0) -> str:
        """Run a command that must leave with ``status``; its stdout."""
        done = subprocess.run(
            [ZHUPI, *arguments], env={**os.environ, **self.env}, cwd=self.folder, capture_output=True, timeout=120
        )
        assert done.returncode == status, done.stderr.decode()
        return done.stdout.decode()

    def open(self, columns: int, rows: int, *arguments: str, command: list[str] | None = None) -> Screen:
        """The app on a terminal of that size."""
        screen = Screen(command or [str(ZHUPI), *arguments], columns, rows, self.env, self.folder)
        self.screens.append(screen)
        return screen

    def export(self) -> list[dict]:
        """The notices of a fresh export that ``verify`` has passed."""
        path = self.folder / "export.jsonl"
        self.run("export", "-o", path)
        self.run("verify", path)
        return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
