"""The one width function: how many cells a text takes on a terminal.

It measures *shown* text, as ``display.visible`` makes it.  Each code point of such text has a width of its own (0 for a
mark on its base, else 1 or 2), so that widths add up wherever the text is cut.  The tables are rich's, with which
textual measures its strips; characters of ambiguous width (“ ” — … ①) take one cell there.  For a terminal that draws
them in two cells, ``set_ambiguous`` changes the tables, here and nowhere else.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import cache
from itertools import accumulate, islice
from typing import Literal

import rich.cells
import rich.segment
from rich._unicode_data import load as load_cell_table
from rich.cells import CellTable, get_character_cell_size

# Every character of these ranges takes two cells; most of a notice lies here and is counted in runs.
_WIDE = (
    "[\u2e80-\u2e99\u2e9b-\u2ef3\u2f00-\u2fd5\u3000-\u3029\u3030-\u303e\u3041-\u3096\u309b-\u30ff\u3105-\u312f"
    "\u3400-\u4dbf\u4e00-\ua48c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe52\uff01-\uff60]"
)
_WIDE_RUNS = re.compile(f"{_WIDE}+")


class _Widths(dict[str, int]):
    """The cells of single characters, as a cache."""

    ambiguous_wide = False

    def __missing__(self, character: str) -> int:
        width = self[character] = get_character_cell_size(character)
        return width


_widths = _Widths()
_width = _widths.__getitem__

_LINES = range(0x2500, 0x25A0)
"""Box lines and blocks, one cell wide: borders, rules, bars and marks are drawn with them."""
_PRIVATE = ((0xF0000, 0xFFFFD), (0x100000, 0x10FFFD))
_ASCII = frozenset(map(chr, range(0x20, 0x7F)))
_NARROW = load_cell_table, rich.cells._is_single_cell_widths  # noqa: SLF001  # to restore


def set_ambiguous(kind: Literal["narrow", "wide"]) -> None:
    """Set the width of characters of ambiguous width; to be called before any text is measured.

    With ``wide``, all characters of East Asian Width A take two cells except for box lines and blocks, which have to
    stay one cell wide: ``drawable`` gives what to draw instead of them.
    """
    load, is_single = (_wide_table, _ASCII.issuperset) if kind == "wide" else _NARROW
    # rich has no setting for this.  Its functions, which textual calls, look up both names at each call.
    rich.cells.load_cell_table = load  # type: ignore[attr-defined]
    rich.cells._is_single_cell_widths = is_single  # noqa: SLF001
    rich.segment._is_single_cell_widths = is_single  # type: ignore[attr-defined]  # noqa: SLF001
    rich.cells.get_character_cell_size.cache_clear()
    rich.cells.cached_cell_len.cache_clear()
    _widths.clear()
    _widths.ambiguous_wide = kind == "wide"


def ambiguous_is_wide() -> bool:
    """Whether characters of ambiguous width take two cells."""
    return _widths.ambiguous_wide


def drawable(shown: str) -> str:
    """The text to write where ambiguous characters are wide: box lines and blocks become ASCII of one cell."""
    return shown if shown.isascii() else shown.translate(_ascii_lines())


@cache
def _wide_table(unicode_version: str = "auto") -> CellTable:
    """The table of rich, with two cells for ambiguous characters."""
    narrow = _NARROW[0](unicode_version)
    known = {code for start, end, _ in narrow.widths for code in range(start, end + 1)}
    wide = [
        (code, code, 2)
        for code in range(0xA1, 0x1F200)
        if unicodedata.east_asian_width(chr(code)) == "A" and code not in known and code not in _LINES
    ]
    private = [(start, end, 2) for start, end in _PRIVATE]
    return narrow._replace(widths=sorted([*narrow.widths, *wide, *private]))


@cache
def _ascii_lines() -> dict[int, str]:
    return str.maketrans(
        {
            **dict.fromkeys(map(chr, _LINES), "+"),
            **dict.fromkeys("─┄┅┈┉╌╍═╴╶╸╺╼╾", "-"),
            **dict.fromkeys("│┆┇┊┋╎╏║╵╷╹╻╽╿▏▎▍▌▋▊▉▕▐", "|"),
            # The map of a notice tells by them what is in sight.
            "━": "=",
            "┃": "#",
            **dict.fromkeys("▁▂▃", "_"),
            **dict.fromkeys("▀▄▅▆▇█░▒▓▔", "#"),
        }
    )


def cells(shown: str) -> int:
    """The width of a shown text, in cells."""
    if shown.isascii():
        return len(shown)
    rest = _WIDE_RUNS.sub("", shown)
    return 2 * (len(shown) - len(rest)) + (len(rest) if rest.isascii() else sum(map(_width, rest)))


@cache
def _long_wide_runs() -> re.Pattern[str]:
    """Runs that are faster to find than to measure."""
    return re.compile(f"{_WIDE}{{12,}}")


def reach(shown: str) -> list[int]:
    """For each character the cell behind it: the width of ``shown`` up to and including the character."""
    found: list[int] = []
    at = behind = 0
    for run in _long_wide_runs().finditer(shown):
        start, end = run.span()
        if at < start:
            found += islice(accumulate(map(_width, shown[at:start]), initial=behind), 1, None)
            behind = found[-1]
        behind_run = behind + 2 * (end - start)
        found += range(behind + 2, behind_run + 1, 2)
        at, behind = end, behind_run
    if at == 0:
        return list(accumulate(map(_width, shown)))
    if at < len(shown):
        found += islice(accumulate(map(_width, shown[at:]), initial=behind), 1, None)
    return found


def prefix(shown: str, limit: int) -> int:
    """The number of code points at the start of ``shown`` that fit into ``limit`` cells; marks stay with their base."""
    return bisect_right(reach(shown), limit) if limit > 0 else 0
