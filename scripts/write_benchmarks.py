"""Write ``docs/benchmarks.md`` and its pictures from the figures of runs: ``benchmarks/run.py --json``.

What was measured beside other work, or quickly, is said to be.  Where ``benchmarks/growth.py --json`` has written
figures of larger sizes, those take the place of its smaller ones.  A figure that falls short is written like the
others.  Curves are drawn of what was measured at several sizes, each relative to its first size, since what matters of
growth is how much there is of it.
"""

from __future__ import annotations

import ast
import html
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import log10
from pathlib import Path
from statistics import median
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from bars import Bar  # noqa: E402  # it lies in a folder of its own

FIGURES: Final = ROOT / "benchmarks" / "figures.json"
GROWTH: Final = ROOT / "benchmarks" / "growth.json"
TARGET: Final = ROOT / "docs" / "benchmarks.md"
PICTURES: Final = ROOT / "docs" / "pictures"

_HEAD: Final = """\
# What it costs

<!-- Written by `make figures` from a run of the benchmarks. Change those, not this file. -->

A floor was measured in the same run as what is divided by it, so ratios tell more than seconds; `make bench` measures
on your machine. What falls short is listed like the rest. Seconds are those of the processor where a line does not say
otherwise.
"""
_PICTURES: Final = {
    "growth-of-one": "What is done once: as many times as at the first size",
    "growth-of-all": "What goes through all notices, for each of them: as many times as at the first size",
}
"""The pictures, and what stands above each."""
_QUICK: Final = "Measured quickly, with fewer repetitions and smaller databases: {}."
_BUSY: Final = """\
Measured while the machine had other work, so that seconds and waits are longer than they would be (what is divided by a
floor suffers least): {}."""

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 940, 360, 60, 400, 40, 40
_COLOURS: Final = ("#c0392b", "#2471a3", "#1e8449", "#b9770e", "#6c3483", "#117a65", "#7b7d7d")
_DASHES: Final = ("", "6 3", "2 3")
"""So that lines can be told apart without colour."""


class Run:
    """The figures of some benchmarks, and what they were measured on."""

    def __init__(self, kept: Mapping[str, Mapping[str, Any]]) -> None:
        self.kept: dict[str, Mapping[str, Any]] = dict(kept)
        """What was told of each benchmark's run, by its name."""
        self.bars: defaultdict[str, list[Bar]] = defaultdict(list)
        """By the benchmark that they are of."""
        for told in kept.values():
            for figure in told["figures"]:
                self.bars[figure["benchmark"]].append(Bar(**{k: v for k, v in figure.items() if k != "benchmark"}))

    def __iter__(self) -> Iterator[str]:
        """The machine as a table, each value that there is, and what is to be said of some benchmarks."""
        yield "| machine | |\n| --- | --- |"
        values: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for told in self.kept.values():
            for name, value in told["machine"].items():
                values[name][value] = None
        yield from (f"| {name} | {_cell('; '.join(sorted(each)))} |" for name, each in values.items())
        middle = median(told["others"] for told in self.kept.values())
        most = max(told["most others"] for told in self.kept.values())
        yield f"| others meanwhile | {middle:.0%} of the processors, {most:.0%} at most |"
        for flag, text in (("quick", _QUICK), ("busy", _BUSY)):
            if names := [name for name, told in self.kept.items() if told[flag]]:
                yield f"\n{text.format(', '.join(f'`{name}`' for name in names))}"


def page(run: Run, growth: Run) -> str:
    """The document.

    Args:
        run: the run of all benchmarks.
        growth: that of the growth, which may be the same.
    """
    return "\n".join([*_page(run, growth), ""])


def _page(run: Run, growth: Run) -> Iterator[str]:
    yield _HEAD
    yield from run
    for name, bars in run.bars.items():
        if name not in ("growth", "peers"):
            yield f"\n## `{name}`\n\n{_summary(name)}\n"
            yield from _table(bars)
    if run.bars["peers"]:
        yield "\n## Peers\n\nOther programs on the same terminal and machine, where they do the same.\n"
        yield from _table(run.bars["peers"])
    curves = _curves(growth.bars["growth"])
    if curves:
        yield "\n## Growth\n"
        if growth is not run:
            yield from growth
            yield ""
        sizes = sorted({bar.notices for each in curves.values() for bar in each if bar.notices is not None})
        heads = [f"{size:,}" for size in sizes]
        yield f"| what | {' | '.join(heads)} | wanted at most | |\n| --- |{' ---: |' * (len(sizes) + 1)} --- |"
        for what, each in curves.items():
            at = {bar.notices: bar.cells[1] for bar in each}
            *_, wanted, verdict, _ = each[-1].cells
            ends = wanted.removeprefix("≤ "), verdict if wanted else ""
            yield f"| {' | '.join([_cell(what), *(at.get(size, '') for size in sizes), *ends])} |"
        yield from (f"\n![{title}](pictures/{name}.svg)" for name, title in _PICTURES.items())


def _summary(name: str) -> str:
    """What a benchmark says of itself, in its first line."""
    said = ast.get_docstring(ast.parse((ROOT / "benchmarks" / f"{name}.py").read_text(encoding="utf-8")))
    return (said or "").partition("\n")[0]


def _table(bars: Sequence[Bar]) -> Iterator[str]:
    yield "| what | measured | wanted | | detail |\n| --- | ---: | ---: | --- | --- |"
    yield from (f"| {' | '.join(map(_cell, bar.cells))} |" for bar in bars)


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|")


def _curves(bars: Sequence[Bar]) -> dict[str, list[Bar]]:
    """The figures of one name, by size."""
    found: defaultdict[str, list[Bar]] = defaultdict(list)
    for bar in bars:
        if bar.notices is not None:
            found[bar.what].append(bar)
    return {what: sorted(each, key=lambda bar: bar.notices or 0) for what, each in found.items()}


def picture(title: str, curves: Mapping[str, Sequence[Bar]]) -> str:
    """A picture of curves: notices to the right, each ten times the last, and upwards the ratio to the first size."""
    ratios = {
        what: [(bar.notices or 1, bar.measured / each[0].measured) for bar in each] for what, each in curves.items()
    }
    points = [point for each in ratios.values() for point in each]
    least, most = log10(min(size for size, _ in points)), log10(max(size for size, _ in points))
    top = max(2.0, *(ratio for _, ratio in points)) * 1.05

    def x(size: int) -> float:
        return _LEFT + (log10(size) - least) / max(most - least, 0.1) * (_WIDTH - _LEFT - _RIGHT)

    def y(ratio: float) -> float:
        return _HEIGHT - _BOTTOM - ratio / top * (_HEIGHT - _TOP - _BOTTOM)

    parts = [_text(_LEFT, 22, title, "start", weight="bold")]
    for step in range(int(top) + 1):
        parts.append(f'<path d="M{_LEFT} {y(step):.1f}H{_WIDTH - _RIGHT}" stroke="#d0d0d0"/>')
        parts.append(_text(_LEFT - 8, y(step) + 4, f"{step} ×", "end"))
    parts += [_text(x(size), _HEIGHT - 14, f"{size:,}", "middle") for size in sorted({size for size, _ in points})]
    ends: list[float] = []
    for place, (what, each) in enumerate(sorted(ratios.items(), key=lambda curve: -curve[1][-1][1])):
        colour, dash = _COLOURS[place % len(_COLOURS)], _DASHES[place % len(_DASHES)]
        line = " ".join(f"{x(size):.1f},{y(ratio):.1f}" for size, ratio in each)
        parts.append(
            f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>'
        )
        # Names stand below each other, however close their lines end.
        ends.append(max(y(each[-1][1]) + 4, ends[-1] + 15 if ends else 0))
        parts.append(_text(_WIDTH - _RIGHT + 10, ends[-1], f"{what}: {each[-1][1]:.2f} ×", "start", colour=colour))
    size = f'width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif">'
    return "\n".join([head, '<rect width="100%" height="100%" fill="#ffffff"/>', *parts, "</svg>", ""])


def _text(x: float, y: float, text: str, anchor: str, *, colour: str = "#303030", weight: str = "normal") -> str:
    style = f'font-size="12" font-weight="{weight}" fill="{colour}" text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{html.escape(text)}</text>'


def files() -> dict[Path, str]:
    """The document and its pictures, by where they go."""
    run = growth = Run(json.loads(FIGURES.read_text(encoding="utf-8")))
    if GROWTH.exists():
        growth = Run({"growth": json.loads(GROWTH.read_text(encoding="utf-8"))})
    made = {TARGET: page(run, growth)}
    for name, title in _PICTURES.items():
        some = _curves([bar for bar in growth.bars["growth"] if bar.picture == name])
        if some:
            made[PICTURES / f"{name}.svg"] = picture(title, some)
    return made


if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
