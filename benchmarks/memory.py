"""What commands hold in memory that go through a whole database, at ten times the notices."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import programs
from bars import Bar, Options
from synthetic import folder, tagged_database

_PREDICTED = 200


def bars(options: Options) -> Iterator[Bar]:
    """Peak memory of ``check``, and of ``suggest --from`` where texts name the notices."""
    many = max(1_000, options.notices // 5)
    with folder() as place:
        few_database, many_database = place / "few.db", place / "many.db"
        tagged_database(few_database, many // 10, 2)
        tagged_database(many_database, many, 2)
        peaks = {"check": _peak_of_check, "suggest --from, by normalized text": _peak_of_suggest}
        for name, peak in peaks.items():
            few, most = peak(few_database), peak(many_database)
            detail = f"{most / 1e6:.1f} MB / {few / 1e6:.1f} MB"
            yield Bar(f"peak memory of {name}, {many:,} / {many // 10:,} notices", most / few, 1.5, detail=detail)


def _peak_of_check(database: Path) -> int:
    return _peak(programs.command(database, "check"))


def _peak_of_suggest(database: Path) -> int:
    return _peak(programs.command(database, "suggest", "--from", str(_predictions(database))))


def _predictions(database: Path) -> Path:
    """A file of predictions for notices all over a database, each named by its normalized text."""
    from store.open import open_database  # noqa: PLC0415  # what is measured are other processes

    path = database.with_suffix(".jsonl")
    with open_database(database) as opened, path.open("w", encoding="utf-8") as file:
        rows = opened.connection.execute(
            "SELECT normalized FROM texts WHERE notice % (SELECT 1 + count(*) / ? FROM texts) = 0", [_PREDICTED]
        ).fetchall()
        for (text,) in rows:
            line = {"text": text, "spans": [{"start": 0, "end": 4, "label": "DATE"}]}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return path


def _peak(command: list[str]) -> int:
    """Peak memory of a command in bytes."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if process.stderr is None:
        raise RuntimeError("no pipe")
    said = process.stderr.read().decode()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1) or "Traceback" in said:
        raise RuntimeError(f"{command} has failed: {said}")
    return used.ru_maxrss * 1024
