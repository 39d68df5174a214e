"""A folder with a database, the installed commands on it, and the app on a real pseudo-terminal."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from screen import Screen

from tui.cli import run

ZHUPI = Path(sys.executable).with_name("zhupi")
SAMPLES = Path(__file__).resolve().parents[2] / "store" / "samples"


class Stream(io.TextIOWrapper):
    """A stream that is no terminal, and keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", newline="")

    @property
    def text(self) -> str:
        """All of it."""
        self.flush()
        return self.buffer.getvalue().decode()


class Workplace:
    """A folder with a database, and the commands on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = {"ZHUPI_DB": str(folder / "zhupi.db"), "HOME": str(folder), "LANG": "C.UTF-8"}
        self.screens: list[Screen] = []
        self.imported: list[dict] | None = None
        """The notices as they were exported when nothing had been done yet, where somebody has asked."""

    def run(self, *arguments: str | Path, status: int = 0) -> str:
        """Run a command that must leave with ``status``; its stdout.

        It is run in this process: a start of Python takes longer than most commands, and hundreds of them only prepare
        or prove what a test is about.  What the installed command does in a process of its own, ``running`` tells.
        """
        out, err = Stream(), Stream()
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.env.items():
                patch.setenv(name, value)
            patch.chdir(self.folder)
            patch.setattr(sys, "stdin", Stream())
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            left = run([str(each) for each in arguments])
        assert left == status, err.text
        return out.text

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
