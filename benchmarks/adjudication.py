"""The adjudicate screen: the next difference, in one of a thousand ordinary notices with three layers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import programs
from bars import Bar, Options, median_bytes, ratio
from synthetic import folder, layered_database

_NOTICES, _SPANS, _PEOPLE = 1_000, 10, ("li", "wang", "zhao")
_SHOWN = (r"≠ \d+", r"saved ✓", r"\? help")


def bars(options: Options) -> Iterator[Bar]:
    """At both sizes; the bar is that of a cursor key, and for bytes that of a page down: each key is a jump."""
    with folder() as place:
        database = place / "layers.db"
        layered_database(database, _NOTICES, _PEOPLE, _SPANS, Random(1))
        for size in programs.SIZES:
            yield from _deciding(database, size, options)


def _deciding(database: Path, size: tuple[int, int], options: Options) -> Iterator[Bar]:
    name = f"{_NOTICES:,} notices, {len(_PEOPLE)} layers: next difference"
    with programs.floor(size) as floor, programs.adjudication(database, size) as screen:
        floor.wait(programs.FLOOR_SHOWN)
        screen.wait(*_SHOWN)
        answers = [(floor.press("n"), screen.press("n")) for _ in range(options.runs(45))]
        trivial, own = [answer.cpu for answer, _ in answers], [answer.cpu for _, answer in answers]
        written = [answer.written for _, answer in answers]
        yield ratio(programs.named(f"{name}, CPU / trivial", size), own, trivial, 2.5)
        yield median_bytes(programs.named(name, size), written, 10_000)
