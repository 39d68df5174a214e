"""What becomes slower with the number of notices: the same steps at a thousand, ten thousand and so on to a million.

Figures of one name are a curve over the sizes.  Run as a program it keeps what each step has measured in a folder, so
that a run that was killed goes on where it was, and each step can be run alone; a million takes most of an hour:

    python benchmarks/growth.py --place FOLDER --sizes 1000,10000,100000,1000000 --json benchmarks/growth.json
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import machine
from bars import Bar, Options, table
from steps import FLAT, RUNS, STEPS, Figure, Place
from synthetic import folder

SIZES = (1_000, 10_000, 100_000)
_QUICK = 5
"""How often is measured what is usually measured fifteen times."""


def bars(options: Options) -> Iterator[Bar]:
    """All steps up to a hundred thousand notices (``--notices``); with ``--quick`` up to ten thousand."""
    most = 10_000 if options.quick else options.notices
    with folder() as name:
        places = [
            Place(name, size, name / f"zhupi-{size}.db", options.runs(RUNS))
            for size in (*SIZES, 1_000_000)
            if size <= most
        ]
        for place in places:
            for step in STEPS:
                measure(place, step)
        yield from found(name, [place.notices for place in places])


def measure(place: Place, step: str) -> None:
    """Run a step, and keep what it has measured."""
    others, begun = machine.others(), time.monotonic()
    figures = [asdict(each) for each in STEPS[step](place)]
    told = {"others": (others + machine.others()) / 2, "runs": place.runs, "figures": figures}
    print(f"{step}, {place.notices:,} notices: {time.monotonic() - begun:,.0f} s", file=sys.stderr, flush=True)
    kept = _kept(place.folder, place.notices, step)
    part = kept.with_suffix(".part")
    part.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    part.rename(kept)


def found(place: Path, sizes: Sequence[int]) -> Iterator[Bar]:
    """What was measured there, each figure at all sizes, with what was wanted."""
    for step in STEPS:
        curves: dict[str, list[Bar]] = {}
        for size in sizes:
            kept = _kept(place, size, step)
            for each in json.loads(kept.read_text(encoding="utf-8"))["figures"] if kept.exists() else ():
                figure = Figure(**each)
                curve = curves.setdefault(figure.what, [])
                curve.append(_bar(figure, curve, size))
        for curve in curves.values():
            yield from curve


def _bar(figure: Figure, earlier: Sequence[Bar], size: int) -> Bar:
    """A figure, with what it may be at most: so much, or so many times what it was at the first size."""
    wanted, detail = figure.wanted, figure.detail
    first = next((each for each in earlier if (each.notices or 0) >= figure.since and each.measured), None)
    if first is not None:
        if figure.flat:
            wanted = min(first.measured * FLAT, wanted or float("inf"))
        told = f"{figure.value / first.measured:.2f} x what it is at {first.notices:,}"
        detail = f"{told}; {detail}" if detail else told
    return Bar(figure.what, figure.value, wanted, figure.unit, detail, notices=size, picture=figure.picture)


def _all(place: Path, sizes: Sequence[int], what: str) -> list[float]:
    """What all steps tell that were measured there."""
    kept = [path for step in STEPS for size in sizes if (path := _kept(place, size, step)).exists()]
    return [json.loads(path.read_text(encoding="utf-8"))[what] for path in kept]


def _kept(place: Path, size: int, step: str) -> Path:
    """Where what was measured in a step is kept."""
    return place / f"{size}-{step}.json"


def main() -> int:
    """Run the steps that are still to be done; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--place", type=Path, required=True, help="where databases, corpus and figures lie, and stay")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of notices (%(default)s)")
    parser.add_argument("--steps", default=",".join(STEPS), help="which steps, in this order (%(default)s)")
    parser.add_argument("--database", type=Path, metavar="PATH", help="that of the largest size, which may be there")
    parser.add_argument("--quick", action="store_true", help="fewer runs: a first look")
    parser.add_argument("--anew", action="store_true", help="measure again what was measured before")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures of the place to a file")
    given = parser.parse_args()
    sizes, steps = sorted(map(int, given.sizes.split(","))), given.steps.split(",")
    if unknown := set(steps) - set(STEPS) - {""}:
        parser.error(f"no step {', '.join(sorted(unknown))}: name some of {', '.join(STEPS)}")
    given.place.mkdir(parents=True, exist_ok=True)
    with (given.place / "lock").open("w") as lock:
        # Whatever a killed run has started holds it, too.
        os.set_inheritable(lock.fileno(), True)  # noqa: FBT003  # it takes no names
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            parser.error(f"{given.place}: another run is at work there, or what it has started")
        for step in filter(None, steps):
            for size in sizes:
                database = given.database if given.database and size == sizes[-1] else None
                place = Place(given.place, size, database or given.place / f"zhupi-{size}.db")
                if given.anew or not _kept(given.place, size, step).exists():
                    measure(replace(place, runs=_QUICK) if given.quick else place, step)
    measured = list(found(given.place, sizes))
    print(table(measured))
    if given.json is not None:
        told = machine.told(_all(given.place, sizes, "others"))
        told["quick"] = min(_all(given.place, sizes, "runs"), default=0) < RUNS
        told["figures"] = [{"benchmark": "growth", **asdict(bar)} for bar in measured]
        given.json.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
