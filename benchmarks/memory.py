"""What commands hold in memory that go through a whole database, at ten times the notices."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import programs
from bars import Bar, Options
from synthetic import folder, tagged_database

_PREDICTED = 200


def bars(options: Options) -> Iterator[Bar]:
    """Peak memory of ``check``, of a native export, and of ``suggest --from`` where texts name the notices."""
    many = max(1_000, options.notices // 5)
    with folder() as place:
        few_database, many_database = place / "few.db", place / "many.db"
        tagged_database(few_database, many // 10, 2)
        tagged_database(many_database, many, 2)
        peaks = {
            "check": _peak_of_check,
            "export": _peak_of_export,
            "suggest --from, by normalized text": _peak_of_suggest,
        }
        for name, peak in peaks.items():
            few, most = peak(few_database), peak(many_database)
            detail = f"{most / 1e6:.1f} MB / {few / 1e6:.1f} MB"
            yield Bar(f"peak memory of {name}, {many:,} / {many // 10:,} notices", most / few, 1.5, detail=detail)


def _peak_of_check(database: Path) -> int:
    return _peak(programs.command(database, "check"))


def _peak_of_export(database: Path) -> int:
    return _peak(programs.command(database, "export", "-o", str(database.with_suffix(".out.jsonl"))))


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


# A process counts as its own what the one that started it holds, until it runs another program.  So a small one starts
# the command.
_STARTED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(done.returncode)
"""


def _peak(command: list[str]) -> int:
    """Peak memory of a command in bytes."""
    done = subprocess.run([sys.executable, "-c", _STARTED, *command], check=False, capture_output=True, text=True)
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:
        raise RuntimeError(f"{command} has failed: {done.stderr}")
    return int(done.stdout) * 1024
