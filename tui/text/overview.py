"""An overview of a text in a few cells: where the view is, what is to be decided there, and what is there already."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Mark(NamedTuple):
    """Something that stands on a row of the text: its sign, one cell wide, and its look."""

    row: int
    sign: str
    look: str


class MapCell(NamedTuple):
    """One cell of the overview; ``sign`` is "" where nothing stands in the rows that it is for."""

    sign: str
    look: str
    in_view: bool


def signs_of(marks: Iterable[Mark], rows: int, cells: int) -> dict[int, tuple[str, str]]:
    """The sign and the look of each cell that has one; of several marks in one cell the first counts.

    Args:
        marks: what stands in the text, the most important first.
        rows: how many rows the text has.
        cells: how many cells the overview has.
    """
    signs: dict[int, tuple[str, str]] = {}
    for mark in marks:
        signs.setdefault(mark.row * cells // max(1, rows), (mark.sign, mark.look))
    return signs


def overview(signs: dict[int, tuple[str, str]], rows: int, cells: int, view: range) -> list[MapCell]:
    """The cells of an overview, each of which stands for as many rows as any other.

    Args:
        signs: as ``signs_of`` gives them.
        rows: how many rows the text has.
        cells: how many cells the overview has.
        view: the rows that are in sight; they take one cell at least.
    """
    rows = max(1, rows)
    first, last = view.start * cells // rows, -(-view.stop * cells // rows)
    return [MapCell(*signs.get(cell, ("", "")), first <= cell < last) for cell in range(cells)]
