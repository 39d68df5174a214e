"""Write ``docs/benchmarks.md`` and its pictures from the figures of a run: ``benchmarks/run.py --json``.

A figure that falls short is written like the others.  Curves are drawn of what was measured at several sizes, each
relative to its first size, since what matters of growth is how much there is of it.
"""

from __future__ import annotations

import html
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import log10
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from bars import Bar  # noqa: E402  # it lies in a folder of its own

FIGURES: Final = ROOT / "benchmarks" / "figures.json"
TARGET: Final = ROOT / "docs" / "benchmarks.md"
PICTURES: Final = ROOT / "docs" / "pictures"

_HEAD: Final = """\
# What it costs

<!-- Written by `make figures` from a run of the benchmarks. Change those, not this file. -->

Figures of one run on one machine, so ratios tell more than seconds; `make bench` measures on yours. What falls short is
listed like the rest. Seconds are those of the processor where a line does not say otherwise.
"""
_CURVES: Final = {
    "growth-of-one": ("What is done once: as many times as at the first size", False),
    "growth-of-all": ("What goes through all notices, for each of them: as many times as at the first size", True),
}
"""The pictures: what stands above each, and whether it has what is counted for each notice."""

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 860, 360, 60, 330, 40, 40
_COLOURS: Final = ("#c0392b", "#2471a3", "#1e8449", "#b9770e", "#6c3483", "#117a65", "#7b7d7d")
_DASHES: Final = ("", "6 3", "2 3")
"""So that lines can be told apart without colour."""


def page(told: Mapping[str, object], bars: Sequence[Bar]) -> str:
    """The document."""
    return "\n".join([*_page(told, bars), ""])


def _page(told: Mapping[str, object], bars: Sequence[Bar]) -> Iterator[str]:
    yield _HEAD
    machine = told["machine"]
    if isinstance(machine, dict):
        yield "| machine | |\n| --- | --- |"
        yield from (f"| {name} | {_cell(value)} |" for name, value in machine.items())
    if told.get("quick"):
        yield "\nThis was a quick run: fewer repetitions, and smaller databases."
    yield "\n## Bars\n\n| what | measured | wanted | | detail |\n| --- | ---: | ---: | --- | --- |"
    yield from (f"| {' | '.join(map(_cell, bar.cells))} |" for bar in bars if bar.notices is None)
    curves = _curves(bars)
    if curves:
        yield "\n## Growth\n"
        sizes = sorted({bar.notices for each in curves.values() for bar in each if bar.notices is not None})
        heads = [f"{size:,}" for size in sizes]
        yield f"| what | {' | '.join(heads)} |\n| --- |{' ---: |' * len(sizes)}"
        for what, each in curves.items():
            at = {bar.notices: bar.cells[1] for bar in each}
            yield f"| {_cell(what)} | {' | '.join(at.get(size, '') for size in sizes)} |"
        yield from (f"\n![{title}](pictures/{name}.svg)" for name, (title, _) in _CURVES.items())


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
    told = json.loads(FIGURES.read_text(encoding="utf-8"))
    bars = [Bar(**each) for each in told["figures"]]
    made, curves = {TARGET: page(told, bars)}, _curves(bars)
    for name, (title, of_all) in _CURVES.items() if curves else ():
        some = {what: each for what, each in curves.items() if what.endswith("each notice") == of_all}
        made[PICTURES / f"{name}.svg"] = picture(title, some)
    return made


if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
