"""Somebody who runs one command after the other as long as they live, and tells what each has acknowledged.

Usage: commands_writer.py DATABASE NAME ACKNOWLEDGEMENTS SEED.  Commands run in this process: a start of Python takes
longer than most of them.
"""

from __future__ import annotations

import io
import os
import random
import sys
from contextlib import redirect_stderr
from pathlib import Path

import msgspec

from tui.cli import run

PAGE = "临江县第{0}号通知\n来源:临江县水务局 时间:2023-04-12\n会议要求,各乡镇要于4月底前完成第{0}次排查。\n"


class Output(io.TextIOWrapper):
    """A stream that keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", newline="")


class Commands:
    """The commands of one person on one database."""

    def __init__(self, database: str, name: str, chance: random.Random) -> None:
        self._database, self._chance = database, chance
        self._folder = Path(database).parent / f"of-{name}"
        self._folder.mkdir(exist_ok=True)

    def call(self, *arguments: str | Path) -> str:
        """The output of a command.

        Raises:
            RuntimeError: it was refused.
        """
        out, err = Output(), io.StringIO()
        sys.stdout = out
        try:
            with redirect_stderr(err):
                status = run(["--db", self._database, *map(str, arguments)])
        finally:
            sys.stdout = sys.__stdout__
        if status:
            raise RuntimeError(f"{arguments}: {status}: {err.getvalue()}")
        out.flush()
        return out.buffer.getvalue().decode()

    def any(self) -> tuple[str, str]:
        """Run any of the commands; returns what is acknowledged by it, kind and key, or twice nothing."""
        token = f"{self._chance.getrandbits(64):x}"
        match self._chance.randrange(12):
            case 0 | 1 | 2:
                line = self.call("tag", f"page{self._chance.randrange(5)}", "DATE", "0", "2")
                return "annotation", msgspec.json.decode(line)["id"]
            case 3 | 4:
                page = self._folder / f"{token}.txt"
                page.write_text(PAGE.format(token), encoding="utf-8")
                self.call("import", page)
                page.unlink()
                return "doc", token
            case 5:
                self.call("assign", f"page{self._chance.randrange(5)}", "--to", f"somebody-{token}", "--new")
                return "assignment", f"somebody-{token}"
            case 6:
                self.call("reviewers", "add", f"person-{token}")
                return "reviewer", f"person-{token}"
            case 7:
                self.call("suggest", "--only", "dates")
            case 8:
                self.call("export", "-o", self._folder / "export.jsonl")
                self.call("verify", self._folder / "export.jsonl")
            case 9:
                self.call("backup", self._folder / "backup.db")
            case 10:
                self.call("normalize", "--stored")
            case _:
                self.call("stats", "--json")
        return "", ""


def main() -> None:
    """Run commands until killed."""
    out = os.open(sys.argv[3], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    commands = Commands(sys.argv[1], sys.argv[2], random.Random(sys.argv[4]))
    while True:
        try:
            kind, key = commands.any()
        except RuntimeError as error:
            os.write(out, msgspec.json.encode({"step": "error", "error": str(error)}) + b"\n")
        else:
            os.write(out, msgspec.json.encode({"step": "done", "kind": kind, "key": key}) + b"\n")


if __name__ == "__main__":
    main()
