"""A folder with a database, the installed commands on it, and the app on a real pseudo-terminal."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from screen import Screen

from tui.cli import run

ZHUPI = Path(sys.executable).with_name("zhupi")
SAMPLES = Path(__file__).resolve().parents[2] / "store" / "samples"


class Stream(io.TextIOWrapper):
    """A stream that is no terminal, and keeps what is written to it."""

    def __init__(self, data: bytes = b"") -> None:
        super().__init__(io.BytesIO(data), encoding="utf-8", newline="")

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
        """Run a command that must leave with ``status``; its stdout."""
        done = self.call(*arguments)
        assert done.returncode == status, done.stderr
        return done.stdout

    def call(
        self,
        *arguments: str | bytes | Path,
        data: bytes = b"",
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> CompletedProcess[str]:
        """Run a command in this process, with ``data`` on its stdin, as the installed one would be run in its own.

        A start of Python takes longer than most commands, and there are hundreds of them.
        """
        out, err = Stream(), Stream()
        with pytest.MonkeyPatch.context() as patch:
            for name, value in {**self.env, **(env or {})}.items():
                patch.setenv(name, value)
            patch.chdir(cwd or self.folder)
            patch.setattr(sys, "stdin", Stream(data))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            left = run([os.fsdecode(each) for each in arguments])
        return CompletedProcess(arguments, left, out.text, err.text)

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
