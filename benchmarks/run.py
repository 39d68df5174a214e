"""Measure every bar and print what was measured beside what was wanted.

A missed bar is reported, not hidden, and is no failure of this program: it exits 1 only when a benchmark itself breaks.
All bars are ratios to a floor that was measured in the same run.  With ``--json`` each benchmark is kept as soon as it
has ended, and what others have kept in that file stays: so one that was measured beside other work can be done again.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import traceback
from dataclasses import asdict
from pathlib import Path

import machine
from bars import Bar, Options, table

NAMES = (
    "start",
    "queue_keys",
    "notice_keys",
    "adjudication",
    "resources",
    "memory",
    "export_speed",
    "import_speed",
    "queries",
    "everywhere",
    "accept_many",
    "near_copies",
    "normalize",
    "suggest",
    "learning",
    "calibration",
    "unsure_first",
    "second_look",
    "agreement",
    "merging",
    "work_log",
    "growth",
    "pages",
    "commits",
    "crowd",
    "beside_import",
    "peers",
)
"""The bar files of this folder; each has ``bars(options)``, which yields what it has measured."""


def main() -> int:
    """Run the benchmarks that were asked for; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", action="append", choices=NAMES, metavar="NAME", help=f"one of {', '.join(NAMES)}")
    parser.add_argument("--quick", action="store_true", help="fewer runs: a first look")
    parser.add_argument("--notices", type=int, default=Options.notices, help="notices of the large queue (%(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the figures in a file as JSON, too")
    parser.add_argument(
        "--database",
        type=Path,
        metavar="FILE",
        help="work in this database where people work side by side; it is changed",
    )
    given = parser.parse_args()
    options = Options(quick=given.quick, notices=given.notices, database=given.database)
    measured: list[Bar] = []
    broken: list[str] = []
    for name in given.only or NAMES:
        print(f"{name} …", file=sys.stderr, flush=True)
        others, bars = machine.others(), []
        try:
            bars += importlib.import_module(name).bars(options)
        except Exception:  # noqa: BLE001  # one broken benchmark must not hide the figures of the others
            traceback.print_exc()
            broken.append(name)
        measured += bars
        if given.json is not None:
            figures = [{"benchmark": name, **asdict(bar)} for bar in bars]
            told = {**machine.told([others, machine.others()]), "quick": given.quick, "figures": figures}
            _keep(given.json, name, told)
    print(table(measured))
    short = sum(not bar.holds for bar in measured)
    print(f"\n{len(measured)} figures, {short} fall short" + (f"; broken: {', '.join(broken)}" if broken else ""))
    return 1 if broken else 0


def _keep(path: Path, name: str, told: dict[str, object]) -> None:
    """Keep what a benchmark has measured in a file, in the place of what it had measured before."""
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept[name] = told
    kept = {each: kept[each] for each in NAMES if each in kept}
    part = path.with_suffix(".part")
    part.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    part.replace(path)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    sys.exit(main())
